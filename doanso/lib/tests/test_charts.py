"""Charts: right places, well-formed, with a sentence, nothing the content policy would drop."""

from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.charts import bars, lines, maps, percent
from doanso.lib.charts.lines import Trend
from doanso.lib.charts.maps import MapArea, MapGround

NEW_YEAR, LAST_DAY, TODAY = date(2023, 1, 1), date(2023, 12, 31), date(2023, 11, 12)


def _trend(points, kind="share", **parts) -> Trend:
    given_parts = {"target": 800, "pace": True, "forecast": 665} | parts
    return Trend("Cài TiengiangS", kind, "risk", points, NEW_YEAR, LAST_DAY, **given_parts)


def _widths(svg: str) -> dict[str, str]:
    return {
        rect.attrib["class"]: rect.attrib.get("x" if rect.attrib["class"] == "p" else "width", "")
        for rect in ElementTree.fromstring(svg).iter("rect")
    }


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


def _paths(svg: str) -> dict[str, str]:
    return {path.attrib["class"]: path.attrib["d"] for path in ElementTree.fromstring(svg).iter("path")}


def test_bar_shows_value_forecast_and_pace_against_the_target() -> None:
    svg = bars.bar("behind", 742, 1000, pace=866, forecast=908, sentence="Mốc 866")
    assert _widths(svg) == {"t": "100%", "f": "90.8%", "v": "74.2%", "p": "86.6%"}
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
    assert _widths(bars.bar("on", value, target, forecast=forecast)) == expected


def test_bar_without_a_sentence_is_silent() -> None:
    svg = ElementTree.fromstring(bars.bar("none", None, 10))
    assert svg.attrib["aria-hidden"] == "true"
    assert "role" not in svg.attrib


@given(st.integers(-10, 10**9), st.integers(-10, 10**9))
def test_a_bar_never_leaves_its_track(value: int, whole: int) -> None:
    share = bars.share_of(value, whole)
    assert share is None if whole <= 0 else share is not None and 0 <= share <= 100


def test_a_ranking_bar_exactly() -> None:
    assert bars.ranking_bar(9, 1, 1, "9 đúng tiến độ") == (
        '<svg class="ds-rank-b" role="img" aria-label="9 đúng tiến độ">'
        '<rect class="on" x="0%" width="81.8%" height="10" rx="2"/>'
        '<rect class="bh" x="82.4%" width="8.5%" height="10" rx="2"/>'
        '<rect class="rk" x="91.5%" width="8.5%" height="10" rx="2"/></svg>'
    )


@given(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)))
def test_the_parts_of_a_ranking_bar_never_overlap_or_leave_it(counts) -> None:
    edges = [
        (float(rect.attrib["x"].rstrip("%")), float(rect.attrib["width"].rstrip("%")))
        for rect in ElementTree.fromstring(bars.ranking_bar(*counts, "x")).iter("rect")
    ]
    assert len(edges) == sum(count > 0 for count in counts)
    assert all(x + width <= 100.11 for x, width in edges)
    # Positions are rounded to a tenth.
    assert all(x + width <= other + 0.11 for (x, width), (other, _width) in pairwise(edges))


def test_a_ring_is_blue_amber_or_complete_and_never_red() -> None:
    assert bars.ring(19, 22) == (
        '<svg class="ds-ring-s" viewBox="0 0 40 40" aria-hidden="true"><circle class="t" cx="20" cy="20" r="16"/>'
        '<circle class="v" cx="20" cy="20" r="16" pathLength="100" stroke-dasharray="86 100" transform="rotate(-90 20 20)"/>'
        "</svg>"
    )
    assert 'data-s="behind"' in bars.ring(1, 22, late=True)
    complete = bars.ring(23, 22, late=True)
    assert 'data-s="on"' in complete
    assert bars.RING_CHECK in complete
    assert 'class="v"' not in bars.ring(-2, 22), "more fell away than came"


@given(st.integers(-50, 500), st.integers(1, 300), st.booleans())
def test_no_ring_is_at_risk(done: int, needed: int, late: bool) -> None:
    assert "risk" not in bars.ring(done, needed, late=late)


def test_elapsed_time_is_a_bar_with_a_sentence() -> None:
    assert bars.elapsed_bar(86.5, "Đã qua 86% thời gian") == (
        '<svg class="ds-elapsed" role="img" aria-label="Đã qua 86% thời gian"><rect class="t" width="100%" height="8" rx="4"/>'
        '<rect class="v" width="86.5%" height="8" rx="4"/></svg>'
    )


@given(st.floats(0.001, 1e9))
def test_the_upper_edge_of_a_chart_is_above_everything_but_not_far(highest: float) -> None:
    top = lines.nice_top(highest)
    assert highest <= top <= max(highest * 10, 1)


@pytest.mark.parametrize(
    ("kind", "value", "levels"),
    [
        ("share", 579, [0, 250, 500, 750, 1000]),
        ("count", 4325, [0, 1250, 2500, 3750, 5000]),
        ("count", 1, [0, 1]),
        ("count", 3, [0, 1, 2, 3]),
    ],
)
def test_an_axis_has_whole_numbers_at_equal_distances(kind: str, value: int, levels: list[int]) -> None:
    assert _trend([(TODAY, value)], kind, target=value, forecast=None).levels() == levels


def test_days_are_both_ends_and_first_days_of_months() -> None:
    assert _trend([]).days() == [
        NEW_YEAR,
        date(2023, 4, 1),
        date(2023, 7, 1),
        date(2023, 10, 1),
        LAST_DAY,
    ]
    month = Trend("Tháng", "count", "on", [], date(2023, 5, 1), date(2023, 5, 31))
    assert month.days() == [date(2023, 5, 1), date(2023, 5, 31)]


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 3000))
def test_labelled_days_are_in_order_few_and_apart(since: date, length: int) -> None:
    trend = Trend("x", "count", "on", [], since, date.fromordinal(since.toordinal() + length))
    days = trend.days()
    assert days == sorted(set(days))
    assert len(days) <= 14
    assert (days[0], days[-1]) == (trend.since, trend.until)


def test_the_large_chart_draws_target_pace_area_line_and_forecast() -> None:
    svg = lines.line_chart(_trend([(NEW_YEAR, 0), (date(2023, 7, 2), 500)]))
    assert _paths(svg) == {
        "tg": "M0 43.2H1000",
        "pc": "M0 216L1000 43.2",
        "ar": "M0 216.0L500 108.0L500 216L0 216Z",
        "ln": "M0 216.0L500 108.0",
        "fc": "M500 108.0L1000 72.4",
    }
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == (
        "Cài TiengiangS: từ 0% ngày 01/01/2023 đến 50,0% ngày 02/07/2023. Chỉ tiêu là 80%. Dự báo 31/12/2023: 66,5%"
    )
    assert _texts(svg) == [
        *("0%", "25%", "50%", "75%", "100%"), *("01/01", "01/04", "01/07", "01/10", "31/12"),
        "Chỉ tiêu 80%", "50,0%", "66,5%",
    ]  # fmt: skip


@pytest.mark.parametrize("points", [[], [(date(2023, 2, 1), 3)], [(date(2023, 2, 1), 0), (LAST_DAY, 12)]])
@pytest.mark.parametrize("draw", [lines.line_chart, lines.small_chart])
def test_a_chart_is_well_formed_with_any_number_of_points(draw, points) -> None:
    trend = Trend("<Tên>", "count", "none", points, NEW_YEAR, LAST_DAY, target=None, forecast=11)
    svg = draw(trend)
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"].startswith("<Tên>: ")
    assert "style" not in svg
    assert len(list(root.iter("circle"))) == min(len(points), 1)


def test_a_chart_without_figures_says_so() -> None:
    assert _trend([]).sentence() == "Cài TiengiangS: chưa có số liệu"


def test_the_small_chart_exactly() -> None:
    trend = Trend("Lan tỏa", "count", "on", [(NEW_YEAR, 0), (date(2023, 7, 2), 50)], NEW_YEAR, LAST_DAY, target=100)
    assert lines.small_chart(trend) == (
        '<svg class="ds-spark" data-s="on" role="img" aria-label="Lan tỏa: 50 / 100, Đúng tiến độ">'
        '<svg y="4" width="100%" height="40" viewBox="0 0 1000 40" preserveAspectRatio="none"><path class="tg" d="M0 0.0H1000"/>'
        '<path class="ln" d="M0 40.0L500 20.0"/></svg><circle class="dot" cx="50%" cy="24.0" r="3.2"/></svg>'
    )


@given(st.lists(st.tuples(st.dates(NEW_YEAR, LAST_DAY), st.integers(-5, 10**6)), max_size=60), st.integers(1, 10**6))
def test_no_point_leaves_the_plot(points, target: int) -> None:
    trend = Trend("x", "count", "on", sorted(points), NEW_YEAR, LAST_DAY, target=target, pace=True, forecast=target)
    for path in ElementTree.fromstring(lines.line_chart(trend)).iter("path"):
        numbers = path.attrib["d"].replace("M", " ").replace("L", " ").replace("Z", " ").replace("H", " ").split()
        assert all(0 <= float(number) <= 1000 for number in numbers)


def _area(state: str, at: tuple[int, int] = (10, 20), label: str = "P. 4", outline: str = "M0 0L9 9Z") -> MapArea:
    return MapArea("Phường 4", label, "57,9", state, at, outline)


def test_a_map_colours_only_where_somebody_must_act() -> None:
    svg = maps.outline_map([_area("risk"), _area("on")], MapGround(40, 30, "M0 9H9", "Sông", (3, 4)), "Sơ đồ 2 đơn vị")
    root = ElementTree.fromstring(svg)
    assert (root.attrib["viewBox"], root.attrib["role"], root.attrib["aria-label"]) == (
        "0 0 40 30",
        "img",
        "Sơ đồ 2 đơn vị",
    )
    assert [title.text for title in root.iter("title")] == ["Phường 4: 57,9, Nguy cơ", "Phường 4: 57,9, Đúng tiến độ"]
    assert svg.count('class="gl"') == 1
    assert _texts(svg) == ["P. 4", "57,9", "P. 4", "57,9", "Sông"]


def test_tiles_stand_in_their_column_and_row() -> None:
    svg = maps.tile_map([_area("behind", (0, 0)), _area("none", (2, 1), "Trường THPT Nguyễn Đình Chiểu")], "Sơ đồ")
    assert ElementTree.fromstring(svg).attrib["viewBox"] == "0 0 352 144"
    assert _texts(svg) == ["P. 4", "57,9", "Trường THPT", "Nguyễn Đình C…", "57,9"]
    assert maps.tile_map([], "Sơ đồ") == ""


def test_what_people_typed_is_escaped_in_a_map() -> None:
    area = MapArea("<b>", "<i>", "<u>", "on", (0, 0), "M0 0")
    for svg in (maps.tile_map([area], "<s>"), maps.outline_map([area], MapGround(9, 9, "", "<w>"), "<s>")):
        assert not {"<b>", "<i>", "<u>", "<s>", "<w>"} & set(svg.split('"'))
        ElementTree.fromstring(svg)


@pytest.mark.parametrize(("share", "text"), [(0, "0%"), (86.64, "86.6%"), (100.0, "100%")])
def test_a_length_has_at_most_one_decimal(share: float, text: str) -> None:
    assert percent(share) == text
