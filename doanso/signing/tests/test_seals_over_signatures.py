"""An organisation's seal over a third of the person's signature, as decree 30 wants it, set by any tool: a lawful file."""

import io

import pytest
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import BaseStampStyle, TextStampStyle

from doanso.signing.testca.issuing import IssuedCertificate
from doanso.signing.tests.attacks.making import (
    base,
    base_objects,
    double,
    now,
    pdf,
    pki,
    signed,
    signer,
    single,
    stamper,
    stream,
    trusted,
)
from doanso.signing.tests.pki import base_pdf, person_signed_pdf, signed_pdf
from doanso.signing.verdict_messages import describe_verdict
from doanso.signing.verification import Verdict, VerdictState
from doanso.signing.verification.examine import examine

pytestmark = pytest.mark.sqlite_only

PERSON = (300, 200, 450, 260)
SEAL = (260, 180, 350, 270)
"""Left third of the person's signature, and beyond it."""


def picture() -> PdfImage:
    """A ring with a disc in it, on a transparent ground."""
    drawn = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    for x in range(120):
        for y in range(120):
            distance = ((x - 60) ** 2 + (y - 60) ** 2) ** 0.5
            if distance < 20 or 45 < distance < 58:
                drawn.putpixel((x, y), (200, 20, 20, 255))
    return PdfImage(drawn)


def text_stamp() -> BaseStampStyle:
    """A frame with words, as the library prints it."""
    return TextStampStyle(stamp_text="Signed by %(signer)s", border_width=1)


def picture_stamp() -> BaseStampStyle:
    """A picture alone."""
    return TextStampStyle(stamp_text=" ", border_width=0, background=picture(), background_opacity=1)


def both_stamp() -> BaseStampStyle:
    """Words over a picture."""
    return TextStampStyle(stamp_text="Signed by %(signer)s", border_width=0, background=picture())


def stamped(
    before: bytes,
    issued: IssuedCertificate,
    box: tuple[int, int, int, int] | None,
    style: BaseStampStyle,
    name: str,
) -> bytes:
    """One more signature by the bare library, in a new field where there is a box."""
    spec = fields.SigFieldSpec(name, on_page=0, box=box) if box else None
    meta = signers.PdfSignatureMetadata(field_name=name, subfilter=fields.SigSeedSubFilter.PADES)
    writer = IncrementalPdfFileWriter(io.BytesIO(before))
    output = signers.PdfSigner(meta, signer(issued), new_field_spec=spec, stamp_style=style).sign_pdf(writer)
    return output.getvalue()


def signed_by_person(style: BaseStampStyle, paper: bytes | None = None) -> bytes:
    """Signed by An with another tool, visibly."""
    return stamped(paper or base(), pki().an, PERSON, style, "Signature1")


def verdict_of(data: bytes) -> Verdict:
    return examine(data, trusted(), now())


@pytest.mark.parametrize("seal", [text_stamp, picture_stamp, both_stamp])
@pytest.mark.parametrize("person", [text_stamp, both_stamp])
@pytest.mark.parametrize("paper", [base, base_pdf])
def test_a_seal_over_a_third_of_the_signature_is_valid(paper, person, seal):
    first = signed_by_person(person(), paper())
    assert verdict_of(first).state is VerdictState.VALID
    verdict = verdict_of(stamped(first, pki().city, SEAL, seal(), "Seal"))
    assert (verdict.state, verdict.notes, verdict.reasons) == (VerdictState.VALID, (), ()), verdict
    assert [(item.signer, item.state) for item in verdict.signatures] == [
        ("Nguyễn Văn An", VerdictState.VALID),
        ("THÀNH ĐOÀN MỸ THO", VerdictState.VALID),
    ]
    assert describe_verdict(verdict).head == "Chữ ký đúng và không có gì bị sửa"


@pytest.mark.parametrize("seal", [text_stamp, picture_stamp, both_stamp])
def test_another_tool_may_seal_in_the_place_kept_for_it(seal):
    verdict = verdict_of(stamped(person_signed_pdf(), pki().city, None, seal(), "organisation"))
    assert (verdict.state, verdict.notes, verdict.reasons) == (VerdictState.VALID, (), ()), verdict


@pytest.mark.parametrize("second", [text_stamp, picture_stamp])
def test_a_file_signed_a_second_time_on_empty_paper_is_valid(second):
    verdict = verdict_of(stamped(single(), pki().binh, (72, 300, 250, 360), second(), "Signature2"))
    assert (verdict.state, verdict.notes) == (VerdictState.VALID, ()), verdict


def test_a_signature_beside_another_one_is_valid():
    verdict = verdict_of(
        stamped(signed_by_person(text_stamp()), pki().binh, (456, 200, 560, 260), text_stamp(), "Signature2")
    )
    assert (verdict.state, verdict.notes) == (VerdictState.VALID, ()), verdict


def test_a_seal_after_a_time_stamp_of_the_file_is_valid():
    first, output = signed_by_person(text_stamp()), io.BytesIO()
    signers.PdfTimeStamper(stamper(pki().tsa)).timestamp_pdf(
        IncrementalPdfFileWriter(io.BytesIO(first)), "sha256", output=output
    )
    verdict = verdict_of(stamped(output.getvalue(), pki().city, SEAL, picture_stamp(), "Seal"))
    assert (verdict.state, [time.state for time in verdict.times]) == (VerdictState.VALID, [VerdictState.VALID]), (
        verdict
    )


@pytest.mark.parametrize("complete", [double, signed_pdf])
def test_a_signature_after_the_organisations_is_looked_at(complete):
    verdict = verdict_of(stamped(complete(), pki().binh, (60, 20, 200, 60), text_stamp(), "Signature2"))
    assert (verdict.state, [note.code for note in verdict.notes]) == (VerdictState.ADDED, ["signature_added"]), verdict


def test_a_signature_after_one_that_closed_the_file_is_looked_at():
    lock = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)
    place = fields.SigFieldSpec(
        "Signature1", box=PERSON, field_mdp_spec=lock, doc_mdp_update_value=fields.MDPPerm.NO_CHANGES
    )
    first = signed(base(), pki().an, "Signature1", new_field=place, style=text_stamp())
    verdict = verdict_of(stamped(first, pki().city, SEAL, picture_stamp(), "Seal"))
    assert (verdict.state, [note.code for note in verdict.notes]) == (VerdictState.ADDED, ["signature_added"]), verdict


def _words_under_the_signature() -> bytes:
    objects = base_objects()
    objects[4] = stream(b"BT /F1 24 Tf 72 700 Td (Ke hoach so 12) Tj ET BT /F1 12 Tf 305 230 Td (100.000 dong) Tj ET")
    return pdf(objects)


@pytest.mark.parametrize(
    ("box", "code"),
    [
        ((290, 190, 460, 270), "added_over"),
        ((300, 200, 430, 260), "added_over"),
        ((180, 100, 330, 210), "added_over"),
    ],
    ids=["the whole signature", "most of it", "an empty place as well"],
)
def test_a_seal_over_more_than_a_part_of_a_signature_is_suspicious(box, code):
    verdict = verdict_of(stamped(signed_by_person(text_stamp()), pki().city, box, picture_stamp(), "Seal"))
    assert (verdict.state, verdict.signatures[0].is_intact) == (VerdictState.CHANGED, False)
    assert code in verdict.codes, verdict


def test_a_seal_over_a_signature_and_the_words_below_it_is_suspicious():
    first = signed_by_person(text_stamp(), _words_under_the_signature())
    verdict = verdict_of(stamped(first, pki().city, SEAL, picture_stamp(), "Seal"))
    assert verdict.state is VerdictState.CHANGED
    assert "added_over" in verdict.codes, verdict


def test_a_seal_over_the_point_of_an_unseen_signature_is_valid():
    first = signed(
        base(), pki().an, "Signature1", new_field=fields.SigFieldSpec("Signature1", box=(300, 220, 300, 220))
    )
    verdict = verdict_of(stamped(first, pki().city, SEAL, picture_stamp(), "Seal"))
    assert (verdict.state, verdict.notes, verdict.reasons) == (VerdictState.VALID, (), ()), verdict
