"""A Word file becomes the editor's text; what cannot be kept is named, and nothing of a secret or harmful file is taken."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK

from doanso.documents.actions.routing import send_on
from doanso.documents.body.nodes import (
    BodyList,
    BodyTable,
    DocumentBody,
    Heading,
    LineBreak,
    PageBreak,
    Paragraph,
    TextRun,
)
from doanso.documents.body.schema import from_posted
from doanso.documents.body.text import plain_text
from doanso.documents.body.word_files import read_word_file
from doanso.documents.models import Document, DocumentVersion, WorkingCopy
from doanso.documents.renderers.docx import render
from doanso.documents.tests.form.contents import WHOLE
from doanso.files.models import Blob
from doanso.files.tests.office import COMPOUND_FILE, docx, paragraph, png, types
from doanso.lib.problems import Refused

NEW = "/documents/new/word/"
_NUMBERING = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""


def numbered(text: str, of: int, level: int, more: str = "") -> str:
    return paragraph(text, f'<w:pPr>{more}<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{of}"/></w:numPr></w:pPr>')


def saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def upload(content: bytes, name: str = "ke-hoach.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def body_of(*paragraphs: str, **more: str) -> DocumentBody:
    return read_word_file(docx(*paragraphs, more={f"word/{name}.xml": part for name, part in more.items()})).body


def typed(subject: Document | None = None) -> str:
    return plain_text(from_posted(WorkingCopy.objects.get().content["body"]))


def test_paragraphs_headings_and_marks_are_the_editors():
    word = WordDocument()
    word.add_heading("Mục đích", level=1)
    line = word.add_paragraph("Mỗi ")
    line.add_run("chi đoàn").bold = True
    line.add_run(" một ").italic = True
    line.add_run("tổ").underline = True
    line.add_run().add_break()
    line.add_run("công nghệ số.")
    word.add_paragraph("Nhất trí").alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    word.add_heading("Điều khoản", level=5)

    text = read_word_file(saved(word))

    assert text.body.blocks == (
        Heading(1, (TextRun("Mục đích"),)),
        Paragraph(
            (
                TextRun("Mỗi "), TextRun("chi đoàn", bold=True), TextRun(" một ", italic=True),
                TextRun("tổ", underline=True), LineBreak(), TextRun("công nghệ số."),
            )
        ),
        Paragraph((TextRun("Nhất trí"),), centred=True),
        Paragraph(),
        PageBreak(),
        Heading(3, (TextRun("Điều khoản"),)),
    )  # fmt: skip
    assert text.lost == {}


def test_numbers_that_word_counts_are_lists_or_part_of_the_text():
    body = body_of(
        numbered("Mục tiêu", 1, 0, '<w:outlineLvl w:val="0"/>'),
        numbered("Chung", 1, 1),
        numbered("Nội dung", 1, 0, '<w:outlineLvl w:val="0"/>'),
        numbered("Riêng", 1, 1),
        numbered("Tập huấn", 2, 0),
        numbered("Buổi sáng", 2, 1),
        numbered("Ra quân", 2, 0),
        numbering=_NUMBERING,
    )
    first, chung, second, rieng, listing = body.blocks
    assert [first, second] == [Heading(1, (TextRun("I. Mục tiêu"),)), Heading(1, (TextRun("II. Nội dung"),))]
    assert [chung, rieng] == [Paragraph((TextRun("I.1. Chung"),)), Paragraph((TextRun("II.1. Riêng"),))]
    assert isinstance(listing, BodyList)
    assert (listing.ordered, listing.start) == (True, 3)
    assert plain_text(DocumentBody((listing,))) == "3. Tập huấn\n- Buổi sáng\n4. Ra quân"


def test_tables_keep_joined_cells_and_head_rows():
    word = WordDocument()
    table = word.add_table(rows=3, cols=3)
    for index, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = str(index)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "đầu"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "xuống"
    read = read_word_file(saved(word)).body.blocks[0]
    assert isinstance(read, BodyTable)
    assert read.columns == 3
    assert [[(cell.columns, cell.rows) for cell in row.cells] for row in read.rows] == [
        [(2, 1), (1, 1)], [(1, 1), (1, 1), (1, 2)], [(1, 1), (1, 1)],
    ]  # fmt: skip
    assert plain_text(DocumentBody((read,))).startswith("đầu\t2\n3\t4\txuống")


def test_what_the_product_wrote_itself_comes_back():
    text = read_word_file(render(WHOLE))
    assert all(line.strip() in plain_text(text.body).replace("\n", " ") for line in ("Số:", "Nơi nhận:"))
    kinds = {type(block) for block in text.body.blocks}
    assert {Heading, Paragraph, BodyList, BodyTable} <= kinds


def test_everything_that_is_left_out_is_named(office, as_user):
    word = WordDocument()
    word.add_paragraph("Kế hoạch")
    word.add_picture(io.BytesIO(png(40, 40)))
    word.sections[0].header.paragraphs[0].text = "Phường 4"
    lost = (
        '<w:p><w:r><w:footnoteReference w:id="2"/><w:commentReference w:id="1"/><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
        '<w:ins w:id="1" w:author="x"><w:r><w:t>thêm</w:t></w:r></w:ins><w:del w:id="2" w:author="x"><w:r><w:delText>bớt'
        "</w:delText></w:r></w:del><w:r><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r></w:p></w:txbxContent>"
        "</v:textbox></w:pict></w:r><w:r><w:object/></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t> gạch</w:t></w:r>"
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r></w:p>'
        "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>trong</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>"
    )
    by_hand = read_word_file(docx(lost))
    assert by_hand.lost == {
        "notes": 1, "comments": 1, "symbols": 1, "changes": 2, "boxes": 1, "objects": 1, "struck": 1, "shifted": 1, "tables": 1,
    }  # fmt: skip
    assert plain_text(by_hand.body) == "thêm gạch2\ntrong"


@pytest.mark.django_db
def test_left_out_parts_are_named_in_the_editor_before_a_version(office, as_user):
    word = WordDocument()
    word.add_paragraph("Kế hoạch")
    word.add_picture(io.BytesIO(png(40, 40)))
    word.sections[0].header.paragraphs[0].text = "Phường 4"
    answer = as_user(office.mai).post(NEW, {"file": upload(saved(word))}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/documents/new/?unit=phuong-4", 302)] or answer.redirect_chain[0][1] == 302
    assert "Không đưa vào được: 1 hình ảnh; chữ ở đầu trang và chân trang." in page
    assert "Kế hoạch" in plain_text(from_posted(answer.context["body"].json))
    assert not Document.objects.exists()
    assert not Blob.objects.exists()


@pytest.mark.django_db
def test_text_that_is_there_is_replaced_or_followed_as_its_author_chooses(office, as_user):
    draft = office.draft()
    client, page = as_user(office.mai), f"/documents/{draft.pk}/edit/word/"
    content = docx(paragraph("Từ tệp Word"))

    assert client.post(page, {"file": upload(content)}).status_code == 422
    assert not WorkingCopy.objects.exists()
    assert client.post(page, {"file": upload(content), "place": "append"}).url == f"/documents/{draft.pk}/edit/"
    assert typed().splitlines()[-1] == "Từ tệp Word"
    assert len(typed().splitlines()) == 3
    client.post(page, {"file": upload(content), "place": "replace"})
    assert typed() == "Từ tệp Word"
    assert WorkingCopy.objects.get().expected_version == 1
    assert DocumentVersion.objects.count() == 1


_SECRET = docx(paragraph("MẬT"), paragraph("Kế hoạch"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (_SECRET, "a.docx", "117/2025/QH15"),
        (COMPOUND_FILE + "WordDocument".encode("utf-16-le"), "a.doc", "Word hoặc Excel đời cũ"),
        (COMPOUND_FILE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "mật khẩu"),
        (docx(more={"word/vbaProject.bin": COMPOUND_FILE}), "a.docx", "macro"),
        (docx('<!DOCTYPE a [<!ENTITY b "c">]>'), "a.docx", "không được nhận"),
        (docx(more={"word/media/a.txt": b"0" * (30 << 20)}), "a.docx", "không được nhận"),
        (docx(paragraph(" ")), "a.docx", "không có chữ"),
    ],
    ids=["secret", "old word", "password", "macros", "entity", "bomb", "empty"],
)
def test_a_file_that_is_refused_leaves_nothing_behind(office, as_user, content, name, sentence):
    answer = as_user(office.mai).post(NEW, {"file": upload(content, name)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not WorkingCopy.objects.exists()


@pytest.mark.django_db
def test_a_mark_in_what_is_left_out_is_refused_too(office, as_user):
    word = WordDocument()
    word.add_paragraph("Kế hoạch")
    word.sections[0].header.paragraphs[0].text = "TỐI MẬT"
    assert as_user(office.mai).post(NEW, {"file": upload(saved(word))}).status_code == 422
    assert not WorkingCopy.objects.exists()


@pytest.mark.django_db
def test_only_who_drafts_brings_a_file_and_only_into_a_draft(office, as_user):
    draft = office.draft()
    page = f"/documents/{draft.pk}/edit/word/"
    assert as_user(office.tree.chi).get(page).status_code == 404
    send_on(actor=office.mai, document=draft, expected_version=1, reviewers=[office.phuc], mandate=office.mandate)
    assert as_user(office.mai).get(page).url == f"/documents/{draft.pk}/"
    sent = {"file": upload(docx(paragraph("x"))), "place": "append"}
    assert as_user(office.mai).post(page, sent).status_code == 422


@pytest.mark.apart
def test_the_process_of_its_own_reads_the_same():
    content = docx(paragraph("Kế hoạch"), more={"[Content_Types].xml": types("x")})
    assert plain_text(read_word_file(content).body) == "Kế hoạch"
    with pytest.raises(Refused) as refused:
        read_word_file(content[:-30])
    assert refused.value.problem.code == "word_broken"
