"""How stays and absences look behind a figure that is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import formats
from doanso.members import queries
from doanso.members.models import Absence, Exemption, Member
from doanso.tally.ports import SourceLine
from doanso.units import queries as units


def _hidden() -> SourceLine:
    return SourceLine(title=_("A member you may not open"), detail="", url="")


def stay_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """A member's name and branch, under the members' policy."""
    wanted = list(ids)
    members = list(queries.visible(actor).filter(pk__in=wanted).select_related("contact"))
    names = queries.names_for(actor, members)
    branches = units.names({member.branch_id for member in members})
    lines = {
        member.pk: SourceLine(
            title=names[member.pk],
            detail=_("%(branch)s, since %(day)s")
            % {"branch": branches[member.branch_id].name, "day": formats.day(member.since)},
            url=reverse("members:member", args=[member.pk]),
        )
        for member in members
    }
    return {one: lines.get(one) or _hidden() for one in wanted}


def leave_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Who is away or exempt and why, shown with the person's newest stay that the actor may see."""
    wanted = list(ids)
    leaves: list[Absence | Exemption] = [
        *Absence.objects.filter(pk__in=wanted),
        *Exemption.objects.filter(pk__in=wanted),
    ]
    stays: dict[UUID, Member] = {}
    persons = {leave.person_id for leave in leaves}
    for member in (
        queries.visible(actor).filter(person_id__in=persons).select_related("contact").order_by("since", "pk")
    ):
        stays[member.person_id] = member
    names = queries.names_for(actor, stays.values())
    lines = {}
    for leave in leaves:
        stay = stays.get(leave.person_id)
        if stay is not None:
            reason = leave.get_reason_display() if isinstance(leave, Absence) else leave.reason
            lines[leave.pk] = SourceLine(
                title=names[stay.pk],
                detail=_("%(reason)s, since %(day)s") % {"reason": reason, "day": formats.day(leave.since)},
                url=reverse("members:member", args=[stay.pk]),
            )
    return {one: lines.get(one) or _hidden() for one in wanted}
