"""Prepared before signing, so that the signed page can show something else: layers, scripts, pieces from elsewhere."""

from doanso.signing.tests.attacks.making import Objects, base_objects, pdf, pki, signed, stream
from doanso.signing.tests.attacks.registry import attack
from doanso.signing.verification import VerdictState

_COVER = b"1 g 60 690 500 40 re f 0 g BT /F1 24 Tf 72 700 Td (Thu moi hop) Tj ET"


def _signed(objects: Objects) -> bytes:
    return signed(pdf(objects), pki().an)


def _covered() -> dict[int, bytes]:
    """A page whose words lie under a picture with other words."""
    objects = base_objects()
    objects[3] = objects[3].replace(b"/Font << /F1 5 0 R >>", b"/Font << /F1 5 0 R >> /XObject << /X 10 0 R >>")
    objects[3] = objects[3].replace(b"/Contents 4 0 R", b"/Contents [4 0 R 11 0 R]")
    objects[10] = stream(
        _COVER, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >>"
    )
    objects[11] = stream(b"/X Do")
    return objects


@attack(VerdictState.CHANGED, "changed")
def cover_taken_away() -> bytes:
    return pdf({10: b"null"}, before=_signed(_covered()))


@attack(VerdictState.CHANGED, "changed")
def cover_made_empty() -> bytes:
    empty = stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 0 0]")
    return pdf({10: empty}, before=_signed(_covered()))


@attack(VerdictState.CHANGED, "changed")
def hidden_words_put_in_place() -> bytes:
    objects = base_objects()
    objects[10] = stream(b"BT /F1 24 Tf 72 700 Td (Ke hoach so 12: 900.000 dong) Tj ET")
    page = objects[3].replace(b"/Contents 4 0 R", b"/Contents 10 0 R")
    return pdf({3: page}, before=_signed(objects))


@attack(VerdictState.CHANGED, "changed")
def hidden_pages_put_in_place() -> bytes:
    objects = base_objects()
    objects[10] = b"<< /Type /Pages /Kids [11 0 R] /Count 1 >>"
    objects[11] = b"<< /Type /Page /Parent 10 0 R /MediaBox [0 0 595 842] /Contents 12 0 R >>"
    objects[12] = stream(_COVER)
    return pdf({1: objects[1].replace(b"/Pages 2 0 R", b"/Pages 10 0 R")}, before=_signed(objects))


@attack(VerdictState.CHANGED, "changed")
def field_shows_other_words_than_it_holds() -> bytes:
    objects = base_objects()
    objects[10] = stream(b"BT (1) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 80 20]")
    objects[6] = objects[6].replace(b"/Ff 1", b"/Ff 1 /V (100.000) /AP << /N 10 0 R >>")
    look = stream(b"BT (9) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 80 20]")
    return pdf({10: look}, before=_signed(objects))


def _layered(configuration: bytes) -> bytes:
    objects = base_objects(catalog=b"/OCProperties << /OCGs [10 0 R] " + configuration + b" >>")
    objects[10] = b"<< /Type /OCG /Name (a) >>"
    return _signed(objects)


@attack(VerdictState.BROKEN, "hidden_layer")
def layer_switched_off() -> bytes:
    return _layered(b"/D << /OFF [10 0 R] >>")


@attack(VerdictState.BROKEN, "hidden_layer")
def layers_off_unless_named() -> bytes:
    return _layered(b"/D << /BaseState /OFF /ON [10 0 R] >>")


@attack(VerdictState.BROKEN, "hidden_layer")
def layer_that_differs_on_paper() -> bytes:
    return _layered(b"/D << /AS [<< /Event /Print /OCGs [10 0 R] /Category [/Print] >>] >>")


@attack(VerdictState.BROKEN, "hidden_layer")
def layer_off_in_another_choice() -> bytes:
    return _layered(b"/D << >> /Configs [<< /OFF [10 0 R] >>]")


@attack(VerdictState.BROKEN, "active_content")
def script_signed_along() -> bytes:
    return _signed(base_objects(catalog=b"/OpenAction << /S /JavaScript /JS (this.pageNum=0) >>"))


@attack(VerdictState.BROKEN, "active_content")
def script_when_the_page_opens() -> bytes:
    return _signed(base_objects(page=b"/AA << /O << /S /Named /N /NextPage >> >>"))


@attack(VerdictState.BROKEN, "active_content")
def form_in_another_language() -> bytes:
    objects = base_objects()
    objects[10] = stream(b"<xdp/>")
    objects[1] = objects[1].replace(b"/SigFlags 3", b"/SigFlags 3 /XFA 10 0 R")
    return _signed(objects)


@attack(VerdictState.BROKEN, "active_content")
def link_that_switches_layers() -> bytes:
    objects = base_objects()
    objects[10] = b"<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] /A << /S /SetOCGState /State [/OFF] >> >>"
    objects[3] = objects[3].replace(b"9 0 R]", b"9 0 R 10 0 R]", 1)
    return _signed(objects)


@attack(VerdictState.BROKEN, "active_content")
def film_on_the_page() -> bytes:
    objects = base_objects()
    objects[10] = b"<< /Type /Annot /Subtype /Screen /Rect [0 0 100 100] >>"
    objects[3] = objects[3].replace(b"9 0 R]", b"9 0 R 10 0 R]", 1)
    return _signed(objects)


@attack(VerdictState.BROKEN, "active_content")
def cover_of_a_collection() -> bytes:
    return _signed(base_objects(catalog=b"/Collection << /View /H >>"))


@attack(VerdictState.BROKEN, "outside_content")
def page_fetched_from_elsewhere() -> bytes:
    objects = base_objects()
    objects[4] = stream(b"", b"/F (http://evil.invalid/page)")
    return _signed(objects)


@attack(VerdictState.BROKEN, "outside_content")
def picture_of_another_file() -> bytes:
    objects = _covered()
    objects[10] = stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref << /F (other.pdf) /Page 0 >>")
    return _signed(objects)


@attack(VerdictState.BROKEN, "other_on_paper")
def picture_that_differs_on_paper() -> bytes:
    objects = _covered()
    image = b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    objects[10] = stream(b"\0", image + b" /Alternates [<< /Image 12 0 R /DefaultForPrinting true >>]")
    objects[12] = stream(b"\xff", image)
    return _signed(objects)


@attack(VerdictState.BROKEN, "hidden_annotation")
def note_that_is_seen_on_paper_only() -> bytes:
    objects = base_objects()
    objects[10] = (
        b"<< /Type /Annot /Subtype /FreeText /Rect [60 690 560 730] /DA (/F1 24 Tf) /F 36 /Contents (900.000) >>"
    )
    objects[3] = objects[3].replace(b"9 0 R]", b"9 0 R 10 0 R]", 1)
    return _signed(objects)
