"""Decide whether two records are of one human being, may be, or are not.

Name, birth, place and phone are compared separately, because a hundred people are called Nguyễn Văn A and old people share a
phone: one thing in common never suffices.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy

from doanso.lib.spelling import is_reordered, one_letter_off
from doanso.people.rules.names import house_number, place_words


class Traits(NamedTuple):
    """The compared values of a record; phone and its tail as keyed look-ups, name and address folded."""

    folded: str
    birth_year: int | None = None
    birth_date: date | None = None
    gender: str = ""
    phone: str = ""
    tail: str = ""
    neighbourhood_id: UUID | None = None
    address: str = ""
    unit_id: UUID | None = None


class FieldComparison(Enum):
    """The comparison of one field; unknown where either record lacks it."""

    YES = "yes"
    NEAR = "near"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Similarity:
    """The comparison of two records."""

    name: FieldComparison
    year: FieldComparison
    birth_date: FieldComparison
    gender: FieldComparison
    phone: FieldComparison
    tail: FieldComparison
    place: FieldComparison
    same_unit: bool


def _known(left: object, right: object) -> FieldComparison:
    if not left or not right:
        return FieldComparison.UNKNOWN
    return FieldComparison.YES if left == right else FieldComparison.NO


def _names(left: str, right: str) -> FieldComparison:
    if left == right:
        return FieldComparison.YES
    return FieldComparison.NEAR if is_reordered(left, right) or one_letter_off(left, right) else FieldComparison.NO


def _years(left: int | None, right: int | None) -> FieldComparison:
    if left and right and abs(left - right) == 1:
        return FieldComparison.NEAR
    return _known(left, right)


def _places(left: Traits, right: Traits) -> FieldComparison:
    if left.neighbourhood_id and right.neighbourhood_id and left.neighbourhood_id != right.neighbourhood_id:
        return FieldComparison.NO
    doors = _known(house_number(left.address), house_number(right.address))
    if doors is FieldComparison.NO:
        return FieldComparison.NO
    left_words, right_words = place_words(left.address), place_words(right.address)
    if left_words and right_words and (left_words <= right_words or right_words <= left_words):
        # "12 Lê Lợi" is contained in "12 Lê Lợi, khu phố 3"; a street alone is weak evidence.
        if doors is FieldComparison.YES or left_words == right_words:
            return FieldComparison.YES
    if left.neighbourhood_id and left.neighbourhood_id == right.neighbourhood_id and not (left_words and right_words):
        # Two addresses in one neighbourhood that do not agree are two doors, or one of them is written unusually.
        return FieldComparison.YES
    return FieldComparison.UNKNOWN


def compare(left: Traits, right: Traits) -> Similarity:
    """Compare each field separately."""
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
    """Return whether two records are certainly one person.

    Name, birth year and phone agree, wherever they were written; or name, year and place agree within one unit and
    the phones do not disagree.
    """
    if likeness.name is not FieldComparison.YES or likeness.year is not FieldComparison.YES:
        return False
    if FieldComparison.NO in (likeness.birth_date, likeness.gender):
        return False
    if likeness.phone is FieldComparison.YES:
        return True
    return likeness.same_unit and likeness.place is FieldComparison.YES and likeness.phone is not FieldComparison.NO


RARE_NAME = 3
"""A name that at most this many people of one birth year have is worth asking about even when nothing else is known."""


def worth_asking(likeness: Similarity, *, namesakes: int) -> bool:
    """Return whether an officer should look at the pair: similar, and not only by a name that many people have."""
    if likeness.name is FieldComparison.NO:
        return False
    if likeness.phone is FieldComparison.YES:
        return True
    if likeness.gender is FieldComparison.NO:
        return False
    near = likeness.tail is FieldComparison.YES or likeness.place is FieldComparison.YES
    if likeness.year is FieldComparison.YES:
        if near or (likeness.birth_date is FieldComparison.YES and likeness.name is FieldComparison.YES):
            return True
        disagrees = FieldComparison.NO in (likeness.birth_date, likeness.phone, likeness.place)
        return likeness.name is FieldComparison.YES and not disagrees and namesakes <= RARE_NAME
    return (
        likeness.name is FieldComparison.YES
        and likeness.year is not FieldComparison.NO
        and likeness.place is FieldComparison.YES
    )


_POINTS: dict[str, dict[FieldComparison, int]] = {
    "name": {FieldComparison.YES: 40, FieldComparison.NEAR: 25},
    "year": {FieldComparison.YES: 20, FieldComparison.NEAR: 5, FieldComparison.NO: -30},
    "birth_date": {FieldComparison.YES: 10, FieldComparison.NO: -15},
    "phone": {FieldComparison.YES: 30, FieldComparison.NO: -5},
    "place": {FieldComparison.YES: 15, FieldComparison.NO: -5},
    "gender": {FieldComparison.NO: -20},
}
_TAIL_POINTS = 10


def score(likeness: Similarity) -> int:
    """Return the similarity, from 0 to about 115; only for ordering candidates."""
    points = sum(by_answer.get(getattr(likeness, aspect), 0) for aspect, by_answer in _POINTS.items())
    if likeness.tail is FieldComparison.YES and likeness.phone is not FieldComparison.YES:
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
    """Return codes of the fields that agree or nearly agree, for the page: "name", "near_name", "year", "near_year",
    "phone", …
    """
    codes = []
    if likeness.name is not FieldComparison.NO:
        codes.append("name" if likeness.name is FieldComparison.YES else "near_name")
    if likeness.birth_date is FieldComparison.YES:
        codes.append("birth_date")
    elif likeness.year in (FieldComparison.YES, FieldComparison.NEAR):
        codes.append("year" if likeness.year is FieldComparison.YES else "near_year")
    if likeness.phone is FieldComparison.YES:
        codes.append("phone")
    elif likeness.tail is FieldComparison.YES:
        codes.append("phone_tail")
    if likeness.place is FieldComparison.YES:
        codes.append("place")
    return codes
