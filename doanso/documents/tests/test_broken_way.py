"""Crossing ways: called back and sent on while a file is made, signed twice, unfitting mandates."""

from datetime import date, timedelta

import pytest

from doanso.documents.actions import signing_files
from doanso.documents.actions.drafts import discard_document
from doanso.documents.actions.mandates import end_mandate, give_mandate
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recalls import recall_document, replace_document
from doanso.documents.actions.routing import call_back, send_on
from doanso.documents.actions.signing import begin_signing
from doanso.documents.actions.signing_files import make_base
from doanso.documents.models import Document, DocumentState, Signature, StepState
from doanso.documents.tests.conftest import ADDRESS, TODAY, Office, certificate, plan
from doanso.signing.actions import complete_signature
from doanso.signing.models import PublicFile, SessionState, Way
from doanso.signing.tests.pki import pki, sign

pytestmark = pytest.mark.django_db


def of_phuc(office: Office, **overrides):
    values = {"user": office.phuc, "wording": "KT.", "body": "Bí thư", "post": "Phó Bí thư", "since": date(2022, 1, 1)}
    return give_mandate(actor=office.an, unit=office.unit, **(values | overrides))


def to(office: Office, document, mandate):
    return send_on(
        actor=office.mai, document=document, expected_version=document.version, reviewers=[], mandate=mandate
    )


def test_a_file_made_for_one_signer_is_not_kept_for_the_next(office: Office, monkeypatch):
    document, other = to(office, office.draft(), office.mandate), of_phuc(office)
    render = signing_files.render_pdf

    def slow(content):
        to(office, call_back(actor=office.mai, document=document), other)
        return render(content)

    with monkeypatch.context() as patch:
        patch.setattr(signing_files, "render_pdf", slow)
        made = make_base(actor=office.an, document=document, base=ADDRESS)
    assert (made.mandate, made.base) == (other, None)


def test_a_signer_does_not_wait_for_the_own_signature_that_signs_nothing_any_more(office: Office, refused):
    arguments = {"actor": office.an, "expected_version": 1, "certificate": office.hand, "base": ADDRESS}
    document = to(office, office.draft(), office.mandate)
    begun = begin_signing(**arguments, document=document)
    again = to(office, call_back(actor=office.mai, document=document), office.mandate)

    second = begin_signing(**arguments, document=again)
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.CANCELLED
    signature = sign(pki().an, bytes(begun.session.to_sign))
    assert refused(complete_signature, session=begun.session, signature=signature) == "session_cancelled"
    complete_signature(session=second.session, signature=sign(pki().an, bytes(second.session.to_sign)))
    assert Signature.objects.get().by == office.an


def test_what_one_signer_left_open_signs_nothing_for_the_next_one_s_document(office: Office, refused):
    document = to(office, office.draft(), office.mandate)
    begun = begin_signing(actor=office.an, document=document, expected_version=1, certificate=office.hand, base=ADDRESS)
    again = to(office, call_back(actor=office.mai, document=document), of_phuc(office))
    signature = sign(pki().an, bytes(begun.session.to_sign))
    assert refused(complete_signature, session=begun.session, signature=signature) == "session_cancelled"

    hand = certificate("binh", unit=office.unit, user=office.phuc, way=Way.AGENT, added_by=office.phuc)
    arguments = {"actor": office.phuc, "document": again, "expected_version": 1, "certificate": hand, "base": ADDRESS}
    second = begin_signing(**arguments)
    complete_signature(session=second.session, signature=sign(pki().binh, bytes(second.session.to_sign)))
    assert Signature.objects.get().by == office.phuc


def test_a_document_bears_one_signature_of_its_person(office: Office, awaiting: Document, refused):
    arguments = {"actor": office.an, "expected_version": 1, "certificate": office.hand, "base": ADDRESS}
    begun = begin_signing(**arguments, document=awaiting)
    awaiting.refresh_from_db()
    assert refused(begin_signing, **arguments, document=awaiting) == "session_open"
    signature = sign(pki().an, bytes(begun.session.to_sign))
    assert complete_signature(session=begun.session, signature=signature).state == SessionState.DONE
    assert complete_signature(session=begun.session, signature=signature).state == SessionState.DONE
    awaiting.refresh_from_db()
    assert refused(begin_signing, **arguments, document=awaiting) == "document_not_to_sign"
    assert refused(call_back, actor=office.mai, document=awaiting) == "document_not_under_way"
    assert Signature.objects.count() == 1


def test_an_authority_of_another_unit_kind_or_time_signs_nothing(office: Office, refused):
    arguments = {"actor": office.mai, "document": office.draft(), "expected_version": 1, "reviewers": []}
    chi, ward_5 = office.tree.chi, office.tree.units["p5"]
    elsewhere = give_mandate(actor=chi, unit=ward_5, user=chi, wording="", body="", post="Bí thư", since=TODAY)
    assert refused(send_on, **arguments, mandate=elsewhere) == "mandate_elsewhere"
    assert refused(send_on, **arguments, mandate=of_phuc(office, kinds=("letter",))) == "mandate_kind"
    assert refused(send_on, **arguments, mandate=of_phuc(office, since=TODAY + timedelta(days=1))) == "mandate_over"
    stale = of_phuc(office)
    end_mandate(actor=office.an, mandate=stale, until=TODAY - timedelta(days=1))
    assert refused(send_on, **arguments, mandate=stale) == "mandate_over"


# --- Recalled, replaced -------------------------------------------------------------------------------------------------


def test_a_chain_of_replacements_leads_from_each_to_the_next(office: Office, client, refused):
    first, second, third = (office.issued(office.draft(f"Bản {document}")) for document in "ABC")
    arguments = {"actor": office.mai, "reason": "Cập nhật"}
    replace_document(document=first, by=second, **arguments)
    replace_document(document=second, by=third, **arguments)
    assert refused(replace_document, document=third, by=first, **arguments) == "replacement_unfit"
    assert refused(replace_document, document=first, by=third, **arguments) in (
        "replacement_taken",
        "document_not_issued",
    )
    pages = [PublicFile.objects.get(document=document) for document in (first, second, third)]
    assert [document.replaced_by for document in pages] == [pages[1], pages[2], None]
    for document in pages[:2]:
        assert (
            document.replaced_by.code.replace("-", "")[:4] in client.get(f"/verify/{document.code}/").content.decode()
        )


def test_a_paper_document_in_its_place_ends_the_public_page_too(office: Office, issued: Document):
    paper = register_paper(actor=office.mai, unit=office.unit, draft=plan("Bản giấy"), dated=TODAY)
    replaced = replace_document(actor=office.mai, document=issued, by=paper, reason="Bản giấy thay thế")
    public = PublicFile.objects.get(document=issued)
    assert (replaced.state, public.recalled_at is None, public.recall_reason) == (
        DocumentState.REPLACED,
        False,
        "Bản giấy thay thế",
    )


def test_what_was_signed_and_shall_not_go_out_is_thrown_away_by_the_clerk(office: Office, signed: Document, refused):
    assert refused(recall_document, actor=office.mai, document=signed, reason="Sai") == "document_not_issued"
    gone = discard_document(actor=office.mai, document=signed, reason="In sai năm")
    assert (gone.state, gone.number) == (DocumentState.DISCARDED, None)
    assert not gone.steps.filter(state=StepState.OPEN).exists()
