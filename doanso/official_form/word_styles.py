"""Styles of official documents for python-docx's blank document: one font for every script, black, 14 points."""

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from doanso.official_form.word_markup import FONT

LINK_COLOUR = "1F3864"
"""Dark enough to print as text, and distinguishable from it on a screen."""
_SCRIPTS = ("ascii", "hAnsi", "eastAsia", "cs")
# The space above, then bold and italic, of the headings "I.", "1." and "a)".
_HEADINGS = {"Heading 1": (12, True, False), "Heading 2": (6, True, False), "Heading 3": (6, False, True)}


def apply_styles(document: Document) -> None:
    """Set styles, lists and settings of the whole document."""
    styles: Any = document.styles
    for fonts in styles.element.iter(qn("w:rFonts")):
        _set_font(fonts)
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")
    body = _style(document, "Normal", size=14)
    body.paragraph_format.space_before, body.paragraph_format.space_after = Pt(0), Pt(6)
    body.paragraph_format.line_spacing = 1.0
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    body.paragraph_format.first_line_indent = Mm(12.7)
    body.paragraph_format.widow_control = True
    for name, (before, bold, italic) in _HEADINGS.items():
        heading = _style(document, name, size=14, bold=bold, italic=italic)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(before), Pt(6)
        heading.paragraph_format.keep_with_next = True
    for name, size, bold in (("Document Type", 16, True), ("Document Summary", 14, True), ("In Head", 14, False)):
        added = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        added.base_style = body
        _remove_spacing(_style(document, name, size=size, bold=bold), WD_ALIGN_PARAGRAPH.CENTER)
    styles["Document Type"].paragraph_format.space_before = Pt(12)
    cells = styles.add_style("In Table", WD_STYLE_TYPE.PARAGRAPH)
    cells.base_style = body
    _remove_spacing(_style(document, "In Table", size=11), WD_ALIGN_PARAGRAPH.LEFT)
    _remove_spacing(_style(document, "Caption", size=12, bold=True), WD_ALIGN_PARAGRAPH.CENTER)
    styles["Caption"].paragraph_format.space_before = styles["Caption"].paragraph_format.space_after = Pt(6)
    for name in ("Header", "Footer"):
        _remove_spacing(_style(document, name, size=10), None)
    _set_bullets(document)
    _set_settings(document)


def space_body(document: Document) -> None:
    """Set the body's line spacing as in print, and space list items like paragraphs."""
    styles: Any = document.styles
    for name in ("Normal", *_HEADINGS):
        styles[name].paragraph_format.line_spacing = Pt(18)
        styles[name].paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    for name in ("Document Type", "Document Summary", "In Head", "In Table", "Header", "Footer"):
        styles[name].paragraph_format.line_spacing = 1.0
    for name in ("List Bullet", "List Number"):
        for spacing in styles[name].element.iter(qn("w:contextualSpacing")):
            spacing.set(qn("w:val"), "0")
    # A line ended by a manual break is not stretched to the margin.
    compat = document.settings.element.find(qn("w:compat"))
    compat.insert(0, OxmlElement("w:doNotExpandShiftReturn"))


def _style(document: Document, name: str, *, size: float, bold: bool = False, italic: bool = False) -> Any:
    style: Any = document.styles[name]
    style.font.name = FONT
    _set_font(style.element.get_or_add_rPr().find(qn("w:rFonts")))
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    return style


def _remove_spacing(style: Any, align: WD_ALIGN_PARAGRAPH | None) -> None:
    """Remove indent and space before and after, and set the alignment."""
    style.paragraph_format.first_line_indent = Mm(0)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.alignment = align


def _set_font(fonts: Any) -> None:
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in _SCRIPTS:
        fonts.set(qn(f"w:{script}"), FONT)


def _set_bullets(document: Document) -> None:
    """Make list items begin with a dash, as the recipients of every official document do."""
    numbering: Any = document.part.numbering_part.element
    for level in numbering.iter(qn("w:lvl")):
        paragraph_style = level.find(qn("w:pStyle"))
        if paragraph_style is None or paragraph_style.get(qn("w:val")) != "ListBullet":
            continue
        level.find(qn("w:lvlText")).set(qn("w:val"), "-")
        _set_font(level.find(qn("w:rPr")).find(qn("w:rFonts")))
    style: Any = document.styles["List Bullet"]
    style.paragraph_format.left_indent, style.paragraph_format.first_line_indent = Mm(17.7), Mm(-5)
    style.paragraph_format.space_after = Pt(3)


def _set_settings(document: Document) -> None:
    settings: Any = document.settings.element
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), "vi-VN")
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    # The default template asks for a preview picture and carries its own revision ids.
    for name in ("w:savePreviewPicture", "w:rsids"):
        for element in settings.findall(qn(name)):
            settings.remove(element)
    settings.find(qn("w:decimalSymbol")).set(qn("w:val"), ",")
    settings.find(qn("w:listSeparator")).set(qn("w:val"), ";")
    normal: Any = document.styles["Normal"]
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
