"""What every form of an official paper words in the same way: the lines of its head, its recipients."""

from collections.abc import Sequence
from datetime import date

from doanso.documents.official.letters import ROOM

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


def numbered(form: str, symbol: str, number: int, suffix: str = "") -> str:
    """ "07-BC/TĐTN" in the Union's form, "07/BC-TĐTN" in the state's; a number between two others has a letter: "12a"."""
    return f"{number:02}{suffix}{between(form)}{symbol}"


def number_line(form: str, symbol: str, number: int | None = None, suffix: str = "") -> str:
    """The line of the head; room for the number until it is given."""
    if number is None:
        return f"{NUMBER} {ROOM * 4}{between(form)}{symbol}"
    return f"{NUMBER} {numbered(form, symbol, number, suffix)}"


def between(form: str) -> str:
    """What parts the number from the symbol."""
    return "/" if form == ND30 else "-"


def day_words(dated: date) -> tuple[str, str, str]:
    """Day, month and year; days below 10 and the months 1 and 2 have a 0 before them."""
    return f"{dated.day:02}", f"{dated.month:02}" if dated.month < 3 else str(dated.month), str(dated.year)


def month_digits(dated: date) -> int:
    """How many digits the month has as it is written."""
    return len(day_words(dated)[1])


def date_line(dated: date) -> str:
    """ "ngày 05 tháng 3 năm 2023"."""
    day, month, year = day_words(dated)
    return f"ngày {day} tháng {month} năm {year}"


def open_date_line(day: str = "", month: str = "", year: str = "") -> str:
    """The date with room for what is still to be written."""
    return f"ngày {day or ROOM * 3} tháng {month or ROOM * 3} năm {year or ROOM * 4}"


def place_and_date(place: str, dated: date) -> str:
    """ "Mỹ Tho, ngày 05 tháng 3 năm 2023"."""
    return f"{place}, {date_line(dated)}"


def recipients(entries: Sequence[str]) -> list[str]:
    """The lines below "Nơi nhận:", each with its dash; the last one ends with a full stop."""
    lines = [recipient.strip().lstrip("-– ").rstrip(";., ") for recipient in entries]
    return [f"- {recipient}{'.' if place == len(lines) else ';'}" for place, recipient in enumerate(lines, 1)]


def text_width(form: str) -> float:
    """Millimetres between the margins of a page."""
    return 165.0 if form == ND30 else 160.0
