"""Issuing: number and day, seal, deliveries; each once, whatever dies in between."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from doanso.audit.models import AuditEvent
from doanso.documents.actions import issuing as actions
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.drafts import attach
from doanso.documents.actions.issuing import advance, ask_issue, choose_certificate, resume_stalled, try_again
from doanso.documents.actions.numbers import begin_series
from doanso.documents.models import Delivery, Document, DocumentState, Issuing, IssuingState, Number, Signature
from doanso.documents.rules import issuing as rules
from doanso.documents.tests.conftest import ADDRESS, TODAY, Office, numbered
from doanso.documents.uploaded_signature_fields import WIDTH
from doanso.files.reading import Kind, read_text
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.tests.printed_codes import codes_by_page
from doanso.signing import actions as signing
from doanso.signing import token
from doanso.signing.models import PublicFile
from doanso.signing.queries.authorities import read_trust
from doanso.signing.tests.pki import base_pdf
from doanso.signing.verification import VerdictState, verify
from doanso.signing.verification_codes import address_of

pytestmark = pytest.mark.django_db


def test_the_person_signs_and_it_is_the_clerk_s_turn(office: Office, signed: Document):

    assert (signed.state, signed.number, signed.final) == (DocumentState.SIGNED, None, None)
    assert list(Signature.objects.values_list("by__username", "certificate__kind")) == [("an", "person")]
    assert AuditEvent.objects.get(action="documents.sign").object_id == signed.pk


def test_number_and_seal_come_in_one_step_and_everybody_can_verify_it(office: Office, issued: Document):

    assert (issued.state, issued.notation, issued.dated, issued.issued_on) == (
        DocumentState.ISSUED,
        "01-KH/ĐTN",
        TODAY,
        TODAY,
    )
    verdict = verify(office.bytes_of(issued), trust=read_trust(), moment=clock.now())
    assert (verdict.state, [signature.kind for signature in verdict.signatures]) == (
        VerdictState.TEST,
        ["person", "organisation"],
    )
    public = PublicFile.objects.get()
    assert (public.number, public.title, public.sha256) == (issued.notation, issued.summary, verdict.sha256)
    assert list(Signature.objects.order_by("made_at").values_list("by__username", flat=True)) == ["an", "mai"]
    sent_at = Delivery.objects.get().sent_at
    assert (clock.local(sent_at).date(), sent_at >= clock.business_moment(issued.issued_at)) == (TODAY, True)


@pytest.mark.parametrize(
    ("last", "said"), [(0, "01-KH/ĐTN"), (98, "99-KH/ĐTN"), (99, "100-KH/ĐTN"), (2024, "2025-KH/ĐTN")]
)
def test_number_stands_between_its_word_and_its_symbol_without_a_gap_and_the_code_is_read(office: Office, last, said):
    if last:
        begin_series(
            actor=office.an,
            unit=office.unit,
            profile="doan",
            kind="plan",
            dated=TODAY,
            last_value=last,
            last_dated=TODAY,
        )
    document = office.issued()
    content = office.bytes_of(document)

    assert document.notation == said
    page = read_text(content, Kind.PDF).pages[0]
    [number] = [line for line in page.lines if line.text.strip() == said.partition("-")[0]]
    [before] = [line for line in page.lines if line.text.strip() == "Số:"]
    [after] = [line for line in page.lines if line.text.strip() == f"-{said.partition('-')[2]}"]
    # Their ink is a space of 3.5 points apart, and nothing, but for what the letters themselves leave free.
    assert (number.left - before.right) * WIDTH == pytest.approx(3.5, abs=2.5)
    assert (after.left - number.right) * WIDTH == pytest.approx(0, abs=1.5)
    assert document.public is not None
    url = address_of(document.public.code, base=ADDRESS)
    assert codes_by_page(content) == [[[url], [url]]]


def test_number_that_outgrew_its_room_is_written_smaller_and_what_cannot_be_read_is_refused(office: Office, refused):
    signed, series = office.signed(), {"profile": "doan", "kind": "plan", "dated": TODAY}
    begin_series(actor=office.an, unit=office.unit, **series, last_value=12_344)
    arguments = {"actor": office.mai, "document": signed, "certificate": office.seal}
    to = [Receiver(unit=office.tree.units["p4-kp1"])]
    assert refused(ask_issue, **arguments, receivers=to) == "issue_room"
    assert (Number.objects.count(), Document.objects.get().state) == (0, DocumentState.SIGNED)

    begin_series(actor=office.an, unit=office.unit, **series, last_value=1_233)
    assert office.issued(signed).notation == "1234-KH/ĐTN"


def test_one_changed_byte_is_seen(office: Office, issued: Document):
    content = bytearray(office.bytes_of(issued))
    content[len(content) // 3] ^= 1
    assert not verify(bytes(content), trust=read_trust(), moment=clock.now()).is_intact


def test_asking_again_draws_no_second_number(office: Office):
    first = numbered(office)
    again = ask_issue(actor=office.mai, document=first.document, certificate=office.seal, receivers=())
    assert (again.pk, Number.objects.count(), Delivery.objects.count()) == (first.pk, 1, 1)


def test_what_is_not_signed_or_goes_to_nobody_is_not_issued(office: Office, refused):
    arguments = {"actor": office.mai, "certificate": office.seal}
    to_branch = [Receiver(unit=office.tree.units["p4-kp1"])]
    assert refused(ask_issue, document=office.to_sign(), receivers=to_branch, **arguments) == "document_unsigned"
    document = office.signed()
    assert refused(ask_issue, document=document, receivers=(), **arguments) == "receivers_none"
    wrong = office.hand
    assert (
        refused(ask_issue, actor=office.mai, document=document, certificate=wrong, receivers=to_branch)
        == "certificate_elsewhere"
    )
    assert not Number.objects.exists()


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=367)])
def test_a_day_of_answer_is_ahead_and_not_a_year_away_else_no_number_is_drawn(office: Office, refused, day):
    branch = office.tree.units["p4-kp1"]
    arguments = {"actor": office.mai, "document": office.signed(), "certificate": office.seal}
    assert refused(ask_issue, **arguments, receivers=[Receiver(unit=branch, answer_by=day)]) == "answer_day"
    assert (Number.objects.count(), Delivery.objects.count()) == (0, 0)
    ask_issue(**arguments, receivers=[Receiver(unit=branch, answer_by=TODAY)])
    assert Delivery.objects.get().answer_by == TODAY


def test_only_who_seals_in_the_unit_itself_issues(office: Office, signed: Document):
    for other in (office.tree.chi, office.tree.dung, office.tree.giang, office.tree.binh):
        with pytest.raises(PermissionDenied):
            ask_issue(
                actor=other, document=signed, certificate=office.seal, receivers=[Receiver(outside="Công an phường")]
            )
    assert not Number.objects.exists()


# --- What dies in between -----------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Raised where the worker is killed; nothing after it runs."""


def kill_at(monkeypatch, owner, name: str) -> None:
    def killed(*_arguments, **_named):
        raise Killed

    monkeypatch.setattr(owner, name, killed)


@pytest.mark.parametrize(
    ("owner", "name"), [(signing, "begin_signature"), (actions, "unsealed_files"), (ledger, "count_many")]
)
def test_a_worker_that_dies_leaves_the_number_to_its_document(office: Office, monkeypatch, owner, name):
    issuing = numbered(office)
    with monkeypatch.context() as patch:
        kill_at(patch, owner, name)
        with pytest.raises(Killed):
            advance(issuing.pk)
    document = Document.objects.get()
    assert (document.state, document.number.value) == (DocumentState.ISSUING, 1)
    assert not Delivery.objects.filter(sent_at__isnull=False).exists()

    advance(issuing.pk)
    advance(issuing.pk)
    document = Document.objects.get()
    assert (document.state, document.number.value, Number.objects.count()) == (DocumentState.ISSUED, 1, 1)
    assert AuditEvent.objects.filter(action="documents.issue").count() == 1


def test_what_a_killed_worker_left_is_given_out_again_and_at_last_given_up(office: Office, refused):
    issuing = numbered(office)
    # A replayed office was numbered when its statements were recorded, in a long run hours ago.
    Issuing.objects.update(stepped_at=clock.now())
    assert resume_stalled() == 0
    long_ago = clock.now() - rules.STALLED_AFTER - timedelta(seconds=1)
    Issuing.objects.update(stepped_at=long_ago)
    assert (resume_stalled(), resume_stalled()) == (1, 0)

    Issuing.objects.update(stepped_at=long_ago, attempts=rules.MOST_ATTEMPTS)
    assert resume_stalled() == 0
    assert "Chưa đóng dấu số được" in Issuing.objects.get().problem
    assert try_again(actor=office.mai, document=issuing.document).problem == ""
    with pytest.raises(PermissionDenied):
        try_again(actor=office.tree.chi, document=issuing.document)


def test_a_device_that_does_not_answer_is_said_and_the_number_waits(office: Office, monkeypatch):
    def absent(**_named):
        raise Refused(Problem("token_unavailable", "Thiết bị ký không trả lời."))

    issuing = office.numbered()
    with monkeypatch.context() as patch:
        patch.setattr(token, "sign", absent)
        advance(issuing.pk)
    issuing.refresh_from_db()
    assert (issuing.state, issuing.problem) == (IssuingState.NUMBERED, "Thiết bị ký không trả lời.")
    choose_certificate(actor=office.mai, document=issuing.document, certificate=office.seal)
    advance(issuing.pk)
    assert Document.objects.get().state == DocumentState.ISSUED


def test_a_worker_of_the_next_day_keeps_number_and_day(office: Office, business_day):
    issuing = office.numbered()
    business_day(TODAY + timedelta(days=1))
    advance(issuing.pk)
    document = Document.objects.get()
    assert (document.dated, document.issued_on) == (TODAY, date(2023, 11, 13))


def test_the_database_issues_nothing_half(office: Office, signed: Document):
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=signed.pk).update(state=DocumentState.ISSUED)


# --- Files beside it ----------------------------------------------------------------------------------------------------


def test_each_file_beside_it_bears_the_organisation_s_signature(office: Office):
    document = office.draft()
    attach(actor=office.mai, document=document, source=base_pdf("Phụ lục 1"), name="phu-luc-1.pdf")
    issued = office.issued(document)

    attachment = issued.attachments.get()
    assert attachment.signed is not None
    assert Signature.objects.filter(attachment=attachment).count() == 1
    assert issued.state == DocumentState.ISSUED
