"""Whether a later version of a visit tells of the same helps as the one before it: plain values only.

A help is: who was helped, with what, on which day, by which unit. How a name or a door is spelled, a number, and who of the
pair walked along are told of it; they are put right where it stands, and its receiver's word stays.
"""

from typing import NamedTuple

from doanso.lib import vietnamese
from doanso.lib.spelling import same_human


class NamedPerson(NamedTuple):
    """Somebody who was helped, as they were written down."""

    name: str
    birth_year: int | None


def same_person(person: NamedPerson, other: NamedPerson) -> bool:
    """Whether both are one person, put right: the year of birth tells two people of one name apart, so that another year is
    another person's."""
    same_year = person.birth_year is None or other.birth_year is None or person.birth_year == other.birth_year
    return same_year and same_human(person.name, other.name)


def exactly_same(person: NamedPerson, other: NamedPerson) -> bool:
    """Whether both are written down alike; asked where nothing else ties them together."""
    return person.birth_year == other.birth_year and vietnamese.same_name(person.name, other.name)
