"""Whether two records are of one shop. Shops of one name are many ("Tạp hóa Hoa"), so a name alone never suffices."""

from dataclasses import dataclass
from uuid import UUID

from doanso.lib.spelling import one_letter_off, same_words
from doanso.people.rules.sameness import Same, Traits, compare


@dataclass(frozen=True, slots=True)
class ShopTraits:
    """What is compared of a shop: name and address folded, the phone as keyed look-up."""

    folded: str
    phone: str = ""
    neighbourhood_id: UUID | None = None
    address: str = ""
    unit_id: UUID | None = None


def _likeness(one: ShopTraits, other: ShopTraits) -> tuple[Same, Same]:
    """How phone and place compare."""
    likeness = compare(
        *(
            Traits("", phone=it.phone, neighbourhood_id=it.neighbourhood_id, address=it.address, unit_id=it.unit_id)
            for it in (one, other)
        )
    )
    return likeness.phone, likeness.place


def is_same(one: ShopTraits, other: ShopTraits) -> bool:
    """Certain enough: name and phone agree, or name and place within one unit and the phones do not disagree."""
    if one.folded != other.folded:
        return False
    phone, place = _likeness(one, other)
    if phone is Same.YES:
        return place is not Same.NO or one.unit_id != other.unit_id
    return one.unit_id == other.unit_id and place is Same.YES and phone is not Same.NO


def worth_asking(one: ShopTraits, other: ShopTraits) -> bool:
    """Whether an officer should look: nearly one name at one phone, or one name at one place."""
    phone, place = _likeness(one, other)
    if phone is Same.YES:
        return (
            one.folded == other.folded
            or one_letter_off(one.folded, other.folded)
            or same_words(one.folded, other.folded)
        )
    if one.folded != other.folded or place is Same.NO:
        return False
    return place is Same.YES or (one.unit_id == other.unit_id and phone is not Same.NO)


SCORE = 30
"""Points for each thing that agrees; only for putting pairs in order."""


def reasons(one: ShopTraits, other: ShopTraits) -> list[str]:
    """Codes of what agrees, for the page."""
    phone, place = _likeness(one, other)
    found = ["name" if one.folded == other.folded else "near_name"]
    if phone is Same.YES:
        found.append("phone")
    if place is Same.YES:
        found.append("place")
    return found
