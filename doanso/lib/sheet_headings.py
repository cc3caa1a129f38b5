"""Heads of tables: the key of each heading, by itself or as a person assigned it before."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from doanso.lib.vietnamese import fold, nfc

Cell = str | int | float | bool | datetime | None
Row = Sequence[Cell]
Place = int | tuple[int, ...] | dict[str, int]
"""The place of a value: one column, the columns that a merged heading spans, a male and a female one, or
day, month and year in three."""

_NOT_WORDS = re.compile("[^0-9a-z]+")
_REMARK = re.compile(r"\([^)]*\)")
HEAD_NUMBERS = {"stt", "tt", "so tt", "so thu tu", "s t t", "t t"}
_SEXES = {"nam": "male", "nu": "female"}
DATE_PARTS = {"ngay": "day", "thang": "month", "nam": "year"}
_PARENT = re.compile(r"\b(?:cha|me|bo|ba|phu huynh|giam ho|nguoi than)\b")
# Words that lists add behind a heading without meaning anything else by it.
_IDLE_WORDS = set(
    "dv doan vien dvtn thanh nien hoc sinh ca nhan lien he hien nay day du ghi ro theo cccd dd mm yyyy".split()
)


@dataclass
class TableHead:
    first: int
    last: int
    columns: dict[str, Place] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    ignored: list[tuple[int, str]] = field(default_factory=list)
    order: int | None = None

    @property
    def score(self) -> int:
        return sum(len(place) if isinstance(place, dict) else 1 for place in self.columns.values())


class HeadingIndex:
    """Finds the key that a heading means."""

    def __init__(self, synonyms: Mapping[str, Iterable[str]]) -> None:
        self._keys: dict[str, str] = {}
        for key, names in synonyms.items():
            for name in names:
                self._keys.setdefault(heading_words(name), key)
                self._keys.setdefault(words_of(name), key)

    def key(self, heading: str) -> str | None:
        """Return the key of a heading: as it is, else without a remark in parentheses, else without idle words at its end."""
        words_of_heading = heading_words(heading)
        if words_of_heading in self._keys:
            return self._keys[words_of_heading]
        remarks = _REMARK.findall(heading)
        if any(_PARENT.search(words_of(remark)) for remark in remarks):
            # “Họ tên (cha/mẹ)” is another person's name.
            return None
        bare = heading_words(_REMARK.sub(" ", heading)) if remarks else words_of_heading
        if bare in self._keys:
            return self._keys[bare]
        words = words_of_heading.split()
        while len(words) > 1 and words[-1] in _IDLE_WORDS:
            words.pop()
            if " ".join(words) in self._keys:
                return self._keys[" ".join(words)]
        return None


def words_of(text: str) -> str:
    return _NOT_WORDS.sub(" ", fold(text)).strip()


def heading_words(text: str) -> str:
    """Return the folded words of a heading, keeping năm (year) apart from nam (male); without diacritics either may be meant."""
    return words_of(spelled(text).replace("năm", "nawm"))


def column_letter(place: int) -> str:
    """Return the name that Excel gives to a column, counted from 0: A, B, … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, remainder = divmod(place - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def text_at(row: Row, place: int) -> str:
    cell = row[place] if place < len(row) else None
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def filled_places(row: Row) -> list[int]:
    return [
        place for place, cell in enumerate(row) if cell is not None and not (isinstance(cell, str) and not cell.strip())
    ]


def heads_at(
    rows: list[Row], start: int, headings: HeadingIndex, spans: dict[tuple[int, int], int]
) -> Iterator[TableHead]:
    """Yield the heads that begin in this row, read as one line and as two."""
    upper = rows[start]
    if not any(text_at(upper, place) for place in range(len(upper))):
        return
    single = TableHead(start, start)
    for place in range(len(upper)):
        heading = text_at(upper, place)
        if heading:
            _put(single, place, heading, headings.key(heading), spans.get((start, place), place))
    if single.columns:
        yield single
    lower = rows[start + 1] if start + 1 < len(rows) else []
    if not any(text_at(lower, place) for place in range(len(lower))) or not _only_texts(lower):
        return
    double = TableHead(start, start + 1)
    parent, part_of_date = "", 0
    for place in range(max(len(upper), len(lower))):
        above, below = text_at(upper, place), text_at(lower, place)
        parent = above or parent
        if place < part_of_date:
            continue
        parts = _date_parts(upper, lower, place)
        key = headings.key(parent) if parts else None
        if parts and key is not None and key not in double.columns:
            double.columns[key] = parts
            double.headings[key] = parent
            part_of_date = place + len(parts)
            continue
        if not below:
            if above:
                right = spans.get((start, place), place)
                split = any(text_at(lower, under) for under in range(place, right + 1))
                _put(double, place, above, headings.key(above), place if split else right)
            continue
        _put_pair(double, place, (above, parent, below), headings)
    # The second line belongs to the head only where it names more columns; else it is the first row of the list.
    if double.score > single.score:
        yield double


def _date_parts(upper: Row, lower: Row, place: int) -> dict[str, int] | None:
    """Return the places of day, month and year in three columns from this one on under one heading, or None."""
    below = [words_of(text_at(lower, place + step)) for step in range(3)]
    if set(below) != set(DATE_PARTS) or text_at(upper, place + 1) or text_at(upper, place + 2):
        return None
    return {DATE_PARTS[word]: place + step for step, word in enumerate(below)}


def _only_texts(row: Row) -> bool:
    return all(isinstance(row[place], str) for place in filled_places(row))


def _put_pair(head: TableHead, place: int, headings: tuple[str, str, str], index: HeadingIndex) -> None:
    """Assign a lower heading together with the upper one, as Nam or Nữ of it, alone, or not at all."""
    above, parent, below = headings
    combined = f"{parent} {below}".strip()
    sex = _SEXES.get(heading_words(below))
    if key := index.key(combined):
        _put(head, place, combined, key, place)
    elif sex and (key := index.key(parent)) and isinstance(head.columns.get(key, {}), dict):
        side = head.columns.setdefault(key, {})
        assert isinstance(side, dict)  # noqa: S101 (the condition above says so)
        side.setdefault(sex, place)
        head.headings.setdefault(key, parent)
    elif key := index.key(below):
        _put(head, place, below, key, place)
    else:
        _put(head, place, above or combined, index.key(above) if above else None, place)


def _put(head: TableHead, place: int, heading: str, key: str | None, right: int) -> None:
    if words_of(heading) in HEAD_NUMBERS:
        head.order = place
    elif key is None or key in head.columns:
        head.ignored.append((place, heading))
    else:
        head.columns[key] = place if right == place else tuple(range(place, right + 1))
        head.headings[key] = heading


def spelled(text: str) -> str:
    return nfc(text).lower()


MALE, FEMALE = "male", "female"


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """A column of a sheet under its heading. `means` is a key, with `/` and a part where a column is cut in parts (Nam
    and Nữ, day and month and year), or nothing."""

    place: int
    heading: str
    means: str


def head_key(lines: Sequence[Row]) -> str:
    """Return one key for heads with the same words; a hash, because a head may hold personal data."""
    line_words = [
        "\x1f".join(heading_words(text_at(row, place)) for place in range(len(row))).rstrip("\x1f") for row in lines
    ]
    return hashlib.sha256("\x1e".join(line_words).encode()).hexdigest()


def remembered_head(
    rows: Sequence[Row], remembered: Mapping[str, Sequence[str]], keys: Iterable[str]
) -> TableHead | None:
    """Return the first head whose columns were assigned before; two lines are tried before one."""
    allowed = set(keys)
    for start in range(len(rows)):
        for last in (start + 1, start):
            lines = rows[start : last + 1]
            if len(lines) == last - start + 1 and (means := remembered.get(head_key(lines))) is not None:
                allowed_meanings = [meaning if meaning.split("/")[0] in allowed else "" for meaning in means]
                return _head_of_meanings(rows, start, last, allowed_meanings)
    return None


def _head_of_meanings(rows: Sequence[Row], first: int, last: int, means: Sequence[str]) -> TableHead:
    head = TableHead(first, last)
    for place in range(max(len(row) for row in rows[first : last + 1])):
        heading = heading_at(rows, first, last, place)
        meaning = means[place] if place < len(means) else ""
        if meaning:
            _add(head.columns, meaning, place)
            head.headings.setdefault(meaning.split("/")[0], heading)
        elif words_of(heading) in HEAD_NUMBERS:
            head.order = place
        elif heading:
            head.ignored.append((place, heading))
    return head


def _add(columns: dict[str, Place], meaning: str, place: int) -> None:
    key, _slash, part = meaning.partition("/")
    places = columns.get(key)
    if part:
        columns[key] = (places if isinstance(places, dict) else {}) | {part: place}
    elif isinstance(places, int):
        columns[key] = (places, place)
    elif isinstance(places, tuple):
        columns[key] = (*places, place)
    else:
        columns[key] = place


def heading_at(rows: Sequence[Row], first: int, last: int, place: int) -> str:
    """Return the texts of the head over a column, from top to bottom."""
    return " ".join(filter(None, (text_at(row, place) for row in rows[first : last + 1])))


def columns_of(rows: Sequence[Row], head: TableHead) -> list[HeadColumn]:
    """Return the columns of a head with their meanings."""
    means: dict[int, str] = {}
    for key, place in head.columns.items():
        if isinstance(place, dict):
            means |= {place_of_part: f"{key}/{part}" for part, place_of_part in place.items()}
        else:
            means |= dict.fromkeys(place if isinstance(place, tuple) else (place,), key)
    width = max(len(row) for row in rows[head.first : head.last + 1])
    return [
        HeadColumn(place, heading_at(rows, head.first, head.last, place), means.get(place, ""))
        for place in range(max([width, *(place_of_part + 1 for place_of_part in means)]))
        if place != head.order
    ]


def likely_head(rows: Sequence[Row]) -> TableHead | None:
    """Return the row of words only with the most cells, for a sheet whose headings are all unknown."""
    best: int | None = None
    most = 1
    for number, row in enumerate(rows):
        places = filled_places(row)
        if len(places) > most and all(_is_heading(row[place]) for place in places):
            best, most = number, len(places)
    return None if best is None else plain_head(rows, best)


def plain_head(rows: Sequence[Row], number: int) -> TableHead:
    """Return one row as a head without assigned columns."""
    return _head_of_meanings(rows, number, number, [])


def _is_heading(cell: Cell) -> bool:
    """Return whether a cell holds words and fewer digits than a phone or a date."""
    return isinstance(cell, str) and sum(letter.isdigit() for letter in cell) < 5 and any(map(str.isalpha, cell))


def holds_headings(rows: Sequence[Row], head: TableHead) -> bool:
    """Return whether the rows hold words only, so that no row of the list is taken for headings."""
    return all(_is_heading(row[place]) for row in rows[head.first : head.last + 1] for place in filled_places(row))
