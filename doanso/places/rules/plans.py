"""The plan of a place: its own drawing in whole units of a small sheet, written as lines of text that people can read and type.

A line is a word and positions `x,y`, counted from the upper left corner:

    tuyến 16,84 200,84 444,96        the street itself, with its bends
    đường 138,0 138,84               another road
    khối 12,12 88,64 Dãy A           a block of houses or stalls, corner to corner, with or without a name
    nước 0,178 250,180 460,204       a river or a pond
    chữ 376,197 Sông Tiền            words
    điểm 3 138,46                    where the public point with that number is
    cao 204                          the height of the sheet, whose width is always 460

Words are also understood without diacritics.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib import vietnamese
from doanso.lib.problems import Problem, Refused

WIDTH = 460
USUAL_HEIGHT, LEAST_HEIGHT, MOST_HEIGHT = 204, 120, 460
MOST_LINES, MOST_POSITIONS, LONGEST_WORDS = 200, 40, 40
_POSITION = re.compile(r"(\d{1,3}),(\d{1,3})")
_NUMBER = re.compile(r"\d{1,3}")

type Position = tuple[int, int]
type Line = tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of houses or stalls: upper left corner, width, height, and its name if it has one."""

    at: Position
    width: int
    height: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Words that begin at a position."""

    at: Position
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A drawing: the street's lines, other roads, blocks, water, words, and where public points are, by their number."""

    height: int = USUAL_HEIGHT
    streets: tuple[Line, ...] = ()
    roads: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    water: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()
    pins: Mapping[int, Position] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is drawn, apart from points."""
        return not (self.streets or self.roads or self.blocks or self.water or self.labels)


# --- As text --------------------------------------------------------------------------------------------------------------------


def _refused(number: int, line: str, message: str) -> Refused:
    words = _("Line %(number)s, “%(line)s”: %(message)s") % {
        "number": number,
        "line": line if len(line) <= 40 else f"{line[:39]}…",
        "message": message,
    }
    return Refused(Problem("plan_unreadable", words, "plan"))


class _Reader:
    """Collects the parts of a plan from its lines, within a sheet of one height."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.streets: list[Line] = []
        self.roads: list[Line] = []
        self.blocks: list[Block] = []
        self.water: list[Line] = []
        self.labels: list[Label] = []
        self.pins: dict[int, Position] = {}

    def positions(self, words: Sequence[str], least: int) -> Line:
        found = [self.position(word) for word in words]
        if len(found) < least:
            raise ValueError(_("it needs at least %(count)s positions, like 16,84.") % {"count": least})
        if len(found) > MOST_POSITIONS:
            raise ValueError(_("it has more than %(count)s positions.") % {"count": MOST_POSITIONS})
        return tuple(found)

    def position(self, word: str) -> Position:
        match = _POSITION.fullmatch(word)
        if match is None:
            raise ValueError(_("“%(word)s” is no position; write for instance 16,84.") % {"word": word[:20]})
        x, y = int(match[1]), int(match[2])
        if x > WIDTH or y > self.height:
            raise ValueError(
                _("%(word)s lies outside the sheet of %(width)s × %(height)s.")
                % {"word": word, "width": WIDTH, "height": self.height}
            )
        return x, y

    def text(self, words: Sequence[str]) -> str:
        text = " ".join(words)
        if len(text) > LONGEST_WORDS:
            raise ValueError(_("its words are longer than %(count)s letters.") % {"count": LONGEST_WORDS})
        return text

    def take(self, word: str, rest: Sequence[str]) -> None:
        if word == "tuyen":
            self.streets.append(self.positions(rest, 2))
        elif word == "duong":
            self.roads.append(self.positions(rest, 2))
        elif word == "nuoc":
            self.water.append(self.positions(rest, 3))
        elif word == "khoi":
            (left, top), (right, bottom) = self.positions(rest[:2], 2)
            if left == right or top == bottom:
                raise ValueError(_("its two corners lie on one line."))
            corner = (min(left, right), min(top, bottom))
            self.blocks.append(Block(corner, abs(right - left), abs(bottom - top), self.text(rest[2:])))
        elif word == "chu":
            if len(rest) < 2:
                raise ValueError(_("it needs a position and words."))
            self.labels.append(Label(self.position(rest[0]), self.text(rest[1:])))
        elif word == "diem":
            if len(rest) != 2 or not _NUMBER.fullmatch(rest[0]):
                raise ValueError(_("it needs the point's number and one position."))
            self.pins[int(rest[0])] = self.position(rest[1])
        elif word != "cao":
            raise ValueError(_("a line begins with tuyến, đường, khối, nước, chữ, điểm or cao."))


def parse_plan(text: str) -> Plan:
    """Return the plan that a text describes; raise `Refused` naming the line and what is wrong with it."""
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        message = _("The plan has more than %(count)s lines.") % {"count": MOST_LINES}
        raise Refused(Problem("plan_long", message, "plan"))
    reader = _Reader(_height(lines))
    for number, (first, *rest) in lines:
        try:
            reader.take(vietnamese.fold(first), rest)
        except ValueError as error:
            raise _refused(number, " ".join([first, *rest]), str(error)) from error
    return Plan(
        height=reader.height,
        streets=tuple(reader.streets),
        roads=tuple(reader.roads),
        blocks=tuple(reader.blocks),
        water=tuple(reader.water),
        labels=tuple(reader.labels),
        pins=reader.pins,
    )


def _height(lines: Sequence[tuple[int, list[str]]]) -> int:
    for number, words in lines:
        if vietnamese.fold(words[0]) != "cao":
            continue
        if len(words) != 2 or not _NUMBER.fullmatch(words[1]) or not LEAST_HEIGHT <= int(words[1]) <= MOST_HEIGHT:
            message = _("it needs a number from %(least)s to %(most)s.") % {"least": LEAST_HEIGHT, "most": MOST_HEIGHT}
            raise _refused(number, " ".join(words), message)
        return int(words[1])
    return USUAL_HEIGHT


def _joined(positions: Sequence[Position]) -> str:
    return " ".join(f"{x},{y}" for x, y in positions)


def format_plan(plan: Plan) -> str:
    """Return the text of a plan; `parse_plan` reads it back without a change."""
    lines = [] if plan.height == USUAL_HEIGHT else [f"cao {plan.height}"]
    lines += [f"nước {_joined(line)}" for line in plan.water]
    lines += [f"đường {_joined(line)}" for line in plan.roads]
    for block in plan.blocks:
        x, y = block.at
        lines.append(f"khối {_joined([block.at, (x + block.width, y + block.height)])} {block.name}".rstrip())
    lines += [f"tuyến {_joined(line)}" for line in plan.streets]
    lines += [f"chữ {_joined([label.at])} {label.text}" for label in plan.labels]
    lines += [f"điểm {number} {_joined([at])}" for number, at in sorted(plan.pins.items())]
    return "\n".join(lines)


# --- As stored ------------------------------------------------------------------------------------------------------------------


def stored_plan(plan: Plan) -> dict[str, Any]:
    """Return what is stored of a plan; where points are is stored with them."""
    is_usual = plan.is_empty and not plan.pins
    return {} if is_usual else {"version": 1, "lines": format_plan(plan).splitlines()}


def read_plan(stored: Mapping[str, Any]) -> Plan:
    """Return a stored plan; one that cannot be read, as of a later release, is empty."""
    lines = stored.get("lines", ())
    if stored.get("version") != 1 or not isinstance(lines, list):
        return Plan()
    try:
        return parse_plan("\n".join(str(line) for line in lines))
    except Refused:
        return Plan()


# --- Where nothing is drawn -----------------------------------------------------------------------------------------------------

_EDGE, _ROAD, _GAP = 12, 16, 4
_SPLITS = ((0.67,), (0.42,), (0.58,), (), (0.5,))
"""Where the blocks of a segment are divided, in turn: the plan of a street that nobody drew still looks like one."""


def usual_street(name: str, segments: int) -> Plan:
    """Return the plan of a straight street with a block or two on each side of every segment, and a crossing between them."""
    count = min(max(segments, 1), 8)
    width = (WIDTH - 2 * _EDGE - (count - 1) * _ROAD) / count
    blocks: list[Block] = []
    for index in range(count):
        left = _EDGE + index * (width + _ROAD)
        blocks += _row(left, width, 12, 52, _SPLITS[index % len(_SPLITS)])
        blocks += _row(left, width, 118, 46, _SPLITS[(index + 2) % len(_SPLITS)])
    # Below the line, where no pin of a point covers it.
    label = Label((_EDGE + 4, 111), name[:LONGEST_WORDS])
    return Plan(height=176, streets=(((16, 84), (444, 84)),), blocks=tuple(blocks), labels=(label,))


def _row(left: float, width: float, top: int, height: int, splits: Sequence[float]) -> list[Block]:
    edges = [0.0, *splits, 1.0] if width > 60 else [0.0, 1.0]
    row = []
    for begin, end in pairwise(edges):
        x = round(left + begin * width + (_GAP / 2 if begin else 0))
        right = round(left + end * width - (_GAP / 2 if end < 1 else 0))
        row.append(Block((x, top), right - x, height))
    return row


def usual_market(sections: Sequence[str]) -> Plan:
    """Return the plan of a hall with one block for each section of stalls, in reading order."""
    names = list(sections[:24]) or [""]
    columns = min(len(names), 4)
    rows = math.ceil(len(names) / columns)
    wide = (WIDTH - 2 * _EDGE - (columns - 1) * _ROAD) // columns
    high = min(58, (MOST_HEIGHT - _EDGE - 36) // rows - _ROAD) if rows > 1 else 96
    blocks = tuple(
        Block(
            (_EDGE + index % columns * (wide + _ROAD), _EDGE + index // columns * (high + _ROAD)),
            wide,
            high,
            name[:LONGEST_WORDS],
        )
        for index, name in enumerate(names)
    )
    bottom = max(_EDGE + rows * (high + _ROAD) + 12, LEAST_HEIGHT - 24)
    aisle = ((16, bottom), (WIDTH - 16, bottom))
    return Plan(height=min(bottom + 24, MOST_HEIGHT), streets=(aisle,), blocks=blocks)


def pins_on(plan: Plan, numbers: Sequence[int]) -> dict[int, Position]:
    """Return where each of these points is drawn: its own position, or one of even distances along the street."""
    left = [number for number in sorted(numbers) if number not in plan.pins]
    spread = positions_along(
        plan.streets[0] if plan.streets else ((16, plan.height // 2), (WIDTH - 16, plan.height // 2)), len(left)
    )
    found = {number: plan.pins[number] for number in numbers if number in plan.pins}
    return found | dict(zip(left, spread, strict=True))


def positions_along(line: Sequence[Position], count: int) -> list[Position]:
    """Return that many positions on a line, at even distances from each other and from its ends."""
    lengths = [math.dist(begin, end) for begin, end in pairwise(line)]
    whole = sum(lengths) or 1.0
    found = []
    for index in range(count):
        wanted = whole * (index + 1) / (count + 1)
        for (begin, end), length in zip(pairwise(line), lengths, strict=True):
            if wanted <= length or (begin, end) == (line[-2], line[-1]):
                share = min(wanted / length, 1.0) if length else 0.0
                found.append(
                    (round(begin[0] + share * (end[0] - begin[0])), round(begin[1] + share * (end[1] - begin[1])))
                )
                break
            wanted -= length
    return found
