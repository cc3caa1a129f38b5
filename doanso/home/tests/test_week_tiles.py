"""This week's targets on the day page: rings without red, what is left in words, and when the target is reached."""

import re
from datetime import date
from types import SimpleNamespace

import pytest

from doanso.home.week_tiles import MOST, tiles
from doanso.targets.queries.week import SpeedForecast, WeekTarget

PROGRAMME = SimpleNamespace(code="my-tho-2023", last_day=date(2023, 12, 31))


def _week(counted: int, needed: int, missed: int = 0, forecast: SpeedForecast | None = None) -> WeekTarget:
    indicator = SimpleNamespace(code="refer-two", short_title="Lan tỏa 1+2", unit_of_count="đoàn viên")
    return WeekTarget(indicator, counted, needed, missed, forecast)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("week", "words", "late"),
    [
        (_week(22, 22), "Đủ", False),
        (_week(23, 22, missed=5), "Đủ, vượt 1", False),
        (_week(1, 30), "Còn 29 đoàn viên", False),
        (_week(0, 30, missed=1), "Còn 30 đoàn viên", False),
        (_week(1, 30, missed=2), "Còn 29 đoàn viên, hai tuần trước cũng thiếu", True),
    ],
)
def test_words_of_a_week(week, words, late):
    (tile,) = tiles([week], PROGRAMME, "p4")

    assert (tile["words"], tile["late"]) == (words, late)
    assert tile["url"] == "/programmes/my-tho-2023/indicators/refer-two/p4/"


@pytest.mark.parametrize(
    ("forecast", "words"),
    [
        (None, ""),
        (SpeedForecast(date(2023, 12, 9), 0), "Theo đà này đạt ngày 09/12"),
        (SpeedForecast(None, 1354), "Theo đà này đến 31/12 còn thiếu 1.354"),
    ],
)
def test_the_forecast_in_words(forecast, words):
    assert tiles([_week(1, 30, forecast=forecast)], PROGRAMME, "p4")[0]["forecast"] == words


def test_only_the_first_few_are_shown():
    assert len(tiles([_week(0, 1)] * 9, PROGRAMME, "p4")) == MOST


def test_the_page_shows_rings_and_no_red(programme, tree, as_user):
    page = as_user(tree.an).get("/today/").content.decode()

    assert len(re.findall(r"<a [^>]*data-week-target><svg ", page)) == MOST
    assert "hai tuần trước cũng thiếu" in page
    assert 'data-s="risk"' not in page
    assert "Nguy cơ" not in page


@pytest.mark.parametrize("day", [date(2024, 1, 3), date(2022, 12, 20)])
def test_outside_the_programme_nothing_is_asked(programme, tree, as_user, business_day, day):
    business_day(day)

    page = as_user(tree.an).get("/today/").content.decode()
    assert "Chương trình đã kết thúc ngày" in page or "Chương trình bắt đầu ngày" in page
