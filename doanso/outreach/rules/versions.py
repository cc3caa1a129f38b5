"""Rules on whether a later version of a visit reports the same support records as the one before it: plain values only.

A support record is identified by receiver, service, day and unit. The spelling of a name or door, a number, and the pair are
details: they are corrected in place, and the receiver's confirmation stays.
"""

from typing import NamedTuple

from doanso.lib import vietnamese
from doanso.lib.spelling import may_be_same_person


class NamedReceiver(NamedTuple):
    """A helped person, as registered."""

    name: str
    birth_year: int | None


def same_person(person: NamedReceiver, other: NamedReceiver) -> bool:
    """Return whether both are one person, corrected: another year of birth means another person, also with the same name."""
    same_year = person.birth_year is None or other.birth_year is None or person.birth_year == other.birth_year
    return same_year and may_be_same_person(person.name, other.name)


def exactly_same(person: NamedReceiver, other: NamedReceiver) -> bool:
    """Return whether both are registered alike; checked where nothing else links them."""
    return person.birth_year == other.birth_year and vietnamese.same_name(person.name, other.name)
