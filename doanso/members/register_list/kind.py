"""The members' list as a kind of list the importer knows."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.imports.models import RowVerdict
from doanso.imports.ports import Judgement, Line, RawRow
from doanso.lib import clock, database
from doanso.members import actions, policy, queries, rules
from doanso.members.actions import Admission
from doanso.members.actions.absences import Leave
from doanso.members.models import Absence, AbsenceReason, Member
from doanso.members.register_list import cells, matching
from doanso.members.register_list.answers import BACK, MOVE
from doanso.members.register_list.branches import Branches
from doanso.members.register_list.columns import COLUMNS, DROPPED
from doanso.members.register_list.display import display_values
from doanso.members.register_list.reader import RowReader
from doanso.members.register_list.resolution import persons_of, settle
from doanso.people import actions as people
from doanso.units import queries as units
from doanso.units.models import Unit

NOTE = "import"


class MembersList:
    """`members`: one row per member."""

    name = "members"
    title = _("List of members")
    verb = policy.ADMIT
    columns = COLUMNS
    dropped = DROPPED
    required: tuple[str | tuple[str, ...], ...] = (("name", "family_name", "given_name"),)

    def open(self, *, actor: User, unit: Unit) -> "MembersSession":
        """A session over the branches below the unit."""
        return MembersSession(actor, unit)

    def summary(self, compared: Mapping[str, int], applied: Mapping[str, int], *, done: bool) -> dict[str, int]:
        """Members are counted by rows alone."""
        return {}

    def address(self, target: str) -> str:
        """The member's page."""
        return reverse("members:member", args=[target])


class MembersSession:
    """One run over a members' list."""

    def __init__(self, actor: User, unit: Unit) -> None:
        self._actor = actor
        below = units.subtree(unit)
        parents = units.parent_ids([named_unit.id for named_unit in below])
        divided = {parent for named_unit, parent in parents.items()}
        holders = [named_unit for named_unit in below if rules.holds_members(named_unit.kind, named_unit.id in divided)]
        self._branches = {named_unit.id: named_unit.unit for named_unit in holders}
        self._branch_names = {str(named_unit.id): named_unit.short_name for named_unit in holders}
        above = units.ancestors(unit)
        self._reader = RowReader(Branches([*above, *below], [named_unit.id for named_unit in holders], parents))
        self._admitted: set[UUID] = set()
        self._homes = set(queries.home_units(self._branches).values())

    def read(self, row: RawRow) -> Line:
        """See `imports.ports.ListSession`."""
        return self._reader.read(row)

    def compare(self, lines: Sequence[Line]) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        return matching.judge(lines, set(self._branches), self._homes, self._admitted)

    def settle(self, lines: Sequence[Line], judgements: Sequence[Judgement], answers: Sequence[str]) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        return settle(lines, judgements, answers, set(self._branches), self.compare)

    def apply(self, lines: Sequence[Line], judgements: Sequence[Judgement]) -> None:
        """See `imports.ports.ListSession`."""
        pairs = list(zip(lines, judgements, strict=True))
        new = [(line.values, judgement) for line, judgement in pairs if judgement.verdict == RowVerdict.NEW]
        changed = [(line.values, judgement) for line, judgement in pairs if judgement.verdict == RowVerdict.CHANGED]
        # Stays and contacts before the ledger, which is told of the new ones first.
        targets = [judgement.target for _values, judgement in changed]
        stays = Member.objects.select_for_update(of=("self",)).filter(pk__in=targets).order_by("pk")
        people.lock_contacts_of([person for _stay, person in stays.values_list("pk", "person_id")])
        written = [*self._admit(new), *self._change(changed)]
        posts = [(member, values["post"]) for member, values in written if values.get("post")]
        actions.set_posts(actor=self._actor, pairs=posts, note=NOTE)
        self._set_absences(written)

    def display_values(self, lines: Sequence[Line]) -> list[dict[str, str]]:
        """See `imports.ports.ListSession`."""
        return [display_values(line.values, self._branch_names) for line in lines]

    def take_figures(self) -> dict[str, int]:
        """Members are counted by rows alone."""
        return {}

    def _admit(self, new: Sequence[tuple[dict[str, Any], Judgement]]) -> list[tuple[Member, dict[str, Any]]]:
        if not new:
            return []
        # Somebody said that these are former members who come back.
        back = persons_of([judgement.target for _values, judgement in new if judgement.target])
        entries = [
            Admission(
                branch=self._branches[UUID(values["branch"])],
                particulars=matching.particulars(values),
                joined_on=cells.day(values.get("joined")),
                card_number=values.get("card", ""),
                temporary=values.get("status") == "temporary",
                person=back.get(judgement.target),
            )
            for values, judgement in new
        ]
        members = actions.admit_many(actor=self._actor, entries=entries, note=NOTE)
        self._admitted.update(member.pk for member in members)
        return [(member, values) for member, (values, _judgement) in zip(members, new, strict=True)]

    def _change(self, changed: Sequence[tuple[dict[str, Any], Judgement]]) -> list[tuple[Member, dict[str, Any]]]:
        if not changed:
            return []
        ids = [UUID(judgement.target) for _values, judgement in changed]
        stays = Member.objects.select_for_update(of=("self",)).select_related("contact").filter(pk__in=ids)
        members = {member.pk: member for member in policy.CHANGE.filter(self._actor, stays)}
        if len(members) != len(set(ids)):
            raise PermissionDenied(policy.CHANGE.name)
        members |= self._move(
            [(members[member_id], values) for member_id, (values, _judgement) in zip(ids, changed, strict=True)]
        )
        pairs = [(members[member_id], values) for member_id, (values, _judgement) in zip(ids, changed, strict=True)]
        names = people.change_contacts([(member.contact, matching.particulars(values)) for member, values in pairs])
        deeds = []
        own_changed: list[tuple[Member, list[str]]] = []
        for (member, values), fields in zip(pairs, names, strict=True):
            own = {"joined_on": cells.day(values.get("joined")), "card_number": values.get("card", "")}
            written = [name for name, value in own.items() if value and getattr(member, name) != value]
            for name in written:
                setattr(member, name, own[name])
            own_changed.append((member, written))
            if fields or written:
                deeds.append(
                    AuditEventInput(
                        self._actor, policy.CHANGE.name, member, member.branch_id, [*fields, *written], NOTE
                    )
                )
        database.save_changed(own_changed)
        record_many(deeds)
        return pairs

    def _move(self, pairs: Sequence[tuple[Member, dict[str, Any]]]) -> dict[UUID, Member]:
        """Transfers and returns that somebody answered for, one by one as on the members' pages; the new stays by the old."""
        today = clock.today()
        moved = {
            member.pk: actions.transfer_member(
                actor=self._actor, member=member, to=self._branches[UUID(values["branch"])], on=today
            )
            for member, values in pairs
            if values.get(MOVE)
        }
        back = {member.person_id: member for member, values in pairs if values.get(BACK)}
        away = Absence.objects.filter(queries.standing(today), person_id__in=list(back), taken_back_at=None)
        for absence in away if back else ():
            actions.end_absence(actor=self._actor, member=back[absence.person_id], absence=absence, until=today)
        return moved

    def _set_absences(self, written: Sequence[tuple[Member, dict[str, Any]]]) -> None:
        stated = [(member, values["status"]) for member, values in written if values.get("status")]
        away = [(member, status) for member, status in stated if status in AbsenceReason.values]
        if not away:
            return
        today = clock.today()
        already_away = queries.away_persons([member.person_id for member, _status in away], today)
        actions.set_absences(
            actor=self._actor,
            leaves=[Leave(member, status, today) for member, status in away if member.person_id not in already_away],
            note=NOTE,
        )
