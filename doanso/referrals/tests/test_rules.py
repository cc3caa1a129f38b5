"""The rules of 1+2 on plain values: the state of a slot, when it can be replaced, who may fill it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.referrals import rules
from doanso.referrals.rules import HelpEvidence, NameAndYear, ReferralProgress, SlotState

TODAY = date(2023, 11, 12)
HELPS = st.none() | st.builds(
    HelpEvidence,
    grade=st.integers(0, 4),
    refused=st.booleans(),
    taken_back=st.booleans(),
    in_dispute=st.booleans(),
)


@pytest.mark.parametrize(
    ("evidence", "left", "expected"),
    [
        (None, 1, SlotState.OPEN),
        (None, 0, SlotState.EXPIRED),
        (HelpEvidence(1, refused=False, taken_back=False), 1, SlotState.RECORDED),
        (HelpEvidence(2, refused=False, taken_back=False), 0, SlotState.EXPIRED),
        (HelpEvidence(3, refused=False, taken_back=False), 1, SlotState.DONE),
        (HelpEvidence(4, refused=False, taken_back=False), -400, SlotState.DONE),
        (HelpEvidence(3, refused=True, taken_back=False, in_dispute=True), 1, SlotState.DISPUTED),
        (HelpEvidence(1, refused=True, taken_back=False), 1, SlotState.FALLEN),
        (HelpEvidence(4, refused=False, taken_back=True), 1, SlotState.FALLEN),
        (HelpEvidence(3, refused=True, taken_back=True, in_dispute=True), 1, SlotState.FALLEN),
    ],
)
def test_the_state_of_a_slot(evidence, left, expected):
    assert rules.slot_state(support_record=evidence, expires_on=TODAY + timedelta(days=left), today=TODAY) is expected


@given(HELPS, st.integers(-5, 5))
def test_a_slot_is_done_exactly_when_the_person_confirmed_and_is_not_replaced_or_used_then(evidence, left):
    state = rules.slot_state(support_record=evidence, expires_on=TODAY + timedelta(days=left), today=TODAY)
    is_confirmed = evidence is not None and evidence.is_confirmed
    assert (state is SlotState.DONE) == is_confirmed
    if is_confirmed:
        assert rules.replacement_problem(state) is not None
    # Only an unused invitation can be used, and whatever can't be used, replaced or awaited is done.
    assert (rules.invitation_problem(state) is None) == (evidence is None and left > 0)
    waits = state in (SlotState.RECORDED, SlotState.DISPUTED)
    assert (rules.replacement_problem(state) is None) != (is_confirmed or waits)


@given(st.sampled_from(SlotState), st.sampled_from(SlotState))
def test_progress_does_not_depend_on_which_slot_is_which(friend, relative):
    progress = rules.referral_progress(friend, relative)
    assert progress is rules.referral_progress(relative, friend)
    assert (progress is ReferralProgress.DONE) == (friend is relative is SlotState.DONE)
    assert (progress is ReferralProgress.NONE) == (friend is relative is SlotState.NONE)


NAMES = st.sampled_from(["le van ba", "tran thi tu", ""])
YEARS = st.none() | st.integers(1999, 2001)


@given(NAMES, YEARS, NAMES, YEARS)
def test_two_may_be_one_person_by_the_same_name_and_no_two_years(name, year, other_name, other_year):
    identity, other = NameAndYear(name, year), NameAndYear(other_name, other_year)
    assert identity.may_equal(other) == other.may_equal(identity)
    assert identity.may_equal(other) == (
        bool(name) and name == other_name and (year is None or other_year in (None, year))
    )
