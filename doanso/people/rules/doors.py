"""Keys of doors: one to recognise the same door, one to sort doors along a street."""

import re
from typing import NamedTuple
from uuid import UUID

from doanso.lib import vietnamese

KEY_LENGTH = 200
_PART = re.compile(r"(\d+)|([a-z]+)")
_WORD = re.compile(r"[a-z0-9]+")
_STREET_DIGIT = re.compile(r"\d")


def tidy_number(number: str) -> str:
    """Return a house number as it is written on the wall: "12 / 3a" is 12/3A."""
    return re.sub(r"\s+", "", number).upper()


def place_key(neighbourhood_id: UUID | None, street: str, number: str) -> str:
    """Return a key that is equal for the same door of one unit; empty where no number identifies the door."""
    number = vietnamese.fold(tidy_number(number))
    if not number:
        return ""
    home = neighbourhood_id.hex if neighbourhood_id is not None else ""
    return f"{home}|{vietnamese.fold(street)}|{number}"[:KEY_LENGTH]


_DIGITS = str.maketrans("0123456789", "abcdefghij")
_STREET_END, _WORD_END, _DIGIT = "0", "1", "2"
"""Keys are of digits and small letters alone, so that every collation keeps their order; hence a digit of a street's name is
written as a letter."""


def street_key(street: str) -> str:
    """Return the prefix of the keys of a street's doors."""
    words = _WORD.findall(vietnamese.fold(street))
    return _WORD_END.join(_STREET_DIGIT.sub(_digit_letter, word) for word in words)[:120] + _STREET_END


def _digit_letter(match: re.Match[str]) -> str:
    return _DIGIT + match[0].translate(_DIGITS)


def walk_key(street: str, number: str) -> str:
    """Return a key that sorts the doors of a street as one walks: up one side, then the other, alleys after the house they open
    at.
    """
    parts = _PART.findall(vietnamese.fold(tidy_number(number)))
    first = next((int(digits) for digits, _letters in parts if digits), 0)
    number_key = "".join(f"1{int(digits):06}" if digits else f"0{letters}" for digits, letters in parts)
    return f"{street_key(street)}{(first + 1) % 2}{number_key}"[:KEY_LENGTH]


def street_prefix(walk_key: str) -> str:
    """Return the common prefix of the keys of all doors in the street of this key."""
    return walk_key[: walk_key.index(_STREET_END) + 1]


def first_key_after(beginning: str) -> str:
    """Return the first key after all keys with this prefix."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1)


class StreetSide(NamedTuple):
    """The keys of one side of a street, from `first` to before `end`; `own_key` is that of the door itself."""

    first: str
    own_key: str
    end: str


class DoorOrder(NamedTuple):
    """The order of a walk from a door: its own side of the street, the other side, and the streets after it."""

    sides: tuple[StreetSide, StreetSide]
    next_street: str


def walk_from(walk_key: str) -> DoorOrder:
    """Return the walk from the door of this key."""
    street = street_prefix(walk_key)
    own, number = walk_key[len(street) : len(street) + 1] or "0", walk_key[len(street) + 1 :]
    sides = (street + side for side in (own, "1" if own == "0" else "0"))
    own_side, other_side = (StreetSide(side, side + number, first_key_after(side)) for side in sides)
    return DoorOrder((own_side, other_side), first_key_after(street))


def spoken_address(street: str, number: str) -> str:
    """Return the address on one line, as it is spoken: "12/3 Lê Lợi"."""
    return " ".join(part for part in (tidy_number(number), street.strip()) if part)


_AREA = re.compile(
    r"\b(?:khu phố|kp|khóm|khu vực|kv|tổ dân phố|tdp|tổ|ấp|phường|p|quận|q|xã)[ .:]*\d+[a-z]?\b[ ,.;-]*", re.IGNORECASE
)
_NUMBER = re.compile(r"(?:số nhà|số|nhà số|nhà)?[ .]*(\d+\w*(?: ?/ ?\d+\w*)*)[ ,.-]*(.*)", re.IGNORECASE)
_STREET_WORD = re.compile(r"^(?:đường|đ\.)\s+", re.IGNORECASE)


def without_areas(address: str) -> str:
    """Return the address without areas that go by a number: "Tổ 5, KP3, 12 Lê Lợi" is "12 Lê Lợi"."""
    return _AREA.sub("", address).strip(" ,.;-")


def split_address(address: str) -> tuple[str, str]:
    """Return house number and street of an address in one line; the number of a neighbourhood is neither."""
    bare = without_areas(address)
    match = _NUMBER.match(bare)
    number, rest = (tidy_number(match[1]), match[2]) if match is not None else ("", bare)
    return number, _STREET_WORD.sub("", rest).partition(",")[0].strip(" .-")


DOOR_KEY_LENGTH = 160
DOOR_NUMBER_LENGTH = 80
_DOOR = re.compile(r"(?:so nha|so|nha)?[ .]*(\d+[a-z]?(?: ?/ ?\d+[a-z]?)*)\b[ ,.-]*(.*)")
_BEYOND = re.compile(r",|\b(?:khu pho|kp|khom|phuong|p\.? ?\d|to dan pho|to \d|ap \d|xa|thanh pho|tp)\b")
_STREET_WORDS = frozenset(("duong", "d", "pho"))


def door_key(address: str) -> str:
    """Return a key that is equal for one door however its address is written: "12 Lê Lợi" is "Số 12 đường Lê Lợi, KP 3, Phường
    5".

    The street and the house number, without what follows them. Empty where no number and street identify a door. The street
    comes first, so that the doors of one walk are side by side in the index, at any size of the city.
    """
    match = _DOOR.match(vietnamese.fold(address))
    if match is None:
        return ""
    words = _WORD.findall(_BEYOND.split(match[2], maxsplit=1)[0])
    street = " ".join(word for word in words if word not in _STREET_WORDS)
    number = match[1].replace(" ", "")[:DOOR_NUMBER_LENGTH]
    return f"{street[: DOOR_KEY_LENGTH - len(number) - 1]} {number}" if street else ""
