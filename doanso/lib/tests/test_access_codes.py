"""Links and codes of slips: made, typed back, found and shown again."""

from doanso.lib import access_codes
from doanso.lib.access_codes import AccessCodeKind, AccessCodes
from doanso.lib.uuid7 import uuid7

ONE, OTHER = AccessCodeKind("one"), AccessCodeKind("other")


def test_codes_are_what_is_typed_back():
    for _nth in range(50):
        code = access_codes.new_code()
        assert access_codes.is_code(code)
        assert access_codes.clean_code(access_codes.format_code(code).lower()) == code


def test_codes_hold_no_letter_that_is_mistaken_for_another():
    assert not set("01ILOU") & set(access_codes.ALPHABET)
    assert access_codes.clean_code("7uq2-m4xd") == "7VQ2M4XD"


def test_a_link_has_the_bits_of_sixteen_bytes():
    assert all(access_codes.is_link(access_codes.new_link()) for _nth in range(50))
    link = "A" * 21
    assert [access_codes.is_link(link + last) for last in ("A", "B", "g", "=", "", "AA")] == [
        True,
        False,
        True,
        False,
        False,
        False,
    ]


def test_a_dated_link_begins_with_its_slips_moment_and_so_does_its_hash():
    first, second = uuid7(), uuid7()
    links = [access_codes.new_dated_link(key) for key in (first, first, second)]
    hashes = [ONE.link_lookup(link) for link in links]

    assert all(access_codes.is_link(link) for link in links)
    assert [one[:12] for one in hashes] == [first.hex[:12], first.hex[:12], second.hex[:12]]
    assert [len(one) for one in hashes] == [64, 64, 64]
    assert len(set(hashes)) == 3


def test_a_slip_is_shown_again_and_found_by_what_stands_on_it():
    sealed, link, code = ONE.encrypt_codes("A" * 22, "7KQ2M4XD", 1951)
    assert ONE.decrypt_codes(sealed, with_code=True) == AccessCodes("A" * 22, "7KQ2-M4XD")
    assert ONE.decrypt_codes(sealed, with_code=False) == AccessCodes("A" * 22, "")
    assert (link, code) == (ONE.link_lookup("A" * 22), ONE.code_lookup("7KQ2M4XD", 1951))
    assert code != ONE.code_lookup("7KQ2M4XD", 1952)
    assert (link, code) != (OTHER.link_lookup("A" * 22), OTHER.code_lookup("7KQ2M4XD", 1951))


def test_without_a_year_of_birth_no_code_opens_it_and_an_erased_one_shows_nothing():
    assert ONE.encrypt_codes("A" * 22, "7KQ2M4XD", None)[2] == ""
    assert ONE.decrypt_codes(b"", with_code=True) is None
