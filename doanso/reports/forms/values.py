"""Figures for spreadsheets: what is printed in the appendix, read back as the number it is."""

import re
from dataclasses import dataclass

_PRINTED = re.compile(r"(?P<sign>[-−+]?)(?P<whole>\d{1,3}(?:\.\d{3})+|\d{1,15})(?:,(?P<part>\d{1,6}))?(?P<share>\s?%)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of things, or a share as Excel keeps it: 0.914 is 91,4%."""

    number: int | float
    is_share: bool = False


def figure(printed: str) -> Figure | None:
    """The number that is printed so; None where the text is no number of ours."""
    found = _PRINTED.fullmatch(printed.strip())
    if found is None:
        return None
    whole, part = found["whole"].replace(".", ""), found["part"] or ""
    digits = int(whole + part) * (-1 if found["sign"] in {"-", "−"} and found["sign"] else 1)
    below = 10 ** (len(part) + (2 if found["share"] else 0))
    return Figure(digits if below == 1 else digits / below, bool(found["share"]))
