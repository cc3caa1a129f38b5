"""A signature added later in a visible field of its own, as other tools add it, bent so that it shows or says something else."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from doanso.signing.tests.attacks.making import base_objects, double, fill, pdf, pki, signed, single, stream
from doanso.signing.tests.attacks.registry import attack
from doanso.signing.tests.pki import signed_pdf
from doanso.signing.verification import VerdictState

EMPTY = (72, 300, 250, 360)
OVER_WORDS = (60, 690, 260, 730)
LaterChange = Callable[[IncrementalPdfFileWriter], None]


def added(
    before: bytes,
    box: tuple[int, int, int, int] = EMPTY,
    *,
    change: LaterChange | None = None,
    name: str = "Signature2",
) -> bytes:
    """A file with one more signature, Bình's, in a new field."""
    place = fields.SigFieldSpec(name, on_page=0, box=box)
    return signed(before, pki().binh, name, new_field=place, change=change)


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(number) for number in values])


@dataclass
class Look:
    """An appearance written by hand, in the shape in which the library takes one."""

    content: bytes
    box: tuple[float, ...] = (0, 0, 178, 60)
    matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)

    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> "Look":
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


def make_field(
    writer: IncrementalPdfFileWriter, on: tuple[int, ...] = (0,), kind: str = "/Sig", **more: generic.PdfObject
) -> generic.IndirectObject:
    """A field made by hand that names the first page, and the pages that list it."""
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name(kind),
            pdf_name("/T"): generic.TextStringObject("Signature2"),
            pdf_name("/F"): generic.NumberObject(132),
            pdf_name("/Rect"): _numbers(*EMPTY),
            pdf_name("/P"): writer.find_page_for_modification(0)[0],
        }
    )
    field.update({pdf_name(f"/{key}"): value for key, value in more.items()})
    reference = writer.add_object(field)
    form = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    writer.update_container(form)
    writer.update_root()
    for page in on:
        writer.register_annotation(writer.find_page_for_modification(page)[0], reference)
    return reference


def _field(on: tuple[int, ...] = (0,), **more: generic.PdfObject) -> LaterChange:
    """A signature field made by hand."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        make_field(writer, on, **more)

    return change


def version(before: bytes, change: LaterChange) -> bytes:
    """Return one more version of a file, as the library writes it: its reason names the change alone."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(before)), io.BytesIO()
    change(writer)
    writer.write(output)
    return output.getvalue()


WORDS = b"BT /F1 12 Tf 10 20 Td (Da nhan van ban) Tj ET"


def shaped(before: bytes, content: bytes = WORDS, **more: Any) -> bytes:
    """One more signature in a field and with an appearance made by hand."""
    shape = {name: more.pop(name) for name in ("box", "matrix") if name in more}
    by = more.pop("by", None) or pki().binh
    return signed(before, by, "Signature2", change=_field(**more), style=Look(content, **shape))


@attack(VerdictState.CHANGED, "changed")
def added_signature_and_another_content() -> bytes:
    other = pdf({4: stream(b"BT /F1 24 Tf 72 700 Td (quyen gop 900.000 dong) Tj ET")}, before=single())
    return added(other)


@attack(VerdictState.CHANGED, "changed")
def added_signature_with_content_in_its_own_version() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=b"0 0 400 800 re f")))

    return added(double(), change=change)


@attack(VerdictState.CHANGED, "changed")
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


@attack(VerdictState.CHANGED, "added_over")
def added_signature_over_the_words() -> bytes:
    return added(single(), OVER_WORDS)


@attack(VerdictState.CHANGED, "added_over")
def added_signature_over_the_empty_number() -> bytes:
    return added(single(), (60, 750, 200, 790))


@attack(VerdictState.CHANGED, "added_over")
def added_signature_over_the_office_s_place() -> bytes:
    return added(single(), (290, 90, 430, 190))


@attack(VerdictState.CHANGED, "added_large")
def added_signature_over_the_whole_page() -> bytes:
    return added(double(), (0, 0, 595, 842))


@attack(VerdictState.CHANGED, "added_odd")
def added_signature_beyond_the_paper() -> bytes:
    return added(single(), (500, 300, 700, 360))


@attack(VerdictState.CHANGED, "added_look")
def added_appearance_larger_than_its_field() -> bytes:
    return shaped(single(), WORDS, box=(0, 0, 595, 842))


@attack(VerdictState.CHANGED, "added_look")
def added_appearance_blown_up() -> bytes:
    return shaped(single(), WORDS, matrix=(5, 0, 0, 5, 0, 0))


@attack(VerdictState.CHANGED, "added_odd")
def added_signature_that_is_never_turned() -> bytes:
    return shaped(single(), WORDS, F=generic.NumberObject(132 | 16))


@attack(VerdictState.CHANGED, "added_odd")
def added_signature_with_a_ground_of_its_own() -> bytes:
    return shaped(single(), WORDS, MK=generic.DictionaryObject({pdf_name("/BG"): _numbers(1, 1, 1)}))


@attack(VerdictState.CHANGED, "added_hidden")
def added_signature_with_words_nobody_sees() -> bytes:
    return shaped(single(), WORDS + b" BT 3 Tr /F1 12 Tf 10 40 Td (quyen gop 900.000 dong) Tj ET")


@attack(VerdictState.CHANGED, "added_hidden")
def added_signature_with_white_words() -> bytes:
    return shaped(single(), WORDS + b" 1 g BT /F1 12 Tf 10 40 Td (quyen gop 900.000 dong) Tj ET")


@attack(VerdictState.CHANGED, "added_hidden")
def added_signature_with_words_beside_its_field() -> bytes:
    return shaped(single(), WORDS + b" BT /F1 12 Tf 10 400 Td (quyen gop 900.000 dong) Tj ET")


@attack(VerdictState.CHANGED, "added_unseen")
def added_signature_that_shows_nothing() -> bytes:
    return shaped(single(), b" ")


@attack(VerdictState.CHANGED, "changed")
def added_signature_and_another_title() -> bytes:
    objects = base_objects()
    objects[20] = b"<< /Title (Ke hoach so 12) /Author (Thanh doan) >>"
    first = signed(pdf(objects, b"/Root 1 0 R /Info 20 0 R"), pki().an)
    retitled = pdf(
        {20: b"<< /Title (Quyet dinh so 99) /Author (Tinh doan) >>"}, b"/Root 1 0 R /Info 20 0 R", before=first
    )
    return added(retitled)


def _described(title: bytes) -> bytes:
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="%s"/></rdf:RDF></x:xmpmeta>' % title
    )


def with_description() -> bytes:
    """Signed by one person, with a title in its description."""
    objects = base_objects(catalog=b"/Metadata 40 0 R")
    objects[40] = stream(_described(b"Ke hoach so 12"), b"/Type /Metadata /Subtype /XML")
    return signed(pdf(objects), pki().an)


def described_anew(title: bytes) -> bytes:
    """One more version of it, as the library writes it at every saving, with another title of the same length."""
    before = with_description()
    after = version(before, IncrementalPdfFileWriter.update_root)
    return before + after[len(before) :].replace(b"Ke hoach so 12", title)


@attack(VerdictState.CHANGED, "changed")
def added_signature_and_a_description() -> bytes:
    return added(described_anew(b"Quyet dinh 990"))


@attack(VerdictState.CHANGED, "changed")
def added_signature_and_an_amount() -> bytes:
    def amount(writer: IncrementalPdfFileWriter) -> None:
        make_field(writer, kind="/Tx", T=generic.TextStringObject("amount"), Rect=_numbers(400, 500, 480, 520))

    return added(version(single(), amount))


@attack(VerdictState.CHANGED, "changed")
def added_signature_of_a_person_and_a_number() -> bytes:
    return added(single(), change=fill(number="99-QD"))


@attack(VerdictState.UNKNOWN, "chain_unknown")
def added_signature_of_a_stranger() -> bytes:
    place = fields.SigFieldSpec("Signature2", on_page=0, box=EMPTY)
    return signed(double(), pki().stranger, "Signature2", new_field=place)


PATCH = b"1 g 0 0 500 40 re f 0 g BT /F1 24 Tf 12 10 Td (Ke hoach so 12: quyen gop 900.000 dong) Tj ET"
PATCHED = (0, 0, 500, 40)
OVER_SENTENCE = (60, 690, 560, 730)


def _two_pages() -> bytes:
    """The words stand on the second page."""
    objects = base_objects()
    objects[2] = b"<< /Type /Pages /Kids [3 0 R 10 0 R] /Count 2 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 5 0 R >> >> %s >>"
    objects[3] = page % (11, b"/Annots [6 0 R 7 0 R 8 0 R 9 0 R]")
    objects[10] = page % (4, b"/Annots []")
    objects[11] = stream(b"BT /F1 12 Tf 72 500 Td (trang 1) Tj ET")
    return signed(pdf(objects), pki().an)


@attack(VerdictState.CHANGED, "added_elsewhere")
def added_signature_on_two_pages() -> bytes:
    return shaped(_two_pages(), PATCH, box=PATCHED, on=(0, 1), Rect=_numbers(*OVER_SENTENCE))


@attack(VerdictState.CHANGED, "added_elsewhere")
def added_signature_on_two_pages_of_a_stranger() -> bytes:
    return shaped(_two_pages(), PATCH, box=PATCHED, on=(0, 1), Rect=_numbers(*OVER_SENTENCE), by=pki().stranger)


@attack(VerdictState.CHANGED, "added_elsewhere")
def added_signature_on_another_page_than_its_own() -> bytes:
    return shaped(_two_pages(), PATCH, box=PATCHED, on=(1,), Rect=_numbers(*OVER_SENTENCE))


@attack(VerdictState.CHANGED, "added_elsewhere")
def added_signature_twice_on_its_page() -> bytes:
    return shaped(single(), on=(0, 0))


@attack(VerdictState.CHANGED, "added_elsewhere")
def added_signature_on_no_page() -> bytes:
    return shaped(single(), on=())


def _grown(before: bytes, by: Any = None, box: tuple[int, ...] = EMPTY) -> bytes:
    """A place that nobody sees covers the words in the next version, and somebody signs beside it in the one after."""

    def small(writer: IncrementalPdfFileWriter) -> None:
        make_field(writer, T=generic.TextStringObject("Grown"), Rect=_numbers(0, 0, 0, 0))

    def large(writer: IncrementalPdfFileWriter) -> None:
        for reference in writer.root["/AcroForm"]["/Fields"]:
            field = reference.get_object()
            if str(field["/T"]) == "Grown":
                field[pdf_name("/Rect")] = _numbers(*OVER_SENTENCE)
                Look(PATCH, box=PATCHED).create_stamp(writer, None, None).apply_appearance(field)
                writer.mark_update(reference.reference)

    place = fields.SigFieldSpec("Signature2", on_page=0, box=box)
    return signed(version(version(before, small), large), by or pki().binh, "Signature2", new_field=place)


@attack(VerdictState.CHANGED, "added_unsigned")
def added_signature_beside_a_place_that_grew() -> bytes:
    return _grown(single())


@attack(VerdictState.CHANGED, "added_unsigned")
def added_signature_of_a_stranger_beside_a_place_that_grew() -> bytes:
    return _grown(single(), pki().stranger)


@attack(VerdictState.CHANGED, "added_unsigned")
def added_signature_beside_a_place_that_grew_in_a_closed_file() -> bytes:
    return _grown(signed_pdf(), box=(60, 20, 200, 60))


@attack(VerdictState.CHANGED, "added_over")
def added_signature_in_a_place_that_grew() -> bytes:
    def small(writer: IncrementalPdfFileWriter) -> None:
        make_field(writer, Rect=_numbers(0, 0, 0, 0))

    def large(writer: IncrementalPdfFileWriter) -> None:
        for reference in writer.root["/AcroForm"]["/Fields"]:
            if str(reference.get_object()["/T"]) == "Signature2":
                reference.get_object()[pdf_name("/Rect")] = _numbers(*OVER_SENTENCE)
                writer.mark_update(reference.reference)

    look = Look(PATCH, box=PATCHED)
    return signed(version(single(), small), pki().binh, "Signature2", change=large, style=look)


class _Counted(Look):
    """An appearance whose field says a part of its place elsewhere: the library cannot count it, and programs show it."""

    def apply_appearance(self, annotation: generic.DictionaryObject) -> None:
        super().apply_appearance(annotation)
        right = generic.IndirectObject(20, 0, self._writer)
        annotation[pdf_name("/Rect")] = generic.ArrayObject([*_numbers(60, 690), right, generic.NumberObject(730)])


@attack(VerdictState.CHANGED, "added_over")
def added_signature_whose_place_is_hard_to_count() -> bytes:
    first = signed(pdf({**base_objects(), 20: b"560"}), pki().an)
    return signed(first, pki().binh, "Signature2", change=_field(), style=_Counted(PATCH, box=PATCHED))


@attack(VerdictState.CHANGED, "added_near")
def added_signature_that_goes_on_with_the_sentence() -> bytes:
    words = b"BT /F1 24 Tf 2 5 Td (va 9 ty) Tj ET"
    return shaped(single(), words, box=(0, 0, 72, 32), Rect=_numbers(518, 695, 590, 727))


@attack(VerdictState.CHANGED, "added_near")
def added_signature_that_goes_on_with_the_sentence_at_a_distance() -> bytes:
    words = b"BT /F1 24 Tf 2 5 Td (9 ty) Tj ET"
    return shaped(single(), words, box=(0, 0, 50, 32), Rect=_numbers(540, 695, 590, 727))


@attack(VerdictState.CHANGED, "added_near")
def added_signature_right_below_the_sentence() -> bytes:
    return shaped(single(), b"BT /F1 24 Tf 2 5 Td (va 9 ty) Tj ET", Rect=_numbers(72, 626, 250, 686))
