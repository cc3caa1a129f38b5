"""Deliveries: received, opened, assigned, answered; and what receivers see when the document is recalled or replaced."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
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
from doanso.documents.actions.recalls import recall_document, replace_document
from doanso.documents.links import link_lookup, link_of
from doanso.documents.models import Delivery, Document, DocumentState
from doanso.documents.tests.conftest import TODAY, Office, issued_to, numbered
from doanso.signing.models import PublicFile

pytestmark = pytest.mark.django_db


def delivered(office: Office) -> dict[str, Delivery]:
    """Return a plan that was sent to a branch, to a member and to the police."""
    document = issued_to(
        office,
        Receiver(unit=office.tree.units["p4-kp1"], purpose="t/h", answer_by=TODAY + timedelta(days=7)),
        Receiver(user=office.tree.khoa),
        Receiver(outside="Công an phường 4"),
    )
    return {
        "branch": document.deliveries.get(unit=office.tree.units["p4-kp1"]),
        "khoa": document.deliveries.get(user=office.tree.khoa),
        "police": document.deliveries.exclude(outside="").get(),
    }


def test_each_receiver_is_there_once(office: Office):
    branch = office.tree.units["p4-kp1"]
    document = office.issued(None, Receiver(unit=branch), Receiver(unit=branch), Receiver(user=office.tree.khoa))
    send_to(actor=office.mai, document=document, receivers=[Receiver(unit=branch), Receiver(outside="Hội Phụ nữ")])
    assert document.deliveries.count() == 3
    assert not document.deliveries.filter(sent_at=None).exists()


def test_nobody_is_sent_it_to_answer_on_a_day_that_is_past(office: Office, issued: Document, refused):
    arguments = {"actor": office.mai, "document": issued}
    late = Receiver(outside="Hội Phụ nữ", answer_by=TODAY - timedelta(days=1))
    assert refused(send_to, **arguments, receivers=[Receiver(user=office.tree.khoa), late]) == "answer_day"
    assert Delivery.objects.count() == 1
    [made] = send_to(**arguments, receivers=[Receiver(outside="Hội Phụ nữ", answer_by=TODAY + timedelta(days=366))])
    assert made.answer_by == TODAY + timedelta(days=366)


def test_nothing_is_there_before_it_is_issued(office: Office, refused):
    issuing = numbered(office)
    waiting = Delivery.objects.get()
    assert refused(open_delivery, actor=office.tree.binh, delivery=waiting) == "delivery_not_sent"
    assert not policy.received_deliveries(office.tree.binh).exists()
    assert issuing.document.state == DocumentState.ISSUING


def test_the_first_opening_is_kept(office: Office):
    branch = delivered(office)["branch"]
    first = open_delivery(actor=office.tree.binh, delivery=branch)
    again = open_delivery(actor=office.tree.binh, delivery=branch)
    assert (again.opened_at, again.opened_by) == (first.opened_at, office.tree.binh)
    assert AuditEvent.objects.filter(action="documents.open").count() == 1


def test_each_opens_what_went_to_them_and_nothing_else(office: Office):
    deliveries = delivered(office)
    assert open_delivery(actor=office.tree.khoa, delivery=deliveries["khoa"]).opened_by == office.tree.khoa
    for name, key in (("khoa", "branch"), ("binh", "khoa"), ("chi", "branch"), ("dung", "branch"), ("hanh", "branch")):
        with pytest.raises(PermissionDenied):
            open_delivery(actor=office.tree.users[name], delivery=deliveries[key])
    assert set(policy.received_deliveries(office.tree.binh)) == {deliveries["branch"]}
    assert set(policy.received_deliveries(office.tree.khoa)) == {deliveries["khoa"]}


def test_outside_it_is_opened_by_a_link(office: Office):
    police = delivered(office)["police"]
    link = link_of(police)
    assert len(link) >= 22
    assert Delivery.objects.get(link_lookup=link_lookup(link)) == police
    assert open_delivery(actor=None, delivery=police).opened_by is None


def test_it_is_given_to_somebody_and_answered(office: Office, refused):
    branch = delivered(office)["branch"]
    day = TODAY + timedelta(days=3)
    arguments = {"actor": office.tree.binh, "delivery": branch}
    assert refused(assign_delivery, **arguments, user=office.tree.chi, answer_by=day) == "assign_stranger"
    assert refused(assign_delivery, **arguments, user=office.tree.binh, answer_by=TODAY - timedelta(1)) == "answer_day"
    assert assign_delivery(**arguments, user=office.tree.binh, answer_by=None).answer_by == TODAY + timedelta(days=7)
    assert assign_delivery(**arguments, user=office.tree.binh, answer_by=day).answer_by == day
    assert refused(answer_delivery, **arguments, words=" ") == "answer_empty"
    answered = answer_delivery(**arguments, words="Chi đoàn đã triển khai")
    assert (answered.answered_by, answered.answer) == (office.tree.binh, "Chi đoàn đã triển khai")
    # Sent twice it is one answer; another one, from a page that was open before, does not take its place.
    assert answer_delivery(**arguments, words="Chi đoàn đã triển khai").answered_at == answered.answered_at
    assert refused(answer_delivery, **arguments, words="Chưa làm được") == "answer_twice"
    assert AuditEvent.objects.filter(action="documents.answer").count() == 1


def test_who_has_not_opened_is_reminded_once_a_day(office: Office):
    deliveries = delivered(office)
    open_delivery(actor=office.tree.binh, delivery=deliveries["branch"])
    document = deliveries["branch"].document
    assert (remind(actor=office.mai, document=document), remind(actor=office.mai, document=document)) == (2, 0)
    assert sorted(document.deliveries.values_list("reminders", flat=True)) == [0, 1, 1]
    with pytest.raises(PermissionDenied):
        remind(actor=office.tree.binh, document=document)


# --- Recalled, replaced -------------------------------------------------------------------------------------------------


def test_a_recalled_document_says_so_everywhere(office: Office, refused):
    branch = delivered(office)["branch"]
    assert refused(recall_document, actor=office.mai, document=branch.document, reason=" ") == "end_reason"
    recalled = recall_document(actor=office.mai, document=branch.document, reason="Sai căn cứ pháp lý")
    assert (recalled.state, PublicFile.objects.get().recall_reason) == (DocumentState.RECALLED, "Sai căn cứ pháp lý")
    assert see_end(actor=office.tree.binh, delivery=branch).end_seen_at is not None
    assert refused(recall_document, actor=office.mai, document=recalled, reason="Lần nữa") == "document_not_issued"
    with pytest.raises(PermissionDenied):
        recall_document(actor=office.tree.chi, document=recalled, reason="Không phải của tôi")


@pytest.mark.parametrize("end", ["recalled", "replaced"])
def test_what_holds_no_more_is_neither_answered_nor_given_to_anybody(office: Office, refused, end):
    branch = delivered(office)["branch"]
    if end == "replaced":
        new = office.issued(office.draft("Bản mới"))
    arguments = {"actor": office.tree.binh, "delivery": branch}
    assign_delivery(**arguments, user=office.tree.binh, answer_by=TODAY)
    if end == "recalled":
        recall_document(actor=office.mai, document=branch.document, reason="Sai căn cứ")
    else:
        replace_document(actor=office.mai, document=branch.document, by=new, reason="Sai căn cứ")

    assert refused(assign_delivery, **arguments, user=office.tree.binh, answer_by=None) == "document_ended"
    assert refused(answer_delivery, **arguments, words="Đã triển khai") == "document_ended"
    branch.refresh_from_db()
    assert (branch.answer_by, branch.answered_at) == (TODAY, None)
    first = see_end(**arguments).end_seen_at
    assert (first is not None, see_end(**arguments).end_seen_at) == (True, first)


def test_the_end_is_seen_only_where_there_is_one_and_by_who_received_it(office: Office):
    deliveries = delivered(office)
    assert see_end(actor=office.tree.binh, delivery=deliveries["branch"]).end_seen_at is None
    recall_document(actor=office.mai, document=deliveries["branch"].document, reason="Sai căn cứ")
    for actor in (office.mai, office.tree.khoa, None):
        with pytest.raises(PermissionDenied):
            see_end(actor=actor, delivery=deliveries["branch"])
    see_end(actor=None, delivery=deliveries["police"])
    assert list(Delivery.objects.exclude(end_seen_at=None)) == [deliveries["police"]]
    event = AuditEvent.objects.get(action="documents.see_end")
    assert (event.actor_id, event.unit_id) == (None, office.unit.pk)


def test_by_the_link_a_recalled_document_is_not_opened_any_more(office: Office):
    police = delivered(office)["police"]
    recall_document(actor=office.mai, document=police.document, reason="Sai căn cứ")
    assert open_delivery(actor=None, delivery=police).opened_at is None
    assert not AuditEvent.objects.filter(action="documents.open").exists()


def test_another_document_takes_its_place(office: Office, refused):
    old, new = office.issued(office.draft("Bản cũ")), office.issued(office.draft("Bản mới"))
    arguments = {"actor": office.mai, "reason": "Cập nhật đoạn đường"}
    assert refused(replace_document, document=old, by=old, **arguments) == "replacement_unfit"
    replaced = replace_document(document=old, by=new, **arguments)
    new.refresh_from_db()
    assert (replaced.state, new.replaces) == (DocumentState.REPLACED, old)
    assert PublicFile.objects.get(document=old).replaced_by == PublicFile.objects.get(document=new)
    third = office.issued(office.draft("Bản thứ ba"))
    assert refused(replace_document, document=third, by=new, **arguments) == "replacement_taken"
