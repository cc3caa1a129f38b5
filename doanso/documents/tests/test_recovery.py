"""A document that cannot be sealed: refused before it has a number, signed again under its number, or given up with it."""

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.drafts import attach
from doanso.documents.actions.issuing import advance, ask_issue
from doanso.documents.actions.recovery import discard_numbered, sign_again
from doanso.documents.actions.routing import call_back, return_step
from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import Attachment, Document, DocumentState, Issuing, IssuingState, Number, NumberState
from doanso.documents.tests.conftest import ADDRESS, Office
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.signing import token
from doanso.signing.actions import accept_upload
from doanso.signing.models import Session, Way
from doanso.signing.tests.pki import base_pdf, pki, sign
from doanso.signing.tests.test_accept_upload import tool

pytestmark = pytest.mark.django_db


def stored(content: bytes) -> Blob:
    return files.store(source=content, name="ke-hoach.pdf", limit=1 << 24)


def read(blob: Blob | None) -> bytes:
    assert blob is not None
    with files.open_blob(blob) as plain:
        return bytes(plain.read())


def wrongly_signed(office: Office) -> Document:
    """Return a document signed by the person in the organisation's field, as an older installation may hold it."""
    document = office.signed()
    assert document.base is not None
    Document.objects.filter(pk=document.pk).update(signed=stored(tool(read(document.base), pki().an, "organisation")))
    return Document.objects.get(pk=document.pk)


def test_a_person_s_signature_in_the_seal_s_place_leaves_document_and_number_as_they_were(
    office: Office, awaiting: Document, refused
):
    office.hand.way = Way.UPLOAD
    office.hand.save()
    begun = begin_signing(
        actor=office.an, document=awaiting, expected_version=awaiting.version, certificate=office.hand, base=ADDRESS
    )
    base = read(begun.session.base)
    wrong = tool(base, pki().an, "organisation")
    assert refused(accept_upload, actor=office.an, session=begun.session, content=wrong) == "upload_other_place"
    unchanged = Document.objects.get()
    assert (unchanged.state, unchanged.signed, Number.objects.count()) == (DocumentState.SIGNING, None, 0)
    accept_upload(actor=office.an, session=begun.session, content=tool(base, pki().an, "person"))
    assert office.issued(Document.objects.get()).notation == "01-KH/ĐTN"


def test_what_takes_no_seal_gets_no_number_and_is_signed_once_more(office: Office, refused):
    document = wrongly_signed(office)
    arguments = {"actor": office.mai, "certificate": office.seal, "receivers": [Receiver(outside="Công an phường")]}
    assert refused(ask_issue, document=document, **arguments) == "place_taken"
    assert (Number.objects.count(), Document.objects.get().state) == (0, DocumentState.SIGNED)

    sign_again(actor=office.mai, document=document, reason="Ký nhầm ô của cơ quan")
    assert office.issued(office.signed(Document.objects.get())).notation == "01-KH/ĐTN"


def stuck(office: Office) -> Document:
    """Return a numbered document whose seal is always refused."""
    issuing = office.numbered()
    Document.objects.update(signed=wrongly_signed_bytes(issuing.document))
    advance(issuing.pk)
    issuing.refresh_from_db()
    assert (issuing.state, bool(issuing.problem)) == (IssuingState.NUMBERED, True)
    return Document.objects.get()


def wrongly_signed_bytes(document: Document) -> Blob:
    return stored(tool(read(document.base), pki().an, "organisation"))


def test_signed_once_more_it_keeps_number_and_day_and_goes_out(office: Office, monkeypatch, refused):
    document = stuck(office)
    with pytest.raises(PermissionDenied):
        sign_again(actor=office.tree.chi, document=document, reason="Ký lại")
    assert refused(sign_again, actor=office.mai, document=document, reason=" ") == "words_needed"
    before = (document.number_id, document.dated, document.notation)
    sign_again(actor=office.mai, document=document, reason="Ký nhầm ô của cơ quan")

    waiting = Document.objects.get()
    assert (waiting.state, waiting.signed, waiting.base_id) == (DocumentState.SIGNING, None, document.base_id)
    assert Issuing.objects.get().state == IssuingState.STUCK
    # Under its number it is not written on any more.
    assert (
        refused(return_step, actor=office.an, document=waiting, expected_version=1, words="Sửa lại")
        == "document_numbered"
    )
    assert refused(call_back, actor=office.mai, document=waiting) == "document_numbered"
    assert refused(sign_again, actor=office.mai, document=waiting, reason="Lần nữa") == "sign_again_state"

    signed = office.signed(waiting)
    assert (signed.state, Issuing.objects.get().state) == (DocumentState.ISSUING, IssuingState.NUMBERED)
    monkeypatch.setattr(token, "sign", lambda *, token_label, key_label, data: sign(pki().ward, data))
    advance(signed.pk)
    out = Document.objects.get()
    assert (out.state, (out.number_id, out.dated, out.notation)) == (DocumentState.ISSUED, before)
    assert Number.objects.get().state == NumberState.USED
    assert list(out.signatures.order_by("made_at").values_list("by__username", flat=True)) == ["an", "mai"]
    assert refused(discard_numbered, actor=office.mai, document=out, reason="Thôi") == "give_up_state"
    assert refused(sign_again, actor=office.mai, document=out, reason="Thôi") == "sign_again_state"


@pytest.mark.parametrize("is_with_signer", [False, True])
def test_given_up_its_number_stands_in_the_register_as_void(office: Office, refused, is_with_signer):
    document = stuck(office)
    if is_with_signer:
        document = sign_again(actor=office.mai, document=document, reason="Ký nhầm ô")
    with pytest.raises(PermissionDenied):
        discard_numbered(actor=office.tree.chi, document=document, reason="Không ký lại được")
    assert refused(discard_numbered, actor=office.mai, document=document, reason="") == "words_needed"
    discard_numbered(actor=office.mai, document=document, reason="Không ký lại được")

    gone, number = Document.objects.get(), Number.objects.get()
    assert (gone.state, gone.number, gone.notation, gone.ended_reason) == (
        DocumentState.DISCARDED,
        None,
        "",
        "Không ký lại được",
    )
    assert (number.value, number.state, number.reason) == (1, NumberState.VOID, "01-KH/ĐTN: Không ký lại được")
    assert AuditEvent.objects.filter(action__in=("documents.give_up", "documents.void_number")).count() == 2
    assert not Session.objects.filter(state="open").exists()
    advance(gone.pk)
    assert office.issued(office.draft("Văn bản kế tiếp")).notation == "02-KH/ĐTN"


def test_only_what_has_a_number_and_no_seal_has_these_ways(office: Office, refused):
    draft = office.draft()
    assert refused(sign_again, actor=office.mai, document=draft, reason="Ký lại") == "sign_again_state"
    assert refused(discard_numbered, actor=office.mai, document=draft, reason="Thôi") == "give_up_state"


def test_a_file_that_takes_no_seal_is_not_put_beside_a_draft(office: Office, refused):
    document = office.draft()
    signed = tool(base_pdf("Phụ lục"), pki().an, "Signature1", box=(300, 100, 500, 160))
    arguments = {"actor": office.mai, "document": document, "name": "phu-luc.pdf"}
    assert refused(attach, source=signed, **arguments) == "pdf_signed_already"
    assert not Attachment.objects.exists()


def test_the_pages_lead_out(office: Office, as_user):
    document = stuck(office)
    mai, page = as_user(office.mai), f"/documents/{document.pk}/"
    shown = mai.get(page).content.decode()
    assert f"{page}sign-again/" in shown
    assert f"{page}give-up/" in shown
    assert mai.post(f"{page}sign-again/", {"reason": "Ký nhầm ô"}).status_code == 302
    shown = mai.get(page).content.decode()
    assert "Ký nhầm ô" in shown
    assert f"{page}give-up/" in shown
    assert f"{page}call-back/" not in shown
    signer = as_user(office.an).get(page).content.decode()
    assert f"{page}sign/" in signer
    assert f"{page}return/" not in signer
    assert mai.post(f"{page}give-up/", {"reason": "Thôi"}).status_code == 302
    assert Document.objects.get().state == DocumentState.DISCARDED
