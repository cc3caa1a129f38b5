"""Workbooks of cadres are read as they are; those made to break the reader get a named refusal, quickly and in little memory."""

import base64
import io
import struct
import tempfile
import zipfile
import zlib
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from doanso.lib.problems import Problem, Refused
from doanso.lib.spreadsheet import Limits, Sheet, iter_rows, open_workbook, read_workbook, reading

pytestmark = pytest.mark.apart

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'
)
COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")


def parts(sheet=SHEET % "<sheetData/>", **more):
    """The parts of the smallest workbook that Excel opens."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": LINKS % ("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<sheets><sheet name="Danh sách" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": LINKS % ("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
        **more,
    }


def packed(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(ref, value):
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'


def one_cell(value):
    return SHEET % f"<sheetData>{row(1, text('A1', value))}</sheetData>"


def refusal_of(source, **limits):
    with pytest.raises(Refused) as refusal:
        read_workbook(source, limits=Limits(**limits))
    return refusal.value.problem


def test_cells_keep_their_types_and_places():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("Đoàn viên")
        sheet.write_string("B3", "Nguyễn Văn An")
        sheet.write_number("C3", 912345678)
        sheet.write_number("D3", 1.5)
        sheet.write_datetime("E3", date(2001, 5, 3), workbook.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_datetime(
            "F3", datetime.fromisoformat("2001-05-03T04:05"), workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        )
        sheet.write_boolean("G3", True)
    [read] = read_workbook(file.getvalue()).sheets
    midnight, moment = datetime.fromisoformat("2001-05-03"), datetime.fromisoformat("2001-05-03T04:05")
    assert read == Sheet(
        "Đoàn viên", rows_in_all=1, rows=[[], [], [None, "Nguyễn Văn An", 912345678, 1.5, midnight, moment, True]]
    )
    assert [type(value) for value in read.rows[2][2:4]] == [int, float]


def test_hidden_things_and_merged_cells_are_reported():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("Hiện")
        sheet.merge_range("B1:C1", "Ngày sinh")
        sheet.set_column("D:E", None, None, {"hidden": True})
        workbook.add_worksheet("Ẩn").hide()
        workbook.add_worksheet("Ẩn hẳn").very_hidden()
        workbook.add_chartsheet("Biểu đồ")
    shown, *hidden = read_workbook(file.getvalue()).sheets
    assert (shown.visible, shown.hidden_columns, shown.merged) == (True, (3, 4), ((0, 1, 0, 2),))
    assert shown.rows == [[None, "Ngày sinh"]]
    assert [(sheet.name, sheet.visible) for sheet in hidden] == [("Ẩn", False), ("Ẩn hẳn", False)]


FORMULA_CELLS = {
    "calculated": ('<c r="B2"><f>1+1</f><v>2</v></c>', 1, 0, ""),
    "calculated zero": ('<c r="B2"><f>1-1</f><v>0</v></c>', 1, 0, ""),
    "without value": ('<c r="B2" s="1"><f>1+1</f></c>', 1, 1, "B2"),
    "empty value": ('<c r="B2"><f>1+1</f><v></v></c>', 1, 1, "B2"),
    "closed value": ('<c r="B2"><f>1+1</f><v/></c>', 1, 1, "B2"),
    "shared": ('<c r="B2"><f t="shared" si="0"/><v>2</v></c>', 1, 0, ""),
    "none": ('<c r="B2"><v>2</v></c>', 0, 0, ""),
}


@pytest.mark.parametrize("case", FORMULA_CELLS)
def test_formulas_are_counted_and_never_evaluated(case):
    cell, formulas, uncalculated, first = FORMULA_CELLS[case]
    [sheet] = read_workbook(packed(parts(SHEET % f"<sheetData>{row(2, cell)}</sheetData>"))).sheets
    assert (sheet.formulas, sheet.uncalculated, sheet.first_uncalculated) == (formulas, uncalculated, first)


def test_zeros_of_a_library_that_cannot_calculate_are_uncalculated():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_formula("A1", "=1+1")
        sheet.write_formula("A2", "=1+1", None, 2)
    [read] = read_workbook(file.getvalue()).sheets
    assert (read.formulas, read.uncalculated, read.first_uncalculated) == (2, 1, "A1")


def test_formulas_are_found_across_the_pieces_of_a_long_sheet():
    rows = "".join(row(number, f'<c r="A{number}"><f>1+{number}</f></c>') for number in range(1, 20_001))
    [sheet] = read_workbook(packed(parts(SHEET % f"<sheetData>{rows}</sheetData>"))).sheets
    assert (sheet.formulas, sheet.uncalculated, sheet.first_uncalculated) == (20_000, 20_000, "A1")


def test_rows_come_one_by_one_and_sheets_can_be_passed_over():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        for name in ("Một", "Hai"):
            sheet = workbook.add_worksheet(name)
            for number in range(1000):
                sheet.write_number(number, 0, number)
    with open_workbook(file.getvalue()) as sheets:
        seen = {sheet.name: next(sheet.rows) for sheet in sheets}
    assert seen == {"Một": [0], "Hai": [0]}
    assert list(iter_rows(file.getvalue(), sheet="Hai")) == [[number] for number in range(1000)]
    with pytest.raises(Refused) as refusal:
        next(iter_rows(file.getvalue(), sheet="Ba"))
    assert refusal.value.problem.code == "workbook_no_sheet"


def test_a_reader_that_stops_early_leaves_no_process():
    content = packed(
        parts(SHEET % f"<sheetData>{''.join(row(n, text(f'A{n}', 'x' * 99)) for n in range(1, 9999))}</sheetData>")
    )
    rows = iter_rows(content)
    assert next(rows) == ["x" * 99]
    rows.close()


def test_paths_bytes_and_open_files_are_read(tmp_path):
    path = tmp_path / "danh sách.xlsx"
    path.write_bytes(packed(parts(one_cell("Họ và tên"))))
    with path.open("rb") as opened, tempfile.TemporaryFile() as unnamed:
        unnamed.write(path.read_bytes())
        for source in (path, str(path), path.read_bytes(), opened, unnamed, io.BytesIO(path.read_bytes())):
            assert read_workbook(source).sheets[0].rows == [["Họ và tên"]]


def corner(ref):
    number = "".join(filter(str.isdigit, ref))
    return packed(parts(SHEET % f"<sheetData>{row(1, text('A1', 'a'))}{row(number, text(ref, 'b'))}</sheetData>"))


def lying_about_size():
    content = bytearray(packed(parts(**{"xl/media/image1.png": b"\0" * 3_000_000})))
    directory_entry = content.rindex(b"xl/media/image1.png") - 46
    content[directory_entry + 24 : directory_entry + 28] = struct.pack("<I", 1000)
    return bytes(content)


def overlapping():
    content = bytearray(packed(parts(**{"xl/a.xml": "<a/>", "xl/b.xml": "<a/>"})))
    first, second = (content.rindex(name) - 46 for name in (b"xl/a.xml", b"xl/b.xml"))
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return bytes(content)


def zip_encrypted():
    content = bytearray(packed(parts()))
    content[content.rindex(b"xl/worksheets/sheet1.xml") - 46 + 8] |= 1
    return bytes(content)


def changed(change):
    content = bytearray(packed(parts(one_cell("An"))))
    change(content)
    return bytes(content)


def flip_checksum(content):
    content[content.rindex(b"xl/worksheets/sheet1.xml") - 46 + 16] ^= 1


# Large files are made when they are read: every process of tests collects this module.
HOSTILE = {
    "nothing": (b"", "workbook_empty"),
    "text": (b"Ho va ten;Ngay sinh\n", "workbook_not_excel"),
    "a web page called .xls": (b"<html><table><tr><td>An</td></tr></table></html>", "workbook_not_excel"),
    "a zip of something else": (packed({"word/document.xml": "<a/>"}), "workbook_not_excel"),
    "a binary workbook": (packed({"xl/workbook.bin": b"\0"}), "workbook_not_excel"),
    "only the magic": (b"PK\x03\x04", "workbook_broken"),
    "cut off": (packed(parts())[:-40], "workbook_broken"),
    "wrong checksum": (changed(flip_checksum), "workbook_broken"),
    "not XML": (packed({**parts(), "xl/workbook.xml": "<workbook"}), "workbook_broken"),
    "sheet not XML": (packed(parts(SHEET % "<sheetData><row><c></row>")), "workbook_broken"),
    "no link to its workbook": (packed({**parts(), "_rels/.rels": "<a/>"}), "workbook_broken"),
    "names in two cases": (packed({**parts(), "XL/workbook.xml": "<a/>"}), "workbook_broken"),
    "encrypted zip": (zip_encrypted(), "workbook_encrypted"),
    "encrypted workbook": (COMPOUND_FILE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480, "workbook_encrypted"),
    "another compound file": (COMPOUND_FILE + b"\0" * 1016, "workbook_not_excel"),
    "broken .xls": (COMPOUND_FILE + b"\0" * 504 + "Workbook".encode("utf-16-le") + b"\xff" * 2048, "workbook_broken"),
    ".xls with macros": (COMPOUND_FILE + "Workbook _VBA_PROJECT_CUR".encode("utf-16-le") + b"\0" * 512, "workbook_macros"),
    "macros": (packed(parts(**{"xl/vbaProject.bin": b"\0"})), "workbook_macros"),
    "old macro sheet": (packed(parts(**{"xl/macrosheets/sheet1.xml": "<a/>"})), "workbook_macros"),
    "many members": (packed(parts(**{f"xl/media/{n}.png": b"" for n in range(300)})), "workbook_bomb"),
    "zeros": (lambda: packed(parts(**{"xl/media/image1.png": b"\0" * 20_000_000})), "workbook_bomb"),
    "lying about its size": (lying_about_size, "workbook_bomb"),
    "overlapping members": (overlapping(), "workbook_bomb"),
    "unpacks to too much": (
        lambda: packed(parts(**{f"xl/{n}.png": b"\0" * 8_000_000 for n in range(30)})),
        "workbook_unpacked_size",
    ),
    "laughs in a sheet": (packed(parts(LAUGHS + one_cell("&b;"))), "workbook_unsafe_xml"),
    "laughs in the workbook": (packed({**parts(), "xl/workbook.xml": LAUGHS + "<l>&b;</l>"}), "workbook_unsafe_xml"),
    "laughs in the strings": (packed(parts(**{"xl/sharedStrings.xml": LAUGHS + "<sst/>"})), "workbook_unsafe_xml"),
    "laughs in the styles": (packed(parts(**{"xl/styles.xml": " " * 300_000 + LAUGHS})), "workbook_unsafe_xml"),
    "laughs in UTF-16": (packed(parts(**{"xl/styles.xml": (LAUGHS + "<a/>").encode("utf-16")})), "workbook_unsafe_xml"),
    "entity from a file": (
        packed(parts('<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + one_cell("&a;"))),
        "workbook_unsafe_xml",
    ),
    "a cell in the last corner": (corner("XFD1048576"), "workbook_unpacked_size"),
    "a cell far below": (corner("A1048576"), "workbook_too_many_rows"),
    "a cell far beside": (corner("XFD2"), "workbook_too_many_columns"),
}  # fmt: skip


@pytest.mark.if_changed("daily")
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_and_broken_files_are_refused_by_name(case):
    content, code = HOSTILE[case]
    problem = refusal_of(content() if callable(content) else content)
    assert problem.code == code
    assert problem.message


def test_a_file_larger_than_the_limit_is_not_opened():
    problem = refusal_of(b"PK" + b"\0" * (1 << 20), file_bytes=1 << 20)
    assert problem.code == "workbook_file_size"
    assert " 1 MB" in problem.message


def test_counts_beyond_the_limits_are_named():
    wide = packed(parts(SHEET % f"<sheetData>{row(1, text('C1', 'a'))}{row(4, text('A4', 'b'))}</sheetData>"))
    assert refusal_of(wide, columns=2).code == "workbook_too_many_columns"
    assert refusal_of(wide, rows=3).code == "workbook_too_many_rows"
    assert "3" in refusal_of(wide, rows=3).message
    assert refusal_of(wide, sheets=0).code == "workbook_too_many_sheets"
    assert len(read_workbook(wide, limits=Limits(rows=4, columns=3, sheets=1)).sheets[0].rows) == 4


good = packed(
    parts(SHEET % f"<cols><col min='1' max='2' hidden='1'/></cols><sheetData>{row(1, text('A1', 'An'))}</sheetData>")
)


@pytest.mark.parametrize("signal", ["SIGABRT", "SIGXCPU", "SIGSEGV", "SIGKILL"])
def test_a_parser_stopped_by_a_limit_is_a_refusal(monkeypatch, tmp_path, signal):
    parser = tmp_path / "parser.py"
    parser.write_text(f"import os, signal; os.kill(os.getpid(), signal.{signal})")
    monkeypatch.setattr(reading, "PARSER", parser)
    assert refusal_of(good).code == "workbook_unpacked_size"


def test_the_parser_sees_no_secret(monkeypatch, tmp_path):
    parser = tmp_path / "parser.py"
    parser.write_text(
        "import os, json; print(json.dumps({'refused': 'workbook_broken' if 'SECRET' in os.environ else 'workbook_bomb'}))"
    )
    monkeypatch.setattr(reading, "PARSER", parser)
    monkeypatch.setenv("SECRET", "x")
    assert refusal_of(good).code == "workbook_bomb"


def test_the_parser_writes_no_file(monkeypatch, tmp_path):
    parser = tmp_path / "parser.py"
    parser.write_text(
        "def main(limits): open('f', 'wb', buffering=0).write(b'x'); print('{\"refused\": \"workbook_bomb\"}')"
    )
    monkeypatch.setattr(reading, "PARSER", parser)
    assert refusal_of(good).code == "workbook_unpacked_size"


# A list of one sheet "DS" with "Họ và tên" in A1, "Năm sinh" in B1, "Nguyễn Văn An" in A2 and 2001 in B2, as Excel 97 keeps it.
OLD_WORKBOOK = zlib.decompress(
    base64.b85decode(
        "c-rk)O=uHA6#izDG(R-yrlvw$h@oJ$wHNW?rEV+Q_R>%lR79|;4O&`LiBZslR%?!e&{M@rp%*VzFaDqhJqR9@iXH?(Nc5&42ns#4S>Jovg;aZJ"
        "K!eJBVcxv`-kX`1`Q6!9i_yZ|-IgML!Y+7FvV*9r;1s2x`(T3Xw#}-W2PoMZ{}h4&8pt{y9)(}{c?@~Hi!gA<`;;W`fznZ&MshNfPSg;)C5DvZ"
        "7`jO++$1J~W{Ij%<Z+Q3MBWz9$0B=#xhArkd<*Ib7OiCGPG=S$Hrm7%0oQw9%DfY1JDTvEXYr-$s_g4SZ+0v-@pl^H-g?Y~#;re{NoP|N1;l6o"
        "=keW60N>n|`Xr(G+VTp-FRkYNYw$CM7np)QEE7DB5WaZWVqnjKWekEJJhJJk0lbVSa1I5kB8N}N&~B@e@TgNnoWU3oClO}q1kU0-p2ag{I7kkh"
        "_mVlp70GHhSFQH2tb%%yqi7I4Dr>={7M5>)eLXlbWE~S`N_P12Ik1^ShmFfzf(l1a4&0TUBDaaWBDJ=P-XbzaGnn%Bp(aP^n--s|Vr{2(b_m{B"
        "TPpOeq~|~Hdl1imv^q#%=r3M~Exfhn&_-P}O6B=CjV{%tZp<<sT5hhKJ>$K|=3n-YfMGhZ+s<LvfEDR8P=7GWPux4o@mFj3EAi(VFB&0<CyKsJ"
        "be<ZGxF_AyQ*ok(prN6mp`oFnp`lSrDCd2huNnMC?{jVie&@T+3Z;_%O!D7iKPKsyqdVeWx+CV0rMqJ_*a)9;>r(41<9;t>9HQ2<7{`djF<$lj"
        "rCXh<{6Fh1X#Tz>RBijEYU2FE?f(F9jK-e"
    )
)


def test_an_old_xls_is_read():
    [sheet] = read_workbook(OLD_WORKBOOK).sheets
    assert (sheet.name, sheet.rows) == ("DS", [["Họ và tên", "Năm sinh"], ["Nguyễn Văn An", 2001]])


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, len(good) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_file_is_read_or_refused_by_name(damages):
    content = bytearray(good)
    for place, byte in damages:
        content[place] = byte
    outcome = _outcome(bytes(content))
    assert isinstance(outcome, list) or outcome.code.startswith("workbook_")


def _outcome(content) -> list | Problem:
    try:
        return read_workbook(content).sheets
    except Refused as refusal:
        return refusal.problem


@pytest.mark.parametrize(
    "empty",
    ['<row r="%d" s="3" customFormat="1"/>', '<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>'],
    ids=["rows", "cells"],
)
def test_rows_that_are_only_formatted_are_no_rows(empty):
    # As many as make more XML than is kept at once; without an end tag of a cell nothing of it could be let go.
    below = "".join(empty.replace("%d", str(number)) for number in range(3, 150_001))
    hidden = '<row r="2" hidden="1"><c r="A2"><v>5</v></c></row>'
    content = packed(parts(SHEET % f"<sheetData>{row(1, text('A1', 'An'))}{hidden}{below}</sheetData>"))

    [sheet] = read_workbook(content).sheets

    assert (sheet.rows, sheet.rows_in_all, sheet.hidden_rows) == ([["An"], [5]], 2, (1,))


@pytest.mark.parametrize("kept_space", [False, True], ids=["in parts", "whole, for it cannot be cut"])
def test_a_long_sheet_is_read_in_parts_and_is_the_same(kept_space):
    count = 12_001
    strings = "".join(f"<si><t>An {number}</t></si>" for number in range(count))
    value = '<v xml:space="preserve">%d</v>' if kept_space else "<v>%d</v>"
    rows = "".join(
        row(
            number + 3,
            f'<c r="B{number + 3}" t="s">{value % (count - 1 - number)}</c>',
            f'<c r="C{number + 3}"><v>{number}</v></c>',
        )
        for number in range(count)
        if number % 5_000 != 4_999
    )
    merged = '<mergeCells count="1"><mergeCell ref="B3:C4"/></mergeCells>'
    content = packed(
        parts(
            f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{merged}</worksheet>',
            **{
                "xl/sharedStrings.xml": f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{strings}</sst>',
                "xl/_rels/workbook.xml.rels": LINKS.replace("</Relationships>", "")
                % ("worksheet", "worksheets/sheet1.xml")
                + '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
                ' Target="sharedStrings.xml"/></Relationships>',
            },
        )
    )

    [sheet] = read_workbook(content).sheets

    meant = [[None, f"An {count - 1 - n}", n] if n % 5_000 != 4_999 else [] for n in range(count)]
    assert sheet.rows == [[], [], *meant]
    assert sheet.merged == ((2, 1, 3, 2),)
