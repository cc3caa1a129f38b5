"""Whether two records are of one human being, may be, or are not.

Name, birth, place and phone are each compared by themselves, because a hundred people are called Nguyễn Văn A and old
people share a phone: one thing in common never suffices.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy

from doanso.lib.spelling import one_letter_off, same_words
from doanso.people.rules.names import house_number, place_words


class Traits(NamedTuple):
    """What is compared of a record; phone and its tail as keyed look-ups, name and address folded."""

    folded: str
    birth_year: int | None = None
    birth_date: date | None = None
    gender: str = ""
    phone: str = ""
    tail: str = ""
    neighbourhood_id: UUID | None = None
    address: str = ""
    unit_id: UUID | None = None


class Same(Enum):
    """How one thing compares; unknown where either record does not tell it."""

    YES = "yes"
    NEAR = "near"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two records compared."""

    name: Same
    year: Same
    birth_date: Same
    gender: Same
    phone: Same
    tail: Same
    place: Same
    same_unit: bool


def _known(one: object, other: object) -> Same:
    if not one or not other:
        return Same.UNKNOWN
    return Same.YES if one == other else Same.NO


def _names(one: str, other: str) -> Same:
    if one == other:
        return Same.YES
    return Same.NEAR if same_words(one, other) or one_letter_off(one, other) else Same.NO


def _years(one: int | None, other: int | None) -> Same:
    if one and other and abs(one - other) == 1:
        return Same.NEAR
    return _known(one, other)


def _places(one: Traits, other: Traits) -> Same:
    if one.neighbourhood_id and other.neighbourhood_id and one.neighbourhood_id != other.neighbourhood_id:
        return Same.NO
    doors = _known(house_number(one.address), house_number(other.address))
    if doors is Same.NO:
        return Same.NO
    words, others = place_words(one.address), place_words(other.address)
    if words and others and (words <= others or others <= words):
        # "12 Lê Lợi" lies within "12 Lê Lợi, khu phố 3"; a street alone says little.
        if doors is Same.YES or words == others:
            return Same.YES
    if one.neighbourhood_id and one.neighbourhood_id == other.neighbourhood_id and not (words and others):
        # Two addresses in one neighbourhood that do not agree are two doors, or one of them is written oddly.
        return Same.YES
    return Same.UNKNOWN


def compare(one: Traits, other: Traits) -> Likeness:
    """Each thing by itself."""
    return Likeness(
        name=_names(one.folded, other.folded),
        year=_years(one.birth_year, other.birth_year),
        birth_date=_known(one.birth_date, other.birth_date),
        gender=_known(one.gender, other.gender),
        phone=_known(one.phone, other.phone),
        tail=_known(one.tail, other.tail),
        place=_places(one, other),
        same_unit=one.unit_id is not None and one.unit_id == other.unit_id,
    )


def is_same(likeness: Likeness) -> bool:
    """Certain enough to be taken for one person without asking.

    Name, birth year and phone agree, wherever they were written; or name, year and place agree within one unit and
    the phones do not disagree.
    """
    if likeness.name is not Same.YES or likeness.year is not Same.YES:
        return False
    if Same.NO in (likeness.birth_date, likeness.gender):
        return False
    if likeness.phone is Same.YES:
        return True
    return likeness.same_unit and likeness.place is Same.YES and likeness.phone is not Same.NO


RARE_NAME = 3
"""A name that so many of one birth year have at most is worth asking about even when nothing else is known."""


def worth_asking(likeness: Likeness, *, namesakes: int) -> bool:
    """Whether an officer should look at the pair: similar, and not by a name alone that many people have."""
    if likeness.name is Same.NO:
        return False
    if likeness.phone is Same.YES:
        return True
    if likeness.gender is Same.NO:
        return False
    near = likeness.tail is Same.YES or likeness.place is Same.YES
    if likeness.year is Same.YES:
        if near or (likeness.birth_date is Same.YES and likeness.name is Same.YES):
            return True
        disagrees = Same.NO in (likeness.birth_date, likeness.phone, likeness.place)
        return likeness.name is Same.YES and not disagrees and namesakes <= RARE_NAME
    return likeness.name is Same.YES and likeness.year is not Same.NO and likeness.place is Same.YES


_POINTS: dict[str, dict[Same, int]] = {
    "name": {Same.YES: 40, Same.NEAR: 25},
    "year": {Same.YES: 20, Same.NEAR: 5, Same.NO: -30},
    "birth_date": {Same.YES: 10, Same.NO: -15},
    "phone": {Same.YES: 30, Same.NO: -5},
    "place": {Same.YES: 15, Same.NO: -5},
    "gender": {Same.NO: -20},
}
_TAIL_POINTS = 10


def score(likeness: Likeness) -> int:
    """How alike, from 0 to about 115; only for putting candidates in order."""
    points = sum(by_answer.get(getattr(likeness, aspect), 0) for aspect, by_answer in _POINTS.items())
    if likeness.tail is Same.YES and likeness.phone is not Same.YES:
        points += _TAIL_POINTS
    return max(points + (5 if likeness.same_unit else 0), 0)


REASON_WORDS = {
    "name": gettext_lazy("same name"),
    "near_name": gettext_lazy("nearly the same name"),
    "birth_date": gettext_lazy("same birth date"),
    "year": gettext_lazy("same birth year"),
    "near_year": gettext_lazy("birth year one off"),
    "phone": gettext_lazy("same phone"),
    "phone_tail": gettext_lazy("same end of the phone"),
    "place": gettext_lazy("same place"),
}


def reasons(likeness: Likeness) -> list[str]:
    """Codes of what agrees or nearly does, for the page: "name", "near_name", "year", "near_year", "phone", …"""
    found = []
    if likeness.name is not Same.NO:
        found.append("name" if likeness.name is Same.YES else "near_name")
    if likeness.birth_date is Same.YES:
        found.append("birth_date")
    elif likeness.year in (Same.YES, Same.NEAR):
        found.append("year" if likeness.year is Same.YES else "near_year")
    if likeness.phone is Same.YES:
        found.append("phone")
    elif likeness.tail is Same.YES:
        found.append("phone_tail")
    if likeness.place is Same.YES:
        found.append("place")
    return found
