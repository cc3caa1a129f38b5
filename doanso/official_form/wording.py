"""Wording that all official documents share: the lines of their heads, dates and lists of recipients."""

from collections.abc import Sequence
from datetime import date

from doanso.official_form.typesetting import NUMBER_ROOM

DOAN = "doan"
ND30 = "nd30"
DRAFT = "DỰ THẢO"
UNION = "ĐOÀN TNCS HỒ CHÍ MINH"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
NUMBER = "Số:"
TO = "Kính gửi:"
RECIPIENTS = "Nơi nhận:"
VERIFY = "Mã tra cứu"


def format_notation(form: str, symbol: str, number: int, suffix: str = "") -> str:
    """Return number and symbol: "07-BC/TĐTN" in the Union's form, "07/BC-TĐTN" in the state's.

    A number between two others has a letter as its suffix: "12a".
    """
    return f"{number:02}{suffix}{number_separator(form)}{symbol}"


def number_line(form: str, symbol: str, number: int | None = None, suffix: str = "") -> str:
    """Return the head's line of the number, with room for four digits while there is no number."""
    if number is None:
        return f"{NUMBER} {NUMBER_ROOM * 4}{number_separator(form)}{symbol}"
    return f"{NUMBER} {format_notation(form, symbol, number, suffix)}"


def number_separator(form: str) -> str:
    """Return the character between number and symbol."""
    return "/" if form == ND30 else "-"


def day_words(dated: date) -> tuple[str, str, str]:
    """Return day, month and year as written: days below 10 and the months 1 and 2 have a leading 0."""
    return f"{dated.day:02}", f"{dated.month:02}" if dated.month < 3 else str(dated.month), str(dated.year)


def month_digits(dated: date) -> int:
    """Return how many digits the month has as it is written."""
    return len(day_words(dated)[1])


def date_line(dated: date) -> str:
    """Return "ngày 05 tháng 3 năm 2023"."""
    day, month, year = day_words(dated)
    return f"ngày {day} tháng {month} năm {year}"


def open_date_line(day: str = "", month: str = "", year: str = "") -> str:
    """Return the date with room for each part that is still to be written."""
    return f"ngày {day or NUMBER_ROOM * 3} tháng {month or NUMBER_ROOM * 3} năm {year or NUMBER_ROOM * 4}"


def place_and_date(place: str, dated: date) -> str:
    """Return "Mỹ Tho, ngày 05 tháng 3 năm 2023"."""
    return f"{place}, {date_line(dated)}"


def recipients(entries: Sequence[str]) -> list[str]:
    """Return the lines below "Nơi nhận:", each with its dash; the last one ends with a full stop."""
    lines = [recipient.strip().lstrip("-– ").rstrip(";., ") for recipient in entries]
    return [f"- {recipient}{'.' if index == len(lines) else ';'}" for index, recipient in enumerate(lines, 1)]


def text_width(form: str) -> float:
    """Return the width between the margins of a page in millimetres."""
    return 165.0 if form == ND30 else 160.0
