"""The editor in a browser: keys, buttons, tables, pastes; what the form sends fits the schema."""

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from playwright.sync_api import expect

from doanso.documents.body.nodes import BodyList, BodyTable, Heading, PageBreak, Paragraph, TextRun
from doanso.documents.body.schema import EMPTY, parse
from doanso.documents.body.text import plain_text
from doanso.documents.tests import editor_pages
from doanso.documents.tests.form.contents import WHOLE, doc, par, text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("doanso.documents.tests.editor_pages"),
]

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {color: red}</style></head><body lang=VI>
<!--StartFragment--><p class=MsoNormal align=center style='text-align:center'><b>QUYẾT ĐỊNH:<o:p></o:p></b></p>
<p class=MsoNormal style='text-indent:1.0cm'><span style='font-weight:bold'>Điều 1.</span> Thành lập <i>Tổ</i>
<u onclick="alert(2)">công nghệ</u>&nbsp;số<script>alert(1)</script><img src="x" onerror="alert(1)">.</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>-<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>Một việc;</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<table border=1 style='border-collapse:collapse'><tr><td colspan=2 style='width:99pt'><p class=MsoNormal>Hai ô</p></td></tr>
<tr><td><h1>a</h1></td><td>b<table><tr><td>c</td></tr></table></td></tr></table>
<h5>Mục</h5><a href="https://noi-khac.example">Liên kết</a><!--EndFragment--></body></html>"""
PASTE = """([html, plain]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", plain);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector("[contenteditable=true]").dispatchEvent(event);
}"""


@pytest.fixture(autouse=True)
def _nothing_sent():
    editor_pages.sent.clear()


def saved(page):
    """Return what the server parsed after the button was pressed."""
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu").click()
    return editor_pages.sent[-1]


def body_of(page):
    return page.get_by_role("textbox", name="Nội dung", exact=True)


def press(page, name, *, exact=True):
    """Press a button of the editor's bar."""
    page.locator("[data-editor]").first.get_by_role("button", name=name, exact=exact).click()


def test_writing_by_keys_alone(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    keys = page.keyboard
    keys.press("Control+Alt+1")
    keys.type("Mục đích")
    keys.press("Enter")
    keys.type("Một ")
    keys.press("Control+b")
    keys.type("đậm")
    keys.press("Control+b")
    keys.press("Shift+Enter")
    keys.type("dòng sau")
    keys.press("Enter")
    keys.press("Control+Alt+1")
    keys.type("Nội dung")
    keys.press("Enter")
    keys.press("Control+Alt+2")
    keys.type("Khảo sát")
    keys.press("Enter")
    keys.press("Control+Alt+3")
    keys.type("Hộ dân")
    keys.press("Enter")
    keys.press("Control+Shift+8")
    keys.type("việc một")
    keys.press("Enter")
    keys.press("Tab")
    keys.type("việc con")

    body = saved(page)
    assert plain_text(body).splitlines() == [
        "I. Mục đích",
        "Một đậm",
        "dòng sau",
        "II. Nội dung",
        "1. Khảo sát",
        "a) Hộ dân",
        "- việc một",
        "- việc con",
    ]
    assert [block.level for block in body.blocks if isinstance(block, Heading)] == [1, 1, 2, 3]
    assert TextRun("đậm", bold=True) in body.blocks[1].inside
    assert isinstance(body.blocks[5].items[0].blocks[1], BodyList)


def test_everything_comes_back_as_it_was(open_as):
    page = open_as(None, "/whole")
    expect(body_of(page).locator("table")).to_be_visible()

    assert saved(page) == parse(doc(*WHOLE.body.as_json()["content"]))


def test_a_heading_pressed_again_is_a_paragraph_without_its_number(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    page.keyboard.type("Tổ chức thực hiện")
    press(page, "Mục I")
    expect(body_of(page).locator("[data-level='1']")).to_have_text("I. Tổ chức thực hiện")
    expect(page.get_by_role("button", name="Mục I", exact=True)).to_have_attribute("aria-pressed", "true")
    press(page, "Mục 1")
    expect(body_of(page).locator("[data-level='2']")).to_have_text("1. Tổ chức thực hiện")
    press(page, "Mục 1")

    assert saved(page).blocks == (Paragraph((TextRun("Tổ chức thực hiện"),)),)


def test_headings_are_numbered_anew(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    for words in ("Một", "Hai", "Ba"):
        page.keyboard.press("Control+Alt+1")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    body_of(page).locator("[data-level='1']").first.click()
    press(page, "Mục I")
    press(page, "Đánh lại số đề mục")

    assert plain_text(saved(page)).splitlines() == ["Một", "I. Hai", "II. Ba"]


def test_table_is_put_in_merged_and_given_a_row(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    page.keyboard.type("Bảng:")
    press(page, "Chèn bảng")
    expect(page.get_by_role("button", name="Thêm dòng")).to_be_visible()
    page.keyboard.type("TT")
    page.keyboard.press("Tab")
    page.keyboard.type("Đơn vị")
    press(page, "Thêm dòng")
    cells = body_of(page).locator("td")
    for place in (0, 1):
        box = cells.nth(place).bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
        if place == 0:
            page.mouse.down()
    page.mouse.up()
    expect(page.locator(".selectedCell")).to_have_count(2)
    press(page, "Gộp ô")
    page.keyboard.type("gộp")

    body = saved(page)
    table = next(block for block in body.blocks if isinstance(block, BodyTable))
    assert (table.columns, len(table.rows), table.heads) == (3, 4, 1)
    assert plain_text(body).splitlines()[1] == "TT\tĐơn vị\t"
    assert any(cell.columns > 1 for row in table.rows for cell in row.cells)


def test_new_page_centre_and_undo(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    page.keyboard.type("Trước")
    press(page, "Căn giữa")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("Sau")
    press(page, "Hoàn tác")
    expect(body_of(page)).not_to_contain_text("Sau")
    press(page, "Làm lại")

    assert saved(page).blocks == (
        Paragraph((TextRun("Trước"),), centred=True),
        PageBreak(),
        Paragraph((TextRun("Sau"),)),
    )


def test_paste_from_word_is_brought_down_to_the_schema(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    page.evaluate(PASTE, [WORD, ""])
    expect(body_of(page).locator("table")).to_have_count(1)

    body = saved(page)
    assert body.blocks[0] == Paragraph((TextRun("QUYẾT ĐỊNH:", bold=True),), centred=True)
    assert body.blocks[1].inside[0] == TextRun("Điều 1.", bold=True)
    assert TextRun("Tổ", italic=True) in body.blocks[1].inside
    assert TextRun("công nghệ", underline=True) in body.blocks[1].inside
    assert plain_text(body).splitlines()[:3] == ["QUYẾT ĐỊNH:", "Điều 1. Thành lập Tổ công nghệ số.", "- Một việc;"]
    table = next(block for block in body.blocks if isinstance(block, BodyTable))
    assert table.rows[0].cells[0].columns == 2
    assert "alert" not in plain_text(body)
    assert plain_text(body).splitlines()[-2:] == ["Mục", "Liên kết"]


def test_plain_words_are_pasted_as_paragraphs(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    page.evaluate(PASTE, ["", "Dòng một\nDòng hai\n\n<b>Dòng ba</b>"])

    assert [line for line in plain_text(saved(page)).splitlines() if line] == ["Dòng một", "Dòng hai", "<b>Dòng ba</b>"]


def test_bar_is_walked_by_arrows_and_left_by_escape(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    page.keyboard.press("Alt+F10")
    expect(page.get_by_role("button", name="Đậm", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Nghiêng", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("nghiêng")

    assert saved(page).blocks[0] == Paragraph((TextRun("nghiêng", italic=True),))


def test_tab_leaves_the_text(open_as):
    page = open_as(None, "/empty")
    body_of(page).click()
    page.keyboard.press("Tab")

    expect(page.get_by_role("button", name="Thêm phụ lục")).to_be_focused()


def test_without_script_there_is_a_box_of_words(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/whole")
    field = page.get_by_label("Nội dung", exact=True)
    assert field.input_value().splitlines()[0] == "I. Chỉ tiêu"
    assert saved(page) == WHOLE.body
    assert editor_pages.sent_appendices[-1] == WHOLE.appendices
    page.get_by_label("Nội dung", exact=True).fill("Một\n\nHai")
    assert saved(page) == parse(doc(par("Một"), par(text("Hai"))))
    page.goto(f"{live_server.url}/empty")
    assert saved(page) == EMPTY
    context.close()


def test_appendices_are_added_written_and_left_out(open_as):
    page = open_as(None, "/whole")
    parts = page.locator("[data-appendix]")
    expect(parts).to_have_count(2)
    expect(parts.nth(1).get_by_label("Tên phụ lục")).to_have_value("Mẫu báo cáo tuần")
    parts.nth(0).get_by_role("button", name="Bỏ phụ lục này").click()
    page.get_by_role("button", name="Thêm phụ lục").click()
    page.keyboard.type("Danh sách tổ viên")
    parts.nth(1).locator("[contenteditable=true]").click()
    page.keyboard.type("Ông Nguyễn Văn Mẫu")
    saved(page)

    first, second = editor_pages.sent_appendices[-1]
    assert first == WHOLE.appendices[1]
    assert (second.title, plain_text(second.body)) == ("Danh sách tổ viên", "Ông Nguyễn Văn Mẫu")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1440, False), (1440, True)])
def test_nothing_sticks_out_and_axe_finds_no_barrier(open_as, axe, width, dark):
    page = open_as(None, "/whole", width=width, dark=dark)
    expect(body_of(page).locator("table")).to_be_visible()
    body_of(page).locator("td").first.click()
    expect(page.get_by_role("button", name="Thêm dòng")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe(page) == []


def test_page_stays_light(open_as):
    """A work page has 250 KB in all, compressed: the editor's share leaves room for the frame of a page without htmx."""
    page = open_as(None, "/login/")
    urls = []
    page.on("requestfinished", lambda request: urls.append(request.url))
    page.goto(page.url.replace("/login/", "/empty"), wait_until="networkidle")
    expect(body_of(page)).to_be_visible()
    own = {url.partition("/static/")[2] for url in urls if "/static/" in url and "/ds/" not in url}
    packed = {
        name: len(gzip.compress(Path(find(name)).read_bytes(), 9)) for name in own if name.endswith((".js", ".css"))
    }
    editor = sum(size for name, size in packed.items() if not name.startswith("vendor/tabler/"))

    assert not [name for name in packed if "prosemirror-tables" in name]
    assert editor < 85_000
