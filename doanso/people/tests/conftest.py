"""People whom units have written down, and actions of the ledger on them."""

from collections.abc import Callable

import pytest
from django.db import transaction

from doanso.members.actions import Admission, admit_many
from doanso.members.models import Member
from doanso.people.actions import MatchResult, Particulars, match_or_create_people
from doanso.people.models import Person
from doanso.testing import Tree

MAI = Particulars("Nguyễn Thị Mai", "female", birth_year=1958, phone="0903111222", address="12 Lê Lợi")


@pytest.fixture
def meet(tree: Tree) -> Callable[..., MatchResult]:
    """Return a function that matches or creates a person for a unit, by the unit's code; without more, Mai."""

    def met(code: str, particulars: Particulars = MAI) -> MatchResult:
        with transaction.atomic():
            return match_or_create_people(unit_id=tree.units[code].pk, inputs=[particulars])[0]

    return met


@pytest.fixture
def twins(meet: Callable[..., MatchResult]) -> tuple[MatchResult, MatchResult]:
    """Two records of Mai, a year off, so that nobody knows whether they are one: ward 4's is the older."""
    particulars = Particulars("Nguyễn Thị Mai", birth_year=1959, phone="0903111222", address="12 Lê Lợi")
    return meet("p4"), meet("p5", particulars)


@pytest.fixture
def admit_resident(tree: Tree) -> Callable[[MatchResult, str], Member]:
    """Somebody a unit met becomes a member of one of its branches."""

    def admit(met: MatchResult, branch: str) -> Member:
        entry = Admission(
            branch=tree.units[branch],
            particulars=Particulars("Nguyễn Thị Mai", birth_year=2001),
            person=Person.objects.get(pk=met.person_id),
            another=True,
        )
        [member] = admit_many(actor=tree.giang, entries=[entry])
        return member

    return admit
