"""Certificates of attendance as PDF: one page of A4 across for each, in the name of the event's unit."""

from collections.abc import Sequence
from pathlib import Path

from doanso.documents.queries.letterheads import LetterheadValues
from doanso.events.models import Event
from doanso.events.queries.certificates import CertificateText
from doanso.events.wording import day_words
from doanso.lib import qr
from doanso.official_form import verification_mark, wording
from doanso.official_form.typesetting import TypstDocument
from doanso.signing.verification_codes import address_of, format_code

TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"


def render_certificates(
    event: Event, letterhead: LetterheadValues, texts: Sequence[CertificateText], *, base: str
) -> bytes:
    """Return a PDF/A-2b with a page for each text; `base` is the address of this installation without a trailing slash.

    Equal values give equal bytes.
    """
    dated = max(text.issued_on for text in texts)
    values = {
        "title": f"Giấy chứng nhận: {event.title}",
        "date": [dated.year, dated.month, dated.day],
        "superior": letterhead.superior,
        "issuer": letterhead.issuer,
        "union": wording.UNION,
        "authority": letterhead.authority,
        "post": letterhead.post,
        "signer": letterhead.signer,
        "event": event.title,
        "when": day_words(event.day),
        "place": f"{event.place}, {event.address}" if event.address else event.place,
        "pages": [_page(letterhead, text, base) for text in texts],
    }
    return TypstDocument(TEMPLATE, "certificates", values, dated=dated, exact=verification_mark.EXACT).render_pdf()


def _page(letterhead: LetterheadValues, text: CertificateText, base: str) -> dict[str, object]:
    day = text.issued_on
    url = address_of(text.code, base=base)
    return {
        "name": text.name,
        "number": f"{text.number:04d}",
        "place_and_date": f"{letterhead.place}, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}",
        "code": format_code(text.code),
        "url": url,
        "svg": str(qr.svg(url, text.code)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1),
    }
