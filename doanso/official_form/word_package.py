"""A Word document as a file: its page layout, its properties, and its parts in a fixed order."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.section import Section
from docx.shared import Mm

from doanso.official_form import wording
from doanso.official_form.word_markup import strip_invalid

_LONGEST_PROPERTY = 255
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_DROPPED_PARTS = ("/docProps/thumbnail.jpeg", "/customXml/", "/word/stylesWithEffects.xml")


def set_properties(document: Document, *, title: str, subject: str, author: str, dated: date) -> None:
    """Set the file's properties; its times are the document's date, not when the file was made."""
    moment = datetime.combine(dated, time())
    properties = document.core_properties
    properties.title, properties.subject = (
        strip_invalid(title)[:_LONGEST_PROPERTY],
        strip_invalid(subject)[:_LONGEST_PROPERTY],
    )
    properties.author = properties.last_modified_by = strip_invalid(author)[:_LONGEST_PROPERTY]
    properties.comments = properties.keywords = ""
    properties.language = "vi-VN"
    properties.created = properties.modified = moment
    properties.revision = 1


def set_pages(section: Section, form: str) -> None:
    """Set paper size and margins; the first page has its own header."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15 if form == wording.ND30 else 20)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def replace_children(element: Any, markup: str) -> None:
    """Replace the content of a header or footer."""
    parsed = parse_xml(f"<w:hdr {nsdecls('w', 'r', 'wp', 'a', 'pic')}>{markup}</w:hdr>")
    for old in list(element):
        element.remove(old)
    for new in list(parsed):
        element.append(new)


def pack_document(document: Document, sections: list[str]) -> bytes:
    """Return the .docx file: its parts are in a fixed order and have a fixed date, so that equal content gives equal bytes.

    `sections` are the bodies of at most two sections as XML; the first ends at the document's own section mark.
    """
    package = document.part.package
    for relations in (package.rels, document.part.rels):
        for key, relation in list(relations.items()):
            if not relation.is_external and str(relation.target_part.partname).startswith(_DROPPED_PARTS):
                del relations[key]
    saved, target = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = zipfile.ZipInfo(name, _FIXED_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            content = source.read(name)
            archive.writestr(
                part, _insert_sections(content.decode(), sections) if name == "word/document.xml" else content
            )
    return target.getvalue()


def _insert_sections(empty: str, sections: list[str]) -> str:
    """Insert each section's XML before the `w:sectPr` that ends it."""
    begin, end = empty.index("<w:body>") + len("<w:body>"), empty.rindex("<w:sectPr")
    last = sections[1] if len(sections) > 1 else ""
    return f"{empty[:begin]}{sections[0]}{empty[begin:end]}{last}{empty[end:]}"
