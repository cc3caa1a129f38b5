"""Doors: by what the same one is known again, and in which order one walks along a street."""

import re
from uuid import UUID

from doanso.lib import vietnamese

KEY_LENGTH = 200
_PART = re.compile(r"(\d+)|([a-z]+)")


def tidy_number(number: str) -> str:
    """A house number as it is written on the wall: "12 / 3a" is 12/3A."""
    return re.sub(r"\s+", "", number).upper()


def place_key(neighbourhood_id: UUID | None, street: str, number: str) -> str:
    """Equal for the same door of one unit; empty where no number tells one door of a street from the next."""
    number = vietnamese.fold(tidy_number(number))
    if not number:
        return ""
    home = neighbourhood_id.hex if neighbourhood_id is not None else ""
    return f"{home}|{vietnamese.fold(street)}|{number}"[:KEY_LENGTH]


def walk_key(street: str, number: str) -> str:
    """Sorts the doors of a street as one walks: up one side, then up the other, alleys after the house they open at."""
    parts = _PART.findall(vietnamese.fold(tidy_number(number)))
    first = next((int(digits) for digits, _letters in parts if digits), 0)
    told = "".join(f"{int(digits):06}" if digits else f".{letters}" for digits, letters in parts)
    return f"{vietnamese.fold(street)}|{(first + 1) % 2}|{told}"[:KEY_LENGTH]


def address(street: str, number: str) -> str:
    """One line, as it is said: "12/3 Lê Lợi"."""
    return " ".join(part for part in (tidy_number(number), street.strip()) if part)
