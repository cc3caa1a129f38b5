"""Finding the table in a sheet as cadres keep them: titles above, two-line heads, groups, totals, signatures below."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.lib.table_heads import (
    DATE_PARTS,
    Cell,
    Head,
    HeadColumn,
    Headings,
    Place,
    Row,
    columns_of,
    filled_places,
    head_key,
    heads_at,
    holds_headings,
    likely_head,
    plain_head,
    remembered_head,
    spelled,
    text_at,
    words_of,
)
from doanso.lib.vietnamese import nfc

SEARCHED_ROWS = 60
"""How far down a head is looked for."""
_NUMBERING = re.compile(r"\(?\s*(?:\d{1,2}|[A-Za-z])\s*\)?\.?")
_ORDER = re.compile(r"\s*\d+\s*[.)]?\s*")
# Tống, Công and Đoàn are also families, so these go by their diacritics, or by more than one word without.
_TOTAL = re.compile(
    r"(?:tổng cộng|tong cong|tổng số|tong so|danh sách (?:này )?(?:gồm|có)|ấn định)\b"
    r"|(?:cộng|cong|tổng)(?:\s*[:.(]|\s+\d|\s+chi đoàn\b|\s+khu phố\b|\s*$)"
)
_SIGNATURE = re.compile(
    r"(?:nguoi lap|lap bang|lap bieu|tm |t m |thay mat|bi thu|pho bi thu|ban chap hanh|bch |xac nhan|ky ten|ky ghi ro|ky va ghi|"
    r"nguoi tong hop|noi nhan|kt |thu truong|giam doc|hieu truong|can bo|ghi chu|luu y|.{0,40}ngay \d* ?thang \d* ?nam)"
)
_UNIT = re.compile(
    r"(?:chi đoàn|chi doan|liên chi|khu phố|khu pho|kp|ấp|khóm|lớp|khối|phường|xã|thôn|trường|đội|nhóm|đơn vị"
    r"|đoàn (?:phường|xã|trường|cơ sở|cơ quan|khối|thanh niên|tncs)|tổ (?:dân phố|số|\d))\b"
)
_GROUP_ORDER = re.compile(r"^(?:[IVXLC]+|[A-Z]|\d{1,2})\s*[.)/:-]\s*")
_ROMAN = re.compile(r"(?:[IVXLC]+|[A-Z])[.)]?")
_GROUP_TAIL = re.compile(r"\s*(?::|\(?\s*\d+\s*(?:đ/c|đoàn viên|đv|đvtn|đồng chí|người)\s*\)?)\s*$", re.IGNORECASE)


class BodyRow(NamedTuple):
    """A row of the list. `number` is Excel's; every column that was found is in `values`, empty ones as None."""

    number: int
    values: dict[str, Cell]
    group: str
    """What stood alone in a row above, usually a branch; empty without one."""
    sex: Literal["", "male", "female", "both"]
    """Told by the side on which a value stands, where a column is split into Nam and Nữ."""


class PassedOver(NamedTuple):
    """A row that holds something and is not of the list."""

    number: int
    kind: Literal["group", "total", "signature", "numbering", "heading", "note"]
    text: str


@dataclass(frozen=True)
class Table:
    header_rows: tuple[int, ...]
    """Excel's numbers of the one or two rows of headings."""
    columns: dict[str, Place]
    """Places count from 0."""
    headings: dict[str, str]
    """The heading of each column as the file has it."""
    ignored: list[tuple[int, str]]
    """Columns whose heading means nothing here: place and heading."""
    body: Iterator[BodyRow]
    """Comes once; the rows are taken from the sheet as it goes."""
    remembered: bool = False
    """Whether somebody once said which column is which."""
    passed_over: list[PassedOver] = field(default_factory=list)
    """Filled while the body is gone through."""


def find_table(
    rows: Iterable[Row],
    synonyms: Mapping[str, Iterable[str]],
    required: Iterable[str | tuple[str, ...]],
    *,
    merged: Iterable[tuple[int, int, int, int]] = (),
    remembered: Mapping[str, Sequence[str]] | None = None,
) -> Table:
    """The table in a sheet, or `Refused` with the problem `heading_not_found` that names what is missing.

    `synonyms` gives for each key the headings it goes by; headings are compared without case, diacritics and
    punctuation. Of a tuple in `required` one key is enough. `merged` are the sheet's merged ranges (rows and columns
    from 0); without them a heading over several columns stands for its first. `remembered` says of heads that are known
    by `head_key` which column is which; it goes before what the headings mean by themselves.
    """
    source = iter(rows)
    top = list(islice(source, SEARCHED_ROWS))
    wanted = [keys if isinstance(keys, tuple) else (keys,) for keys in required]
    known = Headings(synonyms)
    spans = _spans(merged)
    told = remembered_head(top, remembered, synonyms) if remembered else None
    if told is not None and _met(told, wanted) < len(wanted):
        told = None
    best = told or _best_head(top, known, spans, wanted)
    if best is None or _met(best, wanted) < len(wanted):
        raise Refused(_not_found(best, wanted, synonyms))
    passed_over: list[PassedOver] = []
    identity = next(key for key in wanted[0] if key in best.columns) if wanted else next(iter(best.columns))
    numbered = enumerate(chain(top[best.last + 1 :], source), best.last + 2)
    body = _Body(top, best, identity, dict(spans), passed_over)
    return Table(
        tuple(range(best.first + 1, best.last + 2)),
        best.columns,
        best.headings,
        best.ignored,
        body.rows(numbered),
        told is not None,
        passed_over,
    )


def _spans(merged: Iterable[tuple[int, int, int, int]]) -> dict[tuple[int, int], int]:
    return {(first, left): right for first, left, _last, right in merged if right > left}


def _best_head(
    top: list[Row], known: Headings, spans: dict[tuple[int, int], int], wanted: Sequence[tuple[str, ...]]
) -> Head | None:
    candidates = [head for start in range(len(top)) for head in heads_at(top, start, known, spans)]
    return max(candidates, key=lambda head: (_met(head, wanted), head.score), default=None)


@dataclass(frozen=True)
class HeadInSight:
    """A head as it would be read, for somebody who says which column is which."""

    number: int
    """Excel's number of its first row."""
    key: str
    columns: list[HeadColumn]
    remembered: bool
    words_only: bool
    """Whether it may be a row of headings at all."""
    examples: dict[int, list[str]]
    """A few cells of each column."""


def look_at_head(
    rows: Iterable[Row],
    synonyms: Mapping[str, Iterable[str]],
    required: Iterable[str | tuple[str, ...]],
    *,
    merged: Iterable[tuple[int, int, int, int]] = (),
    remembered: Mapping[str, Sequence[str]] | None = None,
    number: int | None = None,
    examples: int = 3,
) -> HeadInSight | None:
    """The head of a sheet though its headings may mean nothing; `number` is Excel's number of another row to take."""
    top: list[Row] = list(islice(rows, SEARCHED_ROWS))
    wanted = [keys if isinstance(keys, tuple) else (keys,) for keys in required]
    known, spans = Headings(synonyms), _spans(merged)
    told = remembered_head(top, remembered, synonyms) if remembered and number is None else None
    best = told
    if best is None and number is None:
        best = _best_head(top, known, spans, wanted) or likely_head(top)
    elif best is None and number is not None and 0 < number <= len(top):
        here = list(heads_at(top, number - 1, known, spans))
        best = max(here, key=lambda head: head.score, default=plain_head(top, number - 1))
    if best is None:
        return None
    columns = columns_of(top, best)
    told_cells: dict[int, list[str]] = {column.place: [] for column in columns}
    for row in top[best.last + 1 :]:
        for place, cells in told_cells.items():
            if len(cells) < examples and (cell := _cell_text(row, place)):
                cells.append(cell)
    return HeadInSight(
        best.first + 1,
        head_key(top[best.first : best.last + 1]),
        columns,
        told is not None,
        holds_headings(top, best),
        told_cells,
    )


def _met(head: Head, wanted: Sequence[tuple[str, ...]]) -> int:
    return sum(any(key in head.columns for key in keys) for keys in wanted)


def _not_found(best: Head | None, wanted: Sequence[tuple[str, ...]], synonyms: Mapping[str, Iterable[str]]) -> Problem:
    missing = [keys for keys in wanted if best is None or not any(key in best.columns for key in keys)]
    names = ", ".join(f"“{_heading_of(keys[0], synonyms)}”" for keys in missing)
    if best is not None and _met(best, wanted):
        message = _("The table has no column %(missing)s. Add it to the heading row, for example %(example)s.")
    else:
        message = _("No heading row was found. It must name %(missing)s, for example %(example)s.")
    example = " | ".join(["STT", *(_heading_of(key, synonyms) for key in list(synonyms)[:3])])
    return Problem("heading_not_found", message % {"missing": names, "example": example})


def _heading_of(key: str, synonyms: Mapping[str, Iterable[str]]) -> str:
    name = next(iter(synonyms.get(key, ())), key)
    return name[:1].upper() + name[1:]


class _Body:
    """Tells the rows of the list from what else stands between and below them."""

    def __init__(
        self,
        top: list[Row],
        head: Head,
        identity: str,
        spans: dict[tuple[int, int], int],
        passed_over: list[PassedOver],
    ) -> None:
        self._head = head
        self._identity = head.columns[identity]
        self._spans = spans
        self._passed_over = passed_over
        self._heading_lines = {_line(row) for row in top[head.first : head.last + 1]}
        self._first_headings = {next(filter(None, line), "") for line in self._heading_lines}
        self._mapped = {place for places in head.columns.values() for place in _places(places)}
        self._group = ""
        self._signed = False

    def rows(self, numbered: Iterable[tuple[int, Row]]) -> Iterator[BodyRow]:
        first = True
        for number, row in numbered:
            filled = filled_places(row)
            if not filled:
                continue
            kind = self._kind(number, row, filled, first)
            first = False
            if kind == "row":
                self._signed = False
                values, sex = self._values(row)
                if any(value is not None for value in values.values()):
                    yield BodyRow(number, values, self._group, sex)
            elif kind == "group":
                self._group = self._group_text(row, filled)
                self._passed_over.append(PassedOver(number, kind, self._group))
            elif kind != "empty":
                self._signed = self._signed or kind == "signature"
                self._passed_over.append(PassedOver(number, kind, text_at(row, filled[0]) or str(row[filled[0]])))

    def _kind(
        self, number: int, row: Row, filled: list[int], first: bool
    ) -> Literal["row", "empty", "group", "total", "signature", "numbering", "heading", "note"]:
        order = self._head.order
        own = [place for place in filled if place in self._mapped]
        if filled == [order] and _ORDER.fullmatch(str(row[filled[0]])):
            return "empty"
        if first and len(filled) > 2 and all(_NUMBERING.fullmatch(str(row[place])) for place in filled):
            return "numbering"
        if words_of(text_at(row, filled[0])) in self._first_headings and _line(row) in self._heading_lines:
            return "heading"
        texts = [text for place in filled if place != order and (text := text_at(row, place))]
        numbered = order is not None and _ORDER.fullmatch(_cell_text(row, order)) is not None
        # What says most of a person is no remark, whatever it begins with.
        person = len(own) > 2 or (len(own) == 2 and numbered)
        if _TOTAL.match(spelled(text_at(row, filled[0]) or "".join(texts[:1]))) and (
            not person or self._says_only_numbers(row, own)
        ):
            return "total"
        if person:
            return "group" if self._is_counted_group(row, filled, own, texts) else "row"
        if not numbered and (self._signed or self._is_signature(row, filled)):
            return "signature"
        if self._is_group(number, row, filled, texts):
            return "group"
        return "row" if own else "note"

    def _is_signature(self, row: Row, filled: list[int]) -> bool:
        return any(_SIGNATURE.match(f"{words_of(text_at(row, place))} ") for place in filled)

    def _says_only_numbers(self, row: Row, own: list[int]) -> bool:
        """Beside one text only counts, as in a row of totals."""
        return sum(bool(text_at(row, place)) for place in own) <= 1 and not any(
            isinstance(row[p], datetime) for p in own
        )

    def _is_counted_group(self, row: Row, filled: list[int], own: list[int], texts: list[str]) -> bool:
        """“I | Chi đoàn Khu phố 1 | | 25”: a group with the number of its people."""
        return len(texts) == 1 and _names_a_unit(texts[0]) and self._says_only_numbers(row, own)

    def _is_group(self, number: int, row: Row, filled: list[int], texts: list[str]) -> bool:
        order = self._head.order
        if len(texts) == 2 and len(filled) == 2:
            # “I | Chi đoàn Khu phố 1” in a list without a column of numbers.
            return _ROMAN.fullmatch(texts[0]) is not None
        if len(texts) != 1:
            return len(filled) == 1 and filled[0] == order and _ORDER.fullmatch(_cell_text(row, filled[0])) is None
        text, mark = texts[0], "" if order is None else _cell_text(row, order)
        if _ORDER.fullmatch(mark):
            return _names_a_unit(text)
        place = next(place for place in filled if place != order and text_at(row, place))
        if place not in _places(self._identity):
            return True
        stands_out = (number - 1, place) in self._spans or _GROUP_ORDER.match(text) or _ROMAN.fullmatch(mark)
        return bool(stands_out) or _names_a_unit(text)

    def _group_text(self, row: Row, filled: list[int]) -> str:
        texts = [text_at(row, place) for place in filled if text_at(row, place)]
        text = max(texts, key=len)
        return _GROUP_TAIL.sub("", _GROUP_ORDER.sub("", nfc(text))).strip()

    def _values(self, row: Row) -> tuple[dict[str, Cell], Literal["", "male", "female", "both"]]:
        values: dict[str, Cell] = {}
        sides: set[str] = set()
        for key, place in self._head.columns.items():
            if isinstance(place, dict) and "year" in place:
                values[key] = _date(*(_cell(row, place[part]) for part in DATE_PARTS.values()))
                continue
            if isinstance(place, int):
                values[key] = _cell(row, place)
                continue
            cells = [_cell(row, p) for p in _places(place)]
            filled = [cell for cell in cells if cell is not None]
            if isinstance(place, tuple) and len(filled) > 1 and all(isinstance(cell, str) for cell in filled):
                values[key] = " ".join(str(cell).strip() for cell in filled)
            else:
                values[key] = filled[0] if filled else None
            if isinstance(place, dict):
                told = {side: cell for side, p in place.items() if (cell := _cell(row, p)) is not None}
                sides |= set(told)
                if len(told) > 1:
                    # Which of the two is meant nobody here can say, so each goes along.
                    values |= {f"{key}_{side}": cell for side, cell in told.items()}
        if len(sides) == 1:
            return values, "male" if "male" in sides else "female"
        return values, "both" if sides else ""


def _line(row: Row) -> tuple[str, ...]:
    return tuple(words_of(text_at(row, place)) for place in range(len(row)))


def _names_a_unit(text: str) -> bool:
    return _UNIT.match(spelled(_GROUP_ORDER.sub("", text))) is not None


def _date(day: Cell, month: Cell, year: Cell) -> Cell:
    """Day, month and year as one cell; what is missing at its beginning stays unknown."""
    parts = [part for part in (day, month, year) if part is not None]
    if len(parts) < 2:
        return parts[0] if parts else None
    return "/".join(
        str(int(part)) if isinstance(part, float) and part.is_integer() else str(part).strip() for part in parts
    )


def _places(place: Place) -> tuple[int, ...]:
    if isinstance(place, dict):
        return tuple(place.values())
    return place if isinstance(place, tuple) else (place,)


def _cell(row: Row, place: int) -> Cell:
    cell = row[place] if place < len(row) else None
    return None if isinstance(cell, str) and not cell.strip() else cell


def _cell_text(row: Row, place: int) -> str:
    cell = _cell(row, place)
    return "" if cell is None else str(cell)
