"""The keys of a slot of 1+2: made once, opened to show them to the member again. The code goes with the member's year of
birth."""

from doanso.lib.access_codes import Keys, SlipKind, new_code, new_link, spaced
from doanso.referrals.models import ReferralSlot

_SLOT = SlipKind("outreach.slot")
link_lookup, code_lookup = _SLOT.link_lookup, _SLOT.code_lookup


def put_new_keys(slot: ReferralSlot, birth_year: int | None) -> Keys:
    """Give a new slot its keys; without the member's year of birth only the link leads to it."""
    link, code = new_link(), new_code()
    slot.keys_sealed, slot.link_lookup, slot.code_lookup = _SLOT.kept(link, code, birth_year)
    return Keys(link, spaced(code) if birth_year else "")


def keys_of(slot: ReferralSlot) -> Keys | None:
    """The keys to show again; None once they were erased."""
    return _SLOT.shown(slot.keys_sealed, with_code=bool(slot.code_lookup))
