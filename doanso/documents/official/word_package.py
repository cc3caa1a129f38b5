"""A Word document as a file: its pages, what it tells of itself, and its parts in one order."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.section import Section
from docx.shared import Mm

from doanso.documents.official import wording
from doanso.documents.official.markup import carried

_LONGEST_PROPERTY = 255
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_DROPPED_PARTS = ("/docProps/thumbnail.jpeg", "/customXml/", "/word/stylesWithEffects.xml")


def set_properties(document: Document, *, title: str, subject: str, author: str, dated: date) -> None:
    """What the file tells of itself: the document's day, not that of its making."""
    moment = datetime.combine(dated, time())
    properties = document.core_properties
    properties.title, properties.subject = carried(title)[:_LONGEST_PROPERTY], carried(subject)[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = carried(author)[:_LONGEST_PROPERTY]
    properties.comments = properties.keywords = ""
    properties.language = "vi-VN"
    properties.created = properties.modified = moment
    properties.revision = 1


def set_pages(section: Section, form: str) -> None:
    """Paper and margins; the first page has a head of its own."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15 if form == wording.ND30 else 20)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def put_into(element: Any, markup: str) -> None:
    """What a header or footer says."""
    inside = parse_xml(f"<w:hdr {nsdecls('w', 'r', 'wp', 'a', 'pic')}>{markup}</w:hdr>")
    for old in list(element):
        element.remove(old)
    for new in list(inside):
        element.append(new)


def packed(document: Document, sections: list[str]) -> bytes:
    """The package with its parts in one order and at one date, so that equal content is equal bytes."""
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
            written = source.read(name)
            archive.writestr(part, _filled(written.decode(), sections) if name == "word/document.xml" else written)
    return target.getvalue()


def _filled(empty: str, sections: list[str]) -> str:
    """The document with each section's text before the mark that ends it."""
    begin, end = empty.index("<w:body>") + len("<w:body>"), empty.rindex("<w:sectPr")
    last = sections[1] if len(sections) > 1 else ""
    return f"{empty[:begin]}{sections[0]}{empty[begin:end]}{last}{empty[end:]}"
