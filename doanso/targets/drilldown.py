"""The records behind a figure, each shown by its owner under the owner's policy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from doanso.accounts.models import User
from doanso.ledger import ports
from doanso.ledger.models import Measure
from doanso.ledger.queries import ClaimCounts, DrilldownKey, DrilldownPage, DrilldownRow, drilldown_page, records_behind
from doanso.targets.models import Indicator, Programme
from doanso.units.models import Unit

ROWS = 50
_BATCH = 500
NUMERATOR, DENOMINATOR, EXEMPT = "numerator", "denominator", "exempt"


class RecordLine(NamedTuple):
    """A record as the reader may see it; a template unpacks it in this order."""

    title: str
    detail: str
    url: str
    day: date


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of the records behind one figure; `count` is computed from the entries.

    `next` is the key of the next page, "" after the last. `claims` are the counts beside people helped. Where records have
    amounts (`adds_amounts`), `count` is their sum.
    """

    of: str
    count: int
    lines: list[RecordLine]
    next: str
    claims: ClaimCounts | None = None
    adds_amounts: bool = False


def measure_of(indicator: Indicator, of: str) -> str:
    """Return the measure of one side of an indicator, "" if it has none."""
    return {NUMERATOR: indicator.numerator, DENOMINATOR: indicator.denominator, EXEMPT: indicator.exempt}.get(of, "")


def write_key(key: DrilldownKey) -> str:
    """Return a key as a part of an address; it holds ids only."""
    subject, unit, grade, kind, source = key
    return f"{subject}~{unit.hex}~{grade}~{kind}~{source.hex}"


def read_key(text: str) -> DrilldownKey | None:
    """Return the key of an address; None for anything else."""
    try:
        subject, unit, grade, kind, source = text.split("~")
        key = int(subject), UUID(unit), int(grade), kind, UUID(source)
    except ValueError:
        return None
    # The database refuses a parameter that its column cannot hold.
    return key if 0 <= key[0] < 2**63 and 0 <= key[2] <= 4 and "\0" not in kind else None


@dataclass(frozen=True, slots=True)
class DrilldownFigure:
    """One side of an indicator of a unit on a day.

    `also` names ended units whose figures are included in the unit's own; with the `mark` of a snapshot, the records
    behind the figure when it was taken. A denominator leaves out exempt members. `measures` by their codes are read
    if they are not given.
    """

    programme: Programme
    indicator: Indicator
    unit: Unit
    on: date
    of: str
    also: tuple[UUID, ...] = ()
    mark: int | None = None
    measures: Mapping[str, Measure] | None = None

    @property
    def _without(self) -> str:
        return self.indicator.exempt if self.of == DENOMINATOR else ""

    def _filter(self, after: DrilldownKey | None, limit: int) -> dict[str, Any]:
        return {
            "book": self.programme.book,
            "unit_id": self.unit.pk,
            "on": self.on,
            "after": after,
            "limit": limit,
            "also": self.also,
            "mark": self.mark,
        }

    def all_records(self) -> Iterator[DrilldownRow]:
        """Yield all records behind the figure, read in batches."""
        code, after = measure_of(self.indicator, self.of), None
        while batch := records_behind(code=code, without=self._without, **self._filter(after, _BATCH)):
            yield from batch
            after = batch[-1].key
            if len(batch) < _BATCH:
                return

    def page(self, after: DrilldownKey | None) -> DrilldownPage:
        """Return the records of one page, plus one more if there is one, with the number of all; one statement."""
        code, measures = measure_of(self.indicator, self.of), self.measures
        if measures is None:
            measures = {measure.code: measure for measure in self.programme.book.measures.all()}
        without = measures[self._without] if self._without else None
        return drilldown_page(measure=measures[code], without=without, **self._filter(after, ROWS + 1))


def page_of_records(*, actor: User, figure: DrilldownFigure, after: DrilldownKey | None) -> RecordPage:
    """Return a page of the records behind the figure, each as its owner lets this actor see it."""
    page = figure.page(after)
    shown = page.rows[:ROWS]
    return RecordPage(
        of=figure.of,
        count=page.count,
        lines=_lines(actor, shown),
        next=write_key(shown[-1].key) if len(page.rows) > ROWS else "",
        claims=page.claims,
        adds_amounts=figure.of == NUMERATOR and ports.adds_amounts(figure.indicator.family),
    )


def _lines(actor: User, shown: Sequence[DrilldownRow]) -> list[RecordLine]:
    by_kind: dict[str, list[UUID]] = {}
    for row in shown:
        by_kind.setdefault(row.source_kind, []).append(row.source_id)
    source_lines = {kind: ports.source_page(kind)(actor=actor, ids=ids) for kind, ids in by_kind.items()}
    lines = []
    for row in shown:
        line = source_lines[row.source_kind][row.source_id]
        lines.append(RecordLine(line.title, line.detail, line.url, row.day))
    return lines
