"""A document for Word: like the printed one, with real styles, fields, lists and tables for further work."""

import io
from functools import cache
from typing import Any

import qrcode
from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from doanso.documents.renderers import lines
from doanso.documents.renderers.blocks import trim_end, with_end_mark
from doanso.documents.renderers.content import BOXES, CIRCULATIONS, URGENCIES, DocumentContent
from doanso.documents.renderers.word_body import BodyWriter
from doanso.documents.renderers.word_lists import WordLists
from doanso.official_form import verification_mark, word_frame, wording
from doanso.official_form.word_markup import WordCell, WordRow, escape_text, field, link, paragraph, run, table
from doanso.official_form.word_package import pack_document, replace_children, set_pages, set_properties
from doanso.official_form.word_styles import apply_styles, space_body

_RED = "FF0000"
_QR_SIDE = 14
_RULE_ASIDE = 60
# Indent before the addressees, in millimetres.
_CALLED = 62.0
_WATERMARK = (
    '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="watermark{key}" o:spid="_x0000_s{key}" type="#_x0000_t136" alt="{words}" '
    'style="position:absolute;width:440pt;height:110pt;rotation:310;z-index:-251658752;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#EDEDED" stroked="f">'
    '<v:textpath style="font-family:&quot;Times New Roman&quot;;font-weight:bold" string="{words}"/></v:shape></w:pict></w:r>'
)


def render(content: DocumentContent) -> bytes:
    """Return the .docx file; equal content gives equal bytes."""
    document: WordDocument = Document()
    apply_styles(document)
    space_body(document)
    set_properties(
        document,
        title=lines.title(content),
        subject=content.summary,
        author=content.issuers[0].name,
        dated=lines.dated_in_file(content),
    )
    section = document.sections[0]
    set_pages(section, content.form)
    section.footer_distance = Mm(5)
    _edges(section, content)
    writer = BodyWriter(WordLists(document), wording.text_width(content.form))
    xml = _front(content) + writer.write(with_end_mark(content.body, content.form), last=True) + _closing(content)
    return pack_document(document, [xml + _appendices(document, content, writer)])


def _edges(section: Any, content: DocumentContent) -> None:
    """Set the page number at the top from the second page on, and the verification code at the foot."""
    heads = ((section.first_page_header, ""), (section.header, field("PAGE", size=14)))
    for key, (header, number) in enumerate(heads, 1):
        mark = _WATERMARK.format(key=2048 + key, words=escape_text(lines.WATERMARK)) if content.draft else ""
        replace_children(header._element, paragraph(mark, number, style="Header", align="center"))
    for footer in (section.first_page_footer, section.footer):
        replace_children(footer._element, _found_by(footer, content))


def _found_by(footer: Any, content: DocumentContent) -> str:
    if not content.verify_code:
        return paragraph(style="Footer")
    key = footer.part.relate_to(content.verify_url, RELATION.HYPERLINK, is_external=True)
    picture = footer.part.new_pic_inline(io.BytesIO(_code(content.verify_url)), Mm(_QR_SIDE), Mm(_QR_SIDE))
    picture.docPr.set("descr", verification_mark.caption(content.verify_code))
    drawing = f"<w:r><w:drawing>{etree.tostring(picture).decode()}</w:drawing></w:r>"
    words = run(f"{verification_mark.caption(content.verify_code)}  ", size=8)
    return paragraph(link(key, words), drawing, style="Footer", align="right")


@cache
def _code(url: str) -> bytes:
    """Return the QR code of an address as PNG."""
    qr_code = qrcode.QRCode(border=4, box_size=6, error_correction=qrcode.constants.ERROR_CORRECT_M)
    qr_code.add_data(url)
    qr_code.make()
    target = io.BytesIO()
    qr_code.make_image().save(target, "PNG")
    return target.getvalue()


def _front(content: DocumentContent) -> str:
    """Return head, type, summary and addressees."""
    form = content.form
    room, room_right = word_frame.head_widths(form)
    left = word_frame.issuer(form, lines.superior(content), lines.names(content))
    left += word_frame.number(form, lines.number_line(content))
    if about := lines.letter_subject(content):
        left += word_frame.line(about, size=12, before=2)
    if content.urgency:
        aside = (room - BOXES[content.urgency][0]) / 2
        left += word_frame.mark(URGENCIES[content.urgency], aside=aside, colour=_RED)
    if content.draft:
        left += word_frame.mark(content.draft, aside=(room - 45) / 2)
    right = word_frame.title(form, f"{content.place}, {lines.date_line(content)}")
    if content.circulation:
        right += word_frame.mark(CIRCULATIONS[content.circulation], aside=(room_right - 52) / 2)
    xml = word_frame.head_table(form, left, right)
    xml += paragraph(style="InHead", after=6, mark=6) if about else _title(content)
    return xml + _addressees(content.addressees, wording.text_width(form))


def _title(content: DocumentContent) -> str:
    size = 14.0 if content.form == wording.ND30 else None
    xml = paragraph(run(content.kind.name.upper(), size=size), style="DocumentType")
    xml += paragraph(run(content.summary), style="DocumentSummary")
    if content.form == wording.ND30:
        return xml + paragraph(style="InHead", left=_RULE_ASIDE, right=_RULE_ASIDE, after=12, rule=True, mark=2)
    return xml + paragraph(run("-" * 11), align="center", first=0, before=0, after=12)


def _addressees(to: tuple[str, ...], room: float) -> str:
    if len(to) == 1:
        return paragraph(run(f"{wording.TO} {to[0]}"), align="center", first=0, after=12)
    if not to:
        return ""
    xml = "".join(
        paragraph(run(f"- {addressee}{'.' if index == len(to) else ';'}"), style="InHead", align="left")
        for index, addressee in enumerate(to, 1)
    )
    called = paragraph(run(f"{wording.TO} "), style="InHead", align="right")
    cells = [WordCell(called, middle=False), WordCell(xml, middle=False)]
    return table((_CALLED, room - _CALLED), [WordRow(cells)], ruled=False) + paragraph(style="InHead", after=6, mark=6)


def _closing(content: DocumentContent) -> str:
    """Return recipients and signatures; two signatures stand side by side above the recipients."""
    signed = [
        word_frame.signature(content.form, signatory.authority, signatory.post, signatory.name)
        for signatory in content.signatories
    ]
    room = wording.text_width(content.form)
    to = word_frame.recipients(content.recipients)
    if len(signed) == 1:
        widths = (room - word_frame.SIGN_WIDTH, word_frame.SIGN_WIDTH)
        return word_frame.closing_table(widths, [[to, "".join(signed[0])]])
    # Both names are on one line, whatever is above them.
    xml = word_frame.closing_table([room / len(signed)] * len(signed), list(zip(*signed, strict=True)))
    return xml + paragraph(style="InHead", after=6, mark=6) + to


def _appendices(document: WordDocument, content: DocumentContent, writer: BodyWriter) -> str:
    """Return the appendices on their own pages, which the state's form numbers separately."""
    is_state = content.form == wording.ND30
    xml = ""
    section = document.element.body.sectPr
    for index, appendix in enumerate(content.appendices, 1):
        if is_state:
            xml += paragraph(style="InHead", mark=2, ends_section=etree.tostring(section).decode())
            if index == 1:
                section.find(qn("w:pgMar")).addnext(section.makeelement(qn("w:pgNumType"), {qn("w:start"): "1"}))
        label = run(lines.appendix_label(index, len(content.appendices)), bold=True)
        xml += paragraph(label, align="center", first=0, after=0, new_page=not is_state)
        if appendix.title:
            xml += paragraph(run(appendix.title.upper(), bold=True), align="center", first=0, after=0)
        xml += paragraph(run(f"({lines.goes_with(content)})", italic=True), align="center", first=0, after=12)
        xml += writer.write(trim_end(appendix.body))
    return xml
