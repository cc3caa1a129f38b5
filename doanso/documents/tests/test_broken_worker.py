"""Killed workers, unavailable stores, and certificates or clerks that are gone between asking and sealing."""

import os
import signal
from datetime import timedelta

import pytest
from django.db import connections

from doanso.access.models import RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.documents.actions import issuing as actions
from doanso.documents.actions import signing_files
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.drafts import attach
from doanso.documents.actions.issuing import (
    advance,
    ask_issue,
    begin_seal,
    choose_certificate,
    resume_stalled,
    try_again,
)
from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import Delivery, Document, DocumentState, Issuing, IssuingState, Number, Signature
from doanso.documents.queries.sealing import UnsealedFile
from doanso.documents.rules import issuing as rules
from doanso.documents.tests.conftest import ADDRESS, TODAY, Office, certificate, numbered
from doanso.files import actions as files
from doanso.files.problems import Unavailable
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.signing import actions as signing
from doanso.signing.actions import complete_signature, end_certificate, public
from doanso.signing.models import Certificate, SessionState, Way
from doanso.signing.tests.pki import base_pdf, pki, sign


def killed(action) -> None:
    """Run an action in a child process that is killed on its way."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            action()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def kill(after=None):
    """Return a wrapper that kills the process before or after the wrapped call."""

    def gone(*arguments, **named):
        if after is not None:
            after(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return gone


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_at_any_point_loses_no_number_and_issues_nothing_half(office: Office, monkeypatch):
    document = office.signed()
    receivers = [Receiver(unit=office.tree.units["p4-kp1"])]
    asking = {"actor": office.mai, "document": document, "certificate": office.seal, "receivers": receivers}

    def killed_at(owner, name, action, *, after=False):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, kill(getattr(owner, name) if after else None))
            killed(action)

    killed_at(actions, "add_receivers", lambda: ask_issue(**asking), after=True)
    document.refresh_from_db()
    assert (document.state, Number.objects.count()) == (DocumentState.SIGNED, 0)

    issuing = ask_issue(**asking)
    for owner, name, after in (
        (signing, "begin_signature", False),
        (actions, "keep_seal", True),
        (signing, "sign_on_server", True),
        (public, "publish_file", False),
    ):
        killed_at(owner, name, lambda: advance(issuing.pk), after=after)
        document.refresh_from_db()
        assert (document.state, document.number.value, Number.objects.count()) == (DocumentState.ISSUING, 1, 1)
        assert not Delivery.objects.exclude(sent_at=None).exists()
        assert list(recount()) == []
    with monkeypatch.context() as patch:
        patch.setattr(actions.ledger, "count_many", kill(actions.ledger.count_many))
        killed(lambda: advance(issuing.pk))
    assert Document.objects.get().state == DocumentState.ISSUING

    Issuing.objects.update(stepped_at=clock.now() - rules.STALLED_AFTER - timedelta(seconds=1), attempts=1)
    assert resume_stalled() == 1
    advance(issuing.pk)
    document.refresh_from_db()
    assert (document.state, document.notation, Number.objects.count()) == (DocumentState.ISSUED, "01-KH/ĐTN", 1)
    assert (Signature.objects.count(), AuditEvent.objects.filter(action="documents.issue").count()) == (2, 1)
    assert list(recount()) == []


# --- The store ----------------------------------------------------------------------------------------------------------


def away(**_named):
    raise Unavailable("no answer")


@pytest.mark.django_db
def test_without_the_store_the_signer_waits_and_goes_on_later(office: Office, monkeypatch):
    document = office.to_sign()
    with monkeypatch.context() as patch:
        patch.setattr(signing_files.files, "store", away)
        with pytest.raises(Unavailable):
            begin_signing(actor=office.an, document=document, expected_version=1, certificate=office.hand, base=ADDRESS)
    document.refresh_from_db()
    assert (document.state, document.base) == (DocumentState.SIGNING, None)
    assert office.signed(document).state == DocumentState.SIGNED


@pytest.mark.django_db
@pytest.mark.parametrize("when", ["seal", "attachment"])
def test_without_the_store_a_numbered_document_waits_says_so_and_goes_on_by_itself(office: Office, monkeypatch, when):
    document = office.draft()
    attach(actor=office.mai, document=document, source=base_pdf("Phụ lục 1"), name="phu-luc.pdf")
    issuing = office.numbered(document)
    with monkeypatch.context() as patch:
        if when == "seal":
            patch.setattr(files, "store", away)
        else:
            attached, open_blob = document.attachments.get().blob, files.open_blob
            patch.setattr(files, "open_blob", lambda blob: away() if blob == attached else open_blob(blob))
        for _time in range(rules.MOST_ATTEMPTS + 3):
            Issuing.objects.update(stepped_at=clock.now() - rules.STALLED_AFTER - timedelta(seconds=1))
            if _time:
                assert resume_stalled() == 1
            advance(issuing.pk)
            if when == "attachment" and _time == 1:
                break
    issuing.refresh_from_db()
    assert issuing.problem == Unavailable("").problem.message
    assert not Delivery.objects.exclude(sent_at=None).exists()

    Issuing.objects.update(stepped_at=clock.now() - rules.STALLED_AFTER - timedelta(seconds=1))
    assert resume_stalled() == 1
    advance(issuing.pk)
    issued = Document.objects.get()
    assert (issued.state, issued.number.value) == (DocumentState.ISSUED, 1)
    assert issued.attachments.get().signed is not None


# --- Certificates and clerks that are gone ----------------------------------------------------------------------------------


def other_seal(office: Office, way: str = Way.TOKEN) -> Certificate:
    Certificate.objects.filter(pk=office.seal.pk).update(fingerprint="0" * 64)
    return certificate("ward", unit=office.unit, user=None, way=way, added_by=office.an)


@pytest.mark.django_db
def test_a_certificate_ended_after_asking_is_said_and_another_seals_at_once(office: Office, monkeypatch):
    issuing = numbered(office)
    with monkeypatch.context() as patch:
        patch.setattr(actions.signing, "sign_on_server", lambda **_named: away())
        advance(issuing.pk)
    end_certificate(actor=office.an, certificate=office.seal, reason="Mất thiết bị")
    advance(issuing.pk)
    issuing.refresh_from_db()
    assert "đã ngừng dùng" in issuing.problem
    assert resume_stalled() == 0

    chosen = other_seal(office)
    choose_certificate(actor=office.mai, document=issuing.document, certificate=chosen)
    advance(issuing.pk)
    assert Document.objects.get().state == DocumentState.ISSUED
    assert Signature.objects.get(certificate__kind="organisation").certificate == chosen


@pytest.mark.django_db
def test_a_seal_begun_with_the_certificate_before_seals_nothing(office: Office, refused):
    Certificate.objects.filter(pk=office.seal.pk).update(way=Way.AGENT)
    office.seal.refresh_from_db()
    issuing = office.numbered()
    begun = begin_seal(actor=office.mai, document=issuing.document)
    chosen = other_seal(office)
    choose_certificate(actor=office.mai, document=issuing.document, certificate=chosen)
    signature = sign(pki().ward, bytes(begun.session.to_sign))
    assert refused(complete_signature, session=begun.session, signature=signature) == "session_cancelled"

    advance(issuing.pk)
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.CANCELLED
    assert Document.objects.get().state == DocumentState.ISSUED


@pytest.mark.django_db
def test_a_seal_completed_just_as_another_certificate_is_chosen_seals_nothing(office: Office, refused):
    Certificate.objects.filter(pk=office.seal.pk).update(way=Way.AGENT)
    office.seal.refresh_from_db()
    issuing = office.numbered()
    begun = begin_seal(actor=office.mai, document=issuing.document)
    # What is being completed is passed over as the other one is chosen.
    Issuing.objects.filter(pk=issuing.pk).update(certificate=other_seal(office))
    signature = sign(pki().ward, bytes(begun.session.to_sign))
    assert refused(complete_signature, session=begun.session, signature=signature) == "seal_other_certificate"

    advance(issuing.pk)
    assert Document.objects.get().state == DocumentState.ISSUED


@pytest.mark.django_db
def test_files_beside_it_are_sealed_with_another_certificate_when_the_first_is_gone(office: Office):
    document = office.draft()
    attach(actor=office.mai, document=document, source=base_pdf("Phụ lục 1"), name="phu-luc.pdf")
    issuing = office.numbered(document)
    actions._seal_on_server(issuing, UnsealedFile(issuing.document))
    end_certificate(actor=office.an, certificate=office.seal, reason="Hết hạn thiết bị")
    advance(issuing.pk)
    issuing.refresh_from_db()
    assert (issuing.state, Document.objects.get().state) == (IssuingState.SEALED, DocumentState.ISSUING)

    choose_certificate(actor=office.mai, document=document, certificate=other_seal(office))
    advance(issuing.pk)
    assert Document.objects.get().state == DocumentState.ISSUED


@pytest.mark.django_db
def test_a_clerk_who_lost_the_role_after_asking_leaves_it_to_another(office: Office):
    issuing = numbered(office)
    RoleAssignment.objects.filter(user=office.mai).update(until=TODAY)
    advance(issuing.pk)
    issuing.refresh_from_db()
    assert "không còn quyền" in issuing.problem
    assert Document.objects.get().state == DocumentState.ISSUING

    try_again(actor=office.an, document=issuing.document)
    advance(issuing.pk)
    document = Document.objects.get()
    assert (document.state, document.issued_by, document.number.drawn_by) == (
        DocumentState.ISSUED,
        office.an,
        office.mai,
    )


@pytest.mark.django_db
def test_a_clerk_who_lost_the_role_meanwhile_leaves_the_files_beside_it_to_another(office: Office):
    document = office.draft()
    attach(actor=office.mai, document=document, source=base_pdf("Phụ lục 1"), name="phu-luc.pdf")
    issuing = office.numbered(document)
    actions._seal_on_server(issuing, UnsealedFile(issuing.document))
    RoleAssignment.objects.filter(user=office.mai).update(until=TODAY)
    advance(issuing.pk)
    issuing.refresh_from_db()
    assert "không còn quyền" in issuing.problem
    assert (document.attachments.get().signed, Document.objects.get().state) == (None, DocumentState.ISSUING)

    try_again(actor=office.an, document=document)
    advance(issuing.pk)
    assert Document.objects.get().state == DocumentState.ISSUED


@pytest.mark.django_db
def test_two_workers_at_the_same_document_leave_no_complaint(office: Office, monkeypatch):
    issuing = numbered(office)
    begin_seal(actor=office.mai, document=issuing.document)
    with monkeypatch.context() as patch:
        patch.setattr(actions.signatures, "open_session", lambda **_named: None)
        advance(issuing.pk)
    issuing.refresh_from_db()
    assert issuing.problem == ""
    advance(issuing.pk)
    assert Document.objects.get().state == DocumentState.ISSUED
