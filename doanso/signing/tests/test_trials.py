"""A tool is tried on a page of no consequence, checked like any file, before a seal is asked of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.signing.actions import accept_upload, add_certificate, begin_trial
from doanso.signing.models import Certificate, Session, SignerKind, Way
from doanso.signing.queries.certificates import state_of
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import opened_pdf, pki
from doanso.signing.tests.test_accept_upload import tool


def enrol(desk: Desk, signer_name: str = "an", way: str = Way.UPLOAD) -> Certificate:
    kind = SignerKind.PERSON if signer_name == "an" else SignerKind.ORGANISATION
    content = getattr(pki(), signer_name).pem
    return add_certificate(actor=desk.tree.an, kind=kind, unit=desk.tree.units["p4"], way=way, content=content)


@pytest.mark.parametrize(("signer_name", "field"), [("an", "person"), ("ward", "organisation")])
def test_the_page_signed_with_the_own_tool_is_taken_and_noted(desk: Desk, signer_name: str, field: str):
    certificate = enrol(desk, signer_name)
    assert (certificate.trial_due, state_of(certificate, clock.now())) == (True, "untried")
    session = begin_trial(actor=desk.tree.an, certificate=certificate).session
    # Asked again, it is the same page.
    assert begin_trial(actor=desk.tree.an, certificate=certificate).session == session
    downloaded = desk.bytes_of(session.prepared or session.base)
    accept_upload(actor=desk.tree.an, session=session, content=tool(downloaded, getattr(pki(), signer_name), field))
    certificate.refresh_from_db()
    assert certificate.tried_at is not None
    assert state_of(certificate, clock.now()) == "good"
    event = AuditEvent.objects.get(action="signing.try_certificate")
    assert (event.actor, event.object_id) == (desk.tree.an, certificate.pk)


def test_a_page_that_was_changed_or_signed_by_another_key_is_refused_as_a_document_would_be(desk: Desk, refused):
    certificate = enrol(desk)
    session = begin_trial(actor=desk.tree.an, certificate=certificate).session
    downloaded = desk.bytes_of(session.base)
    for content in (downloaded, tool(downloaded, pki().binh), tool(opened_pdf(), pki().an)):
        assert refused(accept_upload, actor=desk.tree.an, session=session, content=content)
    certificate.refresh_from_db()
    assert certificate.tried_at is None


def test_only_who_signs_with_it_tries_it_and_only_where_another_tool_signs(desk: Desk, refused):
    certificate = enrol(desk)
    with pytest.raises(PermissionDenied):
        begin_trial(actor=desk.tree.binh, certificate=certificate)
    by_program = desk.certificate("ward")
    assert refused(begin_trial, actor=desk.tree.an, certificate=by_program) == "trial_other_way"


def test_the_page_of_the_certificate_leads_through_the_trial(desk: Desk, as_user):
    certificate = enrol(desk)
    browser, page = as_user(desk.tree.an), reverse("signing:certificate", args=[certificate.pk])
    assert reverse("signing:try", args=[certificate.pk]) in browser.get(page).content.decode()
    assert "chứng thư chưa ký thử" in browser.get("/today/").content.decode()
    session_page = browser.post(reverse("signing:try", args=[certificate.pk]))["Location"]
    session = Session.objects.get()
    assert session_page == reverse("signing:session", args=[session.pk])
    content = b"".join(browser.get(reverse("signing:file", args=[session.pk])))
    signed = SimpleUploadedFile("a.pdf", tool(content, pki().an))
    assert browser.post(reverse("signing:upload", args=[session.pk]), {"file": signed})["Location"] == page
    assert "Công cụ ký phù hợp" in browser.get(page).content.decode()
