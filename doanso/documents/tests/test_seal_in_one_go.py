"""Sealing on the clerk's own machine: the document and its attachments in one run, issued only when all are sealed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from doanso.documents.actions.drafts import attach
from doanso.documents.actions.issuing import advance, begin_seal, choose_certificate, resume_stalled
from doanso.documents.models import Delivery, Document, DocumentState, Issuing, IssuingState, Signature
from doanso.documents.rules import issuing as rules
from doanso.documents.tests.conftest import Office, certificate
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.signing import pdf
from doanso.signing.actions import complete_signature
from doanso.signing.models import Certificate, Session, SessionState, Way
from doanso.signing.queries import run_of
from doanso.signing.queries.authorities import read_trust
from doanso.signing.tests.pki import base_pdf, pki, sign
from doanso.signing.tests.test_accept_upload import tool
from doanso.signing.verification import VerdictState, verify
from tools.fixture_replay import replayed

pytestmark = pytest.mark.django_db

NAMES = ["phu-luc-1.pdf", "phu-luc-2.pdf"]


@replayed
def _numbered(office: Office, way: str) -> Issuing:
    Certificate.objects.filter(pk=office.seal.pk).update(way=way)
    document = office.draft()
    for name in NAMES:
        attach(actor=office.mai, document=document, source=base_pdf(name), name=name)
    return replace(office, seal=Certificate.objects.get(pk=office.seal.pk)).numbered(document)


def numbered(office: Office, way: str = Way.AGENT) -> Issuing:
    """Return a numbered document with two attachments; the ward's key is with the clerk."""
    issuing = _numbered(office, way)
    office.seal.refresh_from_db()
    return issuing


def seal(session: Session) -> Session:
    return complete_signature(session=session, signature=sign(pki().ward, bytes(session.to_sign)))


def states() -> tuple[str, str]:
    return Issuing.objects.get().state, Document.objects.get().state


def test_the_run_holds_every_file_and_the_document_last(office: Office):
    issuing = numbered(office)
    run = run_of(begin_seal(actor=office.mai, document=issuing.document).session)
    assert [session.title for session in run] == [*NAMES, f"01-KH/ĐTN: {issuing.document.summary}"]
    assert [session.plan["appendix"] for session in run] == ["01-KH/ĐTN", "01-KH/ĐTN", ""]


def test_nothing_goes_out_before_all_of_them_are_sealed(office: Office, django_capture_on_commit_callbacks):
    issuing = numbered(office)
    run = run_of(begin_seal(actor=office.mai, document=issuing.document).session)
    for session in run:
        advance(issuing.pk)
        assert states()[1] == DocumentState.ISSUING
        assert not Delivery.objects.exclude(sent_at=None).exists()
        # Each one wakes the worker by itself.
        with django_capture_on_commit_callbacks() as woken:
            seal(session)
        assert [callback.__qualname__.partition(".")[0] for callback in woken].count("TaskReference") == 1
    advance(issuing.pk)
    assert states() == (IssuingState.ISSUED, DocumentState.ISSUED)
    document = Document.objects.get()
    for attachment in document.attachments.all():
        verdict = verify(office.bytes_of(Document(final=attachment.signed)), trust=read_trust(), moment=clock.now())
        assert (verdict.state, [signature.kind for signature in verdict.signatures]) == (
            VerdictState.TEST,
            ["organisation"],
        )
    assert Signature.objects.filter(certificate=office.seal).count() == 3


def test_the_document_sealed_alone_waits_for_the_files_beside_it(office: Office):
    issuing = numbered(office)
    run = run_of(begin_seal(actor=office.mai, document=issuing.document).session)
    Session.objects.exclude(pk=run[-1].pk).filter(field="organisation").update(expires_at=clock.now())
    seal(run[-1])
    long_ago = clock.now() - rules.STALLED_AFTER - timedelta(seconds=1)
    Issuing.objects.update(stepped_at=long_ago)
    # A worker can do nothing for it, so none is sent.
    assert resume_stalled() == 0
    advance(issuing.pk)
    issuing.refresh_from_db()
    assert (states(), issuing.attempts, issuing.problem) == ((IssuingState.SEALED, DocumentState.ISSUING), 0, "")

    remaining = run_of(begin_seal(actor=office.mai, document=issuing.document).session)
    assert [file_session.title for file_session in remaining] == NAMES
    for session in remaining:
        seal(session)
    advance(issuing.pk)
    assert states() == (IssuingState.ISSUED, DocumentState.ISSUED)


def test_a_run_that_broke_off_goes_on_where_it_stopped(office: Office):
    issuing = numbered(office)
    begun = begin_seal(actor=office.mai, document=issuing.document).session
    seal(run_of(begun)[0])
    # Asked again it is the same run, and only what is left of it.
    again = begin_seal(actor=office.mai, document=issuing.document)
    assert (again.session, again.secret) == (begun, "")
    assert Session.objects.filter(field="organisation").count() == 3

    Session.objects.filter(state=SessionState.OPEN).update(expires_at=clock.now())
    late = begin_seal(actor=office.mai, document=issuing.document).session
    assert late != begun
    assert [session.title for session in run_of(late)][:-1] == NAMES[1:]


def test_a_run_broken_off_as_it_began_is_begun_anew(office: Office):
    issuing = numbered(office)
    begun = begin_seal(actor=office.mai, document=issuing.document).session
    run_of(begun)[0].delete()
    again = begin_seal(actor=office.mai, document=issuing.document).session
    begun.refresh_from_db()
    assert (begun.state, len(run_of(again))) == (SessionState.CANCELLED, 3)


def test_a_file_that_cannot_be_prepared_begins_nothing(office: Office, refused, monkeypatch):
    issuing = numbered(office)

    def broken(_content, _fields):
        raise Refused(Problem("pdf_unreadable", ""))

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "add_form_fields", broken)
        assert refused(begin_seal, actor=office.mai, document=issuing.document) == "pdf_unreadable"
    assert not Session.objects.filter(state=SessionState.OPEN).exists()
    assert len(run_of(begin_seal(actor=office.mai, document=issuing.document).session)) == 3


def test_another_certificate_takes_the_whole_run_back(office: Office, refused):
    issuing = numbered(office)
    run = run_of(begin_seal(actor=office.mai, document=issuing.document).session)
    seal(run[0])
    Certificate.objects.filter(pk=office.seal.pk).update(fingerprint="0" * 64)
    other = certificate("ward", unit=office.unit, user=None, way=Way.TOKEN, added_by=office.an)
    choose_certificate(actor=office.mai, document=issuing.document, certificate=other)
    for session in run[1:]:
        assert refused(complete_signature, session=session, signature=b"x") == "session_cancelled"
    advance(issuing.pk)
    assert states() == (IssuingState.ISSUED, DocumentState.ISSUED)
    assert Signature.objects.filter(certificate=other).count() == 2


def test_the_clerk_sees_which_files_and_a_link_to_the_rest(office: Office, as_user):
    issuing = numbered(office)
    mai = as_user(office.mai)
    url = reverse("documents:seal", args=[issuing.pk])
    page = mai.get(url).content.decode()
    assert "Các tệp này được ký một lượt, chỉ một lần nhập mã PIN." in page
    assert all(name in page for name in NAMES)
    assert "/sign#" in mai.post(url).content.decode()
    leader = Session.objects.get(field="organisation", leader=None)
    assert len(run_of(leader)) == 3

    # The document alone is sealed; the page still leads to the files beside it.
    Session.objects.filter(leader=leader).update(expires_at=clock.now())
    seal(leader)
    page = mai.get(reverse("documents:document", args=[issuing.pk])).content.decode()
    assert url in page
    assert "Văn bản đã có số và đang chờ đóng dấu số." in page
    assert mai.get(url).status_code == 200


def test_with_an_own_tool_each_file_is_taken_and_brought(office: Office, as_user):
    issuing = numbered(office, Way.UPLOAD)
    mai = as_user(office.mai)
    url = mai.post(reverse("documents:seal", args=[issuing.pk]))["Location"]
    for session in run_of(Session.objects.get(pk=url.split("/")[-2])):
        content = b"".join(mai.get(reverse("signing:file", args=[session.pk])))
        signed = SimpleUploadedFile("a.pdf", tool(content, pki().ward, field="organisation"))
        answer = mai.post(reverse("signing:upload", args=[session.pk]), {"file": signed})
        assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == reverse("documents:document", args=[issuing.pk])
    advance(issuing.pk)
    assert states() == (IssuingState.ISSUED, DocumentState.ISSUED)


def test_what_was_taken_to_an_own_tool_is_still_brought_when_the_document_came_first(office: Office, as_user):
    issuing = numbered(office, Way.UPLOAD)
    mai = as_user(office.mai)
    *beside, document = run_of(begin_seal(actor=office.mai, document=issuing.document).session)

    def bring(session: Session, content: bytes) -> None:
        signed = SimpleUploadedFile("a.pdf", tool(content, pki().ward, field="organisation"))
        assert mai.post(reverse("signing:upload", args=[session.pk]), {"file": signed}).status_code == 302

    taken = [b"".join(mai.get(reverse("signing:file", args=[file_session.pk]))) for file_session in (*beside, document)]
    bring(document, taken.pop())
    for file_session, content in zip(beside, taken, strict=True):
        # The clerk comes back to the document's page and goes on from there.
        url = mai.post(reverse("documents:seal", args=[issuing.pk]))["Location"]
        assert Session.objects.get(pk=url.split("/")[-2]).state == SessionState.OPEN
        bring(file_session, content)
    advance(issuing.pk)
    assert states() == (IssuingState.ISSUED, DocumentState.ISSUED)


def test_the_files_left_are_sealed_with_another_certificate_than_the_document(office: Office, as_user):
    issuing = numbered(office)
    run = run_of(begin_seal(actor=office.mai, document=issuing.document).session)
    Session.objects.filter(leader=run[-1]).update(expires_at=clock.now())
    seal(run[-1])
    other = certificate("city", unit=office.unit, user=None, way=Way.AGENT, added_by=office.an)
    mai = as_user(office.mai)
    answer = mai.post(reverse("documents:certificate", args=[issuing.pk]), {"certificate": str(other.pk)})
    # They wait for the clerk's own machine, so that is where it leads.
    assert "/sign#" in answer.content.decode()
    for session in run_of(begin_seal(actor=office.mai, document=issuing.document).session):
        complete_signature(session=session, signature=sign(pki().city, bytes(session.to_sign)))
    advance(issuing.pk)
    assert states() == (IssuingState.ISSUED, DocumentState.ISSUED)
    assert Signature.objects.filter(certificate=other).count() == 2


@pytest.mark.parametrize(
    ("sizes", "many"),
    [
        ([1], 1),
        ([1] * 3, 3),
        ([1] * (rules.MOST_IN_RUN + 5), rules.MOST_IN_RUN),
        ([rules.LARGEST_RUN, 1], 1),
        ([rules.LARGEST_RUN + 1, 1], 1),
        ([1, rules.LARGEST_RUN, 1], 1),
    ],
)
def test_so_many_files_are_signed_in_one_go(sizes, many):
    assert rules.in_one_run(sizes) == many
