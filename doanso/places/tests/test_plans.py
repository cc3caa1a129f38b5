"""The plan's text: every part is read back as it was written, mistakes name their line, and a plan nobody drew still is one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.problems import Refused
from doanso.places.renderers.plan import plan_svg
from doanso.places.rules import plans
from doanso.places.rules.plans import Block, Label, Plan, format_plan, parse_plan, pins_on, positions_along

TEXT = """cao 240
nước 0,178 250,180 460,204
đường 138,0 138,84
khối 12,12 88,64 Dãy A
khối 92,12 130,64
tuyến 16,84 200,84 444,96
chữ 376,197 Sông Tiền
điểm 3 138,46"""


def test_text_is_read_and_written_back_as_it_was() -> None:
    plan = parse_plan(TEXT)
    assert plan == Plan(
        height=240,
        streets=(((16, 84), (200, 84), (444, 96)),),
        roads=(((138, 0), (138, 84)),),
        blocks=(Block((12, 12), 76, 52, "Dãy A"), Block((92, 12), 38, 52)),
        water=(((0, 178), (250, 180), (460, 204)),),
        labels=(Label((376, 197), "Sông Tiền"),),
        pins={3: (138, 46)},
    )
    assert format_plan(plan) == TEXT
    assert plans.read_plan(plans.stored_plan(plan)) == plan


def test_words_are_understood_without_diacritics_and_corners_in_any_order() -> None:
    assert parse_plan("TUYEN 1,2 3,4\nkhoi 88,64 12,12") == parse_plan("tuyến 1,2 3,4\nkhối 12,12 88,64")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("tuyến 16,84", "Dòng 1"),
        ("\nkhối 12,12 12,64", "Dòng 2"),
        ("tuyến 16,84 461,84", "461,84"),
        ("tuyến 16,84 20,205", "460 × 204"),
        ("sông 1,1 2,2", "“sông 1,1 2,2”"),
        ("chữ 10,10", "Dòng 1"),
        ("điểm ba 10,10", "Dòng 1"),
        ("cao 900", "460"),
        ("tuyến 16;84 20,20", "16;84"),
        ("chữ 1,1 " + "a" * 41, "40"),
        ("đường " + "1,1 " * 41, "40"),
    ],
)
def test_a_mistake_is_refused_with_its_line(text: str, part: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_plan(text)
    assert refused.value.problem.code == "plan_unreadable"
    assert refused.value.problem.field == "plan"
    assert part in refused.value.problem.message


def test_a_plan_of_too_many_lines_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        parse_plan("tuyến 1,1 2,2\n" * 201)
    assert refused.value.problem.code == "plan_long"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        plan = parse_plan(text)
    except Refused:
        return
    assert parse_plan(format_plan(plan)) == plan


@pytest.mark.parametrize("stored", [{}, {"version": 2, "lines": ["tuyến 1,1 2,2"]}, {"version": 1, "lines": ["?"]}])
def test_a_stored_plan_that_cannot_be_read_is_empty(stored: dict[str, object]) -> None:
    assert plans.read_plan(stored) == Plan()


@pytest.mark.parametrize("segments", [0, 1, 3, 6, 40])
def test_the_usual_street_lies_on_its_sheet(segments: int) -> None:
    plan = plans.usual_street("Đường Lê Lợi", segments)
    assert parse_plan(format_plan(plan)) == plan
    assert len(plan.blocks) >= 2


@pytest.mark.parametrize("sections", [0, 1, 5, 24, 60])
def test_the_usual_market_has_a_block_for_each_section(sections: int) -> None:
    plan = plans.usual_market([f"Khu {number}" for number in range(sections)])
    assert parse_plan(format_plan(plan)) == plan
    assert len(plan.blocks) == min(max(sections, 1), 24)


def test_points_without_a_position_are_spread_along_the_street() -> None:
    plan = parse_plan("tuyến 0,100 100,100 100,200\nđiểm 2 5,5")
    assert pins_on(plan, [1, 2, 3]) == {1: (67, 100), 2: (5, 5), 3: (100, 133)}
    assert positions_along([(0, 0), (0, 0)], 2) == [(0, 0), (0, 0)]


def test_the_drawing_has_every_part_and_escapes_words() -> None:
    plan = parse_plan(TEXT.replace("Sông Tiền", "<b>&"))
    svg = str(plan_svg(plan, {3: (138, 46), 4: (20, 20)}, "Sơ đồ", front=3))
    assert re.match(r'<svg [^>]*viewBox="0 0 460 240" role="img" aria-label="Sơ đồ">', svg)
    assert '<text x="376" y="197">&lt;b&gt;&amp;</text>' in svg
    assert svg.index('data-pin="front"') > svg.index('data-pin="point"')
    assert svg.count("<rect") == 2
    assert 'data-part="street" d="M16 84L200 84L444 96"/>' in svg
    assert "style=" not in svg
