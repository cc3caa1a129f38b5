"""The page that a certificate signs on trial: made, opened and signed like a document."""

from datetime import date
from pathlib import Path

from doanso.official_form.typesetting import TypstDocument
from doanso.signing import pdf
from doanso.signing.models import SignerKind

_TEMPLATE = Path(__file__).parent / "typst" / "trial.typ"
_MM = 72 / 25.4
# A person's field and its seal in their real sizes; number and day in the first line, as `trial.typ` leaves room.
_PERSON = pdf.FieldPlacement("person", pdf.FieldKind.PERSON, 0, x=110 * _MM, y=150 * _MM, w=39 * _MM, h=26 * _MM)
_TEXTS = (
    pdf.FieldPlacement("number", pdf.FieldKind.TEXT, 0, x=45 * _MM, y=20 * _MM, w=12 * _MM, h=6 * _MM, align=2),
    pdf.FieldPlacement("day", pdf.FieldKind.TEXT, 0, x=120 * _MM, y=20 * _MM, w=8 * _MM, h=6 * _MM, align=1),
    pdf.FieldPlacement("month", pdf.FieldKind.TEXT, 0, x=146 * _MM, y=20 * _MM, w=8 * _MM, h=6 * _MM, align=1),
)


def make_trial_page(*, kind: str, name: str, dated: date) -> bytes:
    """Return the PDF with the empty fields that a document has for a signer of this kind."""
    values = {"name": name, "year": str(dated.year)}
    page = TypstDocument(_TEMPLATE, "trial", values, dated=dated, exact=()).render_pdf()
    seal = pdf.organisation_place(_PERSON)
    return pdf.add_form_fields(page, [*_TEXTS, seal] if kind == SignerKind.ORGANISATION else [*_TEXTS, _PERSON, seal])


def trial_texts(*, kind: str, dated: date) -> dict[str, str]:
    """Return what is written into the fields with an organisation's signature, as with a document's number and day."""
    if kind != SignerKind.ORGANISATION:
        return {}
    return {"number": "00", "day": f"{dated:%d}", "month": f"{dated:%m}"}
