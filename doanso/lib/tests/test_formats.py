"""Numbers and days as Vietnamese readers write them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import clock, formats


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (5000, "5.000"), (1250000, "1.250.000"), (-1200, "-1.200"), (None, "–")],
)
def test_whole_number(value: int | None, text: str) -> None:
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("1234.56"), "1.234,5"), (Decimal("12.00"), "12"), (0.3, "0,3"), (1e6, "1.000.000")]
)
def test_fraction_keeps_one_decimal_and_is_never_rounded_up(value: Decimal | float, text: str) -> None:
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("tenths", "percent", "plain", "goal"),
    [
        (914, "91,4%", "91,4", "91,4%"),
        (940, "94,0%", "94,0", "94%"),
        (1000, "100%", "100,0", "100%"),
        (1063, "106,3%", "106,3", "106,3%"),
        (0, "0%", "0,0", "0%"),
        (5, "0,5%", "0,5", "0,5%"),
        (12345, "1.234,5%", "1.234,5", "1.234,5%"),
        (-15, "-1,5%", "-1,5", "-1,5%"),
        (None, "–", "–", "–"),
    ],
)
def test_share(tenths: int | None, percent: str, plain: str, goal: str) -> None:
    assert formats.percent(tenths) == percent
    assert formats.tenths(tenths) == plain
    if tenths is None or tenths >= 0:
        assert formats.goal(tenths) == goal


@given(st.integers(min_value=0, max_value=10**7))
def test_share_reads_back_as_what_it_was(tenths: int) -> None:
    assert int(formats.tenths(tenths).replace(".", "").replace(",", "")) == tenths


@given(st.integers(min_value=0, max_value=999))
def test_only_a_whole_share_reads_as_everything(tenths: int) -> None:
    assert formats.percent(tenths) != "100%"


def test_days_and_moments_are_on_vietnams_clock() -> None:
    late = datetime(2023, 11, 11, 19, 42, tzinfo=UTC)
    assert formats.moment(late) == "02:42, 12/11/2023"
    assert formats.day(late) == "12/11/2023"
    assert formats.day(date(2023, 1, 2)) == "02/01/2023"
    assert formats.short_day(date(2023, 12, 31)) == "31/12"
    assert [formats.birth(one) for one in ("2001-05-03", 2001, "", None)] == ["03/05/2001", "2001", "", ""]
    assert (formats.real_moment(late), formats.real_day(late)) == ("02:42, 12/11/2023", "12/11/2023")
    assert (formats.day(None), formats.short_day(None), formats.moment(None)) == ("–", "–", "–")


@pytest.mark.parametrize(
    ("name", "letters"), [("Đặng Ngọc Trâm", "NT"), ("đỗ ánh", "ĐÁ"), ("Vy", "V"), ("  Lê   Minh  ", "LM"), ("", "")]
)
def test_initials(name: str, letters: str) -> None:
    assert formats.initials(name) == letters


def test_only_what_is_real_shows_the_real_day_where_the_business_day_is_set(
    business_day: Callable[[date], None],
) -> None:
    business_day(date(2023, 11, 12))
    moment = clock.now() - timedelta(days=3)
    real = formats.day(clock.local(moment).date())

    assert (formats.day(moment), formats.moment(moment)) == ("09/11/2023", f"{formats.time_of_day(moment)}, 09/11/2023")
    assert (formats.real_day(moment), formats.real_moment(moment)) == (real, f"{formats.time_of_day(moment)}, {real}")
