"""Numbers, days and moments as Vietnamese readers write them. Pages, commands and letters all use these."""

from datetime import date, datetime
from decimal import Decimal

from doanso.lib import clock

NONE = "–"


def number(value: int | float | Decimal | None) -> str:
    """5000 is "5.000"; a fraction keeps one decimal, cut and not rounded up."""
    if value is None:
        return NONE
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    whole = Decimal(str(value)).quantize(Decimal("0.1"), rounding="ROUND_DOWN")
    text = f"{whole:,.1f}".removesuffix(".0")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def tenths(value: int | None) -> str:
    """914 tenths of a percent are "91,4", always with the decimal, so that a column of them stands in line."""
    if value is None:
        return NONE
    sign = "-" if value < 0 else ""
    return f"{sign}{number(abs(value) // 10)},{abs(value) % 10}"


def percent(value: int | None) -> str:
    """914 tenths of a percent are "91,4%"; whole nothing and whole everything need no decimal: "0%", "100%"."""
    if value is None:
        return NONE
    if value in (0, 1000):
        return f"{value // 10}%"
    return f"{tenths(value)}%"


def goal(value: int | None) -> str:
    """A share that somebody set, so usually whole: 800 tenths are "80%", 925 are "92,5%"."""
    if value is None:
        return NONE
    return f"{number(value // 10)}%" if value % 10 == 0 else f"{tenths(value)}%"


def birth(value: str | int | None) -> str:
    """A birth as lists keep it: a whole day (ISO), or a year alone."""
    return day(date.fromisoformat(value)) if isinstance(value, str) and value else str(value or "")


def day(value: date | datetime | None) -> str:
    """12/11/2023, on Vietnam's calendar."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value.day:02}/{value.month:02}/{value.year}"


def short_day(value: date | datetime | None) -> str:
    """12/11, where the year is plain from what stands around it."""
    return NONE if value is None else day(value)[:5]


def moment(value: datetime | None) -> str:
    """09:42, 12/11/2023, on Vietnam's clock."""
    if value is None:
        return NONE
    local = clock.local(value)
    return f"{local.hour:02}:{local.minute:02}, {day(value)}"


def initials(name: str) -> str:
    """The first letters of a person's last two words ("Đặng Ngọc Trâm" is NT): those people are called by."""
    return "".join(word[0].upper() for word in name.split()[-2:])
