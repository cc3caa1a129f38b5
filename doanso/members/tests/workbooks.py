"""Workbooks for tests, made like those that units keep."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

HEAD = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "SĐT", "Chi đoàn", "Số thẻ đoàn", "Ngày vào Đoàn"]


def workbook(path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
    """A workbook with these sheets, each row a list of cells from column A on."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, place, value)
                elif value is not None:
                    sheet.write(line, place, value)
    book.close()
    return path


def simple(path: Path, *rows: Sequence[Any], head: Sequence[str] = HEAD) -> Path:
    """One sheet with a heading row at its top; rows start in Excel's row 2."""
    return workbook(path, ("Danh sách", [head, *rows]))


def row(number: int, name: str, birth: Any = "12/04/2001", gender: str = "Nam", **more: Any) -> list[Any]:
    """A good row for `HEAD`."""
    cells = {"cccd": None, "phone": None, "branch": "Khu phố 1", "card": None, "joined": None} | more
    return [number, name, birth, gender, cells["cccd"], cells["phone"], cells["branch"], cells["card"], cells["joined"]]


def content(*rows: Sequence[Any]) -> bytes:
    """The bytes of `simple`."""
    return table(HEAD, *rows)


def table(*rows: Sequence[Any]) -> bytes:
    """The bytes of a workbook with these rows, the first of them its headings."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("Danh sách")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(line, place, value)
    book.close()
    return target.getvalue()
