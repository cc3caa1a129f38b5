"""A report as a Word document: the same as the printed one, with real styles, fields and tables for further editing."""

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.story import StoryPart
from docx.section import Section
from docx.shared import Mm

from doanso.official_form import wording as official
from doanso.official_form.word_markup import field, link, paragraph, run
from doanso.official_form.word_package import pack_document, replace_children, set_pages, set_properties
from doanso.official_form.word_styles import LINK_COLOUR, apply_styles
from doanso.reports.content import PassageText, ReportContent
from doanso.reports.renderers import wording
from doanso.reports.renderers.tables import tables
from doanso.reports.renderers.word_chart import chart
from doanso.reports.renderers.word_tables import appendix, figure_table, head_table, signature_table

_SHORT_HASH = 16


class _Writer:
    """The document being written.

    Appended parts are text until the document is packed: with a library that moves thousands of cells between trees it would take
    seconds.
    """

    def __init__(self, content: ReportContent, base: str) -> None:
        self.content = content
        self.base = base
        self.document: WordDocument = Document()
        self.text_width = official.text_width(content.form)
        self.sections = [""]

    def append(self, markup: str) -> None:
        self.sections[-1] += markup

    def address(self, path: str) -> str:
        """Return a path as an address; "" where the installation's address is not known."""
        return self.base.rstrip("/") + path if self.base and path else ""

    def key(self, path: str, part: StoryPart | None = None) -> str:
        """Return the relationship id under which the document, or another part of it, stores a path's address; "" without an
        address."""
        target = self.address(path)
        return (part or self.document.part).relate_to(target, RELATION.HYPERLINK, is_external=True) if target else ""


def render_docx(content: ReportContent, *, base: str) -> bytes:
    """Return the document; the same content gives the same bytes. `base` is prefixed to every path."""
    writer = _Writer(content, base)
    document = writer.document
    apply_styles(document)
    set_properties(
        document,
        title=f"{content.head.type_name} {content.head.summary}",
        subject=content.programme,
        author=content.unit,
        dated=content.head.dated,
    )
    set_pages(document.sections[0], content.form)
    _header_and_footer(writer, document.sections[0])
    _write_front(writer)
    places = wording.parts(content)
    _write_passages(writer, places.before)
    _write_passages(writer, places.results)
    _write_figures(writer)
    _write_passages(writer, places.after, last=True)
    writer.append(signature_table(content, writer.text_width))
    _write_origin(writer)
    if content.units:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        # The binding edge of the portrait page is the upper one on landscape pages.
        section.top_margin, section.left_margin, section.right_margin = Mm(30), Mm(20), Mm(20)
        # The state's form numbers the pages of an appendix separately, and not the first.
        section.different_first_page_header_footer = content.form == official.ND30
        if content.form == official.ND30:
            document.element.body.sectPr.find(qn("w:pgMar")).addnext(
                parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>')
            )
        writer.sections.append("")
        writer.append(appendix(content, writer.key))
    return pack_document(document, writer.sections)


def _header_and_footer(writer: _Writer, section: Section) -> None:
    """Write the page number in the header from the second page on, and in the footer which figures the document holds."""
    content = writer.content
    replace_children(section.first_page_header._element, paragraph(style="Header"))
    replace_children(section.header._element, paragraph(field("PAGE", size=14), style="Header", align="center"))
    for footer in (section.first_page_footer, section.footer):
        key = writer.key(content.path, footer.part)
        note = f"{official.DRAFT} – số liệu chưa chốt"
        if wording.is_frozen(content):
            note = f"Bản số liệu: {content.frozen_hash[:_SHORT_HASH]}…"
        replace_children(footer._element, paragraph(link(key, run(note, size=9)), style="Footer"))


def _write_front(writer: _Writer) -> None:
    """Write the head, the type and summary, and the recipients."""
    content = writer.content
    head = content.head
    writer.append(head_table(content))
    size = 14.0 if content.form == official.ND30 else None
    writer.append(paragraph(run(head.type_name.upper(), size=size), style="DocumentType"))
    writer.append(paragraph(run(head.summary), style="DocumentSummary"))
    if content.form == official.ND30:
        writer.append(paragraph(left=60, right=60, first=0, after=12, rule=True, mark=2))
    else:
        writer.append(paragraph(run("-----------"), align="center", first=0, before=0, after=12))
    if len(head.to) == 1:
        writer.append(paragraph(run(f"Kính gửi: {head.to[0]}"), align="center", first=0, after=12))
    elif head.to:
        writer.append(paragraph(run("Kính gửi:"), first=20, after=0))
        lines = "".join(paragraph(run(f"- {addressee}"), left=45, first=0, after=0) for addressee in head.to)
        writer.append(lines + paragraph(first=0, after=0))


def _write_passages(writer: _Writer, passages: tuple[PassageText, ...], *, last: bool = False) -> None:
    """Write headings with the text under them; the `last` text is kept together with the signature."""
    for place, passage in enumerate(passages):
        level = min(max(passage.level, 1), 3)
        words = wording.heading(passage)
        writer.append(paragraph(run(words.upper() if level == 1 else words), style=f"Heading{level}"))
        lines = [
            line.strip()
            for paragraph_text in passage.paragraphs
            for line in paragraph_text.splitlines()
            if line.strip()
        ]
        for index, line in enumerate(lines):
            ends = last and place == len(passages) - 1 and index == len(lines) - 1
            ending = "./." if ends and writer.content.form == official.ND30 else ""
            writer.append(paragraph(run(line.rstrip("./") + ending if ending else line), keep_next=ends))


def _write_figures(writer: _Writer) -> None:
    """Write the tables of figures, and the notes on them."""
    content = writer.content
    for number, table in enumerate(tables(content), 1):
        days = f" ({wording.span_words(content)})" if number == 1 else ""
        writer.append(paragraph(run(f"Bảng {number}. {table.caption}{days}"), style="Caption", keep_next=True))
        writer.append(figure_table(table, writer.key, writer.text_width) + paragraph(mark=4, first=0, after=0))
    if unexplained := wording.lagging_units(content):
        writer.append(paragraph(run(unexplained)))
    if content.changes:
        writer.append(paragraph(run("Thay đổi so với kỳ trước"), style="Heading3"))
        writer.append("".join(paragraph(run(change), style="ListBullet") for change in content.changes))
    if content.late_units:
        writer.append(paragraph(run(f"Đơn vị gửi số liệu muộn: {', '.join(content.late_units)}.")))
    for number, drawn in enumerate(content.charts, 1):
        if drawn.points:
            title = f"Biểu đồ {number}. {drawn.title} ({drawn.unit_of_count})"
            writer.append(paragraph(run(title), style="Caption", keep_next=True))
            writer.append(chart(writer.document, drawn, writer.text_width))
    writer.append("".join(paragraph(run(note, italic=True, size=12), after=4) for note in content.notes))


def _write_origin(writer: _Writer) -> None:
    """Write the hash that identifies the figures, and where they can be verified."""
    content = writer.content
    if not wording.is_frozen(content):
        return
    words = f"Mã bản số liệu (SHA-256): {content.frozen_hash}"
    writer.append(paragraph(run(words, size=9), align="left", before=10, after=0, first=0))
    if address := writer.address(content.path):
        leads = link(writer.key(content.path), run(address, size=9, colour=LINK_COLOUR))
        writer.append(paragraph(run("Tra cứu: ", size=9), leads, align="left", after=0, first=0))
