"""The names by which the cells of a superior's workbook say what belongs in them; all begin with "ds_".

ds_ky, ds_don_vi, …                 the report itself
ds_<chỉ tiêu>_<số>                  a figure of an indicator, its code with _ for -: ds_portal_residents_luy_ke
ds_tong_<cột>                       the sum of a column of the appendix
ds_dong                             rows, one for each unit; in them ds_cot_<cột> says which column is which
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from doanso.lib import formats
from doanso.official_form import wording as official
from doanso.reports.content import ReportContent, ReportLine, UnitRow
from doanso.reports.renderers import wording
from doanso.reports.renderers.values import CellFigure, figure, goal, in_kind, of_grade, share

PREFIX = "ds_"
BLOCK = "ds_dong"
NUMBER_COLUMN, UNIT_COLUMN, NOTE_COLUMN = "ds_cot_tt", "ds_cot_don_vi", "ds_cot_ghi_chu"
_COLUMN, _SUM = "ds_cot_", "ds_tong_"
type Value = str | int | float | CellFigure | date | None


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A name's meaning in words, and its value in this report."""

    meaning: str
    value: Value


FIGURES: tuple[tuple[str, str, Callable[[ReportLine], Value]], ...] = (
    ("ten", "tên chỉ tiêu", lambda line: line.title),
    ("dvt", "đơn vị tính", lambda line: line.unit_of_count),
    ("chi_tieu", "chỉ tiêu giao", goal),
    ("trong_ky", "kết quả trong kỳ", lambda line: line.in_period),
    ("luy_ke", "kết quả lũy kế", lambda line: line.total),
    ("mau_so", "mẫu số của tỷ lệ", lambda line: line.denominator),
    ("ty_le", "tỷ lệ", lambda line: share(line.percent)),
    ("ky_truoc", "kết quả kỳ trước", lambda line: line.previous),
    ("luot_trong_ky", "số lượt trong kỳ", lambda line: line.times_in_period),
    ("luot_luy_ke", "số lượt lũy kế", lambda line: line.times_total),
    ("uoc_tinh", "số ước tính, chưa có hồ sơ", lambda line: line.estimate),
    ("can_dat", "cần đạt đến nay", lambda line: in_kind(line, line.pace)),
    ("du_bao", "dự báo cuối kỳ chương trình", lambda line: in_kind(line, line.forecast)),
    ("danh_gia", "đánh giá bằng chữ", lambda line: line.state_text),
    *(
        (f"muc_{place}", f"số có bằng chứng mức {place}: {words}", of_grade(place))
        for place, words in enumerate(wording.GRADES)
    ),
    ("sai_sot", "sai sót khi phúc tra", lambda line: line.error_rate),
    ("da_xoa", "số người đã xóa tên theo yêu cầu", lambda line: line.erased),
)


def name_part(code: str) -> str:
    """Return a code in a form that is allowed in a defined name."""
    return code.replace("-", "_").lower()


def entries(content: ReportContent, *, base: str) -> dict[str, NamedCell]:
    """Return every name for a single cell, with its value in this report."""
    head, last = content.head, content.last_day
    entries_by_name = {
        "ds_don_vi": NamedCell("Đơn vị báo cáo", content.unit),
        "ds_don_vi_tren": NamedCell("Đơn vị cấp trên", head.superior),
        "ds_co_quan": NamedCell("Cơ quan ban hành, như trên đầu văn bản", head.issuer),
        "ds_chuong_trinh": NamedCell("Tên chương trình", content.programme),
        "ds_loai": NamedCell("Loại văn bản", head.type_name),
        "ds_trich_yeu": NamedCell("Trích yếu", head.summary),
        "ds_so": NamedCell("Số và ký hiệu", wording.number_line(content)),
        "ds_noi_ngay": NamedCell("Địa danh, ngày tháng năm", official.place_and_date(head.place, head.dated)),
        "ds_ngay": NamedCell("Ngày báo cáo", head.dated),
        "ds_ky": NamedCell("Kỳ báo cáo bằng chữ", wording.span_words(content)),
        "ds_tu_ngay": NamedCell("Ngày đầu kỳ", content.first_day),
        "ds_den_ngay": NamedCell("Ngày cuối kỳ", last),
        "ds_thang": NamedCell("Tháng của ngày cuối kỳ", last.month),
        "ds_quy": NamedCell("Quý của ngày cuối kỳ", (last.month + 2) // 3),
        "ds_nam": NamedCell("Năm của ngày cuối kỳ", last.year),
        "ds_quyen_han": NamedCell("Quyền hạn của người ký", head.authority),
        "ds_chuc_vu": NamedCell("Chức vụ của người ký", head.post),
        "ds_nguoi_ky": NamedCell("Họ tên người ký", head.signer),
        "ds_trang_thai": NamedCell(
            "“DỰ THẢO” khi số liệu chưa chốt", "" if wording.is_frozen(content) else official.DRAFT
        ),
        "ds_ban_so_lieu": NamedCell("Mã của bản số liệu đã chốt", content.frozen_hash),
        "ds_dia_chi": NamedCell(
            "Địa chỉ xem báo cáo", base.rstrip("/") + content.path if base and content.path else ""
        ),
        "ds_ghi_chu": NamedCell("Các ghi chú", "\n".join(content.notes)),
    }
    for line in content.lines:
        for suffix, words, read in FIGURES:
            entries_by_name.setdefault(
                f"{PREFIX}{name_part(line.code)}_{suffix}", NamedCell(f"{line.title}: {words}", read(line))
            )
    for place, column in enumerate(content.columns):
        printed = content.sums[place] if place < len(content.sums) else ""
        entries_by_name.setdefault(
            f"{_SUM}{name_part(column.key)}", NamedCell(f"Tổng cộng: {_title(content, place)}", _read(printed))
        )
    return entries_by_name


def _title(content: ReportContent, place: int) -> str:
    column = content.columns[place]
    return f"{column.over}, {column.title}" if column.over else column.title


def _read(printed: str) -> Value:
    """Return a cell's value; a dash (no value) becomes an empty cell, so that tables can calculate."""
    return figure(printed) or (None if printed in {"", formats.NONE} else printed)


def columns(content: ReportContent) -> dict[str, str]:
    """Return the names of columns within the unit rows, with their meaning."""
    meanings = {NUMBER_COLUMN: "Số thứ tự", UNIT_COLUMN: "Tên đơn vị", NOTE_COLUMN: "Ghi chú của đơn vị"}
    for place, column in enumerate(content.columns):
        meanings.setdefault(f"{_COLUMN}{name_part(column.key)}", _title(content, place))
    return meanings


def unit_values(content: ReportContent, unit: UnitRow) -> dict[str, Value]:
    """Return one unit's row, by the names of columns."""
    values: dict[str, Value] = {
        NUMBER_COLUMN: unit.number or None,
        UNIT_COLUMN: unit.unit,
        NOTE_COLUMN: unit.note,
    }
    for place, column in enumerate(content.columns):
        printed = unit.cells[place] if place < len(unit.cells) else ""
        values.setdefault(f"{_COLUMN}{name_part(column.key)}", _read(printed))
    return values


def nearest_name(name: str, known_names: Mapping[str, object] | Sequence[str]) -> str:
    """Return the known name most similar to an unknown one; empty if none is similar."""
    return next(iter(get_close_matches(name.lower(), list(known_names), n=1, cutoff=0.7)), "")


def display_value(value: Value) -> str:
    """Return a value as displayed on the page of a layout."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, CellFigure):
        return formats.percent(round(value.number * 1000)) if value.is_share else formats.number(value.number)
    return value if isinstance(value, str) else formats.number(value)
