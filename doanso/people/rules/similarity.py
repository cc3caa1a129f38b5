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
class Similarity:
    """Two records compared."""

    name: Same
    year: Same
    birth_date: Same
    gender: Same
    phone: Same
    tail: Same
    place: Same
    same_unit: bool


def _known(left: object, right: object) -> Same:
    if not left or not right:
        return Same.UNKNOWN
    return Same.YES if left == right else Same.NO


def _names(left: str, right: str) -> Same:
    if left == right:
        return Same.YES
    return Same.NEAR if same_words(left, right) or one_letter_off(left, right) else Same.NO


def _years(left: int | None, right: int | None) -> Same:
    if left and right and abs(left - right) == 1:
        return Same.NEAR
    return _known(left, right)


def _places(left: Traits, right: Traits) -> Same:
    if left.neighbourhood_id and right.neighbourhood_id and left.neighbourhood_id != right.neighbourhood_id:
        return Same.NO
    doors = _known(house_number(left.address), house_number(right.address))
    if doors is Same.NO:
        return Same.NO
    left_words, right_words = place_words(left.address), place_words(right.address)
    if left_words and right_words and (left_words <= right_words or right_words <= left_words):
        # "12 Lê Lợi" lies within "12 Lê Lợi, khu phố 3"; a street alone says little.
        if doors is Same.YES or left_words == right_words:
            return Same.YES
    if left.neighbourhood_id and left.neighbourhood_id == right.neighbourhood_id and not (left_words and right_words):
        # Two addresses in one neighbourhood that do not agree are two doors, or one of them is written oddly.
        return Same.YES
    return Same.UNKNOWN


def compare(left: Traits, right: Traits) -> Similarity:
    """Each thing by itself."""
    return Similarity(
        name=_names(left.folded, right.folded),
        year=_years(left.birth_year, right.birth_year),
        birth_date=_known(left.birth_date, right.birth_date),
        gender=_known(left.gender, right.gender),
        phone=_known(left.phone, right.phone),
        tail=_known(left.tail, right.tail),
        place=_places(left, right),
        same_unit=left.unit_id is not None and left.unit_id == right.unit_id,
    )


def is_same(likeness: Similarity) -> bool:
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


def worth_asking(likeness: Similarity, *, namesakes: int) -> bool:
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


def score(likeness: Similarity) -> int:
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


def reasons(likeness: Similarity) -> list[str]:
    """Codes of what agrees or nearly does, for the page: "name", "near_name", "year", "near_year", "phone", …"""
    codes = []
    if likeness.name is not Same.NO:
        codes.append("name" if likeness.name is Same.YES else "near_name")
    if likeness.birth_date is Same.YES:
        codes.append("birth_date")
    elif likeness.year in (Same.YES, Same.NEAR):
        codes.append("year" if likeness.year is Same.YES else "near_year")
    if likeness.phone is Same.YES:
        codes.append("phone")
    elif likeness.tail is Same.YES:
        codes.append("phone_tail")
    if likeness.place is Same.YES:
        codes.append("place")
    return codes
