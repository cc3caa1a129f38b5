"""Documents for Word: the same text in real styles, lists and tables, in the order that Word's schema requires."""

import dataclasses
import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from doanso.documents.renderers import render_docx
from doanso.documents.renderers.content import DocumentContent
from doanso.documents.tests.form.contents import CASES, JOINT, LETTER, PLAN, WHOLE
from doanso.documents.tests.form.test_print import read

pytestmark = pytest.mark.sqlite_only


def opened(content: DocumentContent):
    return Document(io.BytesIO(render_docx(content)))


def words(document) -> str:
    """Return all text of the body in order, with head and signature."""
    parts = []
    for paragraph in document.element.body.iter(qn("w:p")):
        texts = (
            " " if element.tag == qn("w:br") else element.text or ""
            for element in paragraph.iter(qn("w:t"), qn("w:br"))
        )
        parts.append("".join(texts))
    return " ".join(" ".join(parts).split())


def test_same_content_gives_the_same_bytes():
    assert render_docx(WHOLE) == render_docx(dataclasses.replace(WHOLE))


@pytest.mark.parametrize("name", list(CASES))
def test_says_what_the_print_says(name):
    text = words(opened(CASES[name]))
    printed = " ".join(" ".join(read(CASES[name]).lines).split())

    # The signs of lists, numbers of pages and the foot are Word's own business.
    missing = [
        word
        for word in printed.split()
        if word not in text
        and word not in {"-", "+", "1.", "2.", "2", "3"}
        and word not in {"Mã", "tra", "cứu:", "K7QM-4XPR"}
    ]
    assert missing == []


def test_head_is_a_table_and_the_letter_says_what_it_is_about():
    head = opened(LETTER).tables[0]
    left, right = (cell.text.splitlines() for cell in head.rows[0].cells)

    assert left[:6] == [
        "TỈNH ĐOÀN TIỀN GIANG",
        "BCH THÀNH PHỐ MỸ THO",
        "***",
        "Số: 05-CV/TĐTN-VP",
        "V/v phối hợp tổ chức Ngày hội thanh toán không dùng tiền mặt tại chợ Mỹ Tho",
        "HOẢ TỐC",
    ]
    assert right[0] == "ĐOÀN TNCS HỒ CHÍ MINH"
    assert right[-1] == "Mỹ Tho, ngày 03 tháng 02 năm 2023"


def test_headings_have_the_styles_of_headings():
    headings = [
        (paragraph.style.name, paragraph.text)
        for paragraph in opened(PLAN).paragraphs
        if paragraph.style.name.startswith("Heading")
    ]

    assert headings == [
        ("Heading 1", "I. MỤC ĐÍCH, YÊU CẦU"),
        ("Heading 1", "II. NỘI DUNG THỰC HIỆN"),
        ("Heading 2", "1. Khảo sát hiện trạng"),
        ("Heading 3", "a) Đối với hộ kinh doanh"),
    ]


def test_lists_are_lists():
    document = opened(WHOLE)
    points = []
    for item in document.paragraphs:
        numbered = item._p.pPr.find(qn("w:numPr")) if item._p.pPr is not None else None
        if numbered is not None:
            level = numbered.find(qn("w:ilvl")).get(qn("w:val"))
            points.append((item.style.name, level, item.text))
    numbering = document.part.numbering_part.element
    defined = {item.get(qn("w:numId")) for item in numbering.iter(qn("w:num"))}

    assert points == [
        ("List Bullet", "0", "Thành lập đội hình;"),
        ("List Bullet", "0", "Tập huấn:"),
        ("List Bullet", "1", "Đoàn viên;"),
        ("List Bullet", "1", "Cán bộ khu phố,"),
        ("List Bullet", "0", "Ra quân từ ngày 01/12/2023."),
        ("List Number", "0", "Báo cáo tuần;"),
        ("List Number", "0", "Báo cáo tháng./."),
    ]
    used = {item.get(qn("w:val")) for item in document.element.body.iter(qn("w:numId"))}
    assert used <= defined
    order = [item.tag for item in numbering]
    assert order.index(qn("w:num")) > max(place for place, tag in enumerate(order) if tag == qn("w:abstractNum"))


def test_table_has_merged_cells_and_heads_that_come_again():
    table = next(candidate for candidate in opened(WHOLE).tables if candidate.rows[0].cells[0].text == "TT")

    assert [[cell.text for cell in row.cells] for row in table.rows[:3]] == [
        ["TT", "Đơn vị", "Chỉ tiêu", "Chỉ tiêu"],
        ["TT", "Đơn vị", "Hộ dân", "Hộ kinh doanh"],
        ["1", "Phường 1", "120", "15"],
    ]
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows][:3] == [True, True, False]
    assert [cell.text for cell in table.rows[-1].cells] == ["Tổng cộng", "Tổng cộng", "1.200", "150"]


def test_pages_edges_and_draft():
    document = opened(WHOLE)
    section = document.sections[0]
    footers = [section.first_page_footer, section.footer]

    assert section.different_first_page_header_footer
    assert [item.paragraphs[0].text.strip() for item in footers] == ["Mã tra cứu: K7QM-4XPR"] * 2
    assert all(list(item._element.iter(qn("w:drawing"))) for item in footers)
    assert "PAGE" in "".join(item.text for item in section.header._element.iter(qn("w:instrText")))
    marks = [section.header, section.first_page_header]
    assert all(list(item._element.iter(qn("w:pict"))) for item in marks)
    assert not list(opened(PLAN).sections[0].header._element.iter(qn("w:pict")))


def test_appendices_of_the_state_are_sections_that_number_anew():
    sections = opened(WHOLE).sections
    starts = [item._sectPr.find(qn("w:pgNumType")) for item in sections]

    assert len(sections) == 3
    assert [item.get(qn("w:start")) if item is not None else None for item in starts] == [None, "1", "1"]
    union = opened(dataclasses.replace(WHOLE, form=PLAN.form))
    assert len(union.sections) == 1
    assert [item.text for item in union.paragraphs if item.paragraph_format.page_break_before] == [
        "Phụ lục I",
        "Phụ lục II",
    ]


def test_two_who_sign_stand_beside_each_other():
    signatures = opened(JOINT).tables[-1]

    assert [[cell.text.strip() for cell in row.cells] for row in signatures.rows] == [
        ["TM. BAN THƯỜNG VỤ\nBÍ THƯ", "TRƯỞNG PHÒNG"],
        ["", ""],
        ["Nguyễn Văn Mẫu", "Phạm Thị Mẫu"],
    ]


def test_elements_stand_in_the_order_of_the_schema():
    order = ["pStyle", "keepNext", "pageBreakBefore", "numPr", "pBdr", "spacing", "ind", "jc", "rPr", "sectPr"]
    looks = ["b", "bCs", "i", "iCs", "color", "sz", "szCs", "u"]
    for content in CASES.values():
        body = opened(content).element.body
        for tag, expected in (("w:pPr", order), ("w:rPr", looks)):
            for element in body.iter(qn(tag)):
                names = [child.tag.rpartition("}")[2] for child in element]
                assert [name for name in expected if name in names] == names


def test_words_cannot_break_the_file():
    content = dataclasses.replace(PLAN, summary="A & B <w:p> \x00\ufffe", addressees=("x" * 100, "<b>"))
    with zipfile.ZipFile(io.BytesIO(render_docx(content))) as archive:
        assert archive.testzip() is None
    assert "A & B <w:p>" in words(opened(content))
