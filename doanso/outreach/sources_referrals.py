"""How a member who has done 1+2 looks behind a figure that is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import formats
from doanso.members import queries as members
from doanso.outreach import policy
from doanso.outreach.models import Referral
from doanso.outreach.queries import referrals as queries
from doanso.tally.ports import SourceLine


def referral_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Who brought both, and since when, under the policy of the member's page of 1+2."""
    wanted = list(ids)
    found = {one.pk: one for one in Referral.objects.filter(pk__in=wanted)}
    stays = queries.active_members().filter(person_id__in={one.person_id for one in found.values()})
    seen = {one.person_id: one for one in members.visible(actor).filter(pk__in=stays).select_related("contact")}
    open_ = set(policy.REFER_MEMBERS.filter(actor, stays).values_list("person_id", flat=True))
    names = members.names_for(actor, seen.values())
    lines = {}
    for one in wanted:
        referral = found.get(one)
        stay = seen.get(referral.person_id) if referral is not None else None
        if referral is None or stay is None:
            lines[one] = SourceLine(title=_("A member you may not open"), detail="", url="")
            continue
        lines[one] = SourceLine(
            title=names[stay.pk],
            detail=_("both confirmed since %(day)s") % {"day": formats.day(referral.happened_on)},
            url=reverse("outreach:member", args=[stay.pk]) if stay.person_id in open_ else "",
        )
    return lines
