"""A person's particulars as passed to actions and queries."""

from datetime import date
from typing import NamedTuple
from uuid import UUID


class Particulars(NamedTuple):
    """The data that a unit stores about a person.

    Phone and citizen number are in the form of `lib.phone` and `lib.citizen_id`; empty means unknown.
    """

    name: str
    gender: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    phone: str = ""
    citizen_id: str = ""
    email: str = ""
    address: str = ""
    neighbourhood_id: UUID | None = None
    household_id: UUID | None = None
