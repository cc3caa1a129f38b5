"""What is typed in the editor is kept for its author until it becomes a version; nothing of a secret paper is."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from doanso.documents.actions.drafts import save_version
from doanso.documents.actions.working_copies import KEPT, drop_old_working_copies
from doanso.documents.body.schema import parse
from doanso.documents.body.text import plain_text
from doanso.documents.models import Document, WorkingCopy
from doanso.documents.queries.documents import draft_of
from doanso.documents.tests.conftest import plan
from doanso.lib import clock

TYPED = {
    "profile": "doan", "kind": "plan", "summary": "Kế hoạch dở dang", "addressees": "", "recipients": "Lưu VP", "division": "",
    "urgency": "", "circulation": "", "body": "Một\nHai", "appendices": "",
}  # fmt: skip
NEW = "/documents/new/working-copy/"


@pytest.fixture
def draft(office) -> Document:
    return office.draft()


def keep_url(document) -> str:
    return f"/documents/{document.pk}/edit/working-copy/"


@pytest.mark.django_db
@pytest.mark.engines
def test_a_new_document_is_there_again_and_gone_once_it_is_kept(office, as_user):
    client = as_user(office.mai)
    assert client.post(NEW, TYPED).status_code == 200
    answer = client.post(NEW, {**TYPED, "summary": "Kế hoạch dở dang thứ hai"})

    assert answer.json().keys() == {"saved_at"}
    page = client.get("/documents/new/")
    assert page.context["form"]["summary"].value() == "Kế hoạch dở dang thứ hai"
    assert plain_text(parse(page.context["body"].json)) == "Một\nHai"
    assert "Đây là phần bạn viết dở lúc" in page.content.decode()
    # Nobody else sees it.
    assert as_user(office.phuc).get("/documents/new/").context["form"]["summary"].value() is None
    assert not Document.objects.exists()

    client.post("/documents/new/", TYPED)
    assert Document.objects.get().summary == "Kế hoạch dở dang"
    assert not WorkingCopy.objects.exists()
    assert client.get("/documents/new/").context["form"]["summary"].value() is None


@pytest.mark.django_db
def test_a_draft_keeps_its_version_until_the_copy_is_kept_or_thrown_away(office, draft, as_user):
    client = as_user(office.mai)
    client.post(keep_url(draft), {**TYPED, "expected_version": "1"})

    assert draft_of(draft).summary == "Xây dựng tuyến phố công nghệ số thứ hai"
    assert client.get(f"/documents/{draft.pk}/edit/").context["form"]["summary"].value() == "Kế hoạch dở dang"
    assert as_user(office.mai).post(keep_url(draft), {"drop": "1"}).url == f"/documents/{draft.pk}/edit/"
    shown = client.get(f"/documents/{draft.pk}/edit/")
    assert shown.context["form"]["summary"].value() == "Xây dựng tuyến phố công nghệ số thứ hai"
    assert "viết dở lúc" not in shown.content.decode()


@pytest.mark.django_db
def test_a_version_that_was_kept_meanwhile_is_told_before_the_copy_stands_after_it(office, draft, as_user):
    client = as_user(office.mai)
    client.post(keep_url(draft), {**TYPED, "expected_version": "1"})
    save_version(actor=office.phuc, document=draft, expected_version=1, draft=plan("Kế hoạch của Phúc"))

    shown = client.get(f"/documents/{draft.pk}/edit/")

    text = " ".join(shown.content.decode().split())
    assert "Trong lúc đó có người đã lưu bản khác" in text
    assert f'<a href="/documents/{draft.pk}/preview/">Xem bản mới nhất</a>' in text
    assert shown.context["expected_version"] == 2
    client.post(f"/documents/{draft.pk}/edit/", {**TYPED, "expected_version": "2"})
    draft.refresh_from_db()
    assert (draft.version, draft_of(draft, 2).summary, draft_of(draft, 3).summary) == (
        3,
        "Kế hoạch của Phúc",
        "Kế hoạch dở dang",
    )
    assert not WorkingCopy.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"body": "TỐI MẬT\nKế hoạch"}, "TỐI MẬT"),
        ({"appendices": '[{"title":"MẬT","body":{"type":"doc","content":[{"type":"paragraph"}]}}]'}, "MẬT"),
        ({"body": '{"type":"doc","content":[{"type":"x"}]}'}, ""),
        ({"body": "a" * 1_100_000}, "quá dài"),
    ],
)
def test_a_mark_of_secrecy_and_what_cannot_be_read_are_refused_and_not_kept(office, draft, as_user, typed, message):
    client = as_user(office.mai)
    client.post(keep_url(draft), {**TYPED, "expected_version": "1"})

    refused = client.post(keep_url(draft), {**TYPED, **typed, "summary": "Sau", "expected_version": "1"})

    assert refused.status_code == 422
    assert message in refused.json()["problem"]
    assert WorkingCopy.objects.get().content["summary"] == "Kế hoạch dở dang"


@pytest.mark.django_db
def test_a_document_on_its_way_takes_none(office, awaiting, as_user):
    refused = as_user(office.mai).post(keep_url(awaiting), {**TYPED, "expected_version": "1"})

    assert refused.status_code == 422
    assert not WorkingCopy.objects.exists()


@pytest.mark.django_db
def test_what_nobody_writes_on_for_a_month_goes(office, draft, as_user):
    as_user(office.mai).post(keep_url(draft), {**TYPED, "expected_version": "1"})
    as_user(office.mai).post(NEW, TYPED)
    WorkingCopy.objects.filter(subject_id=draft.pk).update(saved_at=clock.now() - KEPT - timedelta(minutes=1))

    assert drop_old_working_copies() == 1
    assert WorkingCopy.objects.get().subject_id == office.unit.pk


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_one_writes_outlives_a_closed_page_and_leaving_asks_first(office, open_as):
    page = open_as(office.mai, "/documents/new/")
    page.get_by_label("Trích yếu").fill("Kế hoạch ra quân")
    expect(page.locator("[data-copy-state] [data-say=unsaved]")).to_be_visible()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Quay lại", exact=False).first.click()
    assert asked == ["beforeunload"]

    with page.expect_response("**/working-copy/*"):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-copy-state] [data-say=saved]")).to_be_visible()
    page.close()

    again = open_as(office.mai, "/documents/new/")
    expect(again.get_by_label("Trích yếu")).to_have_value("Kế hoạch ra quân")
    expect(again.get_by_text("Đây là phần bạn viết dở lúc")).to_be_visible()
    again.get_by_role("button", name="Bỏ phần viết dở").click()
    expect(again.get_by_label("Trích yếu")).to_have_value("")
