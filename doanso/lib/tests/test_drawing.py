"""Bars and charts: right places, well-formed, nothing the content policy would drop."""

from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import drawing

YEAR = (date(2023, 1, 1), date(2023, 12, 31))


def widths(svg: str) -> dict[str, str]:
    return {
        rect.attrib["class"]: rect.attrib.get("x" if rect.attrib["class"] == "p" else "width", "")
        for rect in ElementTree.fromstring(svg).iter("rect")
    }


def test_bar_shows_value_forecast_and_pace_against_the_target() -> None:
    svg = drawing.bar("behind", 742, 1000, pace=866, forecast=908, sentence="Mốc 866")
    assert widths(svg) == {"t": "100%", "f": "90.8%", "v": "74.2%", "p": "86.6%"}
    assert ElementTree.fromstring(svg).attrib == {
        "class": "ds-bar",
        "data-s": "behind",
        "role": "img",
        "aria-label": "Mốc 866",
    }


@pytest.mark.parametrize(
    ("value", "target", "forecast", "expected"),
    [
        (None, 100, None, {"t": "100%"}),
        (0, 100, None, {"t": "100%"}),
        (5, None, None, {"t": "100%"}),
        (5, 0, 9, {"t": "100%"}),
        (1063, 1000, None, {"t": "100%", "v": "100.0%"}),
        # A forecast below what is done would lie hidden under it.
        (60, 100, 50, {"t": "100%", "v": "60.0%"}),
    ],
)
def test_bar_at_its_edges(value: int, target: int | None, forecast: int | None, expected: dict[str, str]) -> None:
    assert widths(drawing.bar("on", value, target, forecast=forecast)) == expected


def test_bar_without_a_sentence_is_silent() -> None:
    svg = ElementTree.fromstring(drawing.bar("none", None, 10))
    assert svg.attrib["aria-hidden"] == "true"
    assert "role" not in svg.attrib


@given(st.integers(-10, 10**9), st.integers(-10, 10**9))
def test_a_bar_never_leaves_its_track(value: int, whole: int) -> None:
    share = drawing.share_of(value, whole)
    assert share is None if whole <= 0 else share is not None and 0 <= share <= 100


@given(st.floats(0.001, 1e9))
def test_the_upper_edge_of_a_chart_is_above_everything_but_not_far(highest: float) -> None:
    top = drawing.nice_top(highest)
    assert highest <= top <= max(highest * 10, 1)


def test_trend_places_days_and_values() -> None:
    trend = drawing.Trend([(YEAR[0], 0), (date(2023, 7, 2), 50)], *YEAR, target=100, pace=True, forecast=100)
    assert trend.height == 100
    assert trend.x(YEAR[0]) == 0
    assert trend.x(YEAR[1]) == 1
    assert trend.x(date(2024, 5, 1)) == 1
    assert trend.place(date(2023, 7, 2), 50) == "500.0 93.0"
    assert trend.ticks() == [
        date(2023, 1, 1),
        date(2023, 4, 2),
        date(2023, 7, 2),
        date(2023, 10, 1),
        date(2023, 12, 31),
    ]


@pytest.mark.parametrize("points", [[], [(date(2023, 2, 1), 3)], [(date(2023, 2, 1), 0), (date(2023, 12, 31), 12)]])
def test_trend_is_well_formed_with_any_number_of_points(points: list[tuple[date, int]]) -> None:
    trend = drawing.Trend(points, *YEAR, target=10, pace=True, forecast=11)
    svg = drawing.trend("on", trend, "<Tên>", value_label="3", axis_labels="abc", day_labels="vwxyz")
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"] == "<Tên>"
    assert "style" not in svg
    assert len(list(root.iter("circle"))) == min(len(points), 1)


def test_spark_needs_two_values() -> None:
    assert drawing.spark("on", [4], "x") == ""
    assert 'd="M0.0 22.0 L50.0 2.0 L100.0 22.0"' in drawing.spark("on", [1, 2, 1], "x")
    assert 'd="M0.0 22.0 L100.0 22.0"' in drawing.spark("on", [3, 3], "x")
