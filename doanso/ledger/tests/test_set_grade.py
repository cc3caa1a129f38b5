from datetime import date

import pytest

from doanso.ledger import actions
from doanso.ledger.actions import UnknownSource
from doanso.ledger.models import Entry
from doanso.ledger.queries import figures
from doanso.lib.uuid7 import uuid7

OFFICER_GRADE = date(2023, 2, 1)


@pytest.fixture
def usage(tree, book, owners):
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    return owners.state(person, OFFICER_GRADE)


def grades(tree, book, day=OFFICER_GRADE):
    city = tree.units["my-tho"].pk
    return figures(book=book, unit_ids=[city], on=day)[city, "vneid-members"].grades


def test_a_better_grade_is_minus_one_and_plus_one_on_the_day_of_the_entry(tree, book, owners, usage):
    owners.regrade("test.state", usage, 3)
    read_posted = Entry.objects.filter(measure__code="vneid-members").order_by("seq")
    assert [(entry.amount, entry.grade, entry.day) for entry in read_posted] == [
        (1, 1, OFFICER_GRADE),
        (-1, 1, OFFICER_GRADE),
        (1, 3, OFFICER_GRADE),
    ]
    assert grades(tree, book) == (0, 0, 0, 1, 0)


def test_the_same_grade_again_writes_nothing(tree, book, owners, usage):
    before = Entry.objects.count()
    owners.regrade("test.state", usage, 1)
    assert Entry.objects.count() == before


def test_a_grade_below_the_least_takes_the_subject_out_and_back(tree, book, owners, usage):
    owners.regrade("test.state", usage, 0)
    assert grades(tree, book) == (0, 0, 0, 0, 0)
    owners.regrade("test.state", usage, 2)
    assert grades(tree, book) == (0, 0, 1, 0, 0)


def test_the_first_telling_repeated_after_a_regrading_does_nothing(tree, book, owners, usage):
    fact = owners.counted("test.state", usage)
    owners.regrade("test.state", usage, 3)
    actions.count(fact)
    assert grades(tree, book) == (0, 0, 0, 1, 0)


def test_a_time_is_regraded_too(tree, book, owners):
    visit = owners.visit(uuid7(), tree.units["p4"], OFFICER_GRADE)
    owners.regrade("test.times", visit, 4)
    city = tree.units["my-tho"].pk
    assert figures(book=book, unit_ids=[city], on=OFFICER_GRADE)[city, "visits"].grades == (0, 0, 0, 0, 1)


def test_a_source_that_was_never_counted_is_an_error_of_the_caller(book, owners):
    with pytest.raises(UnknownSource):
        actions.set_grade(family="test.state", source_id=uuid7(), grade=2)
