"""Whether a later version of a visit reports the same helps as the one before it: plain values only.

A help is: who was helped, with what, on which day, by which unit. The spelling of a name or door, a number, and the
pair are details: they are corrected in place, and the receiver's confirmation stays.
"""

from typing import NamedTuple

from doanso.lib import vietnamese
from doanso.lib.spelling import same_human


class NamedReceiver(NamedTuple):
    """A helped person, as registered."""

    name: str
    birth_year: int | None


def same_person(person: NamedReceiver, other: NamedReceiver) -> bool:
    """Return whether both are one person, corrected: another year of birth is another person's, also of the same
    name."""
    same_year = person.birth_year is None or other.birth_year is None or person.birth_year == other.birth_year
    return same_year and same_human(person.name, other.name)


def exactly_same(person: NamedReceiver, other: NamedReceiver) -> bool:
    """Return whether both are registered alike; asked where nothing else ties them together."""
    return person.birth_year == other.birth_year and vietnamese.same_name(person.name, other.name)
