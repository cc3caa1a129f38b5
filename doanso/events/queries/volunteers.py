"""Who may be put on duty in a shift, and who is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.events.models import Shift, ShiftVolunteer
from doanso.lib import vietnamese
from doanso.lib.search_words import SearchWords, words_condition
from doanso.members import policy as member_policy
from doanso.members.models import Member, MemberState
from doanso.members.queries import names_for, searchable_stays
from doanso.outreach.models import Teammate
from doanso.outreach.queries.teams import active_teammates
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

MOST_OFFERED = 20
"""People that a search offers."""


class OfferedVolunteer(NamedTuple):
    """Somebody whom a search offers, with the field that the form sends."""

    field: str
    id: UUID
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    """Somebody on duty, named as the reader may read it."""

    volunteer: ShiftVolunteer
    name: str
    detail: str


def offered_members(actor: User, unit: Unit) -> QuerySet[Member]:
    """Return the active members of a unit and below that the actor may see."""
    rows = Member.objects.filter(state=MemberState.ACTIVE, branch__in=units.subtree_ids(unit))
    return member_policy.VIEW.filter(actor, rows)


def offered_teammates(unit: Unit, on: date) -> QuerySet[Teammate]:
    """Return people of the teams of a unit and below who are no members: those are offered as members."""
    return active_teammates(on).filter(unit__in=units.subtree_ids(unit), member=None)


def search_volunteers(actor: User, shift: Shift, text: str) -> list[OfferedVolunteer]:
    """Return people whose names have all the words, at most `MOST_OFFERED`, without those on duty; nobody without a word."""
    words = SearchWords(text, tuple(vietnamese.fold(text).split()))
    if not words:
        return []
    on_duty = ShiftVolunteer.objects.filter(shift=shift)
    members = searchable_stays(actor, offered_members(actor, shift.unit))
    members = members.filter(~Exists(on_duty.filter(member=OuterRef("pk"))))
    teammates = offered_teammates(shift.unit, shift.event.day).filter(~Exists(on_duty.filter(teammate=OuterRef("pk"))))
    if not access.sees_personal(actor, shift.unit_id):
        teammates = teammates.none()
    members = members.filter(words_condition(words.folded, "contact__folded"))
    members = members.select_related("contact", "person", "branch")
    rows = list(members.order_by("contact__sort_key", "pk")[:MOST_OFFERED])
    branches, names = units.named_units_by_id({row.branch_id for row in rows}), names_for(actor, rows)
    offered = [OfferedVolunteer("member", row.pk, names[row.pk], branches[row.branch_id].short_name) for row in rows]
    offered += [
        OfferedVolunteer("teammate", teammate.pk, teammate.name, teammate.team.name)
        for teammate in teammates.select_related("team")
        if words.match(teammate.name)
    ]
    return offered[:MOST_OFFERED]


def volunteers_and_units(
    actor: User, shifts: Sequence[Shift]
) -> tuple[dict[UUID, list[VolunteerRow]], dict[UUID, NamedUnit]]:
    """Return who is or was on duty in these shifts, by the shift's id, and the shifts' units; a fixed number of statements."""
    rows, named = _rows_and_units(
        actor,
        ShiftVolunteer.all_rows.filter(shift__in=[shift.pk for shift in shifts]),
        {shift.unit_id for shift in shifts},
    )
    found: dict[UUID, list[VolunteerRow]] = {shift.pk: [] for shift in shifts}
    for row in rows:
        found[row.volunteer.shift_id].append(row)
    return found, named


def volunteer_rows(actor: User, volunteers: QuerySet[ShiftVolunteer]) -> list[VolunteerRow]:
    """Return these volunteers in the order in which they were put on duty, named as the reader may read them."""
    return _rows_and_units(actor, volunteers, set())[0]


def _rows_and_units(
    actor: User, volunteers: QuerySet[ShiftVolunteer], unit_ids: set[UUID]
) -> tuple[list[VolunteerRow], dict[UUID, NamedUnit]]:
    """Return `volunteer_rows`, and these units and the branches of the members among them."""
    rows = list(
        volunteers.select_related(
            "shift__event", "member__contact", "member__person", "member__branch", "teammate__team"
        ).order_by("added_at", "pk")
    )
    members = [row.member for row in rows if row.member is not None]
    names = names_for(actor, members) if members else {}
    unit_ids = unit_ids | {member.branch_id for member in members}
    named = units.named_units_by_id(unit_ids) if unit_ids else {}
    shown = access.personal(actor)
    found: list[VolunteerRow] = []
    for row in rows:
        if row.member is not None:
            name, detail = names[row.member.pk], named[row.member.branch_id].short_name
        elif row.teammate is not None:
            teammate = row.teammate
            name = teammate.name if shown.shows(row.shift.unit_id) else access.masked_name(teammate.name)
            detail = teammate.team.name
        else:
            continue
        found.append(VolunteerRow(row, name, detail))
    return found, named
