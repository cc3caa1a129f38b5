"""The members' list as a kind of list the importer knows."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.accounts.models import User
from doanso.imports.ports import Judgement, ListLine, RawRow
from doanso.members import policy, queries, rules
from doanso.members.models import Member
from doanso.members.register_list import application, matching, resolution
from doanso.members.register_list.branches import Branches
from doanso.members.register_list.columns import COLUMNS, DROPPED
from doanso.members.register_list.display import display_values
from doanso.members.register_list.reader import MemberRowReader
from doanso.members.register_list.register_rows import CurrentStatus, KnownMembers, RowKeys
from doanso.units import queries as units
from doanso.units.models import Unit


class MembersList:
    """`members`: one row per member."""

    name = "members"
    title = _("List of members")
    permission = policy.ADMIT
    columns = COLUMNS
    dropped = DROPPED
    required: tuple[str | tuple[str, ...], ...] = (("name", "family_name", "given_name"),)

    def open(self, *, actor: User, unit: Unit) -> "MembersSession":
        """Return a session over the branches below the unit."""
        return MembersSession(actor, unit)

    def summary(self, compared: Mapping[str, int], applied: Mapping[str, int], *, done: bool) -> dict[str, int]:
        """Return no figures, because members are counted by rows alone."""
        return {}

    def address(self, target: str) -> str:
        """Return the address of the member's page."""
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
        self._reader = MemberRowReader(Branches([*above, *below], [named_unit.id for named_unit in holders], parents))
        self._admitted: set[UUID] = set()
        self._homes = set(queries.home_units(self._branches).values())

    def read(self, row: RawRow) -> ListLine:
        """See `imports.ports.ListSession`."""
        return self._reader.read(row)

    def compare(self, lines: Sequence[ListLine]) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        rows = [RowKeys(line.values) for line in lines]
        known_members = KnownMembers(rows, set(self._branches), self._homes, self._admitted)
        matches = matching.match_rows(known_members, rows)
        current = CurrentStatus(
            [(row.values, match) for row, match in zip(rows, matches, strict=True) if isinstance(match, Member)]
        )
        return matching.judge_rows(known_members, rows, matches, current)

    def resolve(
        self, lines: Sequence[ListLine], judgements: Sequence[Judgement], answers: Sequence[str]
    ) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        members = queries.stays_by_id(resolution.meant_ids(judgements, answers))
        rows = resolution.apply_answers(lines, judgements, answers, members, set(self._branches))
        rematched = self.compare([lines[place] for place in rows.to_match])
        current = CurrentStatus([(lines[place].values, member) for place, member in rows.members])
        card_holders = queries.card_holders(resolution.answered_cards(lines, answers))
        return resolution.conclude_rows(lines, judgements, answers, rows, rematched, current, card_holders)

    def apply(self, lines: Sequence[ListLine], judgements: Sequence[Judgement]) -> None:
        """See `imports.ports.ListSession`."""
        plan = application.plan_rows(lines, judgements)
        self._admitted.update(application.write_plan(actor=self._actor, branches=self._branches, plan=plan))

    def display_values(self, lines: Sequence[ListLine]) -> list[dict[str, str]]:
        """See `imports.ports.ListSession`."""
        return [display_values(line.values, self._branch_names) for line in lines]

    def take_figures(self) -> dict[str, int]:
        """Return no figures, because members are counted by rows alone."""
        return {}
