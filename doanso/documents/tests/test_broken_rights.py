"""Every action by everybody without the right: beside, above, below, left, disabled, expired."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access.models import Role, RoleAssignment
from doanso.documents import policy
from doanso.documents.actions.deliveries import (
    Receiver,
    answer_delivery,
    assign_delivery,
    open_delivery,
    remind,
    see_end,
    send_to,
)
from doanso.documents.actions.drafts import attach, detach, discard_document, save_version, start_document
from doanso.documents.actions.issuing import ask_issue, begin_seal, choose_certificate, try_again
from doanso.documents.actions.mandates import end_mandate, give_mandate, set_stand_in
from doanso.documents.actions.numbers import begin_series, note_secret, reserve_number, set_numbering, void_number
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recalls import recall_document, replace_document
from doanso.documents.actions.routing import call_back, comment, pass_step, resolve_comment, return_step, send_on
from doanso.documents.actions.signing import begin_signing
from doanso.documents.links import link_of
from doanso.documents.models import Comment, Delivery, Document, DocumentState
from doanso.documents.tests.conftest import ADDRESS, TODAY, Office, issued_to, numbered, plan
from doanso.incoming.actions import IncomingInput, assign_arrival, complete_arrival, take_in, take_in_delivery
from doanso.lib.access_codes import new_link
from doanso.signing.actions import complete_signature
from doanso.signing.models import Certificate, SessionState, Way
from doanso.signing.tests.pki import base_pdf, pki, sign

pytestmark = pytest.mark.django_db

STRANGERS = ("chi", "dung", "giang", "hanh", "binh", "khoa", "lan", "minh")


def denied(actions, people) -> None:
    """Assert that none of these people may do any of the actions."""
    for who in people:
        for action in actions(who):
            with pytest.raises(PermissionDenied):
                action()


def gone(office: Office, name: str) -> object:
    """Return a person of ward 4 whose role ended yesterday, or whose account is disabled."""
    user = {"mai": office.mai, "phuc": office.phuc, "an": office.an}[name]
    RoleAssignment.objects.filter(user=user).update(until=TODAY)
    return user


def test_nobody_beside_above_or_below_writes_numbers_or_manages(office: Office):
    document, unit = office.draft(), office.unit
    attachment = attach(actor=office.mai, document=document, source=base_pdf("Phụ lục"), name="a.pdf")
    remark = comment(actor=office.mai, document=document, version=1, words="Xem lại")
    series = {"unit": unit, "profile": "doan", "kind": "plan", "dated": TODAY}
    number = reserve_number(actor=office.mai, **series, reason="Giữ")
    mandate = office.mandate
    people = [office.tree.users[name] for name in STRANGERS]
    disabled = office.tree.users["lan"]
    disabled.is_active = False
    disabled.save()

    def actions(who):
        return (
            lambda: start_document(actor=who, unit=unit, draft=plan()),
            lambda: save_version(actor=who, document=document, expected_version=1, draft=plan("Khác")),
            lambda: attach(actor=who, document=document, source=b"", name="a.pdf"),
            lambda: detach(actor=who, attachment=attachment),
            lambda: discard_document(actor=who, document=document, reason="Bỏ"),
            lambda: comment(actor=who, document=document, version=1, words="Lạ"),
            lambda: resolve_comment(actor=who, remark=remark),
            lambda: send_on(actor=who, document=document, expected_version=1, reviewers=[], mandate=mandate),
            lambda: call_back(actor=who, document=document),
            lambda: reserve_number(actor=who, **series, reason="Giữ"),
            lambda: void_number(actor=who, number=number, reason="Bỏ"),
            lambda: note_secret(actor=who, unit=unit, dated=TODAY),
            lambda: begin_series(actor=who, **series, last_value=9),
            lambda: set_numbering(actor=who, unit=unit, profile="doan", scope="all", era="", since=TODAY),
            lambda: register_paper(actor=who, unit=unit, draft=plan(), dated=TODAY),
            lambda: give_mandate(actor=who, unit=unit, user=who, wording="", body="", post="Bí thư", since=TODAY),
            lambda: end_mandate(actor=who, mandate=mandate, until=TODAY),
            lambda: set_stand_in(
                actor=who, unit=unit, user=office.phuc, deputy=who, since=TODAY, until=TODAY, reason="Không"
            ),
            lambda: take_in(actor=who, unit=unit, inputs=IncomingInput("Công an", "Phối hợp")),
        )

    denied(actions, people)
    assert not any(policy.readable_documents(who).exists() for who in people)
    assert (Document.objects.count(), Comment.objects.count()) == (1, 1)


def test_nobody_else_issues_seals_sends_or_ends(office: Office):
    issuing = numbered(office)
    document = issuing.document
    receivers = [Receiver(outside="Công an")]

    def actions(who):
        return (
            lambda: ask_issue(actor=who, document=document, certificate=office.seal, receivers=receivers),
            lambda: begin_seal(actor=who, document=document),
            lambda: try_again(actor=who, document=document),
            lambda: choose_certificate(actor=who, document=document, certificate=office.seal),
            lambda: send_to(actor=who, document=document, receivers=receivers),
            lambda: remind(actor=who, document=document),
            lambda: recall_document(actor=who, document=document, reason="Sai"),
            lambda: replace_document(actor=who, document=document, by=document, reason="Sai"),
        )

    denied(actions, [office.tree.users[name] for name in STRANGERS])
    assert Document.objects.get().state == DocumentState.ISSUING


def test_a_delivery_of_another_unit_is_handled_by_nobody_else(office: Office, issued: Document):
    delivery = issued.deliveries.get()

    def actions(who):
        return (
            lambda: open_delivery(actor=who, delivery=delivery),
            lambda: assign_delivery(actor=who, delivery=delivery, user=who, answer_by=None),
            lambda: answer_delivery(actor=who, delivery=delivery, words="Đã rõ"),
            lambda: see_end(actor=who, delivery=delivery),
            lambda: take_in_delivery(actor=who, delivery=delivery),
        )

    denied(actions, [office.tree.users[name] for name in ("chi", "dung", "hanh", "khoa", "lan", "minh")])
    with pytest.raises(PermissionDenied):
        open_delivery(actor=None, delivery=delivery)
    assert Delivery.objects.get().opened_at is None


def test_what_stands_in_one_ward_s_book_is_no_other_s(office: Office):
    entered = take_in(actor=office.mai, unit=office.unit, inputs=IncomingInput("Công an", "Phối hợp"))
    for name in STRANGERS:
        who = office.tree.users[name]
        with pytest.raises(PermissionDenied):
            assign_arrival(actor=who, arrival=entered, user=who, answer_by=None)
        with pytest.raises(PermissionDenied):
            complete_arrival(actor=who, arrival=entered, words="Xong")


# --- Answers ------------------------------------------------------------------------------------------------------------


def test_an_answer_is_a_document_that_was_issued_there(office: Office, refused):
    document = issued_to(office, Receiver(unit=office.unit))
    arguments = {"actor": office.an, "delivery": document.deliveries.get(), "words": ""}
    assert refused(answer_delivery, **arguments, document=office.draft("Còn soạn")) == "answer_unfit"
    assert answer_delivery(**arguments, document=document).answer_document == document


# --- Who is gone ----------------------------------------------------------------------------------------------------------


def test_a_role_that_ended_ends_the_desk_and_the_reading(office: Office):
    document = office.draft()
    sent = send_on(
        actor=office.mai, document=document, expected_version=1, reviewers=[office.phuc], mandate=office.mandate
    )
    assert policy.readable_documents(office.phuc).exists()
    gone(office, "phuc")
    for action in (
        lambda: pass_step(actor=office.phuc, document=sent, expected_version=1),
        lambda: return_step(actor=office.phuc, document=sent, expected_version=1, words="Không"),
        lambda: comment(actor=office.phuc, document=sent, version=1, words="Không"),
    ):
        with pytest.raises(PermissionDenied):
            action()
    assert not policy.readable_documents(office.phuc).exists()
    assert call_back(actor=office.mai, document=sent).state == DocumentState.DRAFT


def test_a_way_leads_over_nobody_who_does_not_see_the_unit_s_documents(office: Office, refused):
    arguments = {"actor": office.mai, "document": office.draft(), "expected_version": 1, "mandate": office.mandate}
    for name in ("chi", "khoa", "minh"):
        assert refused(send_on, **arguments, reviewers=[office.tree.users[name]]) == "route_stranger"
    gone(office, "an")
    assert refused(send_on, **arguments, reviewers=[office.phuc]) == "route_stranger"


def test_a_signer_who_left_the_unit_signs_nothing_any_more(office: Office, awaiting: Document):
    arguments = {
        "actor": office.an,
        "document": awaiting,
        "expected_version": 1,
        "certificate": office.hand,
        "base": ADDRESS,
    }
    begun = begin_signing(**arguments)
    gone(office, "an")
    with pytest.raises(PermissionDenied):
        begin_signing(**arguments)
    with pytest.raises(PermissionDenied):
        complete_signature(session=begun.session, signature=sign(pki().an, bytes(begun.session.to_sign)))
    awaiting.refresh_from_db()
    assert (awaiting.state, awaiting.signed) == (DocumentState.SIGNING, None)


def test_an_authority_that_ended_while_the_key_was_at_work_signs_nothing(office: Office, awaiting: Document, refused):
    begun = begin_signing(actor=office.an, document=awaiting, expected_version=1, certificate=office.hand, base=ADDRESS)
    end_mandate(actor=office.an, mandate=office.mandate, until=TODAY - timedelta(days=1))
    signature = sign(pki().an, bytes(begun.session.to_sign))
    assert refused(complete_signature, session=begun.session, signature=signature) == "mandate_over"
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.OPEN


def test_the_seal_is_no_hand_and_the_hand_no_seal(office: Office, refused):
    Certificate.objects.filter(pk=office.seal.pk).update(way=Way.AGENT)
    office.seal.refresh_from_db()
    document = office.to_sign()
    arguments = {"actor": office.an, "document": document, "expected_version": 1, "base": ADDRESS}
    assert refused(begin_signing, **arguments, certificate=office.seal) == "certificate_not_own"
    signed = office.signed(document)
    Certificate.objects.filter(pk=office.seal.pk).update(unit=office.tree.units["p5"])
    for certificate in (office.hand, office.seal):
        issue_arguments = {
            "actor": office.an,
            "document": signed,
            "certificate": certificate,
            "receivers": [Receiver(outside="Công an")],
        }
        assert refused(ask_issue, **issue_arguments) == "certificate_elsewhere"


def test_standing_in_holds_for_the_unit_s_own_papers(office: Office):
    ward_5 = office.tree.units["p5"]
    RoleAssignment.objects.create(user=office.phuc, role=Role.UNIT_SECRETARY, unit=ward_5, since=TODAY)
    chi = office.tree.chi
    mandate = give_mandate(actor=chi, unit=ward_5, user=chi, wording="", body="", post="Bí thư", since=TODAY)
    draft = start_document(actor=chi, unit=ward_5, draft=plan())
    sent = send_on(actor=office.phuc, document=draft, expected_version=1, reviewers=[], mandate=mandate)
    back = return_step(actor=chi, document=sent, expected_version=1, words="Thêm mắt")
    sent = send_on(actor=chi, document=back, expected_version=1, reviewers=[office.phuc], mandate=mandate)
    set_stand_in(
        actor=office.phuc, unit=office.unit, user=office.phuc, deputy=office.mai, since=TODAY, until=TODAY, reason="Đi"
    )
    with pytest.raises(PermissionDenied):
        pass_step(actor=office.mai, document=sent, expected_version=1)
    assert not policy.readable_documents(office.mai).filter(pk=sent.pk).exists()


# --- Links outside, ids of other documents ----------------------------------------------------------------------------------


def test_a_guessed_link_leads_nowhere_and_a_recalled_document_is_not_handed_out(office: Office, client):
    document = issued_to(office, Receiver(outside="Công an phường"))
    link = link_of(document.deliveries.get())
    assert client.get(f"/v/{new_link()}/").status_code == 404
    assert client.get(f"/v/{link[:-1]}/").status_code == 404
    assert client.get(f"/v/{link}/").status_code == 200
    recall_document(actor=office.mai, document=document, reason="Sai căn cứ")
    assert "Sai căn cứ" in client.get(f"/v/{link}/").content.decode()
    assert client.get(f"/v/{link}/file/").status_code == 404
