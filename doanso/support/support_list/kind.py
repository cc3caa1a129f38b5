"""The list of people helped, registered as a kind of list with the importer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from doanso.accounts.models import User
from doanso.imports.applied_rows import known_targets, remember_targets
from doanso.imports.ports import Judgement, ListColumn, ListLine, RawRow
from doanso.lib import clock, vietnamese
from doanso.members import queries as members
from doanso.people import actions as people_actions
from doanso.people import queries as people
from doanso.support import policy, queries, rules
from doanso.support.actions import ConsentInput, Helper, RecordResult, SupportRecordInput, record_helps
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.support.models import SupportRecordSource
from doanso.support.support_list.cells import Services
from doanso.support.support_list.columns import DROPPED
from doanso.support.support_list.display import display_values
from doanso.support.support_list.matching import NAME, SupportMatcher, business, particulars
from doanso.support.support_list.reader import PERSON, SHOP, SupportRowReader
from doanso.support.support_list.services import with_services
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.neighbourhoods import NeighbourhoodNames


class SupportsList:
    """`supports`: one row per person or shop, with one service or several."""

    name = NAME
    title = _("List of people and shops helped")
    permission = policy.RECORD
    dropped = DROPPED
    required: tuple[str | tuple[str, ...], ...] = (("name", "family_name", "given_name", "shop"),)

    @property
    def columns(self) -> Sequence[ListColumn]:
        """Return our own columns, and one for each service of today."""
        return with_services(queries.recordable_services())

    def open(self, *, actor: User, unit: Unit) -> "SupportsSession":
        """Return a session for records of the unit."""
        return SupportsSession(actor, unit)

    def summary(self, compared: Mapping[str, int], applied: Mapping[str, int], *, done: bool) -> dict[str, int]:
        """Return the numbers of people: estimated until the list is applied, counted afterwards."""
        new = applied if done else compared
        return {
            "people_new": new.get("people_new", 0),
            "people_known": compared.get("people_known", 0) + applied.get("people_known", 0),
        }

    def address(self, target: str) -> str:
        """Return no address: a receiver has no page that every officer of the unit may open."""
        return ""


class SupportsSession:
    """One run over a list of people helped."""

    def __init__(self, actor: User, unit: Unit) -> None:
        self._actor = actor
        self._unit = unit
        home = members.home_units([unit.pk])[unit.pk]
        services = Services(queries.recordable_services())
        places = units.neighbourhoods(unit if unit.pk == home else Unit.objects.get(pk=home))
        self._neighbourhoods = NeighbourhoodNames(places)
        self._reader = SupportRowReader(services, self._neighbourhoods)
        self._matcher = SupportMatcher(unit.pk, home, services.names)
        self._helpers: dict[str, list[UUID]] | None = None
        self._consent_version = ""
        self._new = 0
        self._known_again = 0

    def read(self, row: RawRow) -> ListLine:
        """See `imports.ports.ListSession`."""
        return self._reader.read(row)

    def compare(self, lines: Sequence[ListLine]) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        return self._matcher.judge(lines)

    def resolve(
        self, lines: Sequence[ListLine], judgements: Sequence[Judgement], answers: Sequence[str]
    ) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        return self._matcher.resolve(lines, judgements, answers)

    def apply(self, lines: Sequence[ListLine], judgements: Sequence[Judgement]) -> None:
        """See `imports.ports.ListSession`."""
        self._new = self._known_again = 0
        # The lots below share one transaction.
        people_actions.lock_all_names()
        # Two rows may name the same record, one of them only after a question; it is recorded once.
        inputs_by_key: dict[str, SupportRecordInput] = {}
        rows = []
        for line in lines:
            line_inputs = dict(zip(self._matcher.keys(line.values), self._inputs(line.values), strict=True))
            rows.append([key for key in line_inputs if key not in inputs_by_key])
            inputs_by_key = line_inputs | inputs_by_key
        recorded: dict[str, UUID] = {}
        waiting = iter(rows)
        while lot := self._lot(waiting):
            keys = [key for row in lot for key in row]
            results = record_helps(actor=self._actor, unit=self._unit, entries=[inputs_by_key[key] for key in keys])
            recorded |= {key: entry.support_record_id for key, entry in zip(keys, results, strict=True)}
            after = iter(results)
            for row in lot:
                self._count([inputs_by_key[key] for key in row], list(islice(after, len(row))))
        known_keys = known_targets(kind=NAME, keys=recorded)
        remember_targets(kind=NAME, targets={key: entry for key, entry in recorded.items() if key not in known_keys})
        # Judgements made on the way were counted by the comparison already.
        self._matcher.people_new, self._matcher.people_known = self._new, self._known_again

    def _lot(self, waiting: Iterator[list[str]]) -> list[list[str]]:
        """Return the next rows whose records together fit into one action; a row is never split."""
        lot: list[list[str]] = []
        most = len(self._matcher.services) or 1
        while sum(map(len, lot)) + most <= rules.MOST_AT_ONCE and (row := next(waiting, None)) is not None:
            lot.append(row)
        return lot

    def _count(self, row: Sequence[SupportRecordInput], results: Sequence[RecordResult]) -> None:
        if not row or row[0].person is None:
            return
        self._new += results[0].is_new
        # A receiver chosen in an answer was not counted by the comparison.
        self._known_again += row[0].receiver_id is not None

    def display_values(self, lines: Sequence[ListLine]) -> list[dict[str, str]]:
        """See `imports.ports.ListSession`."""
        return [display_values(line.values, self._matcher.services, self._neighbourhoods.names) for line in lines]

    def take_figures(self) -> dict[str, int]:
        """See `imports.ports.ListSession`."""
        matcher = self._matcher
        figures = {"people_new": matcher.people_new, "people_known": matcher.people_known}
        matcher.people_new = matcher.people_known = 0
        return figures

    def _inputs(self, values: dict[str, Any]) -> list[SupportRecordInput]:
        """Return the inputs of one row, all with the same receiver."""
        person = particulars(values) if values["to"] == PERSON else None
        shop = business(values) if values["to"] == SHOP else None
        second = values.get("second")
        birth = str(values.get("birth", ""))[:4]
        return [
            SupportRecordInput(
                service=code,
                happened_on=date.fromisoformat(day),
                person=person,
                business=shop,
                helper=self._helper(values.get("helper")),
                second=self._helper(second) if second else None,
                consent=self._consent(values) if person is not None else None,
                source=SupportRecordSource.IMPORT,
                receipt_birth_year=int(birth) if shop is not None and birth else None,
                # Equal names were the subject of a question before.
                namesakes=True,
                receiver_id=UUID(values["receiver"]) if values.get("receiver") else None,
            )
            for code, day in values["done"]
        ]

    def _helper(self, name_and_kind: list[str] | None) -> Helper:
        """Return the helper; a youth whose name is one member's alone is that member."""
        if not name_and_kind:
            return Helper("")
        if self._helpers is None:
            self._helpers = {}
            for key, name in queries.offered_helpers(self._unit):
                self._helpers.setdefault(vietnamese.name_key(name), []).append(key)
        name, kind = name_and_kind
        member_ids = self._helpers.get(vietnamese.name_key(name), []) if kind == rules.YOUTH else []
        return Helper(name, kind, member_ids[0] if len(member_ids) == 1 else None)

    def _consent(self, values: dict[str, Any]) -> ConsentInput:
        if not self._consent_version:
            self._consent_version = people.consent_text(clock.today()).version
        purposes = (RECORD_PURPOSE, *values.get("purposes", ()))
        return ConsentInput(purposes, "paper", self._consent_version, values.get("guardian", ""))
