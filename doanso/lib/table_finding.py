"""Search for the table in a sheet with titles above it, two-line heads, groups, totals, and signatures below."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from doanso.lib.old_encodings import Encoding, encodings_of
from doanso.lib.problems import Problem, Refused
from doanso.lib.sheet_headings import (
    DATE_PARTS,
    HEAD_NUMBERS,
    Cell,
    HeadColumn,
    HeadingIndex,
    Place,
    Row,
    TableHead,
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
from doanso.lib.table_below import (
    ColumnFonts,
    DoubtCode,
    RowBelow,
    RowDoubt,
    SkippedRow,
    cell_at,
    cell_text,
    date_of,
    decode_row,
    filled_down,
    has_figures,
    places_of,
)
from doanso.lib.table_words import (
    COUNT,
    GROUP_ORDER,
    GROUP_TAIL,
    NAMED_IN_TITLE,
    NUMBERING,
    ORDER,
    REMARK,
    ROMAN,
    SIGNATURE,
    SURE_TOTAL,
    TOTAL,
    is_title_or_separator,
    names_a_unit,
)
from doanso.lib.vietnamese import nfc

SEARCHED_ROWS = 60
"""Number of rows in which a head is searched."""
JUDGED_ROWS = 500
"""Number of rows below the head that decide the encoding of each column."""


class BodyRow(NamedTuple):
    """A row of the list. `number` is Excel's; every found column is in `values`, empty ones as None."""

    number: int
    values: dict[str, Cell]
    group: str
    """The group heading above, usually a branch; empty without one."""
    sex: Literal["", "male", "female", "both"]
    """The side that holds a value, where a column is split into Nam and Nữ."""
    doubts: tuple[RowDoubt, ...] = ()


@dataclass(frozen=True)
class FoundTable:
    header_rows: tuple[int, ...]
    """Excel's numbers of the one or two rows of headings."""
    columns: dict[str, Place]
    """Places count from 0."""
    headings: dict[str, str]
    """The heading of each column as the file has it."""
    ignored: list[tuple[int, str]]
    """Columns with an unknown heading: place and heading."""
    body: Iterator[BodyRow]
    """Can be iterated once; rows are read from the sheet meanwhile."""
    remembered: bool = False
    """Whether the columns were assigned by a person before."""
    passed_over: list[SkippedRow] = field(default_factory=list)
    """Filled while the body is iterated."""
    titles: list[str] = field(default_factory=list)
    """Texts above the head, and those alone in one of its rows."""
    over_columns: list[str] = field(default_factory=list)
    """Other texts in the rows of the head, mostly headings."""
    encodings: dict[str, str] = field(default_factory=dict)
    """Columns typed for an old font, which are converted: `tcvn3` or `vni`."""


def find_table(
    rows: Iterable[Row],
    synonyms: Mapping[str, Iterable[str]],
    required: Iterable[str | tuple[str, ...]],
    *,
    merged: Iterable[tuple[int, int, int, int]] = (),
    remembered: Mapping[str, Sequence[str]] | None = None,
) -> FoundTable:
    """Return the table in a sheet; raise `Refused` with the problem `heading_not_found` that names the missing columns.

    `synonyms` gives for each key its possible headings; headings are compared without case, diacritics and punctuation. Of a
    tuple in `required` one key is enough. `merged` are the sheet's merged ranges (rows and columns from 0); without them a
    heading over several columns counts for its first. `remembered` gives the meanings of columns of heads that are known by
    `head_key`, which take precedence over the headings themselves.
    """
    source = iter(rows)
    top = list(islice(source, SEARCHED_ROWS))
    merged = list(merged)
    wanted = [keys if isinstance(keys, tuple) else (keys,) for keys in required]
    headings = HeadingIndex(synonyms)
    spans = _spans(merged)
    best, read_top, is_remembered, encoding = _head(top, synonyms, headings, spans, wanted, remembered)
    if best is None or _count_met(best, wanted) < len(wanted):
        raise Refused(_not_found(best, wanted, synonyms))
    passed_over: list[SkippedRow] = []
    identities = [key for key in wanted[0] if key in best.columns] if wanted else [next(iter(best.columns))]
    judged = [*top[best.last + 1 :], *islice(source, JUDGED_ROWS)]
    fonts = ColumnFonts(judged, encoding)
    below = filled_down(chain(judged, source), best, [span for span in merged if span[2] > span[0]])
    body = _BodyReader(read_top, best, identities, headings, spans, fonts, passed_over)
    return FoundTable(
        tuple(range(best.first + 1, best.last + 2)),
        best.columns,
        best.headings,
        best.ignored,
        body.rows(below),
        is_remembered,
        passed_over,
        _texts(row for line, row in enumerate(read_top[: best.last + 1]) if line < best.first or _is_alone(row)),
        _texts(row for row in read_top[best.first : best.last + 1] if not _is_alone(row)),
        {key: code for key, place in best.columns.items() for col in places_of(place) if (code := fonts.encoding(col))},
    )


def _is_alone(row: Row) -> bool:
    return len(filled_places(row)) == 1


def _texts(rows: Iterable[Row]) -> list[str]:
    return [text for row in rows for place in filled_places(row) if (text := text_at(row, place))]


def _head(
    top: list[Row],
    synonyms: Mapping[str, Iterable[str]],
    headings: HeadingIndex,
    spans: dict[tuple[int, int], int],
    wanted: Sequence[tuple[str, ...]],
    remembered: Mapping[str, Sequence[str]] | None,
) -> tuple[TableHead | None, list[Row], bool, Encoding | None]:
    """Return the best head, the rows it was read from, whether it was remembered, and the old encoding it needs."""
    best: tuple[TableHead | None, list[Row], bool, Encoding | None] = (None, top, False, None)
    encodings: list[Encoding | None] = [None]
    if any(encodings_of(cell) for row in top for cell in row if isinstance(cell, str)):
        encodings += ["tcvn3", "vni"]
    for encoding in encodings:
        rows: list[Row] = top if encoding is None else [decode_row(row, encoding) for row in top]
        remembered_best = remembered_head(rows, remembered, synonyms) if remembered else None
        if remembered_best is not None and _count_met(remembered_best, wanted) == len(wanted):
            return remembered_best, rows, True, encoding
        best_here = _best_head(rows, headings, spans, wanted)
        # “Hoµ” looks like “họ”, so a head decoded from an old font is preferred to one with fewer columns.
        if best_here is not None and (best[0] is None or _worth(best_here, wanted) > _worth(best[0], wanted)):
            best = best_here, rows, False, encoding
    return best


def _worth(head: TableHead, wanted: Sequence[tuple[str, ...]]) -> tuple[int, int]:
    return _count_met(head, wanted), head.score


def _spans(merged: Iterable[tuple[int, int, int, int]]) -> dict[tuple[int, int], int]:
    return {(first, left): right for first, left, _last, right in merged if right > left}


def _best_head(
    top: list[Row], headings: HeadingIndex, spans: dict[tuple[int, int], int], wanted: Sequence[tuple[str, ...]]
) -> TableHead | None:
    candidates = [head for start in range(len(top)) for head in heads_at(top, start, headings, spans)]
    return max(candidates, key=lambda head: _worth(head, wanted), default=None)


@dataclass(frozen=True)
class HeadPreview:
    """A head for the page on which a person assigns its columns."""

    number: int
    """Excel's number of its first row."""
    key: str
    columns: list[HeadColumn]
    remembered: bool
    words_only: bool
    """Whether the rows hold words only, as headings do."""
    examples: dict[int, list[str]]
    """A few cells of each column."""


def preview_head(
    rows: Iterable[Row],
    synonyms: Mapping[str, Iterable[str]],
    required: Iterable[str | tuple[str, ...]],
    *,
    merged: Iterable[tuple[int, int, int, int]] = (),
    remembered: Mapping[str, Sequence[str]] | None = None,
    number: int | None = None,
    examples: int = 3,
) -> HeadPreview | None:
    """Return the likeliest head of a sheet, known headings or not; `number` is Excel's number of the row to use instead."""
    top: list[Row] = list(islice(rows, SEARCHED_ROWS))
    wanted = [keys if isinstance(keys, tuple) else (keys,) for keys in required]
    headings, spans = HeadingIndex(synonyms), _spans(merged)
    remembered_best = remembered_head(top, remembered, synonyms) if remembered and number is None else None
    best = remembered_best
    if best is None and number is None:
        best = _best_head(top, headings, spans, wanted) or likely_head(top)
    elif best is None and number is not None and 0 < number <= len(top):
        candidates = list(heads_at(top, number - 1, headings, spans))
        best = max(candidates, key=lambda head: head.score, default=plain_head(top, number - 1))
    if best is None:
        return None
    columns = columns_of(top, best)
    cells_by_place: dict[int, list[str]] = {column.place: [] for column in columns}
    for row in top[best.last + 1 :]:
        for place, cells in cells_by_place.items():
            if len(cells) < examples and (cell := cell_text(row, place)):
                cells.append(cell)
    return HeadPreview(
        best.first + 1,
        head_key(top[best.first : best.last + 1]),
        columns,
        remembered_best is not None,
        holds_headings(top, best),
        cells_by_place,
    )


def _count_met(head: TableHead, wanted: Sequence[tuple[str, ...]]) -> int:
    return sum(any(key in head.columns for key in keys) for keys in wanted)


def _not_found(
    best: TableHead | None, wanted: Sequence[tuple[str, ...]], synonyms: Mapping[str, Iterable[str]]
) -> Problem:
    missing = [keys for keys in wanted if best is None or not any(key in best.columns for key in keys)]
    names = ", ".join(f"“{_heading_of(keys[0], synonyms)}”" for keys in missing)
    if best is not None and _count_met(best, wanted):
        message = _("The table has no column %(missing)s. Add it to the heading row, for example %(example)s.")
    else:
        message = _("No heading row was found. It must name %(missing)s, for example %(example)s.")
    example = " | ".join(["STT", *(_heading_of(key, synonyms) for key in list(synonyms)[:3])])
    return Problem("heading_not_found", message % {"missing": names, "example": example})


def _heading_of(key: str, synonyms: Mapping[str, Iterable[str]]) -> str:
    name = next(iter(synonyms.get(key, ())), key)
    return name[:1].upper() + name[1:]


class _BodyReader:
    """Classifies the rows below the head: rows of the list, groups, totals, repeated heads, signatures and notes."""

    def __init__(
        self,
        top: list[Row],
        head: TableHead,
        identities: Sequence[str],
        headings: HeadingIndex,
        spans: dict[tuple[int, int], int],
        fonts: ColumnFonts,
        passed_over: list[SkippedRow],
    ) -> None:
        self._head = head
        self._identity = head.columns[identities[0]]
        self._names = {place for key in identities for place in places_of(head.columns[key])}
        self._known = headings
        self._spans = spans
        self._fonts = fonts
        self._passed_over = passed_over
        self._heading_lines = {_line(row) for row in top[head.first : head.last + 1]}
        self._first_headings = {next(filter(None, line), "") for line in self._heading_lines}
        above = top[: head.first]
        self._titles = {" ".join(filter(None, _line(row))) for row in above} - {""}
        self._titles |= {words_of(text_at(row, place)) for row in above for place in filled_places(row)} - {""}
        self._mapped = {place for places in head.columns.values() for place in places_of(places)}
        self._key_at = {place: key for key, places in head.columns.items() for place in places_of(places)}
        self._group = ""
        self._signed = False
        # Whether a text alone in its row may have been a heading for the rows below it.
        self._unsure = False
        # Whether another table began, with headings over other columns.
        self._moved = False
        self._reported_fonts: set[int] = set()

    def rows(self, below: Iterable[RowBelow]) -> Iterator[BodyRow]:
        first = True
        for number, own, full in below:
            if not filled_places(own):
                continue
            row, fonts = self._fonts.read(own)
            shown, fonts = (row, fonts) if full is own else self._fonts.read(full)
            filled = filled_places(row)
            kind = self._kind(number, row, shown, filled, first)
            first = kind == "heading"
            if kind == "row":
                values, sex = self._values(shown)
                if any(value is not None for value in values.values()):
                    yield BodyRow(number, values, self._group, sex, tuple(self._doubts(own, shown, fonts)))
            elif kind == "group":
                self._group = self._group_text(row, filled)
                self._unsure = False
                self._passed_over.append(SkippedRow(number, kind, self._group))
            elif kind != "empty":
                self._signed = kind == "signature" or (self._signed and kind != "heading")
                self._passed_over.append(SkippedRow(number, kind, text_at(row, filled[0]) or str(row[filled[0]])))

    def _doubts(self, own: Row, full: Row, fonts: Mapping[int, DoubtCode]) -> Iterator[RowDoubt]:
        if self._moved:
            yield RowDoubt("", "other_columns")
        order = self._head.order
        if order is None or not cell_text(full, order):
            filled_columns = {place for place in filled_places(full) if place in self._mapped}
            if filled_columns <= self._names < self._mapped:
                yield RowDoubt("", "alone")
                self._unsure = True
                return
            elif self._signed and not has_figures(full):
                yield RowDoubt("", "below_signature")
        if self._unsure and self._group:
            yield RowDoubt("", "below_alone")
        if order is None or cell_text(own, order) or has_figures(own):
            self._signed = False
        for place, code in fonts.items():
            key = self._key_at.get(place)
            if key is None:
                continue
            if code != "font_converted":
                yield RowDoubt(key, code)
            elif place not in self._reported_fonts and cell_at(own, place) is not None:
                # One example suffices to see whether the column was read correctly.
                self._reported_fonts.add(place)
                yield RowDoubt(key, code, (self._fonts.encoding(place), text_at(own, place), text_at(full, place)))

    def _kind(
        self, number: int, row: Row, full: Row, filled: list[int], first: bool
    ) -> Literal["row", "empty", "group", "total", "signature", "numbering", "heading", "note"]:
        order = self._head.order
        own = [place for place in filled if place in self._mapped]
        if filled == [order] and ORDER.fullmatch(str(row[filled[0]])):
            return "empty"
        if first and len(filled) > 2 and all(NUMBERING.fullmatch(str(row[place])) for place in filled):
            return "numbering"
        if self._is_heading(row, filled, first):
            return "heading"
        texts = [text for place in filled if place != order and (text := text_at(row, place))]
        numbered = order is not None and ORDER.fullmatch(cell_text(row, order)) is not None
        # A row with most of a person's columns is no remark, whatever it begins with.
        person = len(own) > 2 or (len(own) == 2 and numbered)
        if self._is_total(row, filled, own, texts, person):
            return "total"
        merged = any(
            cell_at(row, place) is None and cell_at(full, place) is not None for place in places_of(self._identity)
        )
        if merged and own:
            # One name merged over several rows: they describe the same person.
            return "row"
        if person and (numbered or not self._is_signed_by_several(row)):
            return "group" if self._is_counted_group(row, filled, own, texts) else "row"
        # A title may be in the column of row numbers.
        row_texts = texts or [text_at(row, filled[0])]
        if not numbered and any(REMARK.match(words_of(text)) for text in row_texts):
            return "note"
        if not numbered and (self._signed or person or self._is_signature(row, filled)):
            return "signature"
        if self._is_known_title(row_texts):
            return "note"
        if len(row_texts) == 1 and not numbered and is_title_or_separator(row_texts[0]):
            return "group" if NAMED_IN_TITLE.search(spelled(row_texts[0])) else "note"
        if self._is_group(number, row, filled, texts):
            return "group"
        return "row" if own else "note"

    def _is_heading(self, row: Row, filled: list[int], second: bool) -> bool:
        """Return whether the row repeats the head; a head over other columns begins another table."""
        if words_of(text_at(row, filled[0])) in self._first_headings and _line(row) in self._heading_lines:
            # The second line may be unchanged while the first is not.
            self._moved = self._moved and second
            return True
        texts = [(place, text_at(row, place)) for place in filled]
        if len(texts) < 2 or not all(text for _place, text in texts):
            return False
        keys = {place: key for place, text in texts if (key := self._known.key(text)) is not None}
        numbers = sum(words_of(text) in HEAD_NUMBERS for _place, text in texts)
        if len(keys) < 2 or len(keys) + numbers < len(texts) * 0.6:
            return False
        self._moved = any(self._occurs_elsewhere(place, key) for place, key in keys.items()) or (self._moved and second)
        return True

    def _occurs_elsewhere(self, place: int, key: str) -> bool:
        if key in self._head.columns:
            return place not in places_of(self._head.columns[key])
        # A date split into Nam and Nữ is below its own heading.
        return self._key_at.get(place, key).partition("_")[0] != key.partition("_")[0]

    def _is_total(self, row: Row, filled: list[int], own: list[int], texts: list[str], person: bool) -> bool:
        label = spelled(text_at(row, filled[0]) or "".join(texts[:1]))
        if SURE_TOTAL.match(label):
            return True
        if any(SURE_TOTAL.match(spelled(text)) for text in texts) and self._says_only_numbers(row, own):
            return True
        return TOTAL.match(label) is not None and (not person or self._says_only_numbers(row, own))

    def _is_known_title(self, texts: Sequence[str]) -> bool:
        """Return whether the texts repeat a title from above the head."""
        return bool(texts) and words_of(" ".join(texts)) in self._titles

    def _is_signed_by_several(self, row: Row) -> bool:
        """Return whether the row holds signatures side by side (“Người lập bảng”, “Bí thư”), without any number or date."""
        name = " ".join(text_at(row, place) for place in places_of(self._identity)).strip()
        return not has_figures(row) and SIGNATURE.match(f"{words_of(name)} ") is not None

    def _is_signature(self, row: Row, filled: list[int]) -> bool:
        return any(SIGNATURE.match(f"{words_of(text_at(row, place))} ") for place in filled)

    def _says_only_numbers(self, row: Row, own: list[int]) -> bool:
        """Return whether the row holds one text and counts only, as a row of totals does."""
        words = [text for place in own if (text := text_at(row, place)) and not COUNT.fullmatch(text)]
        return len(words) <= 1 and not any(isinstance(row[p], datetime) for p in own)

    def _is_counted_group(self, row: Row, filled: list[int], own: list[int], texts: list[str]) -> bool:
        """Return whether the row is a group with its number of people: “I | Chi đoàn Khu phố 1 | | 25”."""
        return len(texts) == 1 and names_a_unit(texts[0]) and self._says_only_numbers(row, own)

    def _is_group(self, number: int, row: Row, filled: list[int], texts: list[str]) -> bool:
        order = self._head.order
        if len(texts) == 2 and len(filled) == 2:
            # “I | Chi đoàn Khu phố 1” in a list without a column of numbers.
            return ROMAN.fullmatch(texts[0]) is not None
        if len(texts) != 1:
            return len(filled) == 1 and filled[0] == order and ORDER.fullmatch(cell_text(row, filled[0])) is None
        text, mark = texts[0], "" if order is None else cell_text(row, order)
        if ORDER.fullmatch(mark):
            return names_a_unit(text)
        place = next(place for place in filled if place != order and text_at(row, place))
        if place not in places_of(self._identity):
            return True
        is_distinct = (number - 1, place) in self._spans or GROUP_ORDER.match(text) or ROMAN.fullmatch(mark)
        return bool(is_distinct) or names_a_unit(text)

    def _group_text(self, row: Row, filled: list[int]) -> str:
        texts = [text_at(row, place) for place in filled if text_at(row, place)]
        text = max(texts, key=len)
        if is_title_or_separator(text) and (named := NAMED_IN_TITLE.search(nfc(text).lower())):
            text = nfc(text)[named.start() :]
        return GROUP_TAIL.sub("", GROUP_ORDER.sub("", nfc(text))).strip()

    def _values(self, row: Row) -> tuple[dict[str, Cell], Literal["", "male", "female", "both"]]:
        values: dict[str, Cell] = {}
        sides: set[str] = set()
        for key, place in self._head.columns.items():
            if isinstance(place, dict) and "year" in place:
                values[key] = date_of(*(cell_at(row, place[part]) for part in DATE_PARTS.values()))
                continue
            if isinstance(place, int):
                values[key] = cell_at(row, place)
                continue
            cells = [cell_at(row, p) for p in places_of(place)]
            filled = [cell for cell in cells if cell is not None]
            if isinstance(place, tuple) and len(filled) > 1 and all(isinstance(cell, str) for cell in filled):
                values[key] = " ".join(str(cell).strip() for cell in filled)
            else:
                values[key] = filled[0] if filled else None
            if isinstance(place, dict):
                cells_by_side = {side: cell for side, p in place.items() if (cell := cell_at(row, p)) is not None}
                sides |= set(cells_by_side)
                if len(cells_by_side) > 1:
                    # Both sides have a value, so each is passed on under its own key.
                    values |= {f"{key}_{side}": cell for side, cell in cells_by_side.items()}
        if len(sides) == 1:
            return values, "male" if "male" in sides else "female"
        return values, "both" if sides else ""


def _line(row: Row) -> tuple[str, ...]:
    return tuple(words_of(text_at(row, place)) for place in range(len(row)))
