from datetime import date

import pytest

from doanso.ledger import actions
from doanso.ledger.actions import SourceConflict
from doanso.ledger.inputs import FactInput
from doanso.ledger.models import Entry, Fact, Queue
from doanso.ledger.queries import figures
from doanso.ledger.recount import recount
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit, UnitKind, UnitPath


def test_a_time_counts_on_its_unit_and_all_above(tree, book, owners, shown):
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 3, 5))
    assert shown(book, "visits", date(2023, 3, 4)) == {}
    assert shown(book, "visits", date(2023, 3, 5)) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}


def test_a_placed_member_stands_from_the_first_day_when_older_than_the_book(tree, book, owners, shown):
    owners.place(uuid7(), tree.units["p4-kp1"], date(2021, 9, 1))
    assert shown(book, "members", date(2022, 12, 31)) == {}
    assert shown(book, "members", date(2023, 1, 1)) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}


def test_a_member_older_than_the_branch_stands_from_the_day_there_is_a_branch(tree, book, owners, shown):
    founded = date(2023, 6, 1)
    branch = Unit.objects.create(code="p4-kp3", kind=UnitKind.BRANCH, since=founded)
    for depth, above in enumerate([branch, tree.units["p4"], tree.units["my-tho"]]):
        UnitPath.objects.create(ancestor=above, unit=branch, depth=depth, since=founded)
    person = uuid7()
    owners.place(person, branch, date(2018, 3, 26))
    owners.state(person, date(2023, 2, 1))
    for measure in ("members", "vneid-members"):
        assert shown(book, measure, date(2023, 5, 31)) == {}
        assert shown(book, measure, founded) == {"p4": 1, "my-tho": 1}
    assert list(recount()) == []


def test_a_state_follows_its_subjects_placement(tree, book, owners, shown):
    person = uuid7()
    owners.state(person, date(2023, 2, 1))
    assert shown(book, "vneid-members") == {}
    owners.place(person, tree.units["p5-kp1"], date(2023, 4, 1))
    assert shown(book, "vneid-members", date(2023, 3, 31)) == {}
    assert shown(book, "vneid-members", date(2023, 4, 1)) == {"p5-kp1": 1, "p5": 1, "my-tho": 1}


def test_a_state_is_counted_once_however_often_it_is_seen(tree, book, owners, shown):
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    for day in (date(2023, 2, 1), date(2023, 3, 1), date(2023, 1, 15)):
        owners.state(person, day)
    assert shown(book, "vneid-members", date(2023, 1, 14)) == {}
    assert shown(book, "vneid-members", date(2023, 1, 15))["my-tho"] == 1
    assert shown(book, "vneid-members")["my-tho"] == 1


def test_a_lower_level_ends_the_state_and_a_higher_one_begins_it_again(tree, book, owners, shown):
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.state(person, date(2023, 2, 1))
    owners.state(person, date(2023, 3, 1), level=1)
    owners.state(person, date(2023, 4, 1), level=3)
    days = [date(2023, 2, 28), date(2023, 3, 1), date(2023, 3, 31), date(2023, 4, 1)]
    assert [shown(book, "vneid-members", day).get("p4", 0) for day in days] == [1, 0, 0, 1]


def test_too_weak_evidence_is_in_no_figure(tree, book, owners, shown):
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.state(person, date(2023, 2, 1), grade=0)
    owners.visit(person, tree.units["p4-kp1"], date(2023, 2, 1), grade=0)
    assert shown(book, "vneid-members") == {}
    assert shown(book, "visits") == {}


def test_a_better_seen_run_carries_its_best_grade_from_that_day(tree, book, owners):
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.state(person, date(2023, 2, 1), grade=1)
    owners.state(person, date(2023, 3, 1), grade=3)
    owners.state(person, date(2023, 4, 1), grade=2)
    city = tree.units["my-tho"].pk

    def grades(day):
        return figures(book=book, unit_ids=[city], on=day)[city, "vneid-members"].grades

    assert grades(date(2023, 2, 28)) == (0, 1, 0, 0, 0)
    assert grades(date(2023, 3, 1)) == (0, 0, 0, 1, 0)
    assert grades(date(2023, 5, 1)) == (0, 0, 0, 1, 0)


def test_a_clock_that_ran_ahead_counts_on_the_day_of_arrival_and_is_marked(tree, book, owners, shown):
    owners.visit(uuid7(), tree.units["p4"], date(2023, 6, 9), arrived=date(2023, 6, 1))
    entry = Entry.objects.get(measure__code="visits")
    assert (entry.day, entry.happened_on, entry.moved_day) == (date(2023, 6, 1), date(2023, 6, 9), "clock")


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2024, 1, 1)])
def test_times_outside_the_books_days_are_not_in_it(tree, book, owners, shown, day):
    owners.visit(uuid7(), tree.units["p4"], day, arrived=date(2024, 2, 1))
    assert not Entry.objects.filter(measure__code="visits").exists()


def test_nothing_is_written_past_the_last_day(tree, book, owners, shown):
    person = uuid7()
    stay = owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.move(stay, None, date(2024, 1, 1))
    assert [entry.day for entry in Entry.objects.all()] == [date(2023, 1, 1)]


def test_a_known_source_with_equal_content_does_nothing(tree, book, owners, shown):
    person = uuid7()
    stay = owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    source = owners.state(person, date(2023, 2, 1))
    before = list(Entry.objects.values_list("seq", flat=True)), Queue.objects.count()
    actions.count_many([owners.counted_place(stay), owners.counted("test.state", source)])
    assert (list(Entry.objects.values_list("seq", flat=True)), Queue.objects.count()) == before


def test_a_known_source_with_other_content_is_refused_and_writes_nothing(tree, book, owners):
    person = uuid7()
    source = owners.visit(person, tree.units["p4"], date(2023, 2, 1))
    fact = owners.counted("test.times", source)
    other = fact._replace(happened_on=date(2023, 2, 2))
    with pytest.raises(SourceConflict) as conflict:
        actions.count(other)
    assert "test.test.times" in conflict.value.problem.message
    assert conflict.value.problem.code == "source-conflict"
    assert (Fact.objects.count(), Entry.objects.count()) == (1, 1)


def test_the_same_source_twice_in_one_deed_counts_once(tree, book, owners, shown):
    source = uuid7()
    fact = FactInput(
        "test.times", source, uuid7(), date(2023, 2, 1), date(2023, 2, 1), 1, topic="visit", unit_id=tree.units["p4"].pk
    )
    actions.count_many([fact, fact])
    assert shown(book, "visits") == {"p4": 1, "my-tho": 1}


def test_a_fact_that_no_app_serves_is_an_error_of_the_caller(book):
    with pytest.raises(LookupError):
        actions.count(FactInput("ghost.family", uuid7(), uuid7(), date(2023, 2, 1), date(2023, 2, 1), 1))


def test_many_members_cost_as_many_statements_as_one(tree, book, owners, django_assert_max_num_queries):
    def members(number):
        return [
            FactInput(
                "members.active",
                uuid7(),
                uuid7(),
                date(2022, 1, 1),
                date(2023, 11, 12),
                1,
                unit_id=tree.units["p4-kp1"].pk,
            )
            for _ in range(number)
        ]

    with django_assert_max_num_queries(19) as one:
        actions.count_many(members(1))
    with django_assert_max_num_queries(19) as many:
        actions.count_many(members(300))
    assert len(many) == len(one)
