"""Programmes written as files read back as the same plans."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from doanso.targets import plans, programme_file
from doanso.targets.models import Basis, IndicatorGroup, IndicatorKind
from doanso.targets.plans import IndicatorPlan, ProgrammePlan, is_share
from doanso.targets.renderers import programme_toml
from doanso.targets.tests.conftest import FILE

_codes = st.from_regex(r"[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
_families = st.from_regex(r"[a-z]{1,8}\.[a-z]{1,8}", fullmatch=True)


def _texts(longest: int, least: int = 1) -> st.SearchStrategy[str]:
    # No database stores U+0000, so no file may hold it.
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return st.text(characters, min_size=least, max_size=longest).map(str.strip).filter(lambda text: len(text) >= least)


@st.composite
def _indicators(draw, code: str) -> IndicatorPlan:
    kind = draw(st.sampled_from(IndicatorKind.values))
    target = draw(st.integers(1, 100))
    milestone = kind == IndicatorKind.MILESTONE
    days = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=target)) if milestone else []
    return IndicatorPlan(
        code=code, title=draw(_texts(160)), short_title=draw(_texts(60)), kind=kind,
        group=draw(st.sampled_from(IndicatorGroup.values)), unit_of_count=draw(_texts(60)), target=target,
        basis=draw(st.sampled_from(Basis.values)), why=draw(_texts(300)), family=draw(_families),
        parameters=draw(st.dictionaries(_texts(10), _texts(20, 0) | st.integers() | st.booleans(), max_size=3)),
        least_grade=draw(st.integers(0, 4)), required_grade=draw(st.integers(0, 4)),
        denominator=draw(st.sampled_from(["", "members", "outreach.visits"])) if is_share(kind) else "",
        denominator_text=draw(_texts(200)), due=tuple(sorted(days)),
    )  # fmt: skip


@st.composite
def _programmes(draw) -> ProgrammePlan:
    codes = draw(st.lists(_codes.filter(lambda code: code != "members"), min_size=1, max_size=3, unique=True))
    code = draw(_codes.filter(lambda code: code not in plans.KEPT_PROGRAMME_CODES))
    return ProgrammePlan(
        code=code, title=draw(_texts(200)), root=draw(_codes), first_day=date(2026, 1, 1), last_day=date(2026, 12, 31),
        services=None, indicators=tuple(draw(_indicators(f"i-{each}")) for each in codes),
    )  # fmt: skip


@given(_programmes())
def test_a_written_plan_reads_back_as_itself(plan):
    text = programme_toml.render(plan)

    assert programme_file.parse("tep.toml", text.encode()) == plan
    assert plans.programme_of_values(plans.programme_values(plan)) == plan


def test_the_shipped_programme_survives_the_way_through_a_file():
    plan = replace(programme_file.read(FILE), services=None)

    assert programme_file.parse("tep.toml", programme_toml.render(plan).encode()) == plan
    assert "least_grade" not in programme_toml.render(plan)


def test_a_file_with_a_byte_order_mark_is_read():
    text = FILE.read_bytes()

    assert programme_file.parse("tep.toml", b"\xef\xbb\xbf" + text) == programme_file.parse("tep.toml", text)
