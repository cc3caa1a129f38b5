"""Slips whose keys a phone made, words given before the slip has arrived, and further links to a slip."""

import pytest

from doanso.lib.problems import Refused
from doanso.support import rules, slips
from doanso.support.models import Receipt

LINK = "AAECAwQFBgcICQoLDA0ODw"


def test_the_keys_that_a_phone_made_open_the_slip_and_can_be_printed_again():
    sealed, link, code = slips.told_keys(LINK, "7KQ2M4XD", 1951)
    assert (link, code) == (slips.link_lookup(LINK), slips.code_lookup("7KQ2M4XD", 1951))
    assert slips.keys_of(Receipt(keys_sealed=sealed, code_lookup=code)) == slips.Keys(LINK, "7KQ2-M4XD")


def test_without_a_year_of_birth_the_code_opens_nothing():
    assert slips.told_keys(LINK, "7KQ2M4XD", None)[2] == ""


@pytest.mark.parametrize(
    ("link", "code", "field"),
    [
        ("", "7KQ2M4XD", "link"),
        (LINK[:-1], "7KQ2M4XD", "link"),
        (LINK + "A", "7KQ2M4XD", "link"),
        (LINK[:-1] + "x", "7KQ2M4XD", "link"),
        (LINK[:-1] + "+", "7KQ2M4XD", "link"),
        (LINK + "\n", "7KQ2M4XD", "link"),
        ("đ" + LINK[1:], "7KQ2M4XD", "link"),
        (LINK, "7KQ2M4X", "code"),
        (LINK, "7KQ2-M4XD", "code"),
        (LINK, "7kq2m4xd", "code"),
        (LINK, "7KQ2M4X0", "code"),
        (LINK, "7KQ2M4XU", "code"),
        (LINK, "7KQ2M4XD\n", "code"),
    ],
)
def test_keys_of_another_shape_are_refused_by_the_field_that_is_wrong(link: str, code: str, field: str):
    with pytest.raises(Refused) as refused:
        slips.told_keys(link, code, 1951)
    assert refused.value.problem.field == field


def test_every_slip_of_our_own_has_keys_of_that_shape():
    for _nth in range(50):
        sealed, _link, code = slips.new_keys(1951)
        keys = slips.keys_of(Receipt(keys_sealed=sealed, code_lookup=code))
        assert keys is not None
        assert rules.is_link(keys.link)
        assert rules.is_code(rules.clean_code(keys.code))
