"""The draft of an event's report: what happened in words, and its figures as tables, in the Union's form."""

from collections.abc import Sequence

from doanso.documents.body.nodes import (
    Appendix,
    Block,
    BodyTable,
    BodyTableCell,
    BodyTableRow,
    DocumentBody,
    Heading,
    Paragraph,
    TextRun,
)
from doanso.documents.drafts import Draft
from doanso.documents.models import Profile
from doanso.events.models import Event
from doanso.events.rules.closing import BoothTotal, ClosingBooth, ClosingFigures, FrozenFigures
from doanso.events.wording import day_words, hour
from doanso.lib import formats
from doanso.units import queries as units

_BOOTH_HEADS = ("Gian", "Nội dung", "Ghi tại gian", "Đã xác nhận", "Đối tác báo", "Chênh lệch")
_NOTHING = "–"


def report_draft(event: Event, incidents: str, remarks: str, frozen: FrozenFigures) -> Draft:
    """Return what the report says: the unit's words, and frozen figures with their hash below."""
    figures = frozen.figures
    unit = units.named_unit(event.unit)
    place = f"{event.place}, {event.address}" if event.address else event.place
    frozen_on = formats.day(frozen.at)
    hours = f"từ {hour(event.begins)} đến {hour(event.ends)}"
    lines: list[Block] = [
        _plain(
            f"{unit.name} báo cáo kết quả tổ chức {event.title}, {day_words(event.day)}, {hours}, tại {place}, như sau:"
        ),
        _heading("I. Công tác tổ chức"),
        *_organisation(figures),
        _heading("II. Kết quả"),
        *_attendance(figures),
        *_booth_results(figures),
        *_draw_results(figures),
        _heading("III. Sự cố và cách xử lý"),
        *_words(incidents, "Không có sự cố."),
        _heading("IV. Nhận xét, kiến nghị"),
        *_words(remarks, "Không."),
        _italic(
            f"Số liệu chốt lúc {formats.time_of_day(frozen.at)} ngày {frozen_on} trên phần mềm Đoàn Số; "
            f"dấu kiểm tra SHA-256: {frozen.content_hash}."
        ),
    ]
    return Draft(
        profile=Profile.DOAN,
        kind="report",
        summary=f"Kết quả tổ chức {event.title} ngày {formats.day(event.day)}"[:400],
        body=DocumentBody(tuple(lines)),
        appendices=_appendices(figures),
        recipients=("Như trên", "Lưu VP"),
    )


def _organisation(figures: ClosingFigures) -> list[Block]:
    lines: list[Block] = []
    if figures.partners:
        lines.append(_plain(f"Phối hợp với {formats.number(len(figures.partners))} đối tác:"))
        for partner in figures.partners:
            goal = f" (mục tiêu: {partner.goal})" if partner.goal else ""
            lines.append(_plain(f"– {partner.name}: {partner.role}{goal}."))
    else:
        lines.append(_plain("Đơn vị tự tổ chức, không có đối tác."))
    if figures.shifts:
        lines.append(
            _plain(
                f"Bố trí {formats.number(figures.shifts)} ca trực, cần {formats.number(figures.wanted)} người, "
                f"có {formats.number(figures.volunteers)} người trực."
            )
        )
    return lines


def _attendance(figures: ClosingFigures) -> list[Block]:
    came = formats.number(figures.came)
    text = f"Phát {formats.number(figures.registered)} vé, {came} người đã đến và điểm danh"
    parts = [
        f"{formats.number(count)} {what}"
        for count, what in (
            (figures.came_members, "đoàn viên có tên trong danh sách"),
            (figures.came_without_ticket, "người đến thẳng cổng, chưa đăng ký trước"),
        )
        if count
    ]
    lines: list[Block] = [_plain(f"{text}{', trong đó ' + ' và '.join(parts) if parts else ''}.")]
    if figures.most_inside:
        lines.append(
            _plain(
                f"Đông nhất lúc {figures.most_inside_at}, có {formats.number(figures.most_inside)} người cùng có mặt."
            )
        )
    if figures.photos:
        lines.append(_plain(f"Lưu {formats.number(figures.photos)} ảnh hoạt động."))
    return lines


def _booth_results(figures: ClosingFigures) -> list[Block]:
    if not figures.booths:
        return []
    rows = [row for booth in figures.booths for row in _booth_rows(booth)]
    table = BodyTable(len(_BOOTH_HEADS), (_head_row(_BOOTH_HEADS), *rows))
    words = (
        "Kết quả tại các gian. Số đã xác nhận chỉ gồm việc mà chính người dân xác nhận; "
        "chênh lệch là số đối tác báo trừ số khách đã xác nhận:"
    )
    return [_plain(words), table]


def _booth_rows(booth: ClosingBooth) -> list[BodyTableRow]:
    name = f"{booth.number}. {booth.name}" + (f" ({booth.owner})" if booth.owner != booth.name else "")
    goal = f", mục tiêu {formats.number(booth.goal)} {booth.counted}" if booth.goal else ""
    if not booth.totals:
        return [_row(name, f"Không đếm{goal}", *(_NOTHING,) * 4)]
    return [
        _row(
            name,
            f"{total.label}{goal}" if number == 0 else total.label,
            _count(total.recorded),
            _count(total.confirmed),
            _count(total.reported),
            difference_words(total),
        )
        for number, total in enumerate(booth.totals)
    ]


def _draw_results(figures: ClosingFigures) -> list[Block]:
    draw = figures.draw
    if draw is None:
        return []
    return [
        _plain(
            f"Bốc thăm công khai trong {formats.number(draw.tickets)} vé, {formats.number(draw.winners)} vé trúng. "
            f"Dấu SHA-256 của danh sách niêm phong: {draw.list_hash}; của tệp kết quả công bố: {draw.fingerprint}."
        )
    ]


def _appendices(figures: ClosingFigures) -> tuple[Appendix, ...]:
    tables: list[Block] = []
    for title, head, rows in (
        ("Lượt đến theo giờ", "Giờ", [(f"{row.name}:00 đến {row.name}:59", row.count) for row in figures.hours]),
        ("Lượt đến theo cổng", "Cổng", [(row.name, row.count) for row in figures.gates]),
    ):
        if rows:
            body = [_row(name, formats.number(count)) for name, count in rows]
            tables += [_centred(title), BodyTable(2, (_head_row((head, "Số người đến")), *body))]
    return (Appendix("SỐ NGƯỜI ĐẾN", DocumentBody(tuple(tables))),) if tables else ()


def difference_words(total: BoothTotal) -> str:
    """Return a difference with its sign; a dash where one of both is not known."""
    if total.difference is None:
        return _NOTHING
    sign = "+" if total.difference > 0 else "−" if total.difference < 0 else ""
    return f"{sign}{formats.number(abs(total.difference))}"


def _count(value: int | None) -> str:
    return _NOTHING if value is None else formats.number(value)


def _words(text: str, nothing: str) -> list[Block]:
    return [_plain(line.strip()) for line in text.splitlines() if line.strip()] or [_plain(nothing)]


def _plain(words: str) -> Paragraph:
    return Paragraph((TextRun(words),))


def _italic(words: str) -> Paragraph:
    return Paragraph((TextRun(words, italic=True),))


def _centred(words: str) -> Paragraph:
    return Paragraph((TextRun(words, bold=True),), centred=True)


def _heading(words: str) -> Heading:
    return Heading(1, (TextRun(words),))


def _head_row(words: Sequence[str]) -> BodyTableRow:
    return BodyTableRow(tuple(BodyTableCell.of_text(word, is_head=True) for word in words))


def _row(*words: str) -> BodyTableRow:
    return BodyTableRow(tuple(BodyTableCell.of_text(word) for word in words))
