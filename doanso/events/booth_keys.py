"""Links and codes of booths' shifts: found by keyed hashes, encrypted to be shown again."""

from doanso.events.models import BoothCode
from doanso.lib import encryption
from doanso.lib.access_codes import AccessCodeKind, AccessCodes, new_code, new_link

_KIND = AccessCodeKind("events.booth")
link_lookup = _KIND.link_lookup


def code_lookup(code: str) -> str:
    """Return the hash of a code in its stored form. Nobody's year of birth goes with it: it is handed to several people."""
    return encryption.look_up(code, context="events.booth.code")


def new_keys() -> dict[str, bytes | str]:
    """Return the columns of a new code: link and code encrypted, and their hashes."""
    link, code = new_link(), new_code()
    codes = _KIND.encrypt_codes(link, code, None)
    return {
        "keys_encrypted": codes.encrypted,
        "link_lookup": codes.link_lookup,
        "code_lookup": code_lookup(code),
    }


def keys_of(code: BoothCode) -> AccessCodes:
    """Return link and code, to show them to who may hand them out."""
    keys = _KIND.decrypt_codes(code.keys_encrypted, with_code=True)
    if keys is None:
        raise ValueError(f"Booth code {code.pk} has no keys.")
    return keys
