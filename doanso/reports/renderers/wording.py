"""Wording shared by all formats of a report: the head's lines, figures as printed, the order of the document."""

from collections import Counter
from dataclasses import dataclass

from doanso.lib import formats
from doanso.official_form import wording as official
from doanso.official_form.wording import ND30
from doanso.reports.content import PassageText, ReportContent, ReportLine

SHARES = ("share", "rule")
NO_FIGURE = "chưa có số liệu"
TIMES = "Số lượt"
ESTIMATED = "Ước tính, chưa có hồ sơ"
# The weakest grade first.
GRADES = ("Tự khai", "Một người ghi nhận", "Đội 1+1 xác nhận", "Người dân xác nhận", "Phúc tra")
GROUPS = {
    "members": "Đoàn viên, thanh niên",
    "residents": "Người dân và hộ kinh doanh",
    "models": "Mô hình",
    "office": "Công tác Đoàn trên môi trường số",
    "rules": "Nguyên tắc 1+1 và chủ trương 1+2",
}


def number_line(content: ReportContent) -> str:
    """Return "Số: 07-BC/TĐTN" in the Union's form, "Số: 07/BC-TĐTN" in the state's; with blank space until the number is
    assigned."""
    return official.number_line(content.form, symbol_of(content), content.head.number)


def after_number(content: ReportContent) -> str:
    """Return the text after the number in the head."""
    return official.number_separator(content.form) + symbol_of(content)


def symbol_of(content: ReportContent) -> str:
    """Return the symbol as it is printed."""
    return content.head.symbol.replace("/", "-") if content.form == ND30 else content.head.symbol


def is_frozen(content: ReportContent) -> bool:
    """Return whether the figures are of a snapshot; else the document is a draft."""
    return bool(content.frozen_hash)


def span_words(content: ReportContent) -> str:
    """Return the days that a report covers."""
    return f"từ ngày {formats.day(content.first_day)} đến ngày {formats.day(content.last_day)}"


def is_share(line: ReportLine) -> bool:
    """Return whether the figure is a share of a denominator."""
    return line.kind in SHARES


def goal(line: ReportLine) -> str:
    """Return the target as printed."""
    if line.target is None:
        return ""
    return formats.goal(line.target * 10) if is_share(line) else formats.number(line.target)


def in_kind(line: ReportLine, value: int | None) -> str:
    """Return a pace or a forecast: tenths of a per cent for shares and rules, a number for the rest."""
    if value is None:
        return ""
    return formats.percent(value) if is_share(line) else formats.number(value)


def total(line: ReportLine) -> str:
    """Return the cumulative figure, of a share with its denominator."""
    if line.total is None:
        return NO_FIGURE
    if is_share(line) and line.denominator is not None:
        return f"{formats.number(line.total)}/{formats.number(line.denominator)}"
    return formats.number(line.total)


def count(value: int | None) -> str:
    """Return a number as printed; "" for None."""
    return "" if value is None else formats.number(value)


def group_title(code: str) -> str:
    """Return the name of a group of indicators."""
    return GROUPS.get(code, code)


@dataclass(frozen=True, slots=True)
class Parts:
    """The passages before, in and after the section that holds the figures."""

    before: tuple[PassageText, ...]
    results: tuple[PassageText, ...]
    after: tuple[PassageText, ...]


def parts(content: ReportContent) -> Parts:
    """Return the passages around the figures, which follow the text of their section and precede the next main heading.

    The figures come first if no section holds them. Reports frozen before headings could be missing mark it by the number II.
    """
    passages = content.passages
    start = next(
        (place for place, passage in enumerate(passages) if passage.holds_figures or _is_second(passage)), None
    )
    if start is None:
        return Parts((), (), passages)
    end = next((place for place in range(start + 1, len(passages)) if passages[place].level == 1), len(passages))
    return Parts(passages[:start], passages[start:end], passages[end:])


def _is_second(passage: PassageText) -> bool:
    return passage.level == 1 and passage.number.rstrip(".") == "II"


def heading(passage: PassageText) -> str:
    """Return a heading with its number as the form writes it: "I. …", "1. …", "a) …"."""
    number = passage.number.rstrip(".)")
    if not number:
        return passage.heading
    return f"{number}) {passage.heading}" if passage.level == 3 else f"{number}. {passage.heading}"


def goes_with(content: ReportContent, *, is_open: bool = False) -> str:
    """Return the line under the appendix's title that names its document; the date of one still to be signed is left open."""
    head = content.head
    on = official.open_date_line() if is_open else official.date_line(head.dated)
    number = number_line(content).replace("Số:", "số")
    return f"Kèm theo {head.type_name.capitalize()} {number} {on} của {content.unit}"


def lagging_units(content: ReportContent) -> str:
    """Return the units that lag behind without a reason in one line: each once, with the number of indicators if several."""
    counts = Counter(entry.unit for entry in content.behind if not entry.reason)
    if not counts:
        return ""
    named = (unit if count == 1 else f"{unit}, {count} chỉ tiêu" for unit, count in counts.items())
    return f"Chậm tiến độ, chưa nêu nguyên nhân: {len(counts)} đơn vị ({'; '.join(named)})."
