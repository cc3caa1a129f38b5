"""How a member who has done 1+2 looks behind a figure that is opened."""

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
    """Who brought both, and since when, under the policy of the member's page of 1+2."""
    keys = list(ids)
    by_key = {item.pk: item for item in Referral.objects.filter(pk__in=keys)}
    stays = queries.active_members().filter(person_id__in={item.person_id for item in by_key.values()})
    seen = {item.person_id: item for item in members.visible(actor).filter(pk__in=stays).select_related("contact")}
    open_ = set(policy.REFER_MEMBERS.filter(actor, stays).values_list("person_id", flat=True))
    names = members.names_for(actor, seen.values())
    lines = {}
    for item in keys:
        referral = by_key.get(item)
        stay = seen.get(referral.person_id) if referral is not None else None
        if referral is None or stay is None:
            lines[item] = SourceLine(title=_("A member you may not open"), detail="", url="")
            continue
        lines[item] = SourceLine(
            title=names[stay.pk],
            detail=_("both confirmed since %(day)s") % {"day": formats.day(referral.happened_on)},
            url=reverse("referrals:member", args=[stay.pk]) if stay.person_id in open_ else "",
        )
    return lines
