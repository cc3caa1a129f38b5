"""Programmes that have not begun or are over: pages say so, and no figure is early or late."""

from datetime import date

import pytest

from doanso.targets import queries
from doanso.targets.rules import ProgressState
from doanso.targets.rules.phases import ProgrammePhase, phase_of, state_in_phase

FIRST, LAST, TODAY = date(2023, 1, 1), date(2023, 12, 31), date(2023, 11, 12)
INDICATOR = "/programmes/my-tho-2023/indicators/vneid2-members/"


@pytest.mark.parametrize(
    ("today", "requested", "phase"),
    [
        (TODAY, None, ProgrammePhase.RUNNING),
        (FIRST, None, ProgrammePhase.RUNNING),
        (LAST, None, ProgrammePhase.RUNNING),
        (date(2024, 1, 1), None, ProgrammePhase.ENDED),
        (date(2022, 12, 31), None, ProgrammePhase.PLANNED),
        # An earlier day of a programme that is over is shown as it was.
        (date(2024, 5, 1), TODAY, ProgrammePhase.RUNNING),
        (date(2024, 5, 1), LAST, ProgrammePhase.ENDED),
        (date(2022, 12, 1), TODAY, ProgrammePhase.PLANNED),
    ],
)
def test_the_phase_follows_the_business_day(today, requested, phase):
    assert phase_of(FIRST, LAST, today, requested) is phase


@pytest.mark.parametrize("state", ProgressState)
def test_states_outside_the_period(state):
    ended, planned = ProgrammePhase.ENDED, ProgrammePhase.PLANNED
    assert state_in_phase(state, ProgrammePhase.RUNNING, counted=False) is state
    assert state_in_phase(state, planned, counted=True) is ProgressState.NONE
    assert state_in_phase(state, ended, counted=False) is ProgressState.NONE
    after = {ProgressState.MET: ProgressState.MET, ProgressState.NONE: ProgressState.NONE}
    assert state_in_phase(state, ended, counted=True) is after.get(state, ProgressState.MISSED)


@pytest.mark.parametrize(
    ("today", "words"),
    [(date(2024, 2, 1), "Đã kết thúc ngày 31/12/2023"), (date(2022, 12, 1), "Bắt đầu ngày 01/01/2023")],
)
@pytest.mark.parametrize("address", [INDICATOR, f"{INDICATOR}p4/", "/programmes/my-tho-2023/indicators/?unit=p4"])
def test_pages_say_it_and_nobody_is_late(loaded, as_user, business_day, address, today, words):
    business_day(today)
    page = as_user(loaded.tree.dung).get(address).content.decode()

    assert words in page
    assert "Nguy cơ" not in page
    assert "Mốc cần có hôm nay" not in page


def test_what_was_not_reached_is_called_so_once_something_was_counted(loaded, as_user, business_day):
    loaded.reach("p4", "vneid", "level2-active", "Đức")
    business_day(date(2024, 2, 1))
    page = as_user(loaded.tree.dung).get(INDICATOR).content.decode()

    assert "Chưa đạt" in page
    assert "Dự báo đến ngày cuối" not in page


def test_figures_for_machines_keep_their_states(loaded, business_day):
    business_day(date(2024, 2, 1))
    on = queries.day_of(loaded.programme, None)

    states = {progress.state for progress in queries.progress(loaded.programme, loaded.tree.units["my-tho"], on)}

    assert ProgressState.MISSED not in states
    assert ProgressState.RISK in states
