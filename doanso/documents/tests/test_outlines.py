"""Outlines: each kind has its own, another kind replaces an untouched one, and typed text is never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from doanso.documents.body.nodes import DocumentBody, Heading, Paragraph, TextRun
from doanso.documents.body.outlines import read_outline
from doanso.documents.body.schema import parse
from doanso.documents.body.text import plain_text
from doanso.documents.kinds import kind_named, kinds
from doanso.documents.models import Document
from doanso.documents.queries.documents import draft_of
from doanso.documents.secrecy import refuse_secret
from doanso.official_form.typesetting import make_printable

COPIES = {"certified-copy", "extract-copy", "reissue"}


def test_a_line_is_a_block_in_its_look():
    outline = "# I. Mục đích\n\n## 1. Một\n### a) Hai\n= QUYẾT ĐỊNH:\n/ Căn cứ …;\n**Điều 1.** Thành lập **Tổ** …\n- …\n#không"

    assert read_outline(outline) == DocumentBody(
        (
            Heading(1, (TextRun("I. Mục đích"),)),
            Heading(2, (TextRun("1. Một"),)),
            Heading(3, (TextRun("a) Hai"),)),
            Paragraph((TextRun("QUYẾT ĐỊNH:", bold=True),), centred=True),
            Paragraph((TextRun("Căn cứ …;", italic=True),)),
            Paragraph((TextRun("Điều 1.", bold=True), TextRun(" Thành lập "), TextRun("Tổ", bold=True), TextRun(" …"))),
            Paragraph((TextRun("- …"),)),
            Paragraph((TextRun("#không"),)),
        )
    )
    assert read_outline("") == DocumentBody()


@given(st.text(st.sampled_from("#*=/ \n-…aĐ."), max_size=60))
def test_every_text_is_an_outline_that_the_editor_can_hold(outline):
    body = read_outline(outline)

    assert parse(body.as_json()) == body


def test_every_kind_but_copies_has_an_outline_that_can_be_printed_and_kept():
    assert {kind.code for kind in kinds() if not kind.outline} == COPIES
    for kind in kinds():
        body = read_outline(kind.outline)
        assert parse(body.as_json()) == body
        assert make_printable(kind.outline) == " ".join(kind.outline.split("\n"))
        refuse_secret([plain_text(body)], field="body")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("decision", ["Căn cứ Điều lệ Đoàn TNCS Hồ Chí Minh", "QUYẾT ĐỊNH:", "Điều 1.", "Điều 2.", "Điều 3."]),
        ("plan", ["I. Mục đích, yêu cầu", "II. Nội dung", "III. Kinh phí", "IV. Tổ chức thực hiện"]),
        ("report", ["II. Kết quả thực hiện", "III. Đánh giá chung", "IV. Nhiệm vụ trọng tâm thời gian tới"]),
        ("minutes", ["I. Thành phần", "Thư ký", "Kết quả biểu quyết", "III. Kết luận"]),
        ("proposal", ["Căn cứ", "kính trình", "Kiến nghị"]),
    ],
)
def test_outline_has_the_parts_of_its_kind_in_order(kind, words):
    text = plain_text(read_outline(kind_named(kind).outline))

    places = [text.find(phrase) for phrase in words]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_another_kind_changes_an_untouched_outline_and_never_what_was_typed(office, open_as):
    page = open_as(office.mai, "/documents/new/")
    body, kind = page.get_by_role("textbox", name="Nội dung", exact=True), page.locator("select[name=kind]")
    expect(body).to_contain_text("I. Mục đích, yêu cầu")

    kind.select_option("decision")
    expect(body).to_contain_text("Điều 1.")
    expect(body).not_to_contain_text("I. Mục đích, yêu cầu")
    body.locator("p", has_text="Điều 1.").click()
    page.keyboard.press("End")
    page.keyboard.type(" Thành lập Tổ công nghệ số.")
    kind.select_option("notice")
    expect(body).to_contain_text("Thành lập Tổ công nghệ số.")

    kind.select_option("decision")
    page.locator("textarea[name=summary]").fill("Thành lập Tổ công nghệ số")
    page.get_by_role("button", name="Lưu bản nháp").click()
    page.wait_for_url("**/documents/*-*/")
    document = Document.objects.get()
    text = plain_text(draft_of(document).body)
    assert (document.kind, "Thành lập Tổ công nghệ số." in text, "QUYẾT ĐỊNH:" in text) == ("decision", True, True)
    assert draft_of(document).body.blocks[3] == Paragraph((TextRun("BAN THƯỜNG VỤ ĐOÀN …", bold=True),), centred=True)
