"""A signed document is discarded by the clerk or its signer, with a reason, before it has a number."""

import pytest

from doanso.audit.models import AuditEvent
from doanso.documents.models import Document, DocumentState, Number, StepState
from doanso.documents.tests.conftest import Office, numbered
from doanso.signing.models import Session

pytestmark = pytest.mark.django_db


def at(document) -> str:
    return f"/documents/{document.pk}/discard/"


@pytest.mark.parametrize("who", ["mai", "an"])
def test_the_clerk_or_the_signer_throws_it_away(office: Office, as_user, who):
    document = office.signed()
    actor = {"mai": office.mai, "an": office.an}[who]
    client = as_user(actor)
    page = client.get(f"/documents/{document.pk}/").content.decode()
    assert at(document) in page
    assert "Văn bản đã ký nhưng chưa lấy số" in client.get(at(document)).content.decode()
    empty = client.post(at(document), {"reason": " "})
    assert (empty.status_code, Document.objects.get().state) == (422, DocumentState.SIGNED)

    answer = client.post(at(document), {"reason": "Sai thẩm quyền ký"}, follow=True)
    assert "Đã bỏ văn bản; văn bản chưa lấy số." in answer.content.decode()
    discarded = Document.objects.get()
    assert (discarded.state, discarded.ended_reason, discarded.number) == (
        DocumentState.DISCARDED,
        "Sai thẩm quyền ký",
        None,
    )
    event = AuditEvent.objects.get(action="documents.discard_signed")
    assert (event.actor, event.object_id, event.changed) == (actor, document.pk, ["state"])
    # What was agreed to and signed stays in the history; nothing waits for anybody any more.
    assert set(discarded.steps.values_list("state", flat=True)) == {StepState.PASSED}
    assert discarded.signatures.count() == 1
    assert set(Session.objects.values_list("state", flat=True)) == {"done"}
    shown = client.get(f"/documents/{document.pk}/").content.decode()
    assert "Sai thẩm quyền ký" in shown
    assert at(document) not in shown
    assert f"/documents/{document.pk}/" not in as_user(office.mai).get("/documents/").content.decode()


def test_it_gets_no_number_any_more_and_is_not_thrown_away_twice(office: Office, signed: Document, as_user):
    mai = as_user(office.mai)
    mai.post(at(signed), {"reason": "Sai"})
    issue_answer = mai.post(f"/documents/{signed.pk}/issue/", {"certificate": office.seal.pk, "units": ["p5"]})
    again = mai.post(at(signed), {"reason": "Lần nữa"})
    for answer in (issue_answer, again):
        assert answer.status_code == 422
        assert "Văn bản đã bị bỏ; không làm gì với văn bản này được nữa." in answer.content.decode()
    assert (Number.objects.count(), Document.objects.get().ended_reason) == (0, "Sai")


def test_once_it_has_a_number_it_is_issued_and_recalled_instead(office: Office, as_user):
    issuing = numbered(office)
    answer = as_user(office.mai).post(at(issuing), {"reason": "Sai"})
    assert answer.status_code == 422
    assert "phát hành rồi thu hồi; hoặc bỏ văn bản cùng với số" in answer.content.decode()
    assert Document.objects.get().state == DocumentState.ISSUING


def test_who_only_looked_at_it_or_stands_outside_throws_nothing_away(office: Office, signed: Document, as_user):
    phuc = as_user(office.phuc)
    allowed = phuc.get(at(signed)).status_code
    assert as_user(office.tree.chi).get(at(signed)).status_code == 404
    assert as_user(office.tree.binh).post(at(signed), {"reason": "Sai"}).status_code in (403, 404)
    # A deputy secretary keeps the unit's books where it has no clerk of its own, and may do what the clerk does.
    assert allowed == 200
    assert Document.objects.get().state == DocumentState.SIGNED
