"""What a file looks like with its places, and what its signatures allow after them."""

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm

from doanso.lib.problems import Refused
from doanso.signing.pdf import (
    Appearance,
    FieldKind,
    FieldPlacement,
    add_form_fields,
    fill,
    finish,
    prepare,
    stamp_pages,
)
from doanso.signing.pdf.appearance import image_box
from doanso.signing.pdf.checking import require_whole
from doanso.signing.pdf.signature_fields import reader_of
from doanso.signing.tests.pki import (
    FILLS,
    LOOK,
    PERSON,
    PLACES,
    base_pdf,
    opened_pdf,
    person_signed_pdf,
    pki,
    sign,
    signed_pdf,
    signer_of,
)


def picture(colour: str, width: int, height: int) -> bytes:
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, width - 4, height - 4), outline=colour, width=8)
    target = io.BytesIO()
    image.save(target, "PNG", dpi=(300, 300))
    return target.getvalue()


def fields(file: bytes) -> dict[str, dict]:
    return {
        str(reference.get_object()["/T"]): reference.get_object()
        for reference in reader_of(file).root["/AcroForm"]["/Fields"]
    }


def test_places_are_added_and_nothing_else_is_touched():
    file = opened_pdf()
    assert file.startswith(base_pdf())
    fields_by_name = fields(file)
    assert list(fields_by_name) == ["number", "day", "month", "person", "organisation"]
    for name in ("number", "day", "month"):
        # Empty, read-only, printed, with a look of its own: what PDF/A asks of a field.
        assert ("/V" in fields_by_name[name], fields_by_name[name]["/Ff"], fields_by_name[name]["/F"]) == (False, 1, 4)
        assert fields_by_name[name]["/AP"]["/N"]["/Subtype"] == "/Form"
    root = reader_of(file).root
    assert "/NeedAppearances" not in root["/AcroForm"]
    assert root.raw_get("/Metadata") == reader_of(base_pdf()).root.raw_get("/Metadata")
    for font in root["/AcroForm"]["/DR"]["/Font"].values():
        assert "/FontFile2" in font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]


def test_a_place_is_counted_from_the_pages_top_left():
    left, bottom, right, top = (float(coordinate) for coordinate in fields(opened_pdf())["person"]["/Rect"])
    height = 841.89
    assert (left, right - left, top - bottom) == pytest.approx((PERSON.x, PERSON.w, PERSON.h), abs=0.02)
    assert top == pytest.approx(height - PERSON.y, abs=0.02)


def test_files_that_cannot_take_places_are_refused():
    for content, code in (
        (b"", "pdf_unreadable"),
        (b"%PDF-1.7\nnothing", "pdf_unreadable"),
        (base_pdf()[:-300], "pdf_unreadable"),
        (signed_pdf(), "pdf_signed_already"),
        (encrypted(), "pdf_encrypted"),
        (on_its_side(), "pdf_rotated"),
    ):
        with pytest.raises(Refused) as caught:
            add_form_fields(content, PLACES)
        assert caught.value.problem.code == code
    with pytest.raises(ValueError, match="must differ"):
        add_form_fields(base_pdf(), [*PLACES, PLACES[0]])
    with pytest.raises(ValueError, match="must differ"):
        add_form_fields(opened_pdf(), PLACES)
    with pytest.raises(ValueError, match="not there"):
        add_form_fields(base_pdf(), [FieldPlacement("person", FieldKind.PERSON, 7, 0, 0, 10, 10)])


def encrypted() -> bytes:
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(reader_of(base_pdf()))
    writer.encrypt("owner", "user")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def on_its_side() -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(base_pdf()))
    page = writer.find_page_for_modification(0)[0]
    page.get_object()["/Rotate"] = generic.NumberObject(90)
    writer.mark_update(page)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_the_person_allows_number_date_and_seal_and_nothing_else():
    person, organisation = reader_of(signed_pdf()).embedded_signatures
    assert person.docmdp_level is MDPPerm.FILL_FORMS
    assert {name: person.fieldmdp.is_locked(name) for name in ("number", "day", "organisation", "person", "else")} == {
        "number": False,
        "day": False,
        "organisation": False,
        "person": True,
        "else": True,
    }
    person.compute_integrity_info()
    assert person.diff_result.modification_level is ModificationLevel.FORM_FILLING
    assert organisation.docmdp_level is MDPPerm.NO_CHANGES
    assert all(organisation.fieldmdp.is_locked(name) for name in ("number", "day", "else"))


def test_after_the_organisation_nothing_may_come():
    writer = IncrementalPdfFileWriter(io.BytesIO(signed_pdf()))
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    field.get_object()["/V"] = generic.TextStringObject("13-KH/TĐTN")
    writer.mark_update(field)
    target = io.BytesIO()
    writer.write(target)
    with pytest.raises(Refused) as caught:
        require_whole(target.getvalue(), pki().city.der)
    assert caught.value.problem.code == "upload_broken"
    with pytest.raises(Refused) as caught:
        prepare(signed_pdf(), signer_of(pki().binh), "person", LOOK)
    assert caught.value.problem.code == "place_signed"
    with pytest.raises(ValueError, match="no empty text field"):
        fill(fill(person_signed_pdf(), FILLS), FILLS)


def test_the_signed_attributes_are_those_of_pades_and_claim_no_time():
    from asn1crypto import cms

    prepared = prepare(opened_pdf(), signer_of(pki().an), "person", LOOK)
    kinds = {attribute["type"].native for attribute in cms.CMSAttributes.load(prepared.to_sign)}
    assert kinds == {"content_type", "message_digest", "signing_certificate_v2"}
    signature = reader_of(person_signed_pdf()).embedded_signatures[0]
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert "/M" in signature.sig_object


def test_the_seal_covers_the_left_third_of_the_signature():
    # A narrow image, so that its left third is not its place's.
    look = Appearance(image=picture("blue", 300, 150))
    prepared = prepare(opened_pdf(), signer_of(pki().an), "person", look)
    person = finish(prepared, sign(pki().an, prepared.to_sign))
    x, y, w, h = image_box(fields(person)["person"])
    assert (w, h) == pytest.approx((120, 60), abs=0.1)
    seal = Appearance(image=picture("red", 425, 425), size=(102, 102))
    prepared = prepare(person, signer_of(pki().city), "organisation", seal, FILLS)
    file = finish(prepared, sign(pki().city, prepared.to_sign))
    field = fields(file)["organisation"]
    drawn = field["/AP"]["/N"].data.decode()
    numbers = drawn.split("q ", 1)[1].split(" cm", 1)[0].split()
    wide, high, at_x, at_y = (float(numbers[item]) for item in (0, 3, 4, 5))
    left, bottom = (float(item) for item in list(field["/Rect"])[:2])
    assert (wide, high) == (102, 102)
    assert left + at_x + wide == pytest.approx(x + w / 3, abs=0.1)
    assert bottom + at_y + high / 2 == pytest.approx(y + h / 2, abs=0.1)


def test_words_stand_where_there_is_no_image():
    look = Appearance(
        lines=("Ký số: Nguyễn Văn An", "Thời gian: 2026-11-26T17:12:00+07:00"), note="KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
    )
    prepared = prepare(opened_pdf(), signer_of(pki().an), "person", look)
    file = finish(prepared, sign(pki().an, prepared.to_sign))
    text = read_text(file)
    for part in ("Ký số: Nguyễn Văn An", "2026-11-26T17:12:00+07:00", "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"):
        assert part in text


def read_text(file: bytes) -> str:
    """What a reader prints of the first page, fields and all."""
    document = pdfium.PdfDocument(file)
    document.init_forms()
    pdfium.raw.FPDFPage_Flatten(document[0], pdfium.raw.FLAT_PRINT)
    return document[0].get_textpage().get_text_range()


def test_number_and_date_are_read_where_they_stand():
    text = read_text(signed_pdf())
    assert "12-KH/TĐTN" in text
    assert "05" in text


@pytest.mark.parametrize(("person", "organisation", "stamped"), [("an", "city", False), ("binh", "ward", True)])
def test_poppler_says_valid_and_trusted(tmp_path: Path, person: str, organisation: str, stamped: bool):
    for tool in ("pdfsig", "certutil"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed (Debian: poppler-utils, libnss3-tools)")
    (tmp_path / "root.pem").write_bytes(pki().root.pem)
    store = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    words = ["-n", "root", "-t", "CT,C,C", "-i", str(tmp_path / "root.pem"), "-d", store]
    subprocess.run(["certutil", "-A", *words], check=True)
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed_pdf(person, organisation, stamped=stamped))
    output = subprocess.run(["pdfsig", "-nssdir", store, str(file)], capture_output=True, text=True, check=True).stdout
    assert output.count("Signature is Valid.") == 2
    assert output.count("Certificate is Trusted.") == 2
    assert output.count("Total document signed") == 1
    changed = bytearray(file.read_bytes())
    changed[1000] ^= 1
    file.write_bytes(changed)
    output = subprocess.run(["pdfsig", "-nssdir", store, str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." not in output


def test_of_two_offices_the_first_leaves_the_others_place_open():
    second = replace(PLACES[-1], name="organisation-2", y=100)
    file = add_form_fields(base_pdf(), [*PLACES, second])
    for who, place in (("an", "person"), ("city", "organisation"), ("ward", "organisation-2")):
        issued = getattr(pki(), who)
        prepared = prepare(file, signer_of(issued), place, LOOK, FILLS if who == "city" else None)
        file = finish(prepared, sign(issued, prepared.to_sign))
        assert require_whole(file, issued.der) == place


def test_an_uploaded_file_bears_its_code_on_every_page():
    marked = stamp_pages(base_pdf(), "7KQ2-M4XD-9RTB", picture("black", 120, 120))
    assert marked.startswith(base_pdf())
    assert "7KQ2-M4XD-9RTB" in read_text(marked)
    file = add_form_fields(marked, PLACES)
    prepared = prepare(file, signer_of(pki().an), "person", LOOK)
    assert require_whole(finish(prepared, sign(pki().an, prepared.to_sign)), pki().an.der) == "person"
