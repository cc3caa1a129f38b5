"""The words of consent: approved as they were read, or rewritten as a new version that is in use at once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access.models import RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.people import configuration, consent_texts
from doanso.people.models import ConsentText
from doanso.setup import actions
from doanso.setup.checklist import checklist_of
from doanso.setup.models import ConsentApproval

pytestmark = pytest.mark.django_db
PAGE, EDIT = "/setup/consent/", "/setup/consent/edit/"
DECIDED = "Ban Thường vụ, ngày 10/01/2023"


def _state(tree):
    role = RoleAssignment.objects.select_related("unit").get(user=tree.giang)
    return next(step.state for step in checklist_of(role).steps if step.kind.code == "consent")


def _edit(**changed):
    words = consent_texts.consent_words(clock.today())
    data = {"version": words.version, "title": words.title, "body": words.body, "decided_by": DECIDED}
    return data | {f"purpose-{purpose.code}": purpose.sentence for purpose in words.purposes} | changed


def test_the_words_are_shown_whole_and_approved(tree, as_user):
    client, words = as_user(tree.giang), consent_texts.consent_words(clock.today())
    page = client.get(PAGE).content.decode()
    assert all(purpose.sentence in page for purpose in words.purposes)
    assert "Chưa duyệt" in page
    assert _state(tree) == "open"

    refused = client.post(PAGE, {"version": words.version, "decided_by": " "})
    answer = client.post(PAGE, {"version": words.version, "decided_by": DECIDED})

    assert (refused.status_code, answer["Location"]) == (422, "/setup/checklist/")
    approval = ConsentApproval.objects.get()
    assert (approval.text_version, approval.decided_by, approval.approved_by) == (words.version, DECIDED, tree.giang)
    assert _state(tree) == "done"
    page = client.get(PAGE).content.decode()
    assert DECIDED in page
    assert "Duyệt lời này" not in page
    client.post(PAGE, {"version": words.version, "decided_by": "Người khác"})
    assert ConsentApproval.objects.get().decided_by == DECIDED
    assert AuditEvent.objects.filter(action="setup.approve_consent_text", actor=tree.giang).count() == 1


def test_other_words_are_a_new_version_in_use_at_once(tree, as_user):
    client, old = as_user(tree.giang), consent_texts.consent_words(clock.today())
    assert client.get(EDIT).status_code == 200

    client.post(
        EDIT, _edit(body="Xin phép ghi tên.\r\n \r\nKhông ghi  số căn cước.", **{"purpose-recheck": "Gọi một lần."})
    )

    new = consent_texts.consent_words(clock.today())
    assert (new.version, new.since) == ("2023-11-12", clock.today())
    assert new.body == "Xin phép ghi tên.\n\nKhông ghi số căn cước."
    assert [purpose.code for purpose in new.purposes] == [purpose.code for purpose in old.purposes]
    assert [purpose.adults_only for purpose in new.purposes] == [purpose.adults_only for purpose in old.purposes]
    assert {purpose.code: purpose.sentence for purpose in new.purposes}["recheck"] == "Gọi một lần."
    assert consent_texts.consent_words(clock.today() - timedelta(days=1)) == old
    assert _state(tree) == "done"

    client.post(EDIT, _edit(title="Xin phép ông bà"))
    assert consent_texts.consent_words(clock.today()).version == "2023-11-12-02"
    assert set(ConsentApproval.objects.values_list("text_version", flat=True)) == {"2023-11-12", "2023-11-12-02"}


def test_words_that_changed_meanwhile_or_not_at_all_are_refused(tree, as_user):
    client, stale = as_user(tree.giang), _edit(title="Cũ")
    assert "Bạn chưa sửa chữ nào" in client.post(EDIT, _edit()).content.decode()
    client.post(EDIT, _edit(title="Mới"))

    assert "Lời xin phép vừa được sửa" in client.post(EDIT, stale).content.decode()
    answer = client.post(PAGE, {"version": stale["version"], "decided_by": DECIDED}, follow=True)
    assert (answer.redirect_chain, "Lời xin phép vừa được sửa" in answer.content.decode()) == ([(PAGE, 302)], True)
    assert client.post(EDIT, _edit(body=" \n ")).status_code == 422
    assert client.post(EDIT, _edit(title="Mới nữa", **{"purpose-support": ""})).status_code == 422
    assert consent_texts.consent_words(clock.today()).title == "Mới"


def test_newer_words_of_the_product_wait_to_be_approved(tree, as_user, monkeypatch):
    words = consent_texts.consent_words(clock.today())
    as_user(tree.giang).post(PAGE, {"version": words.version, "decided_by": DECIDED})
    monkeypatch.setattr(consent_texts, "newest_shipped_text", lambda _on: (date(2023, 11, 1), "2023-11"))
    assert _state(tree) == "open"
    monkeypatch.setattr(consent_texts, "newest_shipped_text", lambda _on: (words.since, words.version))
    assert _state(tree) == "done"
    [shipped] = configuration.shipped_texts()
    assert ConsentText.objects.get().purposes[0]["sentence"] == shipped.purposes[0].sentence


@pytest.mark.parametrize("name", ["dung", "an", "minh"])
def test_it_is_for_administrators_alone(tree, as_user, name):
    client, version = as_user(tree.users[name]), consent_texts.consent_words(clock.today()).version
    assert [client.get(PAGE).status_code, client.get(EDIT).status_code] == [404, 404]
    assert client.post(PAGE, {"version": version, "decided_by": DECIDED}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.approve_consent_text(
            actor=tree.users[name], unit=tree.units["my-tho"], version=version, decided_by=DECIDED
        )
    assert not ConsentText.objects.exists()


def test_without_a_name_nobody_decided(tree):
    version = consent_texts.consent_words(clock.today()).version
    with pytest.raises(Refused, match="decision_missing"):
        actions.approve_consent_text(actor=tree.giang, unit=tree.units["my-tho"], version=version, decided_by=" ")
