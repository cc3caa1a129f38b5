"""Figures of a report: their stored form, their hash, and how many were inside at once."""

from dataclasses import replace
from datetime import date, time
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doanso.events.rules import closing
from doanso.events.rules.closing import (
    BoothTotal,
    ClosingBooth,
    ClosingDraw,
    ClosingFigures,
    NamedCount,
    PartnerFigures,
    Sighting,
)
from tools.selection import examples

EVENT, DAY = UUID(int=1), date(2023, 10, 10)
FIGURES = ClosingFigures(
    registered=40, cancelled=1, came=612, came_members=31, came_without_ticket=570, most_inside=402,
    most_inside_at="08:40", hours=(NamedCount("07", 380), NamedCount("08", 232)), gates=(NamedCount("Cổng A", 612),),
    partners=(PartnerFigures("Ngân hàng Bến Tre Xanh (mẫu)", "Mở tài khoản", "100 tài khoản"),),
    booths=(ClosingBooth(1, "Bến Tre Xanh", "Bến Tre Xanh", 100, "tài khoản", (BoothTotal("Mở tài khoản", 84, 71, 86),)),),
    shifts=3, wanted=9, volunteers=8, photos=4, draw=ClosingDraw("ab" * 32, "cd" * 32, 612, 5),
)  # fmt: skip


def test_the_hash_of_scheme_1_stays() -> None:
    kept = "db7536030dfcd6e9c1237a4bc0cfbb45200ea0b50fd649533b05c9fa5bdd967a"
    assert closing.content_hash(EVENT, DAY, FIGURES) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"came": 613}, {"most_inside_at": "08:41"}, {"hours": ()}, {"photos": 5}, {"draw": None}, {"booths": ()},
        {"partners": (PartnerFigures("x", "y", ""),)},
    ],
)  # fmt: skip
def test_every_figure_is_hashed(change: dict[str, object]) -> None:
    changed = replace(FIGURES, **change)
    assert closing.content_hash(EVENT, DAY, changed) != closing.content_hash(EVENT, DAY, FIGURES)
    assert closing.from_json(changed.as_json()) == changed


def test_a_difference_is_the_partners_total_less_what_visitors_confirmed() -> None:
    assert BoothTotal("x", 84, 71, 86).difference == 15
    assert BoothTotal("x", None, None, 214).difference is None
    assert BoothTotal("x", 84, 71, None).difference is None


_sightings = st.lists(
    st.builds(Sighting, st.sampled_from([UUID(int=number) for number in range(6)]), st.booleans(), st.times()),
    max_size=40,
)


@settings(max_examples=examples(40))
@given(_sightings)
def test_most_inside_is_the_greatest_of_all_moments(sightings: list[Sighting]) -> None:
    counts = [0]
    inside: dict[UUID, bool] = {}
    for sighting in sightings:
        inside[sighting.ticket] = sighting.comes
        counts.append(sum(inside.values()))
    assert closing.most_inside(sightings)[0] == max(counts)


def test_it_is_reached_first_at_a_moment() -> None:
    one, two = UUID(int=1), UUID(int=2)
    rows = [(one, True, 7), (one, True, 8), (two, True, 9), (one, False, 10), (one, True, 11)]
    assert closing.most_inside(Sighting(who, comes, time(hour, 5)) for who, comes, hour in rows) == (2, "09:05")
    assert closing.most_inside([]) == (0, "")


def test_an_event_ends_with_its_hours() -> None:
    moments = [(DAY, time(10, 59)), (DAY, time(11)), (date(2023, 10, 9), time(23)), (date(2023, 10, 11), time(0))]
    ended = [closing.has_ended(DAY, time(11), today=today, now=now) for today, now in moments]
    assert ended == [False, True, False, True]
