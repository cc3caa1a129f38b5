"""Concurrent numbering, signing, call-back, sealing and replacing: no gap, nothing twice, no deadlock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from doanso.audit.models import AuditEvent
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.drafts import attach
from doanso.documents.actions.issuing import advance, ask_issue, begin_seal
from doanso.documents.actions.numbers import begin_series, note_secret, reserve_number, set_numbering, void_number
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recalls import recall_document, replace_document
from doanso.documents.actions.routing import call_back
from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import (
    Delivery,
    Document,
    DocumentState,
    Issuing,
    Number,
    Series,
    Signature,
    StepState,
)
from doanso.documents.tests.conftest import ADDRESS, TODAY, Office, plan
from doanso.files.models import Blob
from doanso.ledger.recount import recount
from doanso.lib import database
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.people.tests.test_at_once import at_once
from doanso.signing.actions import complete_signature, signatures
from doanso.signing.models import Certificate, PublicFile, Way
from doanso.signing.queries import run_of
from doanso.signing.tests.pki import base_pdf, pki, sign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def issue(office: Office, document: Document) -> str:
    issuing = ask_issue(
        actor=office.mai,
        document=document,
        certificate=office.seal,
        receivers=[Receiver(unit=office.tree.units["p4-kp1"]), Receiver(outside="Công an phường")],
    )
    advance(issuing.pk)
    return Document.objects.get(pk=document.pk).notation


def paper(office: Office) -> str:
    return register_paper(actor=office.mai, unit=office.unit, draft=plan("Bản giấy"), dated=TODAY).notation


def keep_free(office: Office) -> Number:
    arguments = {"profile": "doan", "kind": "plan", "dated": TODAY, "reason": "Giữ chỗ"}
    return reserve_number(actor=office.mai, unit=office.unit, **arguments)


def test_one_form_sent_twice_at_once_and_a_reserved_number_taken_by_two(office):
    key, free = uuid7(), keep_free(office)
    draft = plan("Bản giấy", is_upload=True)

    def register(**more: object) -> str:
        return str(register_paper(actor=office.mai, unit=office.unit, draft=draft, dated=TODAY, **more).pk)

    same, again, taken, taken_too = at_once(
        *(lambda: register(key=key, scan=base_pdf(), name="quet.pdf") for _time in range(2)),
        *(lambda: register(key=uuid7(), number=free) for _time in range(2)),
    )
    assert same == again == str(key)
    [refusal] = {taken, taken_too} - {str(pk) for pk in Document.objects.values_list("pk", flat=True)}
    assert refusal == "number_not_reserved"
    assert sorted(Number.objects.values_list("value", "state")) == [(1, "used"), (2, "used")]
    assert Blob.objects.filter(erased_at=None).count() == 1


@pytest.mark.parametrize("form", ["paper", "reserve", "secret"])
def test_one_form_sent_to_two_units_at_once_draws_the_first_number_alone(office, form):
    key = uuid7()

    def send(actor, unit):
        return {
            "paper": lambda: register_paper(actor=actor, unit=unit, draft=plan("Bản giấy"), dated=TODAY, key=key),
            "reserve": lambda: reserve_number(
                actor=actor, unit=unit, profile="doan", kind="plan", dated=TODAY, reason="Giữ chỗ", key=key
            ),
            "secret": lambda: note_secret(actor=actor, unit=unit, dated=TODAY, key=key),
        }[form]

    with transaction.atomic():
        send(office.tree.dung, office.tree.units["my-tho"])()
        other = waiting(send(office.mai, office.unit))
    other.join(PATIENCE)

    assert other.answer == "form_used"
    assert list(Number.objects.values_list("unit__code", "value")) == [("my-tho", 1)]
    assert not Series.objects.filter(unit=office.unit, last_value__gt=0).exists()


def test_four_clerks_draw_number_seal_and_issue_at_once_without_gap_or_double(office):
    documents = [office.signed(office.draft(f"Kế hoạch {index}")) for index in range(2)]
    free = keep_free(office)
    actions = [
        *(lambda document=document: issue(office, document) for document in documents),
        # The same document asked for twice.
        lambda: issue(office, documents[0]),
        lambda: paper(office),
        lambda: paper(office),
        lambda: keep_free(office).value,
        lambda: void_number(actor=office.mai, number=free, reason="Thôi").state,
    ]
    at_once(*actions)
    for document in documents:
        advance(document.pk)

    series = Series.objects.get(direction="out")
    values = sorted(Number.objects.filter(series=series).values_list("value", flat=True))
    assert values == [1, 2, 3, 4, 5, 6]
    assert series.last_value == 6
    issued = Document.objects.filter(state=DocumentState.ISSUED)
    assert (issued.count(), issued.values("notation").distinct().count()) == (4, 4)
    assert not Delivery.objects.filter(sent_at=None).exists()
    assert (Delivery.objects.count(), AuditEvent.objects.filter(action="documents.issue").count()) == (4, 2)
    assert list(recount()) == []


def test_first_numbers_of_a_series_at_once_make_one_series(office):
    at_once(*[lambda: paper(office) for _time in range(4)])
    assert sorted(Number.objects.values_list("value", flat=True)) == [1, 2, 3, 4]
    assert Series.objects.count() == 1


def test_a_paper_book_and_an_earlier_day_at_once_never_meet_in_one_series(office):
    before = TODAY - timedelta(days=1)
    arguments = {"actor": office.an, "unit": office.unit, "profile": "doan", "kind": "plan", "dated": TODAY}
    at_once(
        lambda: begin_series(**arguments, last_value=50),
        *[
            lambda: register_paper(actor=office.mai, unit=office.unit, draft=plan("Bản giấy"), dated=before).notation
            for _time in range(3)
        ],
    )

    series, numbers = Series.objects.get(), list(Number.objects.order_by("value").values_list("value", "dated"))
    # Whichever was first: a number of the day before refuses the book, or the book refuses the day before.
    assert (series.last_value, series.last_dated, numbers) in [
        (50, TODAY, []),
        (3, before, [(1, before), (2, before), (3, before)]),
    ]


def test_numbers_drawn_while_the_way_is_changed_are_none_twice(office):
    arguments = {
        "actor": office.an,
        "unit": office.unit,
        "profile": "doan",
        "scope": "all",
        "era": "NK XII",
        "since": TODAY,
    }
    at_once(
        lambda: paper(office),
        lambda: set_numbering(**arguments).scope,
        lambda: paper(office),
        lambda: paper(office),
    )
    assert sorted(Number.objects.values_list("value", flat=True)) == [1, 2, 3]
    assert Document.objects.values("notation").distinct().count() == 3


def test_signing_and_calling_back_at_once_agree(office):
    document = office.to_sign()
    begun = begin_signing(actor=office.an, document=document, expected_version=1, certificate=office.hand, base=ADDRESS)
    signature = sign(pki().an, bytes(begun.session.to_sign))
    outcomes = at_once(
        lambda: complete_signature(session=begun.session, signature=signature).state,
        lambda: complete_signature(session=begun.session, signature=signature).state,
        lambda: call_back(actor=office.mai, document=document).state,
    )

    document.refresh_from_db()
    signed = Signature.objects.count()
    assert not document.steps.filter(state=StepState.OPEN).exists()
    if document.state == DocumentState.SIGNED:
        assert (signed, outcomes) == (1, ["done", "done", "document_not_under_way"])
    else:
        assert (document.state, signed, document.base, document.signed) == (DocumentState.DRAFT, 0, None, None)
        assert outcomes[2] == "draft"
        assert set(outcomes[:2]) <= {"document_called_back", "session_cancelled"}


def test_a_signature_that_comes_while_its_file_is_being_removed_is_refused(office, monkeypatch):
    document = office.to_sign()
    begun = begin_signing(actor=office.an, document=document, expected_version=1, certificate=office.hand, base=ADDRESS)
    signature = sign(pki().an, bytes(begun.session.to_sign))
    trust_path_of = signatures.trust_path_of

    def call_back_first(*arguments):
        call_back(actor=office.mai, document=document)
        return trust_path_of(*arguments)

    monkeypatch.setattr(signatures, "trust_path_of", call_back_first)
    with pytest.raises(Refused) as refused:
        complete_signature(session=begun.session, signature=signature)
    assert refused.value.problem.code in {"document_called_back", "session_cancelled"}
    assert Signature.objects.count() == 0


def test_two_documents_that_replace_each_other_at_once_do_not_wait_for_each_other(office):
    first, second = office.issued(office.draft("Bản một")), office.issued(office.draft("Bản hai"))
    arguments = {"actor": office.mai, "reason": "Cập nhật"}
    at_once(
        lambda: replace_document(document=first, by=second, **arguments).state,
        lambda: replace_document(document=second, by=first, **arguments).state,
        lambda: recall_document(actor=office.mai, document=first, reason="Sai").state,
    )

    states = set(Document.objects.values_list("state", flat=True))
    assert states in ({"issued", "replaced"}, {"issued", "recalled"}, {"replaced", "recalled"})
    said_publicly = PublicFile.objects.exclude(recalled_at=None).values_list("document__state", flat=True)
    assert sorted(said_publicly) == sorted(
        Document.objects.exclude(state=DocumentState.ISSUED).values_list("state", flat=True)
    )
    assert list(recount()) == []


def test_a_file_beside_a_document_that_is_just_being_sealed_waits_for_it_with_nothing_in_hand(office):
    if not database.locks_rows():
        return
    document = office.draft()
    attach(actor=office.mai, document=document, source=base_pdf("phu-luc"), name="phu-luc.pdf")
    Certificate.objects.filter(pk=office.seal.pk).update(way=Way.AGENT)
    office.seal.refresh_from_db()
    issuing = office.numbered(document)
    beside, _own = run_of(begin_seal(actor=office.mai, document=issuing.document).session)
    signature = sign(pki().ward, bytes(beside.to_sign))

    def bring() -> str:
        try:
            return complete_signature(session=beside, signature=signature).state
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
            brought = pool.submit(bring)
            with pytest.raises(TimeoutError):
                brought.result(timeout=6)
            # What seals the document asks for this next.
            Issuing.objects.select_for_update(of=("self",), nowait=True).get(pk=document.pk)
        assert brought.result(timeout=60) == "done"
