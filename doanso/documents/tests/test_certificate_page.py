"""Choosing another certificate for a document that waits for its seal; number and day stay."""

import pytest

from doanso.audit.models import AuditEvent
from doanso.documents.actions.issuing import advance, begin_seal
from doanso.documents.models import Document, Issuing, Number
from doanso.documents.tests.conftest import TODAY, Office, certificate, numbered
from doanso.signing.models import Session, Way

pytestmark = pytest.mark.django_db


def at(document) -> str:
    return f"/documents/{document.pk}/certificate/"


@pytest.fixture
def device(office: Office):
    """Add the ward's other certificate, whose key is on the clerk's own machine."""
    return certificate("city", unit=office.unit, user=None, way=Way.AGENT, added_by=office.an)


def test_where_the_device_does_not_answer_another_certificate_seals_it(office: Office, device, as_user):
    office.seal.way = Way.AGENT
    office.seal.save()
    issuing = office.numbered()
    mai = as_user(office.mai)
    begun = begin_seal(actor=office.mai, document=issuing.document)
    page = mai.get(f"/documents/{issuing.pk}/").content.decode()
    assert at(issuing) in page
    assert "Chọn chứng thư khác" in page
    assert "Văn bản giữ nguyên số 01-KH/ĐTN, ngày 12/11/2023." in mai.get(at(issuing)).content.decode()

    answer = mai.post(at(issuing), {"certificate": str(device.pk)})
    assert "/sign#" in answer.content.decode()
    fresh = Issuing.objects.get(pk=issuing.pk)
    assert (fresh.certificate, fresh.problem, fresh.asked_by) == (device, "", office.mai)
    assert (Number.objects.get().value, Document.objects.get().dated) == (1, TODAY)
    assert Session.objects.get(pk=begun.session.pk).state == "cancelled"
    event = AuditEvent.objects.get(action="documents.choose_certificate")
    assert (event.actor, event.object_id, event.changed) == (office.mai, issuing.pk, ["certificate"])


def test_a_certificate_on_the_server_s_device_goes_on_by_itself(office: Office, device, as_user):
    issuing = office.numbered()
    Issuing.objects.filter(pk=issuing.pk).update(certificate=device, problem="Thiết bị không trả lời.", attempts=5)
    mai = as_user(office.mai)
    assert "Thiết bị không trả lời." in mai.get(at(issuing)).content.decode()
    answer = mai.post(at(issuing), {"certificate": str(office.seal.pk)}, follow=True)
    assert "Văn bản đã có số; đang đóng dấu số và gửi đi." in answer.content.decode()
    advance(issuing.pk)
    assert Document.objects.get().state == "issued"


def test_a_certificate_of_somebody_else_is_refused(office: Office, as_user):
    issuing = numbered(office)
    for wrong in (str(office.hand.pk), "", "x"):
        answer = as_user(office.mai).post(at(issuing), {"certificate": wrong})
        assert answer.status_code == 422
    assert Issuing.objects.get().certificate == office.seal


def test_what_is_out_already_is_not_sealed_again(office: Office, issued: Document, as_user):
    mai = as_user(office.mai)
    assert at(issued) not in mai.get(f"/documents/{issued.pk}/").content.decode()
    answer = mai.post(at(issued), {"certificate": str(office.seal.pk)})
    assert answer.status_code == 422
    assert "Văn bản này đã được đóng dấu số rồi." in answer.content.decode()


def test_who_does_not_issue_chooses_none(office: Office, as_user):
    issuing = numbered(office)
    assert as_user(office.tree.chi).get(at(issuing)).status_code == 404
    assert as_user(office.mai).get(at(office.draft("Nháp"))).status_code == 404


def test_two_certificates_of_one_name_are_distinguished_by_their_numbers(office: Office, device, as_user):
    office.seal.way = Way.AGENT
    office.seal.save()
    issuing = office.numbered()
    page = as_user(office.mai).get(at(issuing)).content.decode()
    for seal in (office.seal, device):
        assert page.count(f"· số …{seal.serial[-6:].upper()}</option>") == 1


def test_the_page_to_seal_names_the_certificate_as_people_do(office: Office, as_user):
    office.seal.way = Way.AGENT
    office.seal.save()
    issuing = office.numbered()
    page = as_user(office.mai).get(f"/documents/{issuing.pk}/seal/").content.decode()
    assert f"số …{office.seal.serial[-6:].upper()}" in page
    assert "CN=" not in page
    assert "C=VN" not in page
