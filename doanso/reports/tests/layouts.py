"""A superior's workbook with everything in it that filling must not break."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import xlsxwriter

SHEET = "Biểu 01"


def picture() -> bytes:
    """A PNG of one red pixel."""

    def chunk(name: bytes, inside: bytes) -> bytes:
        return struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    )


def layout(rows: int = 2, *, typed: tuple[str, ...] = (), names: Mapping[str, str] | None = None) -> bytes:
    """Head in rows 1-4, units from row 7 on (as many as `rows`), sums below, then a picture, a chart and notes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(2023, 1, 1, tzinfo=UTC)})
    head = book.add_format({"bold": True, "align": "center", "bg_color": "#FFCC00"})
    share, day = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet(SHEET)
    other = book.add_worksheet("Tổng hợp")
    sheet.merge_range("A1:F1", "tên đơn vị", head)
    sheet.write("A2", "Từ ngày")
    sheet.write_blank("B2", None, day)
    sheet.write("C2", "Ngày chữ")
    sheet.write("A3", "Lũy kế")
    sheet.write("B3", 999)
    sheet.write_blank("C3", None, share)
    sheet.write("E3", "tỷ lệ dạng số")
    sheet.write_formula("F3", "=B3*2", None, 1998)
    sheet.merge_range("A5:F5", "BIỂU THEO ĐƠN VỊ", head)
    first, last = 7, 6 + rows
    for row in range(first, last + 1):
        sheet.write(row - 1, 1, typed[row - first] if row - first < len(typed) else "")
        sheet.write_number(row - 1, 2, 111, head)
        sheet.write_formula(row - 1, 4, f'=IF(C{row}=0,"C7",D{row}/C{row})', share, 5)
    sheet.merge_range(last - 1, 5, last - 1, 6, "", head)
    total = last + 1
    sheet.write(total - 1, 1, "Cộng")
    sheet.write_formula(total - 1, 2, f"=SUM(C{first}:C{last})", head, 222)
    sheet.write_formula(total - 1, 3, f"=SUM($D${first}:D{last})+SUM('Tổng hợp'!A1:A{last})", None, 1)
    sheet.write(total + 1, 1, "Người lập biểu")
    sheet.conditional_format(
        f"C{first}:C{last}", {"type": "cell", "criteria": ">", "value": f"$C${total}", "format": head}
    )
    sheet.data_validation(f"D{first}:D{last}", {"validate": "whole", "criteria": ">=", "value": 0})
    sheet.conditional_format(f"E{first}:E{last}", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline(f"H{total + 2}", {"range": f"'{SHEET}'!C{first}:C{last}"})
    sheet.write_comment(total + 1, 1, "Ký và ghi rõ họ tên")
    sheet.insert_image(total + 3, 0, "logo.png", {"image_data": io.BytesIO(picture())})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{SHEET}'!$C${first}:$C${last}"})
    sheet.insert_chart(total + 4, 3, chart)
    sheet.set_column("B:B", 33)
    sheet.set_row(last - 1, 27)
    sheet.set_h_pagebreaks([total + 2])
    sheet.print_area(0, 0, total + 10, 6)
    sheet.repeat_rows(4, 5)
    sheet.freeze_panes(6, 2)
    sheet.protect("", {"select_locked_cells": True})
    other.write_formula("B1", f"='{SHEET}'!C{total}", None, 222)
    other.write("C1", "='không phải công thức'!A1".lstrip("="))
    other.insert_image("E5", "dau.png", {"image_data": io.BytesIO(picture())})
    other.hide()
    default_names = {
        "ds_don_vi": "$A$1:$F$1",
        "ds_tu_ngay": "$B$2",
        "ds_den_ngay": "$D$2",
        "ds_portal_residents_luy_ke": "$B$3",
        "ds_portal_residents_ty_le": "$C$3",
        "ds_vneid2_members_ty_le": "$D$3",
        "ds_dong": f"$A${first}:$G${last}",
        "ds_cot_tt": f"$A${first}",
        "ds_cot_don_vi": f"$B${first}",
        "ds_cot_members": f"$C${first}",
        "ds_cot_residents_in": f"$D${first}",
    }
    for name, place in (default_names if names is None else names).items():
        book.define_name(name, f"='{SHEET}'!{place}" if place.startswith("$") else f"={place}")
    book.define_name("Nguoi_lap", f"='{SHEET}'!$B${total + 2}")
    book.close()
    return target.getvalue()


def parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(file: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one of its parts rewritten, or added."""
    target = io.BytesIO()
    contents = parts(file)
    contents[name] = change(contents.get(name, b"").decode()).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in contents.items():
            archive.writestr(part, content)
    return target.getvalue()


def cell(file: bytes, place: str, sheet: int = 1) -> str:
    """A cell's XML; empty where it is not there."""
    match = re.search(rf'<c r="{place}"[^>]*?(?:/>|>.*?</c>)', parts(file)[f"xl/worksheets/sheet{sheet}.xml"].decode())
    return match[0] if match else ""
