"""Source lines of stays and absences, shown when a figure is opened."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.members import queries
from doanso.members.models import Absence, Exemption, Member
from doanso.units import queries as units


def _hidden() -> SourceLine:
    return SourceLine(title=_("A member you may not open"), detail="", url="")


def stay_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return a member's name and branch, under the members' policy."""
    member_ids = list(ids)
    members = list(queries.visible_members(actor).filter(pk__in=member_ids).select_related("contact"))
    names = queries.names_for(actor, members)
    branches = units.named_units_by_id({member.branch_id for member in members})
    lines = {
        member.pk: SourceLine(
            title=names[member.pk],
            detail=_("%(branch)s, since %(day)s")
            % {"branch": branches[member.branch_id].name, "day": formats.day(member.since)},
            url=reverse("members:member", args=[member.pk]),
        )
        for member in members
    }
    return {member_id: lines.get(member_id) or _hidden() for member_id in member_ids}


def leave_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return who is away or exempt and why, with the person's newest stay that the actor may see and that the row belongs to.

    A typed reason is shown to those who may read the name.
    """
    leave_ids = list(ids)
    leaves: list[Absence | Exemption] = [
        *Absence.objects.filter(pk__in=leave_ids),
        *Exemption.objects.filter(pk__in=leave_ids),
    ]
    stays: dict[UUID, list[Member]] = defaultdict(list)
    persons = {leave.person_id for leave in leaves}
    for member in (
        queries.visible_members(actor).filter(person_id__in=persons).select_related("contact").order_by("since", "pk")
    ):
        stays[member.person_id].append(member)
    shown = queries.personal_access(actor)
    lines = {}
    for leave in leaves:
        stay = next((entry for entry in reversed(stays[leave.person_id]) if queries.rows_of_stay(entry, [leave])), None)
        if stay is not None:
            open_here = shown.shows_stay(stay)
            typed = leave.get_reason_display() if isinstance(leave, Absence) else leave.reason if open_here else ""
            since = {"reason": typed, "day": formats.day(leave.since)}
            lines[leave.pk] = SourceLine(
                title=shown.name(stay),
                detail=_("%(reason)s, since %(day)s") % since
                if typed
                else _("since %(since)s") % {"since": since["day"]},
                url=reverse("members:member", args=[stay.pk]),
            )
    return {entry: lines.get(entry) or _hidden() for entry in leave_ids}
