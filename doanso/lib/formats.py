"""Vietnamese formats of numbers, days and moments, for pages, commands and letters; None is "–"."""

from datetime import date, datetime
from decimal import Decimal

from doanso.lib import clock

_WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
NONE = "–"


def number(value: int | float | Decimal | None) -> str:
    """Return a number: 5000 is "5.000"; a fraction keeps one decimal, rounded down."""
    if value is None:
        return NONE
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    rounded = Decimal(str(value)).quantize(Decimal("0.1"), rounding="ROUND_DOWN")
    text = f"{rounded:,.1f}".removesuffix(".0")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def tenths(value: int | None) -> str:
    """Return tenths with one decimal: 914 is "91,4"; the decimal is always shown, so that a column aligns."""
    if value is None:
        return NONE
    sign = "-" if value < 0 else ""
    return f"{sign}{number(abs(value) // 10)},{abs(value) % 10}"


def percent(value: int | None) -> str:
    """Return tenths of a percent: 914 is "91,4%"; 0 and 1000 are "0%" and "100%"."""
    if value is None:
        return NONE
    if value in (0, 1000):
        return f"{value // 10}%"
    return f"{tenths(value)}%"


def goal(value: int | None) -> str:
    """Return a target share in tenths of a percent: 800 is "80%", 925 is "92,5%"."""
    if value is None:
        return NONE
    return f"{number(value // 10)}%" if value % 10 == 0 else f"{tenths(value)}%"


def birth(value: str | int | None) -> str:
    """Return a date of birth given as an ISO date, or as a year alone."""
    return day(date.fromisoformat(value)) if isinstance(value, str) and value else str(value or "")


def day(value: date | datetime | None) -> str:
    """Return a day as 12/11/2023; of a moment the day on the business calendar (`clock.business_day`)."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        value = clock.business_day(value)
    return f"{value.day:02}/{value.month:02}/{value.year}"


def weekday(value: date) -> str:
    """Return the weekday of a day: Chủ nhật."""
    return _WEEKDAYS[value.weekday()]


def real_day(value: datetime | None) -> str:
    """Return the day of a moment that is real in a demo too, such as the end of a certificate: 12/11/2023, in Vietnam."""
    return NONE if value is None else day(clock.local(value).date())


def short_day(value: date | datetime | None) -> str:
    """Return a day without its year: 12/11."""
    return NONE if value is None else day(value)[:5]


def moment(value: datetime | None) -> str:
    """Return a moment as 09:42, 12/11/2023, in Vietnam's time zone and on the business calendar."""
    return NONE if value is None else f"{time_of_day(value)}, {day(value)}"


def real_moment(value: datetime | None) -> str:
    """Return a moment that is real in a demo too, such as a signature or a row of the history: 09:42, 12/11/2023."""
    return NONE if value is None else f"{time_of_day(value)}, {real_day(value)}"


def time_of_day(value: datetime | None) -> str:
    """Return the time of a moment as 09:42, in Vietnam's time zone."""
    if value is None:
        return NONE
    local = clock.local(value)
    return f"{local.hour:02}:{local.minute:02}"


def initials(name: str) -> str:
    """Return the initials of a name's last two words, by which people are called: "Đặng Ngọc Trâm" is NT."""
    return "".join(word[0].upper() for word in name.split()[-2:])
