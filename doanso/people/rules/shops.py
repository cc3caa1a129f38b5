"""Comparison of shops' records. Many shops share a name ("Tạp hóa Hoa"), so a name alone never suffices."""

from dataclasses import dataclass
from uuid import UUID

from doanso.lib.spelling import is_reordered, one_letter_off
from doanso.people.rules.similarity import FieldComparison, Traits, compare


@dataclass(frozen=True, slots=True)
class ShopTraits:
    """The compared values of a shop: name and address folded, the phone as keyed look-up."""

    folded: str
    phone: str = ""
    neighbourhood_id: UUID | None = None
    address: str = ""
    unit_id: UUID | None = None


def _likeness(left: ShopTraits, right: ShopTraits) -> tuple[FieldComparison, FieldComparison]:
    """Return how phone and place compare."""
    likeness = compare(
        *(
            Traits(
                "", phone=shop.phone, neighbourhood_id=shop.neighbourhood_id, address=shop.address, unit_id=shop.unit_id
            )
            for shop in (left, right)
        )
    )
    return likeness.phone, likeness.place


def is_same(left: ShopTraits, right: ShopTraits) -> bool:
    """Return whether the two are certainly one: name and phone agree, or name and place within one unit and the phones do not
    disagree.
    """
    if left.folded != right.folded:
        return False
    phone, place = _likeness(left, right)
    if phone is FieldComparison.YES:
        return place is not FieldComparison.NO or left.unit_id != right.unit_id
    return left.unit_id == right.unit_id and place is FieldComparison.YES and phone is not FieldComparison.NO


def worth_asking(left: ShopTraits, right: ShopTraits) -> bool:
    """Return whether an officer should look: nearly one name at one phone, or one name at one place."""
    phone, place = _likeness(left, right)
    if phone is FieldComparison.YES:
        return (
            left.folded == right.folded
            or one_letter_off(left.folded, right.folded)
            or is_reordered(left.folded, right.folded)
        )
    if left.folded != right.folded or place is FieldComparison.NO:
        return False
    return place is FieldComparison.YES or (left.unit_id == right.unit_id and phone is not FieldComparison.NO)


SCORE = 30
"""Points for each thing that agrees; only for putting pairs in order."""


def reasons(left: ShopTraits, right: ShopTraits) -> list[str]:
    """Return codes of the fields that agree, for the page."""
    phone, place = _likeness(left, right)
    codes = ["name" if left.folded == right.folded else "near_name"]
    if phone is FieldComparison.YES:
        codes.append("phone")
    if place is FieldComparison.YES:
        codes.append("place")
    return codes
