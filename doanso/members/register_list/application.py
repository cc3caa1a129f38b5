"""Write the rows of a members' list: the plan first, then each of the members' actions once for all rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from doanso.accounts.models import User
from doanso.imports.models import RowVerdict
from doanso.imports.ports import Judgement, ListLine
from doanso.lib import clock
from doanso.members import actions, queries
from doanso.members.actions import Admission, MemberChange
from doanso.members.actions.absences import AbsenceInput
from doanso.members.models import AbsenceReason, Member
from doanso.members.register_list import cells
from doanso.members.register_list.answers import BACK, MOVE
from doanso.members.register_list.register_rows import particulars
from doanso.units.models import Unit

NOTE = "import"

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WritePlan:
    """The values of the rows to write: new members, with the ended stay of one who comes back, and changed stays."""

    new: list[tuple[Values, UUID | None]]
    changed: list[tuple[Values, UUID]]


def plan_rows(lines: Sequence[ListLine], judgements: Sequence[Judgement]) -> WritePlan:
    """Return what is to be written, by the verdicts on the rows."""
    plan = WritePlan([], [])
    for line, judgement in zip(lines, judgements, strict=True):
        if judgement.verdict == RowVerdict.NEW:
            plan.new.append((line.values, UUID(judgement.target) if judgement.target else None))
        elif judgement.verdict == RowVerdict.CHANGED:
            plan.changed.append((line.values, UUID(judgement.target)))
    return plan


def write_plan(*, actor: User, branches: Mapping[UUID, Unit], plan: WritePlan) -> list[UUID]:
    """Write a plan inside the caller's transaction; return the keys of the new stays."""
    # Stays and contacts before the ledger, which is called for new stays first.
    actions.lock_stays(stay_id for _values, stay_id in plan.changed)
    admitted = _admit(actor, branches, plan.new)
    written = [*admitted, *_change(actor, branches, plan.changed)]
    posts = [(member, values["post"]) for member, values in written if values.get("post")]
    actions.set_posts(actor=actor, pairs=posts, note=NOTE)
    _set_absences(actor, written)
    return [member.pk for member, _values in admitted]


def _admit(
    actor: User, branches: Mapping[UUID, Unit], new: Sequence[tuple[Values, UUID | None]]
) -> list[tuple[Member, Values]]:
    if not new:
        return []
    # An officer answered that these are former members who come back.
    persons = queries.persons_of_stays([stay_id for _values, stay_id in new if stay_id is not None])
    entries = [
        Admission(
            branch=branches[UUID(values["branch"])],
            particulars=particulars(values),
            joined_on=cells.day(values.get("joined")),
            card_number=values.get("card", ""),
            temporary=values.get("status") == "temporary",
            person=persons.get(stay_id) if stay_id is not None else None,
        )
        for values, stay_id in new
    ]
    members = actions.admit_many(actor=actor, entries=entries, note=NOTE)
    return [(member, values) for member, (values, _stay_id) in zip(members, new, strict=True)]


def _change(
    actor: User, branches: Mapping[UUID, Unit], changed: Sequence[tuple[Values, UUID]]
) -> list[tuple[Member, Values]]:
    if not changed:
        return []
    members = actions.stays_to_change(actor=actor, stay_ids=[stay_id for _values, stay_id in changed])
    rows = [(members[stay_id], values) for values, stay_id in changed]
    moved = _transfer(actor, branches, rows)
    _end_absences(actor, rows)
    rows = [(moved.get(member.pk, member), values) for member, values in rows]
    changes = [
        MemberChange(member, particulars(values), cells.day(values.get("joined")), values.get("card", ""))
        for member, values in rows
    ]
    actions.change_many(actor=actor, changes=changes, note=NOTE)
    return rows


def _transfer(actor: User, branches: Mapping[UUID, Unit], rows: Iterable[tuple[Member, Values]]) -> dict[UUID, Member]:
    """Transfer the members whose question was answered so, one by one as on their pages; return the new stays by the old."""
    today = clock.today()
    return {
        member.pk: actions.transfer_member(actor=actor, member=member, to=branches[UUID(values["branch"])], on=today)
        for member, values in rows
        if values.get(MOVE)
    }


def _end_absences(actor: User, rows: Iterable[tuple[Member, Values]]) -> None:
    """End today's absences of the members whose question was answered so."""
    back = {member.person_id: member for member, values in rows if values.get(BACK)}
    today = clock.today()
    for absence in queries.absences_on(back, today):
        actions.end_absence(actor=actor, member=back[absence.person_id], absence=absence, until=today)


def _set_absences(actor: User, written: Collection[tuple[Member, Values]]) -> None:
    stated = [(member, values["status"]) for member, values in written if values.get("status")]
    away = [(member, status) for member, status in stated if status in AbsenceReason.values]
    if not away:
        return
    today = clock.today()
    already_away = queries.away_persons([member.person_id for member, _status in away], today)
    leaves = [AbsenceInput(member, status, today) for member, status in away if member.person_id not in already_away]
    actions.set_absences(actor=actor, leaves=leaves, note=NOTE)
