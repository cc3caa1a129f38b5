"""A file that was signed with somebody's own tool: taken only as the very file that was downloaded, and one signature."""

import io

import pytest
from asn1crypto import keys, x509
from django.core.exceptions import PermissionDenied
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from doanso.lib.problems import Refused
from doanso.signing.actions import SignatureStart, accept_upload, complete_signature
from doanso.signing.models import SessionState, Way
from doanso.signing.testca.issuing import IssuedCertificate
from doanso.signing.tests.attacks.added import WORDS, Look, make_field
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import base_pdf, pki


def tool(
    file: bytes,
    issued: IssuedCertificate,
    field: str = "person",
    *,
    box: tuple[int, int, int, int] | None = None,
    before=None,
    style=None,
) -> bytes:
    """Somebody's own tool: the bare library, as others use it."""
    registry = SimpleCertificateStore()
    registry.register_multiple([x509.Certificate.load(der) for der in issued.chain])
    signer = signers.SimpleSigner(x509.Certificate.load(issued.der), keys.PrivateKeyInfo.load(issued.key_der), registry)
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    if before is not None:
        before(writer)
    spec = fields.SigFieldSpec(field, box=box) if box else None
    meta = signers.PdfSignatureMetadata(field_name=field, subfilter=fields.SigSeedSubFilter.PADES)
    return signers.PdfSigner(meta, signer, new_field_spec=spec, stamp_style=style).sign_pdf(writer).getvalue()


@pytest.fixture
def begun(desk: Desk) -> SignatureStart:
    return desk.begin(desk.certificate("an", way=Way.UPLOAD))


def test_the_downloaded_file_with_ones_signature_is_taken(desk: Desk, begun: SignatureStart):
    signed = tool(desk.bytes_of(begun.session.base), pki().an)
    session = accept_upload(actor=desk.tree.an, session=begun.session, content=signed)
    assert (session.state, session.plan["field"], desk.completed) == (SessionState.DONE, "person", [session])
    assert desk.bytes_of(session.signed) == signed
    again = accept_upload(actor=desk.tree.an, session=begun.session, content=signed)
    assert (again.signed_id, len(desk.completed)) == (session.signed_id, 1)


def test_another_file_for_a_finished_signature_is_refused(desk: Desk, begun: SignatureStart, refused):
    downloaded = desk.bytes_of(begun.session.base)
    session = accept_upload(actor=desk.tree.an, session=begun.session, content=tool(downloaded, pki().an))
    for content in (b"x", downloaded, tool(downloaded, pki().an)):
        assert (
            refused(accept_upload, actor=desk.tree.an, session=begun.session, content=content)
            == "session_done_otherwise"
        )
    begun.session.refresh_from_db()
    assert (begun.session.signed_id, len(desk.completed)) == (session.signed_id, 1)


def test_a_file_without_a_new_signature_is_named(desk: Desk, begun: SignatureStart, refused):
    base, sealing = desk.bytes_of(begun.session.base), desk.begin(desk.certificate("city", way=Way.UPLOAD)).session
    version = io.BytesIO()
    IncrementalPdfFileWriter(io.BytesIO(base)).write(version)
    rewritten = io.BytesIO()
    copy_into_new_writer(IncrementalPdfFileWriter(io.BytesIO(base)).prev).write(rewritten)
    for content in (base, version.getvalue(), rewritten.getvalue()):
        code = refused(accept_upload, actor=desk.tree.an, session=begun.session, content=content)
        assert code == "upload_unsigned"
    # The person's file, and the same with its number, both without the seal.
    for content in (desk.bytes_of(sealing.base), desk.bytes_of(sealing.prepared)):
        code = refused(accept_upload, actor=desk.tree.dung, session=sealing, content=content)
        assert code == "upload_unsigned"
    code = refused(accept_upload, actor=desk.tree.an, session=begun.session, content=b"garbage")
    assert (code, desk.completed) == ("upload_no_pdf", [])


def test_a_tool_that_makes_its_own_place_is_good_as_well(desk: Desk, begun: SignatureStart):
    signed = tool(desk.bytes_of(begun.session.base), pki().an, "Signature1", box=(300, 100, 500, 160))
    session = accept_upload(actor=desk.tree.an, session=begun.session, content=signed)
    assert session.plan["field"] == "Signature1"


@pytest.mark.parametrize(
    ("field", "box", "code"),
    [
        ("organisation", None, "upload_other_place"),
        ("Signature1", (0, 0, 0, 0), "upload_unseen"),
        ("Signature1", (0, 0, 595, 842), "upload_covers"),
        ("Signature1", (50, 560, 400, 620), "upload_covers"),
        ("Signature1", (330, 190, 500, 230), "upload_covers"),
        ("Signature1", (265, 190, 325, 250), "upload_covers"),
        ("Signature1", (110, 760, 170, 780), "upload_covers"),
    ],
)
def test_a_persons_signature_in_no_place_of_a_person_is_refused(
    desk: Desk, begun: SignatureStart, refused, field, box, code
):
    signed = tool(desk.bytes_of(begun.session.base), pki().an, field, box=box)
    assert refused(accept_upload, actor=desk.tree.an, session=begun.session, content=signed) == code
    begun.session.refresh_from_db()
    assert (begun.session.state, begun.session.signed, desk.completed) == (SessionState.OPEN, None, [])
    # The same session takes the right file afterwards.
    right = tool(desk.bytes_of(begun.session.base), pki().an)
    assert accept_upload(actor=desk.tree.an, session=begun.session, content=right).plan["field"] == "person"


def _made(on: tuple[int, ...], **more: generic.PdfObject):
    def before(writer: IncrementalPdfFileWriter) -> None:
        make_field(writer, on, T=generic.TextStringObject("Signature1"), **more)

    return before


def _numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(number) for number in values])


class Bent(Look):
    """A field whose entries are bent after the library has looked at them."""

    def __init__(self, **bent: generic.PdfObject) -> None:
        super().__init__(WORDS)
        self.bent = bent

    def apply_appearance(self, annotation: generic.DictionaryObject) -> None:
        super().apply_appearance(annotation)
        annotation.update({pdf_name(f"/{key}"): value for key, value in self.bent.items()})


@pytest.mark.parametrize(
    ("on", "bent", "code"),
    [
        ((), {}, "upload_covers"),
        ((0, 0), {}, "upload_covers"),
        ((0,), {"Rect": _numbers(1, 2, 3)}, "upload_broken"),
        ((0,), {"Rect": generic.NumberObject(7)}, "upload_broken"),
        ((0,), {"P": generic.NumberObject(3)}, "upload_covers"),
    ],
    ids=["on no page", "twice", "three numbers", "a number", "a page that is none"],
)
def test_a_place_made_by_hand_is_refused_in_words(desk: Desk, begun: SignatureStart, refused, on, bent, code):
    place = _made(on)
    signed = tool(desk.bytes_of(begun.session.base), pki().an, "Signature1", before=place, style=Bent(**bent))
    assert refused(accept_upload, actor=desk.tree.an, session=begun.session, content=signed) == code
    begun.session.refresh_from_db()
    assert (begun.session.state, desk.completed) == (SessionState.OPEN, [])


def test_the_organisation_signs_in_its_own_place_alone(desk: Desk, refused):
    begun = desk.begin(desk.certificate("city", way=Way.UPLOAD))
    downloaded = desk.bytes_of(begun.session.prepared)
    signed = tool(downloaded, pki().city, "Signature1", box=(300, 20, 400, 60))
    code = refused(accept_upload, actor=desk.tree.dung, session=begun.session, content=signed)
    assert (code, desk.completed) == ("upload_own_place", [])


def test_a_certificate_of_the_other_kind_begins_nothing(desk: Desk, refused):
    code = refused(desk.begin, desk.certificate("an"), field="organisation")
    assert code == "certificate_role"
    assert refused(desk.begin, desk.certificate("city"), field="person") == "certificate_role"


def test_the_file_of_another_signature_is_named(desk: Desk, begun: SignatureStart):
    other = desk.begin(
        desk.certificate("ward", way=Way.UPLOAD),
        actor=desk.tree.an,
        owner_id=begun.session.pk,
        title="Tờ trình",
        base=desk.blob(base_pdf("Tờ trình")),
        fills=None,
    )
    signed = desk.bytes_of(other.session.base) + b"a signature"
    with pytest.raises(Refused) as caught:
        accept_upload(actor=desk.tree.an, session=begun.session, content=signed)
    assert caught.value.problem.code == "upload_other_session"
    assert "Tờ trình" in caught.value.problem.message


def test_the_offices_number_and_date_stand_in_the_file_before_it_is_downloaded(desk: Desk):
    begun = desk.begin(desk.certificate("city", way=Way.UPLOAD))
    downloaded = desk.bytes_of(begun.session.prepared)
    assert downloaded.startswith(desk.bytes_of(begun.session.base))
    signed = tool(downloaded, pki().city, "organisation")
    session = accept_upload(actor=desk.tree.dung, session=begun.session, content=signed)
    assert session.state == SessionState.DONE


def test_only_who_began_it_brings_it(desk: Desk, begun: SignatureStart):
    with pytest.raises(PermissionDenied):
        accept_upload(actor=desk.tree.binh, session=begun.session, content=b"x")


def _annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.find_page_for_modification(0)[0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(number) for number in (0, 0, 300, 300)]),
            pdf_name("/Contents"): generic.TextStringObject("đã sửa"),
        }
    )
    writer.register_annotation(page, writer.add_object(note))


def _page(writer: IncrementalPdfFileWriter) -> None:
    extra = writer.add_object(generic.StreamObject(stream_data=b"0 0 400 800 re f"))
    writer.add_stream_to_page(0, extra)


def _number(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    field.get_object()[pdf_name("/V")] = generic.TextStringObject("99-QĐ/TĐTN")
    writer.mark_update(field)


def _title(writer: IncrementalPdfFileWriter) -> None:
    """The title of the description, and of the information dictionary, which the library brings into line with it."""
    writer.document_meta.title = "Quyết định"


def _author(writer: IncrementalPdfFileWriter) -> None:
    writer.document_meta.author = "Tỉnh đoàn"


@pytest.mark.parametrize("before", [_title, _author])
@pytest.mark.parametrize(("who", "signer"), [("an", "an"), ("city", "dung")])
def test_other_words_about_the_file_are_refused(desk: Desk, refused, who, signer, before):
    begun = desk.begin(desk.certificate(who, way=Way.UPLOAD)).session
    field = "person" if who == "an" else "organisation"
    downloaded = desk.bytes_of(begun.prepared or begun.base)
    signed = tool(downloaded, getattr(pki(), who), field, before=before)
    code = refused(accept_upload, actor=desk.tree.users[signer], session=begun, content=signed)
    assert (code, desk.completed) == ("upload_described", [])
    # The same tool is accepted where it writes the same words.
    right = tool(downloaded, getattr(pki(), who), field)
    assert accept_upload(actor=desk.tree.users[signer], session=begun, content=right).state == SessionState.DONE


@pytest.mark.parametrize("before", [_annotation, _page, _number], ids=["an annotation", "the page", "the number"])
def test_anything_else_changed_is_refused(desk: Desk, begun: SignatureStart, refused, before):
    signed = tool(desk.bytes_of(begun.session.base), pki().an, before=before)
    code = refused(accept_upload, actor=desk.tree.an, session=begun.session, content=signed)
    assert (code, desk.completed) == ("upload_changed", [])


def test_a_file_written_anew_is_refused(desk: Desk, begun: SignatureStart, refused):
    reader = IncrementalPdfFileWriter(io.BytesIO(desk.bytes_of(begun.session.base))).prev
    rewritten = io.BytesIO()
    copy_into_new_writer(reader).write(rewritten)
    signed = tool(rewritten.getvalue(), pki().an)
    code = refused(accept_upload, actor=desk.tree.an, session=begun.session, content=signed)
    assert code == "upload_other_file"


def test_what_is_not_one_signature_over_everything_is_refused(desk: Desk, begun: SignatureStart, refused):
    base = desk.bytes_of(begun.session.base)
    signed = tool(base, pki().an)
    twice = tool(signed, pki().an, "Signature2", box=(10, 10, 60, 60))
    after = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    _annotation(writer)
    writer.write(after)
    broken = bytearray(signed)
    broken[len(base) + 300] ^= 1
    for content, code in (
        (base, "upload_unsigned"),
        (base + b"\n% nothing\n", "upload_unsigned"),
        (signed[:-200], "upload_broken"),
        (signed + b"\n", "upload_broken"),
        (after.getvalue(), "upload_broken"),
        (twice, "upload_not_one"),
        (tool(base, pki().binh), "upload_other_certificate"),
        (tool(base, pki().stranger), "upload_other_certificate"),
        (b"", "upload_no_pdf"),
    ):
        got = refused(accept_upload, actor=desk.tree.an, session=begun.session, content=content)
        assert got == code or {got, code} <= {"upload_broken", "pdf_unreadable", "upload_not_one"}, (got, code)
    got = refused(accept_upload, actor=desk.tree.an, session=begun.session, content=bytes(broken))
    assert got in {"upload_broken", "upload_changed", "pdf_unreadable"}
    begun.session.refresh_from_db()
    assert (begun.session.state, desk.completed) == (SessionState.OPEN, [])


def test_a_signature_of_another_way_is_not_brought(desk: Desk, begun: SignatureStart, refused):
    other = desk.begin(desk.certificate("binh"), field="person", owner_id=begun.session.pk)
    code = refused(accept_upload, actor=desk.tree.binh, session=other.session, content=b"x")
    assert code == "session_other_way"
    code = refused(complete_signature, session=begun.session, signature=b"x")
    assert code == "session_upload"
