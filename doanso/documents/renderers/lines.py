"""Lines of a document that print and Word share."""

from datetime import date

from doanso.documents.renderers.blocks import roman
from doanso.documents.renderers.content import DocumentContent
from doanso.official_form import wording

WATERMARK = "DỰ THẢO"


def title(content: DocumentContent) -> str:
    """Return the file's title."""
    return f"{content.kind.name} {content.summary}"


def dated_in_file(content: DocumentContent) -> date:
    """Return the file's date: the document's, or the day it was made until there is one."""
    return content.dated or content.made_on or date(content.year or 2000, 1, 1)


def names(content: DocumentContent) -> list[str]:
    """Return the issuers' names; a dash joins those of a joint document."""
    *others, last = (issuer.name for issuer in content.issuers)
    return [*(f"{issuer} -" for issuer in others), last]


def superior(content: DocumentContent) -> str:
    """Return the superior body, if all issuers have the same one."""
    above = {issuer.superior for issuer in content.issuers}
    return above.pop() if len(above) == 1 else ""


def date_parts(content: DocumentContent) -> tuple[str, str, str]:
    """Return day, month and year; each is empty while it is still to be written."""
    if content.dated is not None:
        return wording.day_words(content.dated)
    return "", "", str(content.year) if content.year is not None else ""


def number(content: DocumentContent) -> str:
    """Return the number, or "" while it is still to be given."""
    return "" if content.number is None else f"{content.number:02}{content.suffix}"


def letter_subject(content: DocumentContent) -> str:
    """Return the subject line below a letter's number, in place of a title."""
    if not content.kind.is_letter:
        return ""
    summary = content.summary
    return summary if summary.lower().startswith("v/v") else f"V/v {summary[:1].lower()}{summary[1:]}"


def date_line(content: DocumentContent) -> str:
    """Return the date in a line, with room for what is still to be written."""
    return wording.open_date_line(*date_parts(content))


def number_line(content: DocumentContent) -> str:
    """Return the head's line of number and symbol."""
    return wording.number_line(content.form, content.symbol, content.number, content.suffix)


def appendix_label(index: int, total: int) -> str:
    """Return "Phụ lục II"; a single appendix has no number."""
    return f"Phụ lục {roman(index)}" if total > 1 else "Phụ lục"


def goes_with(content: DocumentContent) -> str:
    """Return the line under an appendix's title that names its document; open parts stay open in an electronic document
    (ND30).
    """
    number = number_line(content).replace(wording.NUMBER, wording.NUMBER[:-1].lower())
    return f"Kèm theo {content.kind.name} {number} {date_line(content)}"
