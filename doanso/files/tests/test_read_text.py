"""Text of files by page, with the positions that tell a mark in the head from a word in the text."""

import io

import pytest
import typst
from docx import Document
from docx.shared import Pt
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from doanso.files import reading
from doanso.files.reading import Kind, TextPage, read_text
from doanso.files.tests import office
from doanso.files.tests.office import docx, paragraph
from doanso.lib.problems import Refused

pytestmark = pytest.mark.apart


@pytest.fixture(scope="module")
def pdf(tmp_path_factory) -> bytes:
    source = tmp_path_factory.mktemp("typst") / "a.typ"
    source.write_text(
        """#set page(paper: "a4", footer: "Lưu: VT")
#set text(size: 12pt)
#place(top + right, text(16pt, weight: "bold")[MẬT])
#text(14pt)[Số: 12-KH/ĐTN]

Tài liệu này không có dấu mật nào, chỉ nói về việc bảo mật dữ liệu cá nhân của đoàn viên trên địa bàn thành phố.
#pagebreak()
Trang thứ hai.
""",
        encoding="utf-8",
    )
    return typst.compile(str(source))


def _lines(page: TextPage) -> dict[str, reading.TextLine]:
    return {line.text: line for line in page.lines}


def test_a_pdf_gives_its_pages_and_where_short_lines_stand(pdf):
    extracted = read_text(pdf, Kind.PDF)

    assert (extracted.kind, len(extracted.pages), extracted.cut, extracted.has_text) == (Kind.PDF, 2, False, True)
    assert "bảo mật dữ liệu cá nhân" in " ".join(extracted.pages[0].text.split())
    assert "Trang thứ hai." in extracted.pages[1].text
    lines = _lines(extracted.pages[0])
    mark = lines["MẬT"]
    assert (mark.size, mark.place) == (16.0, "body")
    assert mark.top < 0.15
    assert mark.left > 0.7
    assert lines["Số: 12-KH/ĐTN"].size == 14.0
    # It ends to the right of where it begins, and stands on its line below its upper edge.
    assert 0.05 < mark.right - mark.left < 0.15
    assert 8 < (mark.foot - mark.top) * 841.89 < 16
    assert lines["Lưu: VT"].top > 0.85
    assert not any("bảo mật" in text and len(text) > 80 for text in lines)


def test_a_stamp_laid_over_a_pdf_is_read_too(pdf):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    stamp = FreeText(text="TUYET MAT", rect=(50, 750, 250, 790), font_size="20pt")
    writer.add_annotation(1, stamp)
    target = io.BytesIO()
    writer.write(target)

    # A stamp without an appearance is drawn by the viewer; only its own text can be read.
    extracted = read_text(_with_appearance(target.getvalue()), Kind.PDF)

    assert "TUYET MAT" in extracted.pages[1].text


def _with_appearance(content: bytes) -> bytes:
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    [note] = [annotation.get_object() for annotation in writer.pages[1]["/Annots"]]
    drawn = DecodedStreamObject()
    drawn.set_data(b"BT /F1 20 Tf 5 10 Td (TUYET MAT) Tj ET")
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    drawn.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject([FloatObject(edge) for edge in (0, 0, 200, 40)]),
            NameObject("/Resources"): DictionaryObject(
                {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
            ),
        }
    )
    note[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(drawn)})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_scan_has_no_words():
    extracted = read_text(office.pdf(text=""), Kind.PDF)
    assert (extracted.has_text, extracted.text, len(extracted.pages)) == (False, "", 1)


def test_a_word_file_gives_heads_tables_boxes_and_pages():
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Thành Đoàn Mỹ Tho"
    document.sections[0].footer.paragraphs[0].text = "Trang"
    head = document.add_paragraph()
    head.add_run("MẬT").font.size = Pt(14)
    document.add_table(1, 2).cell(0, 1).text = "Nơi nhận"
    document.add_page_break()
    document.add_paragraph("Trang hai")
    target = io.BytesIO()
    document.save(target)

    extracted = read_text(target, Kind.DOCX)

    assert [page.text.splitlines()[-1] for page in extracted.pages] == ["Nơi nhận", "Trang hai"]
    lines = _lines(extracted.pages[0])
    assert {text: (line.size, line.place) for text, line in lines.items()} == {
        "Trang": (None, "footer"),
        "Thành Đoàn Mỹ Tho": (None, "header"),
        "MẬT": (14.0, "body"),
        "Nơi nhận": (None, "table"),
    }


BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>{0}</w:txbxContent></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


@pytest.mark.parametrize(
    ("inside", "expected_lines"),
    [
        (BOX.format(paragraph("TỐI MẬT")), [("Kế hoạch", "body"), ("TỐI MẬT", "box")]),
        ('<w:r><w:pict><v:textpath string="MẬT"/></w:pict></w:r>', [("Kế hoạch", "body"), ("MẬT", "watermark")]),
        ("<w:del><w:r><w:delText>đã xóa</w:delText></w:r></w:del>", [("Kế hoạch", "body")]),
        ("<w:ins><w:r><w:t>Thêm </w:t></w:r></w:ins>", [("Thêm Kế hoạch", "body")]),
        ("<w:r><w:t>M</w:t></w:r><w:r><w:t>ẬT</w:t></w:r><w:r><w:br/></w:r>", [("MẬT", "body"), ("Kế hoạch", "body")]),
        ("<w:hyperlink><w:r><w:t>xem </w:t></w:r></w:hyperlink>", [("xem Kế hoạch", "body")]),
    ],
)  # fmt: skip
def test_words_are_found_wherever_word_puts_them(inside, expected_lines):
    extracted = read_text(docx(paragraph("Kế hoạch", inside)), Kind.DOCX)

    assert [(line.text, line.place) for line in extracted.pages[0].lines] == expected_lines


def test_letters_come_composed():
    [page] = read_text(docx(paragraph("Kế hoạch")), Kind.DOCX).pages
    assert page.text == "Kế hoạch"


def test_a_workbook_gives_everything_written_in_it():
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = office.packed(
        {
            "[Content_Types].xml": office.types(office.EXCEL_MAIN, "/xl/workbook.xml"),
            "xl/sharedStrings.xml": f'<sst xmlns="{sheet}"><si><t>Nguyễn</t></si><si><r><t>M</t></r><r><t>ẬT</t></r></si></sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet}"><is><t>Trong ô</t></is>'
            '<headerFooter><oddHeader>&amp;C&amp;"Arial,Bold"TỐI MẬT</oddHeader></headerFooter></worksheet>',
        }
    )

    assert read_text(content, Kind.XLSX).text.splitlines() == ["Nguyễn", "MẬT", "Trong ô", "TỐI MẬT"]


def test_a_long_file_gives_its_beginning(monkeypatch, pdf):
    monkeypatch.setitem(reading.LIMITS, "pages", 1)
    extracted = read_text(pdf, Kind.PDF)
    assert (len(extracted.pages), extracted.cut) == (1, True)

    monkeypatch.setitem(reading.LIMITS, "letters", 3)
    extracted = read_text(pdf, Kind.PDF)
    assert (len(extracted.pages[0].text), extracted.cut) == (3, True)


def test_another_kind_than_was_said_is_refused(pdf):
    with pytest.raises(Refused) as refused:
        read_text(pdf, Kind.DOCX)
    assert refused.value.problem.code == "file_name_other"
