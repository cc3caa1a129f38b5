"""An export is what was given: text stays text, and nothing in it is a formula."""

import csv
import io
import re
import uuid
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doanso.lib.spreadsheet import Column, csv_lines, read_workbook, safe_csv_rows, table_file, write_table

NASTY = ["=1+1", "+84912345678", "-1", "@SUM(A1)", "|cmd", "%x", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']
NASTY += ["{=1}", " =1", "'=1"]
LINKS = ["http://example.vn", "mailto:an@example.vn", "internal:Sheet1!A1", "external:c:\\a.xlsx", "0912345678", "1e5"]
LINKS += ["082099000001", "_x0041_"]


def exported(rows, **options):
    file = io.BytesIO()
    count = write_table(file, columns=options.pop("columns", [Column("Họ và tên")]), rows=rows, **options)
    assert count == len(rows)
    return file.getvalue()


def cells(content):
    [sheet] = read_workbook(content).sheets
    assert (sheet.formulas, sheet.uncalculated) == (0, 0)
    return sheet.rows


def test_values_keep_their_types():
    identity = uuid.UUID(int=7)
    moment = datetime(2023, 3, 26, 20, 30, tzinfo=UTC)
    row = [
        "Đức",
        5000,
        1.5,
        Decimal("2.5"),
        True,
        None,
        date(2001, 5, 3),
        moment,
        "",
        identity,
        10**17,
        date(1850, 1, 1),
    ]
    columns = [Column(str(number), width=20) for number in range(len(row))]
    [_head, read] = cells(exported([row], columns=columns))
    day, local = datetime.fromisoformat("2001-05-03"), datetime.fromisoformat("2023-03-27T03:30")
    assert read == ["Đức", 5000, 1.5, 2.5, True, None, day, local, None, str(identity), str(10**17), "1850-01-01"]


def test_title_and_head_stand_above():
    read = cells(
        exported([["An"]], title="DANH SÁCH ĐOÀN VIÊN", sheet_name="Phường 1: [đoàn viên] / danh sách rất dài")
    )
    assert read == [["DANH SÁCH ĐOÀN VIÊN"], [], ["Họ và tên"], ["An"]]


def test_a_sheet_name_that_excel_refuses_is_made_good():
    [sheet] = read_workbook(exported([], sheet_name="Phường 1: [đoàn viên] / danh sách rất dài")).sheets
    assert sheet.name == "Phường 1   đoàn viên    danh sá"


def test_a_path_can_be_written(tmp_path):
    write_table(tmp_path / "a.xlsx", columns=[Column("a")], rows=[["An"]])
    assert cells((tmp_path / "a.xlsx").read_bytes()) == [["a"], ["An"]]


@pytest.mark.parametrize("text", NASTY + LINKS)
def test_text_is_never_a_formula_a_link_or_a_number(text):
    content = exported([[text]])
    [_head, [read]] = cells(content)
    assert read == text.replace("\r", "\n") or read == text
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f" not in sheet
        assert b"hyperlink" not in sheet
        assert not any("externalLink" in name for name in archive.namelist())


texts = st.text(max_size=60) | st.tuples(st.sampled_from(NASTY), st.text(max_size=20)).map("".join)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(texts, min_size=1, max_size=4), max_size=30))
def test_an_export_read_again_holds_the_same_texts_and_no_formula(rows):
    read = cells(exported(rows, columns=[Column("=head"), Column("+b")], title="=title"))
    assert [[_shown(text) for text in row] for row in read[3:]] == _trimmed(
        [[_shown(text) for text in row] for row in rows]
    )


def _shown(text):
    """What XML cannot carry is replaced, and line ends are one sign."""
    if text is None:
        return ""
    assert isinstance(text, str)
    return (
        re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )


def _trimmed(rows):
    rows = [list(row) for row in rows]
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


@pytest.mark.parametrize("text", NASTY)
def test_csv_texts_are_disarmed(text):
    [[disarmed]] = safe_csv_rows([[text]])
    assert disarmed == (text if text.startswith(("'", "{")) else f"'{text}")


def test_csv_keeps_numbers_days_and_plain_texts():
    row = ["Đức", -5, -1.5, None, date(2001, 5, 3), "a=b", ""]
    assert list(safe_csv_rows([row])) == [row]


def test_a_list_as_csv_begins_with_its_mark_and_writes_days_as_people_do():
    lines = csv_lines(columns=[Column("Tên"), Column("Ngày")], rows=[["Đức, Út", date(2001, 5, 3)], ["=1+1", None]])
    assert list(lines) == ["\ufeffTên,Ngày\r\n", '"Đức, Út",03/05/2001\r\n', "'=1+1,\r\n"]


def test_a_table_without_a_name_is_at_its_beginning():
    with table_file(columns=[Column("Tên")], rows=[["=1+1"]], sheet_name="Sổ") as file:
        assert cells(file.read()) == [["Tên"], ["=1+1"]]


@given(st.lists(st.lists(texts, min_size=1), max_size=5))
def test_no_csv_field_begins_like_a_formula(rows):
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(safe_csv_rows(rows))
    file.seek(0)
    for row in safe_csv_rows(rows):
        for field in row:
            assert not field.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "|", "%", "\t", "\r"))
