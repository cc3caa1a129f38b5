"""Figures for spreadsheets: those of an indicator as numbers, and printed appendix values parsed back into numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from doanso.reports.content import ReportLine
from doanso.reports.renderers import wording

_PRINTED = re.compile(r"(?P<sign>[-−+]?)(?P<whole>\d{1,3}(?:\.\d{3})+|\d{1,15})(?:,(?P<part>\d{1,6}))?(?P<share>\s?%)?")


@dataclass(frozen=True, slots=True)
class CellFigure:
    """A number of things, or a share as Excel stores it: 0.914 is 91,4%."""

    number: int | float
    is_share: bool = False


def figure(printed: str) -> CellFigure | None:
    """Return the number of a printed text; None if it is not a number in this format."""
    match = _PRINTED.fullmatch(printed.strip())
    if match is None:
        return None
    integer_part, part = match["whole"].replace(".", ""), match["part"] or ""
    digits = int(integer_part + part) * (-1 if match["sign"] in {"-", "−"} and match["sign"] else 1)
    below = 10 ** (len(part) + (2 if match["share"] else 0))
    return CellFigure(digits if below == 1 else digits / below, bool(match["share"]))


def share(tenths: int | None) -> CellFigure | None:
    """Return tenths of a per cent as a share."""
    return None if tenths is None else CellFigure(tenths / 1000, is_share=True)


def goal(line: ReportLine) -> CellFigure | int | None:
    """Return the target: a share, or a number of things."""
    if line.target is None or not wording.is_share(line):
        return line.target
    return CellFigure(line.target / 100, is_share=True)


def in_kind(line: ReportLine, value: int | None) -> CellFigure | int | None:
    """Return a pace or a forecast, in the unit of the indicator."""
    return share(value) if wording.is_share(line) else value


def of_grade(place: int) -> Callable[[ReportLine], int | None]:
    """Return a function giving how much of the cumulative figure is based on evidence of this grade."""
    return lambda line: line.grades[place] if place < len(line.grades) else None
