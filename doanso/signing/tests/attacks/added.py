"""A signature added later in a visible field of its own, as other tools add it, bent so that it shows or says something else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from doanso.signing.tests.attacks.making import base_objects, double, fill, pdf, pki, signed, single, stream, text_field
from doanso.signing.tests.attacks.registry import attack
from doanso.signing.verification import State

EMPTY = (72, 300, 250, 360)
OVER_WORDS = (60, 690, 260, 730)
Change = Callable[[IncrementalPdfFileWriter], None]


def added(
    before: bytes, box: tuple[int, int, int, int] = EMPTY, *, change: Change | None = None, name: str = "Signature2"
) -> bytes:
    """A file with one more signature, Bình's, in a new field."""
    place = fields.SigFieldSpec(name, on_page=0, box=box)
    return signed(before, pki().binh, name, new_field=place, change=change)


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(one) for one in values])


@dataclass
class _Look:
    """An appearance written by hand, in the shape in which the library takes one."""

    content: bytes
    box: tuple[float, ...] = (0, 0, 178, 60)
    matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)

    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> "_Look":
        self._writer = writer
        return self

    def apply_appearance(self, annotation: generic.DictionaryObject) -> None:
        plain = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = generic.DictionaryObject({pdf_name(key): pdf_name(value) for key, value in plain.items()})
        fonts = generic.DictionaryObject({pdf_name("/F1"): self._writer.add_object(font)})
        look = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): _numbers(*self.box),
                pdf_name("/Matrix"): _numbers(*self.matrix),
                pdf_name("/Resources"): generic.DictionaryObject({pdf_name("/Font"): fonts}),
            },
            stream_data=self.content,
        )
        shown = generic.DictionaryObject({pdf_name("/N"): self._writer.add_object(look)})
        annotation[pdf_name("/AP")] = shown


def _field(**more: generic.PdfObject) -> Change:
    """A signature field made by hand."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0]
        field = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Sig"),
                pdf_name("/T"): generic.TextStringObject("Signature2"),
                pdf_name("/F"): generic.NumberObject(132),
                pdf_name("/Rect"): _numbers(*EMPTY),
                pdf_name("/P"): page,
            }
        )
        field.update({pdf_name(f"/{key}"): value for key, value in more.items()})
        reference = writer.add_object(field)
        writer.root["/AcroForm"]["/Fields"].append(reference)
        writer.update_root()
        writer.register_annotation(page, reference)

    return change


WORDS = b"BT /F1 12 Tf 10 20 Td (Da nhan van ban) Tj ET"


def shaped(before: bytes, content: bytes = WORDS, **more: Any) -> bytes:
    """One more signature in a field and with an appearance made by hand."""
    shape = {name: more.pop(name) for name in ("box", "matrix") if name in more}
    return signed(before, pki().binh, "Signature2", change=_field(**more), style=_Look(content, **shape))


@attack(State.CHANGED, "changed")
def added_signature_and_another_content() -> bytes:
    other = pdf({4: stream(b"BT /F1 24 Tf 72 700 Td (quyen gop 900.000 dong) Tj ET")}, before=single())
    return added(other)


@attack(State.CHANGED, "changed")
def added_signature_with_content_in_its_own_version() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=b"0 0 400 800 re f")))

    return added(double(), change=change)


@attack(State.CHANGED, "changed")
def added_signature_and_a_note() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0]
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): _numbers(*OVER_WORDS),
                pdf_name("/F"): generic.NumberObject(4),
                pdf_name("/Contents"): generic.TextStringObject("900.000"),
            }
        )
        writer.register_annotation(page, writer.add_object(note))

    return added(single(), change=change)


@attack(State.CHANGED, "added_over")
def added_signature_over_the_words() -> bytes:
    return added(single(), OVER_WORDS)


@attack(State.CHANGED, "added_over")
def added_signature_over_the_empty_number() -> bytes:
    return added(single(), (60, 750, 200, 790))


@attack(State.CHANGED, "added_over")
def added_signature_over_the_office_s_place() -> bytes:
    return added(single(), (290, 90, 430, 190))


@attack(State.CHANGED, "added_large")
def added_signature_over_the_whole_page() -> bytes:
    return added(double(), (0, 0, 595, 842))


@attack(State.CHANGED, "added_odd")
def added_signature_beyond_the_paper() -> bytes:
    return added(single(), (500, 300, 700, 360))


@attack(State.CHANGED, "added_look")
def added_appearance_larger_than_its_field() -> bytes:
    return shaped(single(), WORDS, box=(0, 0, 595, 842))


@attack(State.CHANGED, "added_look")
def added_appearance_blown_up() -> bytes:
    return shaped(single(), WORDS, matrix=(5, 0, 0, 5, 0, 0))


@attack(State.CHANGED, "added_odd")
def added_signature_that_is_never_turned() -> bytes:
    return shaped(single(), WORDS, F=generic.NumberObject(132 | 16))


@attack(State.CHANGED, "added_odd")
def added_signature_with_a_ground_of_its_own() -> bytes:
    return shaped(single(), WORDS, MK=generic.DictionaryObject({pdf_name("/BG"): _numbers(1, 1, 1)}))


@attack(State.CHANGED, "added_hidden")
def added_signature_with_words_nobody_sees() -> bytes:
    return shaped(single(), WORDS + b" BT 3 Tr /F1 12 Tf 10 40 Td (quyen gop 900.000 dong) Tj ET")


@attack(State.CHANGED, "added_hidden")
def added_signature_with_white_words() -> bytes:
    return shaped(single(), WORDS + b" 1 g BT /F1 12 Tf 10 40 Td (quyen gop 900.000 dong) Tj ET")


@attack(State.CHANGED, "added_hidden")
def added_signature_with_words_beside_its_field() -> bytes:
    return shaped(single(), WORDS + b" BT /F1 12 Tf 10 400 Td (quyen gop 900.000 dong) Tj ET")


@attack(State.CHANGED, "added_unseen")
def added_signature_that_shows_nothing() -> bytes:
    return shaped(single(), b" ")


@attack(State.CHANGED, "changed")
def added_signature_and_another_title() -> bytes:
    objects = base_objects()
    objects[20] = b"<< /Title (Ke hoach so 12) /Author (Thanh doan) >>"
    first = signed(pdf(objects, b"/Root 1 0 R /Info 20 0 R"), pki().an)
    retitled = pdf(
        {20: b"<< /Title (Quyet dinh so 99) /Author (Tinh doan) >>"}, b"/Root 1 0 R /Info 20 0 R", before=first
    )
    return added(retitled)


@attack(State.CHANGED, "changed")
def added_signature_and_a_description() -> bytes:
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="Quyet dinh so 99"/></rdf:RDF></x:xmpmeta>'
    )
    catalog = base_objects(catalog=b"/Metadata 40 0 R")[1]
    described = pdf({1: catalog, 40: stream(xmp, b"/Type /Metadata /Subtype /XML")}, before=single())
    return added(described)


@attack(State.CHANGED, "changed")
def added_signature_and_an_amount() -> bytes:
    catalog = base_objects()[1].replace(b"9 0 R]", b"9 0 R 30 0 R]", 1)
    page = base_objects()[3].replace(b"9 0 R]", b"9 0 R 30 0 R]", 1)
    return added(pdf({1: catalog, 3: page, 30: text_field("amount", 400)}, before=single()))


@attack(State.CHANGED, "changed")
def added_signature_of_a_person_and_a_number() -> bytes:
    return added(single(), change=fill(number="99-QD"))


@attack(State.UNKNOWN, "chain_unknown")
def added_signature_of_a_stranger() -> bytes:
    place = fields.SigFieldSpec("Signature2", on_page=0, box=EMPTY)
    return signed(double(), pki().stranger, "Signature2", new_field=place)
