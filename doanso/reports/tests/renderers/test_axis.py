"""A chart's axis has few round marks and holds every point."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from doanso.reports.content import LineChart
from doanso.reports.renderers.axis import MOST_MARKS, axis, step_for

VALUES = st.lists(st.integers(-10_000, 10_000_000), min_size=1, max_size=30)


def chart(values, unit="người", target=None):
    return LineChart("Người dân", unit, tuple((str(place), value) for place, value in enumerate(values)), target)


@given(VALUES, st.none() | st.integers(0, 10_000_000), st.sampled_from(["người", "%"]))
def test_axis_holds_every_point_nought_and_the_target(values, target, unit):
    drawn = axis(chart(values, unit, target))
    marks = [mark["value"] for mark in drawn["marks"]]

    assert marks[0] <= min(0, *values) <= max(0, target or 0, *values) <= marks[-1]
    assert 0 in marks
    assert 2 <= len(marks) <= MOST_MARKS + 2
    assert {after - before for before, after in itertools.pairwise(marks)} == {marks[1] - marks[0]}


def test_steps_are_one_two_or_five():
    assert [step_for(spread) for spread in (0, 1, 5, 6, 10, 11, 25, 26, 50, 4420, 5000, 5001)] == [
        1, 1, 1, 2, 2, 5, 5, 10, 10, 1000, 1000, 2000,
    ]  # fmt: skip


def test_marks_are_written_as_the_figure_is():
    assert [mark["text"] for mark in axis(chart([3510, 4120], target=5000))["marks"]] == [
        "0", "1.000", "2.000", "3.000", "4.000", "5.000",
    ]  # fmt: skip
    shares = axis(chart([83, 914], unit="%", target=1000))
    assert [mark["text"] for mark in shares["marks"]] == ["0%", "20%", "40%", "60%", "80%", "100%"]
    assert shares["points"][-1]["text"] == "91,4%"
