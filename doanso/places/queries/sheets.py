"""Rows of survey sheets: for the entry form, with what was kept for that day, and for paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.cashless.models import ShopState
from doanso.cashless.queries.statuses import ShopStatus
from doanso.lib import formats
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.people.actions.doors import one_line
from doanso.places.kinds import kind_named
from doanso.places.models import Address, AddressKind, Place, Segment
from doanso.places.queries.addresses import (
    SURVEY_PAGE,
    AddressFilter,
    AddressRow,
    address_lines,
    filtered_addresses,
)
from doanso.places.queries.criteria import criteria_of
from doanso.places.queries.day_answers import DayAnswers, answers_of_day, shop_states_checked_on
from doanso.places.queries.sheet_cells import SheetCell, SheetLine, answer_cell, outcome_cell, state_cell
from doanso.places.queries.stalls import StallFilter, StallRow, filtered_stalls, stall_lines
from doanso.places.rules.survey import SurveyQuestion, questions_of

MOST_PAPER = 1500
ROWS_A_SHEET = 24


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A page of the entry form; `head` are the questions in the order of the columns."""

    lines: Sequence[SheetLine]
    more: bool
    head: Sequence[SurveyQuestion]


def sheet_page(
    place: Place, segment_id: UUID | None, checked_on: date, number: int, *, data: Mapping[str, Any] | None = None
) -> SheetPage:
    """Return the rows of a page with what was kept for that day, or with what was sent; at most twelve statements."""
    if kind_named(place.kind).is_market:
        return _stall_page(place, segment_id, checked_on, number, data)
    criteria = criteria_of(place.criteria_set)
    listed = filtered_addresses(place, AddressFilter(segment_id=segment_id), checked_on)
    addresses, more = page_rows(listed.exclude(kind=AddressKind.POINT), number, SURVEY_PAGE)
    rows = address_lines(place, addresses, criteria, checked_on)
    kept = answers_of_day(addresses, checked_on)
    states = shop_states_checked_on([address.business_id for address in addresses if address.business_id], checked_on)
    return SheetPage([_address_line(row, kept, states, data) for row in rows], more, questions_of(criteria))


def _address_line(
    row: AddressRow,
    kept: Mapping[UUID, DayAnswers],
    states: Mapping[UUID, str],
    data: Mapping[str, Any] | None,
) -> SheetLine:
    address = row.address
    outcome, answers = kept.get(address.pk, DayAnswers("", {}))
    cells: list[SheetCell] = []
    if address.business_id is not None:
        cells.append(state_cell(address.pk, states.get(address.business_id, ""), _known_state(row.status), data))
    for mark in row.marks:
        known = (
            "" if mark.yes is None or mark.on is None else f"{'✓' if mark.yes else '✗'} {formats.short_day(mark.on)}"
        )
        cells.append(answer_cell(address.pk, mark.question, answers, known, data))
    cells.append(outcome_cell(address.pk, outcome, data))
    title = one_line(address.street, address.number)
    return SheetLine(address.pk, title, address.label, address.pk, address.business_id, cells)


def _known_state(status: ShopStatus | None) -> str:
    if status is None or status.checked_on is None:
        return ""
    return f"{ShopState(status.state).label} {formats.short_day(status.checked_on)}"


def _stall_page(
    place: Place, segment_id: UUID | None, checked_on: date, number: int, data: Mapping[str, Any] | None
) -> SheetPage:
    stalls, more = page_rows(
        filtered_stalls(place, StallFilter(segment_id=segment_id), checked_on), number, SURVEY_PAGE
    )
    rows = stall_lines(stalls, checked_on)
    states = shop_states_checked_on([row.tenancy.business_id for row in rows if row.tenancy is not None], checked_on)
    return SheetPage([_stall_line(row, states, data) for row in rows if row.tenancy is not None], more, ())


def _stall_line(row: StallRow, states: Mapping[UUID, str], data: Mapping[str, Any] | None) -> SheetLine:
    business_id = row.tenancy.business_id if row.tenancy is not None else None
    state = states.get(business_id, "") if business_id is not None else ""
    names = (row.tenancy.business.name, row.stall.goods) if row.tenancy is not None else ()
    cells = [state_cell(row.stall.pk, state, _known_state(row.status), data)]
    return SheetLine(row.stall.pk, row.stall.number, " · ".join(filter(None, names)), None, business_id, cells)


# --- Paper -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A printed row: number, name on the sign, and which columns are asked there."""

    number: str
    name: str
    asked: Sequence[bool]


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """One printed sheet: its segment, and which sheet of the segment it is."""

    title: str
    segment_id: UUID | None
    number: int
    count: int
    head: Sequence[str]
    lines: Sequence[PaperLine]


def paper_sheets(place: Place, segments: Sequence[Segment], on: date, *, whole: bool) -> tuple[list[PaperSheet], bool]:
    """Return the sheets of these segments, each segment on sheets of its own, and whether rows were left out.

    With `whole` also the rows that are in no segment.
    """
    wanted: list[Segment | None] = [*segments, *([None] if whole else [])]
    keys = {segment.pk: segment.name for segment in segments}
    if kind_named(place.kind).is_market:
        head, by_segment, is_cut = _stall_lines(place, on)
    else:
        head, by_segment, is_cut = _address_lines(place, on)
    sheets: list[PaperSheet] = []
    for segment in wanted:
        key = segment.pk if segment is not None else None
        lines = by_segment.get(key, [])
        parts = [lines[start : start + ROWS_A_SHEET] for start in range(0, len(lines), ROWS_A_SHEET)]
        title = keys.get(key, place.name) if key is not None else place.name
        sheets += [
            PaperSheet(title, key, position, len(parts), head, part) for position, part in enumerate(parts, start=1)
        ]
    return sheets, is_cut


def _shop_head() -> list[str]:
    return [_("Code displayed"), _("Customers paid")]


type _Lines = tuple[list[str], dict[UUID | None, list[PaperLine]], bool]


def _address_lines(place: Place, on: date) -> _Lines:
    questions = questions_of(criteria_of(place.criteria_set))
    listed = Address.objects.filter(in_effect(on), place=place).exclude(kind=AddressKind.POINT)
    columns = ("segment_id", "kind", "number", "street", "label")
    rows = list(listed.order_by("walk_key", "pk").values_list(*columns)[: MOST_PAPER + 1])
    by_segment: dict[UUID | None, list[PaperLine]] = {}
    for segment_id, kind, number, street, label in rows[:MOST_PAPER]:
        is_shop = kind == AddressKind.BUSINESS
        asked = [is_shop, is_shop, *(question.kind == kind for question in questions)]
        by_segment.setdefault(segment_id, []).append(PaperLine(one_line(street, number), label, asked))
    return [*_shop_head(), *(str(question.short) for question in questions)], by_segment, len(rows) > MOST_PAPER


def _stall_lines(place: Place, on: date) -> _Lines:
    stalls = list(filtered_stalls(place, StallFilter(), on)[: MOST_PAPER + 1])
    by_segment: dict[UUID | None, list[PaperLine]] = {}
    for row in stall_lines(stalls[:MOST_PAPER], on):
        if row.tenancy is not None:
            line = PaperLine(row.stall.number, row.tenancy.business.name, [True, True])
            by_segment.setdefault(row.stall.segment_id, []).append(line)
    return _shop_head(), by_segment, len(stalls) > MOST_PAPER
