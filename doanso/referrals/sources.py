"""Source lines of referrals, shown when a figure of 1+2 is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.members import queries as members
from doanso.referrals import policy, queries
from doanso.referrals.models import Referral


def referral_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return for each referral the member and the day; the name and the link only for a reader who may see the member."""
    keys = list(ids)
    referrals = {referral.pk: referral for referral in Referral.objects.filter(pk__in=keys)}
    stays = queries.active_members().filter(person_id__in={referral.person_id for referral in referrals.values()})
    visible_stays = members.visible_members(actor).filter(pk__in=stays).select_related("contact")
    by_person = {stay.person_id: stay for stay in visible_stays}
    linked = set(policy.REFER_MEMBERS.filter(actor, stays).values_list("person_id", flat=True))
    names = members.names_for(actor, by_person.values())
    lines = {}
    for key in keys:
        referral = referrals.get(key)
        stay = by_person.get(referral.person_id) if referral is not None else None
        if referral is None or stay is None:
            lines[key] = SourceLine(title=_("A member you may not open"), detail="", url="")
            continue
        lines[key] = SourceLine(
            title=names[stay.pk],
            detail=_("both confirmed since %(day)s") % {"day": formats.day(referral.happened_on)},
            url=reverse("referrals:member", args=[stay.pk]) if stay.person_id in linked else "",
        )
    return lines
