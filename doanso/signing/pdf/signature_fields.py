"""Empty form fields for number, date and signatures, added to a PDF before it is signed."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
)

from doanso.lib.problems import Problem, Refused
from doanso.signing import quick_reading
from doanso.signing.pdf import text_rendering
from doanso.signing.pdf.text_rendering import Font

quick_reading.install()

MOST_PAGES = 5000


class FieldKind(StrEnum):
    """The purpose of a field."""

    TEXT = "text"
    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class FieldPlacement:
    """One field: its name in the file, its purpose, and its box, in points from the page's top left corner.

    `page` counts from 0; -1 is the last page. Font, size and alignment (0 left, 1 centre, 2 right) are a text's.
    """

    name: str
    kind: FieldKind
    page: int
    x: float
    y: float
    w: float
    h: float
    font: Font = Font.REGULAR
    size: float = 14
    align: int = 0
    label: str = ""


def organisation_place(person: FieldPlacement, *, name: str = "organisation", seal: float = 102.05) -> FieldPlacement:
    """Return the field of a round seal (36 mm by default) that overlaps the left third of the person's field.

    It is wider than the seal by two thirds of the person's field, so that the seal can follow the signature's image,
    which may be narrower than its field.
    """
    third = person.w / 3
    return FieldPlacement(
        name=name,
        kind=FieldKind.ORGANISATION,
        page=person.page,
        x=person.x + third - seal,
        y=person.y + person.h / 2 - seal / 2,
        w=seal + third,
        h=seal,
    )


def reader_of(pdf: bytes) -> PdfFileReader:
    """Open a file strictly with the library; raise `Refused` where it cannot."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        encrypted = reader.encrypted
        hybrid = reader.xrefs.hybrid_xrefs_present
    except (PdfError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refused(
            Problem("pdf_unreadable", _("This PDF cannot be read. Print it to a new PDF and choose that one."), "file")
        ) from error
    if encrypted:
        raise Refused(
            Problem("pdf_encrypted", _("This PDF is locked with a password. Choose one without a password."), "file")
        )
    if hybrid:
        raise Refused(
            Problem("pdf_hybrid", _("This PDF has two tables of contents. Print it to a new PDF and choose that one."))
        )
    return reader


class _Appending(IncrementalPdfFileWriter):
    """A writer of one more revision that leaves the document's metadata unchanged, so that no signature alters it."""

    def _update_meta(self) -> None:
        pass


def writer_of(pdf: bytes) -> IncrementalPdfFileWriter:
    """Return a writer that appends one revision to the file."""
    return _Appending.from_reader(reader_of(pdf))


def page_box(page: Any) -> tuple[float, float, float, float]:
    """Return the visible box of a page: left, bottom, right, top. Raise `Refused` for a rotated page."""
    if int(_inherited(page, "/Rotate", 0)) % 360:
        raise Refused(
            Problem("pdf_rotated", _("A page of this PDF lies on its side. Print it upright to a new PDF."), "file")
        )
    box = _inherited(page, "/CropBox", None) or _inherited(page, "/MediaBox", None)
    left, bottom, right, top = (float(coordinate) for coordinate in box)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _inherited(page: Any, key: str, default: Any) -> Any:
    while page is not None:
        if key in page:
            return page[key]
        # `get` would return a reference.
        page = page["/Parent"] if "/Parent" in page else None  # noqa: SIM401
    return default


def add_form_fields(pdf: bytes, places: Iterable[FieldPlacement]) -> bytes:
    """Add empty fields to an unsigned PDF, as one revision.

    A person's signature will lock everything but the other fields; an organisation's everything but another organisation's field.
    """
    places = list(places)
    writer = writer_of(pdf)
    _check(writer, places)
    for place in places:
        page_ref = writer.find_page_for_modification(place.page)[0]
        rect = _rect(page_ref.get_object(), place)
        if place.kind is FieldKind.TEXT:
            _open_text(writer, page_ref, place, rect)
        else:
            _open_signature(writer, place, rect, [other for other in places if other is not place])
    # SigFlags announce signatures and append-only changes; set now, so that no signature changes them.
    _form(writer)[pdf_name("/SigFlags")] = generic.NumberObject(3)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def require_unsigned(writer: IncrementalPdfFileWriter) -> None:
    """Raise `Refused` for a file that is signed, holds another program's form, or has too many pages."""
    reader = writer.prev
    if int(reader.root["/Pages"]["/Count"]) > MOST_PAGES:
        raise Refused(Problem("pdf_too_many_pages", _("This PDF has too many pages to be signed here.")))
    if "/AcroForm" in reader.root and ("/XFA" in reader.root["/AcroForm"] or reader.embedded_signatures):
        raise Refused(
            Problem("pdf_signed_already", _("This PDF is signed already, or is a form. Choose the file before that."))
        )


def _check(writer: IncrementalPdfFileWriter, places: list[FieldPlacement]) -> None:
    require_unsigned(writer)
    pages = int(writer.prev.root["/Pages"]["/Count"])
    names = {name_of(reference) for reference in fields_of(writer.prev.root)}
    new_names = [place.name for place in places]
    if len(set(new_names)) < len(new_names) or names & set(new_names):
        raise ValueError("names of places must differ from each other and from the form's fields")
    if any(not -pages <= place.page < pages for place in places):
        raise ValueError("a place on a page that is not there")


def fields_of(root: Any) -> list[Any]:
    """Return references to the top-level fields of the file's form."""
    if "/AcroForm" not in root or "/Fields" not in root["/AcroForm"]:
        return []
    return list(root["/AcroForm"]["/Fields"])


def name_of(field: Any) -> str:
    """Return a field's partial name."""
    dictionary = field.get_object()
    return str(dictionary["/T"]) if "/T" in dictionary else ""


def _rect(page: Any, place: FieldPlacement) -> tuple[float, float, float, float]:
    left, _bottom, _right, top = page_box(page)
    return (
        round(left + place.x, 3),
        round(top - place.y - place.h, 3),
        round(left + place.x + place.w, 3),
        round(top - place.y, 3),
    )


def _form(writer: IncrementalPdfFileWriter) -> Any:
    """Return the file's AcroForm, creating it where there is none."""
    root = writer.root
    if "/AcroForm" not in root:
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        root["/AcroForm"] = writer.add_object(form)
        writer.update_root()
    form = root["/AcroForm"]
    writer.update_container(form)
    return form


def _open_text(writer: IncrementalPdfFileWriter, page_ref: Any, place: FieldPlacement, rect: tuple[float, ...]) -> None:
    form = _form(writer)
    # The font for readers that regenerate appearances, which they do not for read-only fields.
    resources = form.setdefault(pdf_name("/DR"), generic.DictionaryObject())
    fonts = resources.setdefault(pdf_name("/Font"), generic.DictionaryObject())
    name = pdf_name(f"/Tinos{place.font.value.capitalize()}")
    if name not in fonts:
        fonts[name] = text_rendering.digits(writer, place.font)
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string(place.name),
            pdf_name("/TU"): pdf_string(place.label or place.name),
            # Read-only: the second signature fills the text.
            pdf_name("/Ff"): generic.NumberObject(1),
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/Rect"): generic.ArrayObject([generic.FloatObject(coordinate) for coordinate in rect]),
            pdf_name("/P"): page_ref,
            pdf_name("/Q"): generic.NumberObject(place.align),
            pdf_name("/DA"): pdf_string(f"{name} {place.size:g} Tf 0 g"),
            pdf_name("/AP"): generic.DictionaryObject(
                {pdf_name("/N"): writer.add_object(text_rendering.empty_appearance(place.w, place.h))}
            ),
        }
    )
    reference = writer.add_object(field)
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    writer.register_annotation(page_ref, reference)


def _open_signature(
    writer: IncrementalPdfFileWriter, place: FieldPlacement, rect: tuple[float, ...], others: list[FieldPlacement]
) -> None:
    # In a joint document the earlier organisation's signature leaves the later one's field open.
    left_open = others if place.kind is FieldKind.PERSON else [other for other in others if other.kind is place.kind]
    if left_open:
        lock, permission = FieldMDPSpec(FieldMDPAction.EXCLUDE, [other.name for other in left_open]), MDPPerm.FILL_FORMS
    else:
        lock, permission = FieldMDPSpec(FieldMDPAction.ALL), MDPPerm.NO_CHANGES
    append_signature_field(
        writer,
        SigFieldSpec(
            sig_field_name=place.name,
            on_page=place.page,
            box=rect,  # type: ignore[arg-type]
            field_mdp_spec=lock,
            doc_mdp_update_value=permission,
            readable_field_name=place.label or place.name,
        ),
    )
