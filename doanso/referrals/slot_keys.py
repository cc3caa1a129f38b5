"""Link and code of a slot: made once, and decrypted to show them to the member again.

The code opens a slot only together with the member's year of birth.
"""

from doanso.lib.access_codes import AccessCodeKind, AccessCodes, format_code, new_code, new_link
from doanso.referrals.models import ReferralSlot

_SLOT = AccessCodeKind("outreach.slot")
link_lookup, code_lookup = _SLOT.link_lookup, _SLOT.code_lookup


def put_new_keys(slot: ReferralSlot, birth_year: int | None) -> AccessCodes:
    """Set the keys of a new slot and return them; without the member's year of birth only the link opens it."""
    link, code = new_link(), new_code()
    slot.keys_encrypted, slot.link_lookup, slot.code_lookup = _SLOT.encrypt_codes(link, code, birth_year)
    return AccessCodes(link, format_code(code) if birth_year else "")


def keys_of(slot: ReferralSlot) -> AccessCodes | None:
    """Return the keys of a slot, or None once they were erased."""
    return _SLOT.decrypt_codes(slot.keys_encrypted, with_code=bool(slot.code_lookup))
