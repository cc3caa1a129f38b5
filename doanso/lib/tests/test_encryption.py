import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import encryption

OLD, NEW, OTHER = (base64.b64encode(bytes([byte]) * 32).decode() for byte in (1, 2, 3))
KEYS = {"current": "1", "keys": {"1": OLD}, "lookup": OTHER}
PHONE = "people.contact.phone"


@pytest.fixture(autouse=True, scope="module")
def _keys():
    from django.test import override_settings

    with override_settings(DOANSO_KEYS=KEYS):
        yield


@given(st.text(), st.text(min_size=1, max_size=40))
def test_what_is_sealed_opens_for_its_context(plain, context):
    assert encryption.decrypt(encryption.encrypt(plain, context=context), context=context) == plain


@given(st.binary())
def test_bytes_are_sealed_too(plain):
    assert encryption.decrypt_bytes(encryption.encrypt(plain, context="files"), context="files") == plain


def test_the_sealed_value_shows_nothing_and_never_repeats():
    one, two = (encryption.encrypt("0912345678", context=PHONE) for _ in range(2))
    assert one != two
    assert b"0912345678" not in one
    assert len(one) == 2 + 12 + 10 + 16


def test_another_context_does_not_open():
    sealed = encryption.encrypt("0912345678", context=PHONE)
    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(sealed, context="people.contact.citizen_id")


@given(st.data())
def test_a_changed_byte_does_not_open(data):
    sealed = bytearray(encryption.encrypt("0912345678", context=PHONE))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(bytes(sealed), context=PHONE)


@given(st.binary(max_size=64))
def test_other_bytes_do_not_open(content):
    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(content, context=PHONE)


def test_a_rotated_key_opens_what_it_sealed(settings):
    before = encryption.encrypt("0912345678", context=PHONE)
    settings.DOANSO_KEYS = {"current": "2027", "keys": {"1": OLD, "2027": NEW}, "lookup": OTHER}
    after = encryption.encrypt("0912345678", context=PHONE)
    assert (encryption.key_of(before), encryption.key_of(after)) == ("1", "2027")
    assert (
        encryption.decrypt(before, context=PHONE)
        == encryption.decrypt(memoryview(after), context=PHONE)
        == "0912345678"
    )
    settings.DOANSO_KEYS = {"current": "2027", "keys": {"2027": NEW}, "lookup": OTHER}
    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(before, context=PHONE)


def test_a_key_of_the_wrong_length_is_an_error(settings):
    settings.DOANSO_KEYS = {**KEYS, "keys": {"1": base64.b64encode(b"short").decode()}}
    with pytest.raises(ValueError, match="32 bytes"):
        encryption.encrypt("0912345678", context=PHONE)


@given(st.text(), st.text())
def test_look_up_is_equal_for_equal_values_only(one, other):
    same = encryption.look_up(one, context=PHONE) == encryption.look_up(other, context=PHONE)
    assert same == (one == other)


def test_look_up_depends_on_context_and_key(settings):
    phone = encryption.look_up("0912345678", context=PHONE)
    assert len(phone) == 64
    assert encryption.look_up("0912345678", context="accounts.user.phone") != phone
    settings.DOANSO_KEYS = {**KEYS, "lookup": NEW}
    assert encryption.look_up("0912345678", context=PHONE) != phone


def test_derived_bytes_are_the_same_at_every_call_and_others_for_every_key_and_purpose(settings):
    settings.DOANSO_KEYS = KEYS | {"keys": {"1": OLD, "2": NEW}}
    drawn = encryption.derive_bytes("1", purpose="sync.backup", length=48)
    assert drawn == encryption.derive_bytes("1", purpose="sync.backup", length=48)
    assert len(drawn) == 48
    assert drawn != encryption.derive_bytes("1", purpose="sync.other", length=48)
    assert drawn != encryption.derive_bytes("2", purpose="sync.backup", length=48)
