"""The rules of 1+2 on plain values: how a slot stands, when it can be replaced, who may stand there."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.referrals import rules
from doanso.referrals.rules import HelpFacts, NameAndYear, Need, Stand

TODAY = date(2023, 11, 12)
HELPS = st.none() | st.builds(
    HelpFacts,
    grade=st.integers(0, 4),
    refused=st.booleans(),
    taken_back=st.booleans(),
    in_dispute=st.booleans(),
)


@pytest.mark.parametrize(
    ("help_facts", "left", "expected"),
    [
        (None, 1, Stand.OPEN),
        (None, 0, Stand.EXPIRED),
        (HelpFacts(1, refused=False, taken_back=False), 1, Stand.RECORDED),
        (HelpFacts(2, refused=False, taken_back=False), 0, Stand.EXPIRED),
        (HelpFacts(3, refused=False, taken_back=False), 1, Stand.DONE),
        (HelpFacts(4, refused=False, taken_back=False), -400, Stand.DONE),
        (HelpFacts(3, refused=True, taken_back=False, in_dispute=True), 1, Stand.DISPUTED),
        (HelpFacts(1, refused=True, taken_back=False), 1, Stand.FALLEN),
        (HelpFacts(4, refused=False, taken_back=True), 1, Stand.FALLEN),
        (HelpFacts(3, refused=True, taken_back=True, in_dispute=True), 1, Stand.FALLEN),
    ],
)
def test_how_a_slot_stands(help_facts, left, expected):
    assert rules.stand(help=help_facts, expires_on=TODAY + timedelta(days=left), today=TODAY) is expected


@given(HELPS, st.integers(-5, 5))
def test_a_slot_is_done_exactly_by_the_persons_word_and_never_replaced_or_used_then(help_facts, left):
    now = rules.stand(help=help_facts, expires_on=TODAY + timedelta(days=left), today=TODAY)
    holds = help_facts is not None and help_facts.holds
    assert (now is Stand.DONE) == holds
    if holds:
        assert rules.replace_problem(now) is not None
    # Only an unused invitation can be used, and whatever can't be used, replaced or awaited is done.
    assert (rules.use_problem(now) is None) == (help_facts is None and left > 0)
    waits = now in (Stand.RECORDED, Stand.DISPUTED)
    assert (rules.replace_problem(now) is None) != (holds or waits)


@given(st.sampled_from(Stand), st.sampled_from(Stand))
def test_how_far_a_member_is_does_not_ask_which_of_the_two(one, other):
    need = rules.need(one, other)
    assert need is rules.need(other, one)
    assert (need is Need.DONE) == (one is other is Stand.DONE)
    assert (need is Need.NONE) == (one is other is Stand.NONE)


NAMES = st.sampled_from(["le van ba", "tran thi tu", ""])
YEARS = st.none() | st.integers(1999, 2001)


@given(NAMES, YEARS, NAMES, YEARS)
def test_two_may_be_one_by_the_same_name_and_no_two_years(name, year, other_name, other_year):
    identity, other = NameAndYear(name, year), NameAndYear(other_name, other_year)
    assert identity.may_be(other) == other.may_be(identity)
    assert identity.may_be(other) == (
        bool(name) and name == other_name and (year is None or other_year in (None, year))
    )
