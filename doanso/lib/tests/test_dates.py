import unicodedata
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import clock, dates
from doanso.lib.dates import Birth, parse_birth, parse_day
from doanso.lib.problems import Problem, Refused

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _business_day(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


BORN = date(2001, 5, 3)
SERIAL = (BORN - date(1899, 12, 30)).days


@pytest.mark.parametrize(
    "written",
    [
        BORN,
        datetime.fromisoformat("2001-05-03"),
        SERIAL,
        float(SERIAL),
        SERIAL + 0.5,
        str(SERIAL),
        "03/05/2001",
        "3/5/2001",
        " 03 / 05 / 2001 ",
        "03-05-2001",
        "3-5-01",
        "03.05.2001",
        "03.05.2001.",
        "03\\05\\2001",
        "2001-05-03",
        "2001/5/3",
        "2001-05-03 00:00:00",
        "2001-05-03T00:00:00",
        "03/05/2001 12:30",
        "'03/05/2001",
        "03\u00a0/05/2001\u200b",
        "ngày 3 tháng 5 năm 2001",
        unicodedata.normalize("NFD", "Ngày 03 tháng 05 năm 2001"),
        "3 thg 5, 2001",
        "03052001",
        3052001,
        "20010503",
        20010503,
        "０３／０５／２００１",
    ],
)
def test_a_whole_day(written):
    assert parse_birth(written) == Birth(BORN, 2001, "day", 5)
    assert parse_day(written) == BORN


@pytest.mark.parametrize(
    "written",
    [
        "2001",
        2001,
        2001.0,
        "2001.0",
        " 2001 ",
        "năm 2001",
        "00/00/2001",
        "--/--/2001",
        "xx/xx/2001",
        "/2001",
        "…/…/2001",
    ],
)
def test_only_a_year(written):
    assert parse_birth(written) == Birth(None, 2001, "year")
    with pytest.raises(Refused) as refusal:
        parse_day(written)
    assert refusal.value.problem.code == "date_incomplete"


@pytest.mark.parametrize("written", ["05/2001", "5-2001", "tháng 5 năm 2001", "tháng 5/2001", "00/05/2001", "0/5/2001"])
def test_only_a_month(written):
    assert parse_birth(written) == Birth(None, 2001, "month", 5)


@pytest.mark.parametrize(
    ("written", "precision", "month", "codes"),
    [
        ("03/05/2001", "day", 5, []),
        (BORN, "day", 5, []),
        ("2001", "year", None, []),
        (2001.0, "year", None, []),
        ("00/00/2001", "year", None, ["date_partial"]),
        ("xx/xx/2001", "year", None, ["date_partial"]),
        ("00/05/2001", "month", 5, ["date_partial"]),
        ("5/2001", "month", 5, ["date_partial"]),
        ("31/02/2001", "month", 2, ["date_partial"]),
        ("29/2/2001", "month", 2, ["date_partial"]),
        ("32/05/2001", "month", 5, ["date_partial"]),
        ("05/26/2001", "year", None, ["date_partial"]),
        ("31/13/2001", "year", None, ["date_partial"]),
        ("01/00/2001", "year", None, ["date_partial"]),
        ("13/2001", "year", None, ["date_partial"]),
        ("31/02/01", "month", 2, ["date_short_year", "date_partial"]),
        ("3/5/01", "day", 5, ["date_short_year"]),
        ("3-5-01", "day", 5, ["date_short_year"]),
        (SERIAL, "day", 5, ["date_serial"]),
        (float(SERIAL), "day", 5, ["date_serial"]),
        (str(SERIAL), "day", 5, ["date_serial"]),
        ("3/5/01 12:30", "day", 5, ["date_short_year"]),
        ("2001-05-03", "day", 5, []),
        ("2001/5/3", "day", 5, []),
        ("2001.05.03", "day", 5, []),
        ("2001_05_03", "day", 5, []),
        ("2001-05-03 00:00:00", "day", 5, []),
        ("2001-05-03T17:00:00", "day", 5, []),
        ("2001-05-03T00:00:00.000", "day", 5, []),
        ("'2001-05-03", "day", 5, []),
        ("20010503", "day", 5, []),
        ("03-05-2001 12:30", "day", 5, []),
        ("'2001", "year", None, []),
    ],
)
def test_what_is_sure_is_kept_and_the_rest_is_said(written, precision, month, codes):
    birth = parse_birth(written, keep_sure=True)

    assert (birth.year, birth.precision, birth.month) == (2001, precision, month)
    assert (birth.date == BORN) == (precision == "day")
    assert [problem.code for problem in birth.warnings] == codes
    assert all("2001" in problem.message for problem in birth.warnings)


@pytest.mark.parametrize("written", ["00/00/0000", "0/0/0", "31/02/1801", "98", "31/02", "30/11/2026"])
def test_what_tells_not_even_a_year_is_refused_all_the_same(written):
    with pytest.raises(Refused):
        parse_birth(written, keep_sure=True)


@pytest.mark.parametrize(("short", "year"), [("26", 2026), ("08", 2008), ("27", 1927), ("99", 1999)])
def test_two_digits_mean_the_last_such_year(short, year):
    assert parse_birth(f"1/1/{short}").year == year


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "date_empty"),
        ("", "date_empty"),
        ("  ", "date_empty"),
        ("không rõ", "date_unreadable"),
        ("31/02/2001", "date_impossible"),
        ("29/02/2001", "date_impossible"),
        ("05/23/2001", "date_month"),
        ("2001-13-01", "date_month"),
        ("13/2001", "date_month"),
        ("1/2", "date_unreadable"),
        ("1/2/3", "date_unreadable"),
        ("1/2/201", "date_unreadable"),
        ("12/10/20011", "date_unreadable"),
        ("20131301", "date_unreadable"),
        ("25/11/2026", "date_in_future"),
        ("2027", "date_in_future"),
        ("03/05/1801", "date_year"),
        (9.5, "date_unreadable"),
        (5000, "date_unreadable"),
        (True, "date_unreadable"),
        (float("nan"), "date_unreadable"),
        (1e300, "date_unreadable"),
    ],
)
def test_refusals(written, code):
    with pytest.raises(Refused) as refusal:
        parse_birth(written)
    assert refusal.value.problem.code == code
    assert refusal.value.problem.message


def test_month_before_day_is_said_to_be_so():
    with pytest.raises(Refused) as refusal:
        parse_birth("05/23/2001")
    assert "23" in refusal.value.problem.message


def test_a_year_alone_is_offered_only_where_it_will_do():
    with pytest.raises(Refused) as birth:
        parse_birth("hôm qua")
    with pytest.raises(Refused) as day:
        parse_day("hôm qua")
    message = "“hôm qua” không phải là ngày. Hãy ghi dạng ngày/tháng/năm, ví dụ "
    assert birth.value.problem == Problem("date_unreadable", message + "26/03/2005, hoặc chỉ ghi năm.")
    assert day.value.problem == Problem("date_unreadable", message + "26/03/2023.")


def test_a_day_to_come_is_no_birth_but_a_day():
    assert parse_day("25/12/2026") == date(2026, 12, 25)


days = st.dates(date(1930, 1, 1), TODAY)


@given(
    days,
    st.sampled_from(
        ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", " %d / %m / %Y ", "%d%m%Y", "ngày %d tháng %m năm %Y"]
    ),
)
def test_every_shape_of_a_day_is_that_day(day, shape):
    assert parse_birth(day.strftime(shape)).date == day


@given(days)
def test_an_excel_serial_is_its_day(day):
    serial = (day - date(1899, 12, 30)).days
    assert parse_birth(serial).date == day
    assert date(1899, 12, 30) + timedelta(days=serial) == day


nearly_days = st.from_regex(r"[0-9 ]{0,4}[/.\-][0-9 ]{0,4}[/.\-]?[0-9]{0,5}", fullmatch=True)


@given(st.text() | nearly_days | st.integers() | st.floats() | st.none() | st.booleans() | st.datetimes())
def test_anything_is_a_day_or_a_named_refusal(written):
    outcome = _outcome(written)
    if isinstance(outcome, Problem):
        assert outcome.code.startswith("date_")
    else:
        assert dates.EARLIEST_YEAR <= outcome.year <= TODAY.year
        assert (outcome.date is not None) == (outcome.precision == "day")


@given(nearly_days | st.integers(0, 80_000) | st.floats(0, 80_000))
def test_a_list_keeps_of_a_day_what_a_form_would_and_never_less(written):
    strict = _outcome(written)
    if not isinstance(strict, Problem):
        assert parse_birth(written, keep_sure=True) == strict


def _outcome(written):
    try:
        return parse_birth(written)
    except Refused as refusal:
        return refusal.problem
