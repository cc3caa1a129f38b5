"""From a cadre's file to the rows of the list in it: reading and finding together."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from doanso.lib import spreadsheet, table_finding

ROOT = Path(__file__).resolve().parents[3]
READING = """
import json, resource, sys
from doanso.lib import spreadsheet, table_finding

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = table_finding.find_table(spreadsheet.iter_rows(sys.argv[1]), {"name": ["họ và tên"]}, ["name"])
rows = sum(1 for _ in found.body)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([rows, grown, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""
SYNONYMS = {"name": ["họ và tên"], "birth": ["ngày sinh"], "phone": ["số điện thoại"]}


def test_a_merged_list_with_a_hidden_column_and_a_signature():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("KP1")
        centre = workbook.add_format()
        sheet.merge_range("A1:F1", "DANH SÁCH ĐOÀN VIÊN", centre)
        sheet.merge_range("A3:A4", "STT", centre)
        sheet.merge_range("B3:C4", "Họ và tên", centre)
        sheet.merge_range("D3:E3", "Ngày sinh", centre)
        sheet.write_row("D4", ["Nam", "Nữ"])
        sheet.merge_range("F3:F4", "Số điện thoại", centre)
        sheet.merge_range("A5:F5", "Chi đoàn Khu phố 1", centre)
        sheet.write_row("A6", [1, "Nguyễn Văn", "An", "01/02/2001", None, 912345678])
        sheet.write_row("A7", [2, "Lê Thị", "Bình", None, 2003])
        sheet.merge_range("E9:F9", "TM. BAN CHẤP HÀNH", centre)
        sheet.merge_range("E12:F12", "Trần Thị Ba", centre)
        sheet.set_column("F:F", None, None, {"hidden": True})
    [sheet] = spreadsheet.read_workbook(file.getvalue()).sheets
    found = table_finding.find_table(sheet.rows, SYNONYMS, ["name"], merged=sheet.merged)
    assert found.header_rows == (3, 4)
    assert [tuple(row) for row in found.body] == [
        (6, {"name": "Nguyễn Văn An", "birth": "01/02/2001", "phone": 912345678}, "Chi đoàn Khu phố 1", "male", ()),
        (7, {"name": "Lê Thị Bình", "birth": 2003, "phone": None}, "Chi đoàn Khu phố 1", "female", ()),
    ]
    assert sheet.hidden_columns == (5,)


@pytest.mark.long
def test_a_register_of_100_000_is_read_in_little_memory(tmp_path):
    path = tmp_path / "register.xlsx"
    columns = [spreadsheet.Column(title) for title in ("STT", "Họ và tên", "Ngày sinh", "Số điện thoại", *"abcdefgh")]
    rows = (
        [n, f"Nguyễn Văn An {n}", "01/02/2001", f"09{n:08}", *(f"ô {n % 97}" for _ in range(8))]
        for n in range(1, 100_001)
    )
    assert spreadsheet.write_table(path, columns=columns, rows=rows) == 100_000
    # In a process of its own: a child's peak includes the size of whoever started it.
    measured = subprocess.run(
        [sys.executable, "-c", READING, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rows_read, grown, parser = json.loads(measured.stdout)
    assert rows_read == 100_000
    assert grown < 50 << 10
    assert parser < 250 << 10
