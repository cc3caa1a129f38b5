from datetime import date

import pytest

from doanso.ledger import actions
from doanso.ledger.actions import SourceConflict, UnknownSource
from doanso.ledger.inputs import SuspensionInput
from doanso.lib.uuid7 import uuid7

AWAY, BACK = date(2023, 5, 1), date(2023, 8, 1)
EVERYWHERE = {"p4-kp1": 1, "p4": 1, "my-tho": 1}


@pytest.fixture
def person(tree, book, owners):
    """Placed in ward 4 and using the service since February."""
    someone = uuid7()
    owners.place(someone, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.state(someone, date(2023, 2, 1))
    return someone


def test_who_is_away_leaves_numerator_and_denominator_and_returns_to_both(book, owners, shown, person):
    owners.suspend(person, AWAY, BACK)
    for measure in ("members", "vneid-members"):
        assert shown(book, measure, date(2023, 4, 30)) == EVERYWHERE
        assert shown(book, measure, AWAY) == {}
        assert shown(book, measure, date(2023, 7, 31)) == {}
        assert shown(book, measure, BACK) == EVERYWHERE


def test_an_exemption_touches_its_own_measure_and_shows_as_exempt(book, owners, shown, person):
    owners.suspend(person, AWAY, code="vneid-members")
    assert shown(book, "vneid-members", AWAY) == {}
    assert shown(book, "members", AWAY) == EVERYWHERE
    assert shown(book, "vneid-members-exempt", AWAY) == EVERYWHERE


def test_nobody_is_exempt_from_the_denominator_itself(book, owners, shown, person):
    owners.suspend(person, AWAY, code="members")
    assert shown(book, "members", AWAY) == EVERYWHERE
    assert shown(book, "vneid-members", AWAY) == EVERYWHERE


def test_who_is_away_is_not_also_exempt(book, owners, shown, person):
    owners.suspend(person, date(2023, 3, 1), code="vneid-members")
    owners.suspend(person, AWAY, BACK)
    days = [date(2023, 3, 1), AWAY, BACK]
    assert [shown(book, "vneid-members-exempt", day) for day in days] == [EVERYWHERE, {}, EVERYWHERE]


def test_two_reasons_that_overlap_keep_the_member_out_until_the_last_one_ends(book, owners, shown, person):
    first = owners.suspend(person, AWAY, BACK)
    owners.suspend(person, date(2023, 6, 1), date(2023, 10, 1))
    owners.resume(first, date(2023, 7, 1))
    assert shown(book, "members", date(2023, 7, 1)) == {}
    assert shown(book, "members", date(2023, 10, 1)) == EVERYWHERE


def test_a_return_may_be_moved_earlier_and_later(book, owners, shown, person):
    absence = owners.suspend(person, AWAY)
    assert shown(book, "members") == {}
    owners.resume(absence, BACK)
    assert shown(book, "members", BACK) == EVERYWHERE
    owners.resume(absence, date(2023, 6, 1))
    assert shown(book, "members", date(2023, 6, 1)) == EVERYWHERE
    owners.resume(absence, date(2023, 9, 1))
    assert shown(book, "members", BACK) == {}
    assert shown(book, "members", date(2023, 9, 1)) == EVERYWHERE


def test_an_absence_taken_back_never_was(book, owners, shown, person):
    absence = owners.suspend(person, AWAY)
    owners.take_back("members.exempt", absence)
    owners.take_back("members.exempt", absence)
    assert shown(book, "members", AWAY) == EVERYWHERE


def test_a_state_that_arrives_while_away_counts_after_the_return(tree, book, owners, shown):
    someone = uuid7()
    owners.place(someone, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.suspend(someone, AWAY, BACK)
    owners.state(someone, date(2023, 6, 1))
    assert shown(book, "vneid-members", date(2023, 7, 31)) == {}
    assert shown(book, "vneid-members", BACK) == EVERYWHERE


def test_a_known_absence_does_nothing_and_another_under_its_name_is_refused(book, owners, shown, person):
    absence = owners.suspend(person, AWAY)
    actions.suspend_many([SuspensionInput("members.exempt", absence, person, "", AWAY, None)])
    with pytest.raises(SourceConflict):
        actions.suspend_many([SuspensionInput("members.exempt", absence, person, "", BACK, None)])
    assert shown(book, "members", AWAY) == {}


def test_a_return_from_an_absence_never_recorded_is_an_error_of_the_caller(book, owners):
    with pytest.raises(UnknownSource):
        actions.resume_subject(source_id=uuid7(), until=BACK)


def test_many_absences_cost_as_many_statements_as_one(tree, book, owners, django_assert_max_num_queries):
    def away(number):
        people = [uuid7() for _ in range(number)]
        for person in people:
            owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
        return [SuspensionInput("members.exempt", uuid7(), person, "", AWAY, BACK) for person in people]

    one, many = away(1), away(40)
    with django_assert_max_num_queries(17) as few:
        actions.suspend_many(one)
    with django_assert_max_num_queries(17) as more:
        actions.suspend_many(many)
    assert len(few) == len(more)
