"""Search by number, summary and file text, limited to what the reader may read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.documents.actions.deliveries import Receiver
from doanso.files.actions.texts import take_text
from doanso.files.models import FileText
from tools.fixture_replay import replayed

pytestmark = pytest.mark.django_db

SEARCH = "/documents/search/"


def shown(client, words: str) -> str:
    answer = client.get(SEARCH, {"words": words})
    assert answer.status_code == 200
    return answer.content.decode()


@replayed
def sent_to_ward_5(office):
    """Return ward 4's plan, sent to ward 5."""
    return office.issued(None, Receiver(unit=office.tree.units["p5"]))


@pytest.fixture
def issued(office):
    """Return ward 4's plan, sent to ward 5, with its text extracted."""
    document = sent_to_ward_5(office)
    FileText.objects.filter(blob=document.final).delete()
    from doanso.files.actions import ask_text

    ask_text(blob=document.final)
    take_text(document.final_id)
    return document


def test_it_is_found_by_number_and_summary_without_diacritics(issued, office, as_user):
    mai = as_user(office.mai)
    assert f"/documents/{issued.pk}/" in shown(mai, "tuyen pho cong nghe")
    assert f"/documents/{issued.pk}/" in shown(mai, issued.notation)
    assert "Không có văn bản nào có các từ này." in shown(mai, "khong co dau ca")
    assert "Bạn tìm gì?" in as_user(office.mai).get(SEARCH).content.decode()


def test_it_is_found_by_what_its_file_says_with_the_place(issued, office, as_user):
    text = shown(as_user(office.mai), "moi chi doan mot to")
    assert "Trong nội dung" in text
    assert "<mark>" in text
    assert f"/documents/{issued.pk}/" in text


def test_who_got_it_is_led_to_what_came(issued, office, as_user):
    delivery = issued.deliveries.get()
    assert f"/documents/received/{delivery.pk}/" in shown(as_user(office.tree.chi), "moi chi doan mot to")


def test_nobody_else_finds_it(issued, office, as_user):
    assert "Không có văn bản nào có các từ này." in shown(as_user(office.tree.khoa), "moi chi doan mot to")
    assert as_user(office.tree.minh).get(SEARCH, {"words": "x"}).status_code == 404


def test_a_draft_is_found_by_its_own_unit_alone(office, as_user):
    document = office.draft("Kế hoạch hè tình nguyện")
    assert f"/documents/{document.pk}/" in shown(as_user(office.mai), "he tinh nguyen")
    assert f"/documents/{document.pk}/" not in shown(as_user(office.tree.dung), "he tinh nguyen")


def test_many_cost_no_more_statements_than_one(issued, office, as_user):
    mai = as_user(office.mai)
    shown(mai, "tuyen pho")
    with CaptureQueriesContext(connection) as baseline:
        shown(mai, "tuyen pho")
    for index in range(20):
        office.draft(f"Tuyến phố số {index}")
    with CaptureQueriesContext(connection) as many:
        shown(mai, "tuyen pho")

    assert len(many) == len(baseline)
