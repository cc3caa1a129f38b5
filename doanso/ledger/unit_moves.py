"""Totals when the tree changes: units under another parent, ended units, and the reversal of these changes.

Entries stay as they are. What a unit counts with its subtree is removed from the totals above it along the old tree and added to
them along the new one, in the transaction that changes the tree. That transaction holds the gate exclusively, so no action and no
fold uses the old tree meanwhile. Queue rows that wait below them are read along the current tree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.ledger import locking, posting, rollup
from doanso.ledger.closing import closed_until
from doanso.ledger.models import Book, Fact, Placement, Queue
from doanso.ledger.rollup import ALL_DAYS, GRADES, IS_STATE
from doanso.lib import database
from doanso.lib.dated_rows import not_over
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import named_unit

SUBJECTS = 500
_Spans = dict[tuple[UUID, UUID], list[tuple[date, date | None]]]


def block_counting() -> None:
    """Wait until no counting action and no fold is under way, and block new ones until the transaction ends.

    It must come before every other ledger call of the transaction: a gate that is held shared cannot be taken exclusively.
    """
    database.lock([locking.GATE], shared=False)
    database.lock([rollup.FOLD_LOCK], shared=False)


@contextmanager
def moving_units(*, unit_ids: Sequence[UUID], since: date) -> Iterator[None]:
    """Open the context in which the tree of these units changes from a day on; none of them may be below another."""
    block_counting()
    if not stand_apart(unit_ids):
        raise ValueError("Units that ever stood below one another are moved one by one.")
    _require_open(unit_ids, since)
    below = _below(unit_ids, since)
    roots = set(Book.objects.values_list("root_id", flat=True))
    before, above = _spans(roots, below), _above(unit_ids)
    _fold_own(unit_ids)
    _lead(unit_ids, since, out=True)
    ended = list(Unit.objects.filter(pk__in=unit_ids, until__isnull=False).values_list("pk", flat=True))
    _lead_own(ended, out=True)
    yield
    _require_open(unit_ids, since)
    _lead_own(ended, out=False)
    _require_nothing_left(unit_ids)
    _lead(unit_ids, since, out=False)
    _clear(above | _above(unit_ids))
    after = _spans(roots, below)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    if changed:
        _post_moved(changed, since)


def _require_open(unit_ids: Sequence[UUID], since: date) -> None:
    """Refuse a day that is closed for the units, those below or those above: closed figures depend on their tree."""
    concerned = {*unit_ids, *_above(unit_ids), *_below(unit_ids, since)}
    for book in Book.objects.filter(closed_until__gte=since):
        closed = closed_until(book.pk, concerned)
        last = max(closed.values(), default=None)
        if last is not None and since <= last:
            message = _("The figures of %(book)s are closed up to %(day)s; choose a later day.")
            words = {"book": book.code, "day": last.strftime("%d/%m/%Y")}
            raise Refused(Problem("period-closed", message % words))


def _fold_own(unit_ids: Sequence[UUID]) -> None:
    """Fold the queue of these units: its rows would be cut off by a unit's last day, and their corrections would not be."""
    ids = list(Queue.objects.filter(unit_id__in=unit_ids).order_by("id").values_list("id", flat=True))
    for first in range(0, len(ids), rollup.PAGE):
        rollup.fold_rows(ids[first : first + rollup.PAGE])


def stand_apart(unit_ids: Collection[UUID]) -> bool:
    """Return whether none of these units was ever below another."""
    paths = UnitPath.objects.filter(ancestor_id__in=unit_ids, unit_id__in=unit_ids, depth__gt=0)
    return not paths.exists()


def _below(unit_ids: Sequence[UUID], since: date) -> set[UUID]:
    paths = UnitPath.objects.filter(not_over(since), ancestor_id__in=unit_ids)
    # A unit that has ended by then counts again when its end is taken back.
    return {*unit_ids, *paths.values_list("unit_id", flat=True)}


def _above(unit_ids: Sequence[UUID]) -> set[UUID]:
    return set(UnitPath.objects.filter(unit_id__in=unit_ids, depth__gt=0).values_list("ancestor_id", flat=True))


def _spans(roots: Collection[UUID], units: Collection[UUID]) -> _Spans:
    """Return when these units were under the books' roots, at any depth; adjacent spans are joined."""
    paths = UnitPath.objects.filter(ancestor_id__in=roots, unit_id__in=units).order_by("since")
    all_spans: _Spans = defaultdict(list)
    for root, unit, since, until in paths.values_list("ancestor_id", "unit_id", "since", "until"):
        spans = all_spans[root, unit]
        if spans and spans[-1][1] == since:
            spans[-1] = (spans[-1][0], until)
        else:
            spans.append((since, until))
    return dict(all_spans)


def _lead(unit_ids: Sequence[UUID], since: date, *, out: bool) -> None:
    """Subtract what these units count from the totals above them (`out`), or add it, along the current tree."""
    plus, minus = (", ".join(f"{sign}x.{grade} AS {grade}" for grade in GRADES) for sign in ("", "-"))
    rows = rollup.spread_statement(
        "ledger_total x",
        where=f"x.unit_id IN ({database.placeholders(unit_ids)}) AND x.day <> %s",
        # The change does not concern books that ended before it.
        only="p.depth > 0 AND b.last_day >= %s",
        grades=minus if out else plus,
        back=plus if out else minus,
    )
    _add_twice(rows, [*unit_ids, ALL_DAYS, since])


def _lead_own(ended: Sequence[UUID], *, out: bool) -> None:
    """Subtract what was booked at ended units from their own totals (`out`), or add it, along the current tree.

    What was booked late at an ended unit left it again on its last day. Once that day is taken back it stays.
    """
    if not ended:
        return
    rows = rollup.spread_entries(where=f"x.unit_id IN ({database.placeholders(ended)})", only="p.depth = 0", out=out)
    _add_twice(rows, ended)


def _add_twice(rows: str, once: Sequence[UUID | date]) -> None:
    """Add the rows of a spread with these parameters on their own days, and once more to the row of all days."""
    database.execute(rollup.add_to_totals(rows, "s.day"), [*once, *once])
    database.execute(rollup.add_to_totals(rows, "%s"), [ALL_DAYS, *once, *once])


def _require_nothing_left(unit_ids: Sequence[UUID]) -> None:
    """Refuse a unit that counts something of its own from its last day on: it would be lost to the units above."""
    # Of a state, the days up to the last one are one sum; of times, and of later days, each day counts by itself.
    day = f"CASE WHEN {IS_STATE} AND c.day < u.until THEN u.until ELSE c.day END"
    sql = f"""
        SELECT u.id, MIN(b.code), MIN(m.code), {day}
        FROM ledger_total c
        JOIN ledger_measure m ON m.id = c.measure_id JOIN ledger_book b ON b.id = m.book_id
        JOIN units_unit u ON u.id = c.unit_id AND u.until IS NOT NULL AND u.until <= b.last_day
        WHERE c.unit_id IN ({database.placeholders(unit_ids)}) AND c.day <> %s AND {day} >= u.until
        GROUP BY u.id, c.measure_id, {day}
        HAVING {" OR ".join(f"SUM(c.{grade}) <> 0" for grade in GRADES)}
        ORDER BY u.id LIMIT 1
    """
    left = database.fetch_all(sql, [*unit_ids, ALL_DAYS])
    if not left:
        return
    [(unit, book, measure, day_left)] = left
    message = _(
        "Unit %(unit)s still counts in programme %(book)s (%(measure)s, %(day)s) after its last day. Choose a later day,"
        " or correct those records first."
    )
    words = {
        "unit": named_unit(Unit.objects.get(pk=database.as_uuid(unit))).short_name,
        "book": book,
        "measure": measure,
        "day": database.as_date(day_left).strftime("%d/%m/%Y"),
    }
    raise Refused(Problem("unit-still-counts", message % words))


def _clear(unit_ids: Collection[UUID]) -> None:
    """Delete totals of zero: they would prevent the reversal of a unit's founding."""
    if not unit_ids:
        return
    nothing = " AND ".join(f"{grade} = 0" for grade in GRADES)
    where = f"unit_id IN ({database.placeholders(unit_ids)}) AND {nothing}"
    database.execute(f"DELETE FROM ledger_total WHERE {where}", list(unit_ids))


def _post_moved(changed: Collection[tuple[UUID, UUID]], since: date) -> None:
    """Post differences of subjects placed at, or active at, units that came under a book's root or left it."""
    roots = {root for root, _unit in changed}
    units = {unit for _root, unit in changed}
    measures = [measure for measure in locking.open_measures() if measure.root_id in roots]
    placements = Placement.objects.filter(not_over(since), unit_id__in=units, taken_back=False)
    facts = Fact.objects.filter(unit_id__in=units, happened_on__gte=since, taken_back=False)
    subjects = sorted({*placements.values_list("subject_id", flat=True), *facts.values_list("subject_id", flat=True)})
    for first in range(0, len(subjects), SUBJECTS):
        page = subjects[first : first + SUBJECTS]
        locking.lock_ids(page)
        posting.post_differences(measures, page)
