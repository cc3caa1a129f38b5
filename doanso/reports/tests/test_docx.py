"""The Word document: the official form to the line, real styles and fields, and XML as its schema orders it."""

import dataclasses
import io
import re
import zipfile
from xml.etree import ElementTree

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from doanso.reports.content import LineChart, ReportColumn, UnitRow
from doanso.reports.renderers.appendix import sheets
from doanso.reports.renderers.docx import render_docx
from doanso.reports.tests.contents import BASE, DRAFT, FROZEN, OF_THE_STATE, written

pytestmark = pytest.mark.renders

# Children in the order of ECMA-376, as far as our documents have any.
ORDERS = {
    "p": ["pPr", "hyperlink", "r"],
    "pPr": [
        *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr"),
        *("suppressLineNumbers", "pBdr", "shd", "tabs", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl"),
        *("rPr", "sectPr"),
    ],
    "rPr": [
        *(
            "rStyle",
            "rFonts",
            "b",
            "bCs",
            "i",
            "iCs",
            "caps",
            "smallCaps",
            "strike",
            "vanish",
            "color",
            "spacing",
            "kern",
        ),
        *("sz", "szCs", "highlight", "u", "vertAlign", "lang"),
    ],
    "tbl": ["tblPr", "tblGrid", "tr"],
    "tblPr": ["tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook", "tblCaption"],
    "tr": ["trPr", "tc"],
    "tcPr": ["tcW", "gridSpan", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "vAlign"],
    "sectPr": [
        "headerReference",
        "footerReference",
        "type",
        "pgSz",
        "pgMar",
        "pgNumType",
        "cols",
        "titlePg",
        "docGrid",
    ],
    "body": ["p", "tbl", "sectPr"],
}
UNORDERED = {"body", "p", "trPr"}


def parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def local(element) -> str:
    return element.tag.rpartition("}")[2]


def faults(file: bytes) -> list[str]:
    """What Word would call damaged: elements out of order, rows of another width, styles and keys that lead nowhere."""
    inside = parts(file)
    types = inside["[Content_Types].xml"].decode()
    messages = [
        f"{name} has no type"
        for name in inside
        if f'PartName="/{name}"' not in types
        and f'Extension="{name.rpartition(".")[2]}"' not in types
        and name != "[Content_Types].xml"
    ]
    styles = {style.get(qn("w:styleId")) for style in ElementTree.fromstring(inside["word/styles.xml"])}
    for name, content in inside.items():
        if name.startswith("word/") and name.endswith(".xml"):
            messages += [f"{name}: {fault}" for fault in _faults(name, ElementTree.fromstring(content), inside, styles)]
    return messages


def _faults(name: str, tree, inside: dict[str, bytes], styles: set[str | None]) -> list[str]:
    messages = []
    folder, _slash, file_name = name.rpartition("/")
    relations = inside.get(f"{folder}/_rels/{file_name}.rels", b"<none/>")
    keys = {relation.get("Id") for relation in ElementTree.fromstring(relations)}
    space = tree.tag.rpartition("}")[0]
    own = "styles" not in name and "numbering" not in name
    for element in tree.iter():
        kind = local(element)
        if kind in ORDERS and element.tag.startswith(space):
            messages += _disorder(kind, [local(child) for child in element], strange=own)
        for attribute, value in element.attrib.items():
            if attribute.endswith("officeDocument/2006/relationships}id") and value not in keys:
                messages.append(f"{value} leads nowhere")
        if own and kind in {"pStyle", "tblStyle"} and element.get(qn("w:val")) not in styles:
            messages.append(f"there is no style {element.get(qn('w:val'))}")
        if kind == "tbl":
            messages += _uneven(element)
        if kind == "tc" and local(element[-1]) != "p":
            messages.append("a cell ends without a paragraph")
    return messages


def _disorder(kind: str, names: list[str], *, strange: bool) -> list[str]:
    order = ORDERS[kind]
    messages = [f"{name} in {kind}" for name in names if strange and name not in order]
    positions = [order.index(name) for name in names if name in order]
    return messages if kind in UNORDERED or positions == sorted(positions) else [*messages, f"{kind} holds {names}"]


def _uneven(table) -> list[str]:
    columns = len(table.find(qn("w:tblGrid")))
    widths = set()
    for row in table.findall(qn("w:tr")):
        spans = [cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in row.findall(qn("w:tc"))]
        widths.add(sum(1 if span is None else int(span.get(qn("w:val")) or 0) for span in spans))
    return [] if widths == {columns} else [f"rows of {widths} in a table of {columns} columns"]


def opened(content, base: str = BASE):
    return docx.Document(io.BytesIO(render_docx(content, base=base)))


def lines(cell) -> list[str]:
    return [item.text for item in cell.paragraphs]


@pytest.mark.parametrize("content", [DRAFT, FROZEN, OF_THE_STATE], ids=["draft", "frozen", "nd30"])
def test_word_finds_nothing_to_repair(content):
    assert faults(render_docx(content, base=BASE)) == []


def test_the_same_content_gives_the_same_bytes():
    assert render_docx(FROZEN, base=BASE) == render_docx(FROZEN, base=BASE)


def test_the_paper_is_a4_with_the_margins_of_the_form_and_the_appendix_lies_across():
    first, appendix = opened(DRAFT).sections

    sides = [first.page_width, first.page_height, first.top_margin, first.bottom_margin]
    sides += [first.left_margin, first.right_margin, appendix.page_width, appendix.page_height]
    assert [round(side.mm) for side in sides] == [210, 297, 20, 20, 30, 20, 297, 210]
    assert (first.orientation, appendix.orientation) == (WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE)
    assert round(opened(OF_THE_STATE).sections[0].right_margin.mm) == 15


def test_one_font_is_named_for_every_script():
    inside = parts(render_docx(DRAFT, base=BASE))
    fonts = ElementTree.fromstring(inside["word/styles.xml"]).iter(qn("w:rFonts"))

    named = {tuple(sorted(font.attrib.items())) for font in fonts}

    assert named == {tuple((qn(f"w:{script}"), "Times New Roman") for script in ("ascii", "cs", "eastAsia", "hAnsi"))}
    assert b"w:rFonts" not in inside["word/document.xml"]


def test_the_head_is_the_unions():
    document = opened(FROZEN)
    left, right = document.tables[0].rows[0].cells

    assert lines(left) == ["TỈNH ĐOÀN TIỀN GIANG", "BCH THÀNH PHỐ MỸ THO", "***", "Số: 07-BC/TĐTN"]
    assert lines(right) == ["ĐOÀN TNCS HỒ CHÍ MINH", "", "Mỹ Tho, ngày 02 tháng 11 năm 2023"]
    union, rule, date = right.paragraphs
    assert (union.runs[0].bold, union.runs[0].font.size.pt) == (True, 15)
    assert rule._p.pPr.find(qn("w:pBdr")) is not None
    assert date.runs[0].italic is True
    after = [item.text for item in document.paragraphs[:4]]
    assert after == [
        "BÁO CÁO",
        "Kết quả chương trình chuyển đổi số tháng 10 năm 2023",
        "-----------",
        "Kính gửi: Ban Thường vụ Tỉnh Đoàn",
    ]


def test_the_head_is_the_states_in_its_form():
    left, right = opened(OF_THE_STATE).tables[0].rows[0].cells

    assert lines(left) == ["UBND TỈNH TIỀN GIANG", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ TP MỸ THO", "", "Số: 07/BC-BCĐ"]
    assert lines(right) == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "",
        "Mỹ Tho, ngày 02 tháng 11 năm 2023",
    ]


def test_headings_are_headings_and_the_figures_stand_after_the_words_under_ii():
    document = opened(OF_THE_STATE)
    headings = [(item.style.name, item.text) for item in document.paragraphs if item.style.name.startswith("Heading")]

    assert headings == [
        ("Heading 1", "I. CÔNG TÁC CHỈ ĐẠO"),
        ("Heading 1", "II. KẾT QUẢ THỰC HIỆN"),
        ("Heading 2", "1. Đoàn viên, thanh niên"),
        ("Heading 3", "a) Đoàn viên đi học, đi làm xa"),
        ("Heading 3", "Thay đổi so với kỳ trước"),
        ("Heading 1", "III. ĐÁNH GIÁ"),
        ("Heading 1", "IV. NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI"),
        ("Heading 1", "PHỤ LỤC SỐ LIỆU THEO ĐƠN VỊ"),
    ]
    assert [item.text for item in document.paragraphs if item.text.endswith("./.")] == [
        "Tập trung hỗ trợ các đơn vị còn chậm./."
    ]
    assert [item.text for item in document.paragraphs if item.style.name == "List Bullet"] == list(DRAFT.changes)


def test_the_figures_are_in_a_table_whose_head_comes_again_and_lead_to_their_records():
    document = opened(DRAFT)
    numbers = document.tables[1]

    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in numbers.rows] == [
        *[True, True],
        *[False] * (len(numbers.rows) - 2),
    ]
    row = next(row for row in numbers.rows if row.cells[0].text == "2")
    assert [cell.text for cell in row.cells] == [
        *(
            "2",
            "Người dân được giúp đăng ký tài khoản dịch vụ công (người dân)",
            "5.000",
            "612",
            "4.120",
            "655",
            "4.502",
        ),
        *("82,4%", "Chậm"),
    ]
    [link] = row.cells[4].paragraphs[0].hyperlinks
    assert link.address == f"{BASE}/programmes/my-tho-2023/indicators/portal-residents/my-tho/"


def test_a_slash_at_the_end_of_the_base_is_not_doubled():
    [link] = opened(DRAFT, f"{BASE}/").tables[1].rows[3].cells[4].paragraphs[0].hyperlinks

    assert link.address == f"{BASE}/programmes/my-tho-2023/indicators/vneid2-members/my-tho/"


def test_without_an_address_of_this_installation_nothing_leads_anywhere():
    file = render_docx(FROZEN, base="")

    assert b"hyperlink" not in parts(file)["word/_rels/document.xml.rels"]
    assert faults(file) == []


def test_pages_are_numbered_by_a_field_from_the_second_on():
    section = opened(FROZEN).sections[0]

    assert section.different_first_page_header_footer is True
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml


@pytest.mark.parametrize(("content", "draft"), [(DRAFT, True), (FROZEN, False)], ids=["draft", "frozen"])
def test_a_draft_says_so_on_every_page_and_a_frozen_one_names_its_figures(content, draft):
    first = opened(content).sections[0]
    footers = [part.paragraphs[0].text for part in (first.first_page_footer, first.footer)]

    footer_text = "DỰ THẢO – số liệu chưa chốt" if draft else f"Bản số liệu: {FROZEN.frozen_hash[:16]}…"
    assert footers == [footer_text, footer_text]
    document = opened(content)
    assert ("DỰ THẢO" in lines(document.tables[0].rows[0].cells[0])) is draft
    references = [item.text for item in document.paragraphs if item.text.startswith(("Mã bản số liệu", "Tra cứu"))]
    both_references = [f"Mã bản số liệu (SHA-256): {FROZEN.frozen_hash}", f"Tra cứu: {BASE}{FROZEN.path}"]
    assert references == ([] if draft else both_references)
    [link] = first.footer.paragraphs[0].hyperlinks
    assert link.address == BASE + DRAFT.path


def test_the_signature_stands_beside_the_recipients():
    table = next(candidate for candidate in opened(FROZEN).tables if "Nơi nhận:" in candidate.rows[0].cells[0].text)
    left, right = table.rows[0].cells

    assert lines(left) == ["Nơi nhận:", "- Ban Thường vụ Tỉnh Đoàn (b/c);", "- 17 cơ sở Đoàn (t/h);", "- Lưu VP."]
    assert [line for line in lines(right) if line] == ["TM. BAN THƯỜNG VỤ", "BÍ THƯ", "Nguyễn Văn Mẫu"]


def test_the_appendix_has_heads_in_two_lines_a_row_per_unit_and_sums():
    document = opened(FROZEN)
    appendix = document.tables[-1]
    rows = [[cell.text for cell in row.cells] for row in appendix.rows]

    assert [item.text for item in document.paragraphs][-2:] == [
        "PHỤ LỤC SỐ LIỆU THEO ĐƠN VỊ",
        "(Kèm theo Báo cáo số 07-BC/TĐTN ngày 02 tháng 11 năm 2023 của Thành Đoàn Mỹ Tho)",
    ]
    assert rows[0][:8] == ["TT", "Đơn vị", *["Đoàn viên"] * 2, *["VNeID mức độ 2"] * 3, "Người dân được giúp"]
    assert rows[1][:5] == ["TT", "Đơn vị", "Tổng số", "Đang ở địa phương", "Chỉ tiêu"]
    assert rows[2][:4] == ["1", "Đoàn Phường 1", "1.250", "1.100"]
    assert rows[4] == ["3", "Đoàn xã Tân Mỹ Chánh", "310", "280", "280", "–", "–", "96", "0", "–", "Gửi trễ"]
    assert rows[5][:3] == ["", "TỔNG CỘNG", "2.200"]
    assert appendix.rows[2].cells[1].paragraphs[0].hyperlinks[0].address == f"{BASE}/units/p1/"


def test_the_states_form_numbers_its_appendix_for_itself():
    def starts(content) -> list[bool]:
        return [section._sectPr.find(qn("w:pgNumType")) is not None for section in opened(content).sections]

    assert starts(OF_THE_STATE) == [False, True]
    assert starts(FROZEN) == [False, False]
    assert [section.different_first_page_header_footer for section in opened(OF_THE_STATE).sections] == [True, True]


@pytest.mark.parametrize("count", [27, 60])
def test_wide_appendices_are_laid_out_as_in_print(count):
    columns = tuple(
        ReportColumn(f"c{number}", f"Cột số {number}", over=f"Nhóm {number // 4}") for number in range(count)
    )
    content = dataclasses.replace(
        FROZEN, columns=columns, units=(UnitRow(1, "Đoàn Phường 1", ("1.234",) * count),), sums=()
    )
    shown = sheets(content)

    file = render_docx(content, base=BASE)

    tables = docx.Document(io.BytesIO(file)).tables[-len(shown) :]
    assert [len(table.columns) - 2 for table in tables] == [len(sheet.places) for sheet in shown]
    turned = [table.rows[1]._tr.xml.count('textDirection w:val="btLr"') for table in tables]
    assert turned == [len(sheet.places) if sheet.upright else 0 for sheet in shown]
    assert faults(file) == []


def test_a_report_without_words_and_units_is_a_document_too():
    bare = dataclasses.replace(DRAFT, passages=(), charts=(), units=(), columns=(), sums=(), notes=(), changes=())

    assert faults(render_docx(bare, base=BASE)) == []
    assert len(opened(bare).sections) == 1


def test_a_chart_is_drawn_by_word_and_described_in_text():
    inside = parts(render_docx(FROZEN, base=BASE))
    chart = ElementTree.fromstring(inside["word/charts/chart1.xml"])

    values = [element.text for element in chart.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}v")]
    assert values[:6] == ["người dân", "02/10", "09/10", "16/10", "23/10", "31/10"]
    assert values[6:11] == ["3510", "3702", "3850", "3991", "4120"]
    description = re.search(r'descr="([^"]*)"', inside["word/document.xml"].decode())
    assert description is not None
    assert description[1].endswith("31/10: 4.120; chỉ tiêu: 5.000")


def test_a_chart_of_shares_is_in_per_cent_and_many_weeks_have_few_labels():
    weeks = tuple((f"T{week}", week * 10 + 5) for week in range(40))
    content = dataclasses.replace(DRAFT, charts=(LineChart("VNeID", "%", weeks, 1000),))

    chart = parts(render_docx(content, base=BASE))["word/charts/chart1.xml"].decode()

    assert '<c:pt idx="1"><c:v>1.5</c:v></c:pt>' in chart
    assert '<c:pt idx="39"><c:v>100</c:v></c:pt>' in chart
    assert '<c:tickLblSkip val="4"/>' in chart


def test_the_sums_never_stand_alone_on_a_page():
    appendix = opened(FROZEN).tables[-1]

    assert [row.cells[1].paragraphs[0].paragraph_format.keep_with_next for row in appendix.rows[2:]] == [
        *[None, None],
        *[True, None],
    ]


def test_the_properties_hold_the_day_of_the_document_and_nobodys_machine():
    properties = opened(FROZEN).core_properties

    assert (properties.created.isoformat(), properties.modified.isoformat()) == ("2023-11-02T00:00:00+00:00",) * 2
    assert (properties.author, properties.language) == ("Thành Đoàn Mỹ Tho", "vi-VN")


@pytest.mark.parametrize(
    "text",
    ["<w:p/>&amp;]]>", "\x00\x0b\ufffe\ud800", '=HYPERLINK("http://x")', "Dòng 1\nDòng 2\r\nDòng 3", "x" * 40_000, ""],
    ids=["markup", "characters that XML lacks", "a formula", "lines", "very long", "nothing"],
)
def test_whatever_somebody_wrote_is_text_in_a_whole_document(text):
    assert faults(render_docx(written(text), base=BASE)) == []


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_leaves_the_document_whole(text):
    assert faults(render_docx(written(text), base=BASE)) == []
