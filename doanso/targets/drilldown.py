"""What stands behind a figure: the ledger's records, each shown by its owner under the owner's policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from doanso.accounts.models import User
from doanso.ledger import ports
from doanso.ledger.queries import Drilldown, standing, standing_count
from doanso.targets.models import Indicator, Programme
from doanso.units.models import Unit

ROWS = 50
_BATCH = 500
NUMERATOR, DENOMINATOR, EXEMPT = "numerator", "denominator", "exempt"

Key = tuple[int, UUID, int, str, UUID]


@dataclass(frozen=True, slots=True)
class Line:
    """A record as the reader may see it."""

    title: str
    detail: str
    url: str
    grade: int
    day: date


@dataclass(frozen=True, slots=True)
class Records:
    """A page of the records behind one figure; `count` is the list's own, made from the entries."""

    of: str
    count: int
    lines: list[Line]
    next: str


def measure_of(indicator: Indicator, of: str) -> str:
    """The measure of one side of an indicator, "" where it has none."""
    return {NUMERATOR: indicator.numerator, DENOMINATOR: indicator.denominator, EXEMPT: indicator.exempt}.get(of, "")


def write_key(key: Key) -> str:
    """Where the next page goes on, as a part of an address; it holds ids only."""
    subject, unit, grade, kind, source = key
    return f"{subject}~{unit.hex}~{grade}~{kind}~{source.hex}"


def read_key(text: str) -> Key | None:
    """The key of an address; None for anything else."""
    try:
        subject, unit, grade, kind, source = text.split("~")
        key = int(subject), UUID(unit), int(grade), kind, UUID(source)
    except ValueError:
        return None
    # Beyond what a column holds there is no row to go on from, and the database would refuse the very question.
    return key if 0 <= key[0] < 2**63 and 0 <= key[2] <= 4 and "\0" not in kind else None


@dataclass(frozen=True, slots=True)
class Figure:
    """One side of an indicator of a unit on a day."""

    programme: Programme
    indicator: Indicator
    unit: Unit
    on: date
    of: str
    # Ended units whose figures are in the unit's own.
    also: tuple[UUID, ...] = ()
    # Of a frozen set: what stood behind the figure then, whatever came after.
    mark: int | None = None

    def _standing(self, code: str, after: Key | None, limit: int) -> list[Drilldown]:
        return standing(
            book=self.programme.book,
            code=code,
            unit_id=self.unit.pk,
            on=self.on,
            after=after,
            limit=limit,
            also=self.also,
            mark=self.mark,
        )

    def _count(self, code: str) -> int:
        return standing_count(
            book=self.programme.book, code=code, unit_id=self.unit.pk, on=self.on, also=self.also, mark=self.mark
        )

    def _all(self, code: str) -> Iterator[Drilldown]:
        after = None
        while page := self._standing(code, after, _BATCH):
            yield from page
            after = page[-1].key
            if len(page) < _BATCH:
                return

    def count(self) -> int:
        """How many records stand behind the figure, counted from the entries themselves."""
        code = measure_of(self.indicator, self.of)
        number = self._count(code)
        if self.of == DENOMINATOR and self.indicator.exempt:
            number -= self._count(self.indicator.exempt)
        return number

    def every(self) -> Iterator[Drilldown]:
        """All records behind the figure, read in pages. A denominator leaves out who is exempt."""
        left_out = set()
        if self.of == DENOMINATOR and self.indicator.exempt:
            left_out = {row.subject_id for row in self._all(self.indicator.exempt)}
        for row in self._all(measure_of(self.indicator, self.of)):
            if row.subject_id not in left_out:
                yield row

    def page(self, after: Key | None) -> list[Drilldown]:
        """One more record than a page shows, where there is one. A denominator leaves out who is exempt."""
        code = measure_of(self.indicator, self.of)
        if self.of != DENOMINATOR or not self.indicator.exempt:
            return self._standing(code, after, ROWS + 1)
        exempt = {row.subject_id for row in self._all(self.indicator.exempt)}
        rows: list[Drilldown] = []
        while len(rows) <= ROWS:
            page = self._standing(code, after, ROWS + 1)
            rows += [row for row in page if row.subject_id not in exempt]
            if len(page) <= ROWS:
                break
            after = page[-1].key
        return rows[: ROWS + 1]


def records(*, actor: User, figure: Figure, after: Key | None) -> Records:
    """A page of the records behind the figure, each as its owner lets this actor see it."""
    page = figure.page(after)
    shown = page[:ROWS]
    return Records(
        of=figure.of,
        count=figure.count(),
        lines=_lines(actor, shown),
        next=write_key(shown[-1].key) if len(page) > ROWS else "",
    )


def _lines(actor: User, shown: Sequence[Drilldown]) -> list[Line]:
    by_kind: dict[str, list[UUID]] = {}
    for row in shown:
        by_kind.setdefault(row.source_kind, []).append(row.source_id)
    source_lines = {kind: ports.source_page(kind)(actor=actor, ids=ids) for kind, ids in by_kind.items()}
    lines = []
    for row in shown:
        line = source_lines[row.source_kind][row.source_id]
        lines.append(Line(line.title, line.detail, line.url, row.grade, row.day))
    return lines
