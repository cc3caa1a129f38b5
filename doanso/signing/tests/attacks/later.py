"""Something came after the signature: incremental saving, overlays, scripts, other values."""

from pyhanko.sign import fields

from doanso.signing.tests.attacks.making import (
    base,
    base_objects,
    double,
    fill,
    pdf,
    pki,
    sign_field,
    signed,
    single,
    stream,
    text_field,
)
from doanso.signing.tests.attacks.registry import attack
from doanso.signing.verification import VerdictState

_OTHER = b"BT /F1 24 Tf 72 700 Td (Ke hoach so 12: quyen gop 900.000 dong) Tj ET"


@attack(VerdictState.CHANGED, "changed")
def content_replaced() -> bytes:
    return pdf({4: stream(_OTHER)}, before=single())


@attack(VerdictState.CHANGED, "changed")
def content_replaced_after_two_signatures() -> bytes:
    return pdf({4: stream(_OTHER)}, before=double())


@attack(VerdictState.CHANGED, "changed")
def content_added_to_page() -> bytes:
    page = base_objects()[3].replace(b"/Contents 4 0 R", b"/Contents [4 0 R 30 0 R]")
    return pdf({3: page, 30: stream(_OTHER)}, before=single())


@attack(VerdictState.CHANGED, "changed")
def page_added() -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 31 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R 30 0 R] /Count 2 >>"
    return pdf({2: pages, 30: page, 31: stream(_OTHER)}, before=single())


@attack(VerdictState.CHANGED, "changed")
def page_tree_swapped() -> bytes:
    catalog = base_objects()[1].replace(b"/Pages 2 0 R", b"/Pages 30 0 R")
    pages = b"<< /Type /Pages /Kids [31 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 30 0 R /MediaBox [0 0 595 842] /Contents 32 0 R >>"
    return pdf({1: catalog, 30: pages, 31: page, 32: stream(_OTHER)}, before=single())


def _annotated(annotation: bytes) -> bytes:
    page = base_objects()[3].replace(b"9 0 R]", b"9 0 R 30 0 R]", 1)
    return pdf({3: page, 30: annotation}, before=single())


@attack(VerdictState.CHANGED, "changed")
def note_written_over_the_page() -> bytes:
    return _annotated(
        b"<< /Type /Annot /Subtype /FreeText /Rect [60 690 560 730] /DA (/F1 24 Tf 0 g) /F 4 /P 3 0 R"
        b" /Contents (Ke hoach so 12: quyen gop 900.000 dong) >>"
    )


@attack(VerdictState.CHANGED, "changed")
def picture_stamped_over_the_page() -> bytes:
    page = base_objects()[3].replace(b"9 0 R]", b"9 0 R 30 0 R]", 1)
    stamp = b"<< /Type /Annot /Subtype /Stamp /Rect [60 690 560 730] /F 4 /P 3 0 R /AP << /N 31 0 R >> >>"
    look = stream(b"1 g 0 0 500 40 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 500 40]")
    return pdf({3: page, 30: stamp, 31: look}, before=single())


@attack(VerdictState.CHANGED, "changed")
def white_square_over_the_page() -> bytes:
    return _annotated(
        b"<< /Type /Annot /Subtype /Square /Rect [60 690 560 730] /IC [1 1 1] /C [1 1 1] /F 4 /P 3 0 R >>"
    )


@attack(VerdictState.CHANGED, "changed")
def link_added() -> bytes:
    return _annotated(
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (http://evil.invalid/) >> >>"
    )


@attack(VerdictState.CHANGED, "numbered_without_office")
def number_filled_without_signature() -> bytes:
    look = stream(b"BT /F1 12 Tf (99) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 80 20]")
    field = text_field("number", 72).replace(b"/Ff 1", b"/Ff 1 /V (99-QD) /AP << /N 30 0 R >>")
    return pdf({6: field, 30: look}, before=single())


@attack(VerdictState.CHANGED, "numbered_without_office")
def number_filled_under_a_strangers_signature() -> bytes:
    return signed(single(), pki().stranger, "office", change=fill(number="99-QD"))


@attack(VerdictState.CHANGED, "numbered_without_office")
def number_filled_under_another_persons_signature() -> bytes:
    return signed(single(), pki().binh, "office", change=fill(number="99-QD"))


@attack(VerdictState.CHANGED, "changed")
def number_filled_twice() -> bytes:
    objects = base_objects()
    objects[1] = objects[1].replace(b"9 0 R]", b"9 0 R 10 0 R]", 1)
    objects[3] = objects[3].replace(b"9 0 R]", b"9 0 R 10 0 R]", 1)
    objects[10] = sign_field("third", 450)
    first = signed(pdf(objects), pki().an)
    numbered = signed(first, pki().city, "office", change=fill(number="12-KH"))
    return signed(numbered, pki().ward, "third", change=fill(number="99-KH"))


@attack(VerdictState.CHANGED, "changed")
def number_moved_when_filled() -> bytes:
    moved = text_field("number", 72).replace(b"/Rect [72 760", b"/Rect [0 600").replace(b"/Ff 1", b"/Ff 1 /V (99)")
    return pdf({6: moved}, before=single())


@attack(VerdictState.CHANGED, "changed")
def another_field_filled() -> bytes:
    objects = base_objects()
    objects[7] = text_field("amount", 300)
    return signed(signed(pdf(objects), pki().an), pki().city, "office", change=fill(amount="900.000"))


@attack(VerdictState.CHANGED, "changed")
def field_added() -> bytes:
    catalog = base_objects()[1].replace(b"9 0 R]", b"9 0 R 30 0 R]", 1)
    page = base_objects()[3].replace(b"9 0 R]", b"9 0 R 30 0 R]", 1)
    return pdf({1: catalog, 3: page, 30: text_field("amount", 400).replace(b"/Ff 1", b"/V (900.000)")}, before=single())


@attack(VerdictState.CHANGED, "changed")
def visible_signature_over_the_page() -> bytes:
    place = fields.SigFieldSpec("cover", on_page=0, box=(0, 0, 595, 842))
    return signed(single(), pki().stranger, "cover", new_field=place)


@attack(VerdictState.UNKNOWN, "chain_unknown")
def strangers_signature_added() -> bytes:
    return signed(single(), pki().stranger, "office")


@attack(VerdictState.BROKEN, "active_content")
def script_added() -> bytes:
    catalog = base_objects(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")[1]
    return pdf({1: catalog}, before=single())


@attack(VerdictState.BROKEN, "active_content")
def named_script_added() -> bytes:
    catalog = base_objects(catalog=b"/Names << /JavaScript << /Names [(a) 30 0 R] >> >>")[1]
    return pdf({1: catalog, 30: b"<< /S /JavaScript /JS (1) >>"}, before=single())


@attack(VerdictState.BROKEN, "active_content")
def launch_added() -> bytes:
    catalog = base_objects(catalog=b"/OpenAction << /S /Launch /F (calc.exe) >>")[1]
    return pdf({1: catalog}, before=single())


@attack(VerdictState.CHANGED, "changed")
def attachment_added() -> bytes:
    catalog = base_objects(catalog=b"/Names << /EmbeddedFiles << /Names [(a) 30 0 R] >> >>")[1]
    held = stream(b"MZ", b"/Type /EmbeddedFile")
    described = b"<< /Type /Filespec /F (a.exe) /EF << /F 31 0 R >> >>"
    return pdf({1: catalog, 30: described, 31: held}, before=single())


@attack(VerdictState.CHANGED, "changed")
def layers_added() -> bytes:
    catalog = base_objects(catalog=b"/OCProperties << /OCGs [30 0 R] /D << /Order [30 0 R] >> >>")[1]
    return pdf({1: catalog, 30: b"<< /Type /OCG /Name (a) >>"}, before=single())


@attack(VerdictState.BROKEN, "hidden_layer")
def layer_hidden_later() -> bytes:
    shown = base_objects(catalog=b"/OCProperties << /OCGs [10 0 R] /D << /Order [10 0 R] >> >>")
    shown[10] = b"<< /Type /OCG /Name (a) >>"
    hidden = base_objects(catalog=b"/OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] >> >>")[1]
    return pdf({1: hidden}, before=signed(pdf(shown), pki().an))


@attack(VerdictState.CHANGED, "changed")
def font_replaced() -> bytes:
    return pdf({5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}, before=single())


@attack(VerdictState.CHANGED, "changed")
def default_look_of_fields_replaced() -> bytes:
    catalog = base_objects()[1].replace(b"/DA (/F1 12 Tf 0 g)", b"/DA (/F1 99 Tf 1 g) /NeedAppearances true")
    return pdf({1: catalog}, before=single())


@attack(VerdictState.CHANGED, "changed")
def viewer_told_another_page_layout() -> bytes:
    catalog = base_objects(
        catalog=b"/ViewerPreferences << /HideToolbar true >> /PageLabels << /Nums [0 << /S /r >>] >>"
    )[1]
    return pdf({1: catalog}, before=single())


@attack(VerdictState.CHANGED, "changed")
def objects_nobody_needs_added() -> bytes:
    return pdf({30: stream(_OTHER)}, before=single())


@attack(VerdictState.CHANGED, "changed")
def certified_file_filled() -> bytes:
    first = signed(base(), pki().an, certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES)
    return pdf({6: text_field("number", 72).replace(b"/Ff 1", b"/Ff 1 /V (99-QD)")}, before=first)


@attack(VerdictState.CHANGED, "changed")
def locked_number_filled() -> bytes:
    lock = b"/Lock << /Type /SigFieldLock /Action /All >>"
    objects = base_objects()
    objects[8] = objects[8].replace(b"/F 132", b"/F 132 " + lock)
    return signed(signed(pdf(objects), pki().an), pki().city, "office", change=fill(number="12"))


@attack(VerdictState.BROKEN, "stray_signature")
def signature_taken_out_of_its_field() -> bytes:
    return pdf({8: sign_field("person", 72)}, before=single())


@attack(VerdictState.CHANGED, "changed")
def reserved_place_enlarged() -> bytes:
    grown = sign_field("office", 300).replace(b"[300 100 420 180]", b"[0 0 595 842]")
    return signed(pdf({9: grown}, before=single()), pki().city, "office")
