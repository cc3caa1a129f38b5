"""The desk: what waits for whom, and its statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.documents.actions.deliveries import Receiver, send_to
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recalls import recall_document
from doanso.documents.actions.routing import return_step, send_on
from doanso.documents.queries import desk
from doanso.documents.tests.conftest import TODAY, plan

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 15


def shown(client) -> str:
    answer = client.get("/documents/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_has_on_the_desk_what_waits_for_them(office, as_user):
    office.draft("Bản đang viết")
    under_way = office.draft("Bản Phúc xem")
    send_on(actor=office.mai, document=under_way, expected_version=1, reviewers=[office.phuc], mandate=office.mandate)
    office.to_sign(office.draft("Bản An ký"))
    office.signed(office.draft("Bản Mai cấp số"))

    mai, phuc, an = (shown(as_user(person)) for person in (office.mai, office.phuc, office.an))
    assert "Đã ký, chờ cấp số và phát hành" in mai
    assert "Bản Mai cấp số" in mai
    assert "Đang ở người khác" in mai
    assert "Chờ xem" in phuc
    assert "Chờ ký" in an
    assert "Chờ ký" not in mai


def test_a_returned_draft_says_so(office, as_user):
    document = office.draft()
    send_on(actor=office.mai, document=document, expected_version=1, reviewers=[office.phuc], mandate=office.mandate)
    return_step(actor=office.phuc, document=document, expected_version=1, words="Thiếu kinh phí")

    assert "Đã trả lại" in shown(as_user(office.mai))


def test_an_empty_desk_says_what_will_stand_there(office, as_user):
    text = shown(as_user(office.mai))
    assert "Không có gì chờ bạn." in text
    assert "Văn bản chờ bạn xem, ký hoặc phát hành hiện ở đây." in text


def test_who_has_no_part_in_documents_finds_no_desk(office, as_user):
    assert as_user(office.tree.minh).get("/documents/").status_code == 404


def test_thirty_that_were_recalled_cost_no_more_statements_than_one(office, as_user):
    def recalled(summary: str) -> None:
        draft = plan(summary)
        paper = register_paper(actor=office.mai, unit=office.unit, draft=draft, dated=TODAY)
        send_to(actor=office.mai, document=paper, receivers=[Receiver(unit=office.tree.units["p4-kp1"])])
        recall_document(actor=office.mai, document=paper, reason="Sai ngày")

    recalled("Bản giấy")
    client = as_user(office.tree.binh)
    shown(client)
    with CaptureQueriesContext(connection) as baseline:
        shown(client)
    for number in range(29):
        recalled(f"Bản giấy {number}")
    with CaptureQueriesContext(connection) as thirty:
        assert shown(client).count("Đã thu hồi") == 30

    assert len(thirty) == len(baseline) <= MOST_STATEMENTS


def test_thirty_documents_cost_no_more_statements_than_one(office, as_user):
    office.draft()
    client = as_user(office.mai)
    client.get("/documents/")
    with CaptureQueriesContext(connection) as baseline:
        client.get("/documents/")
    for number in range(29):
        office.draft(f"Kế hoạch {number}")
    with CaptureQueriesContext(connection) as thirty:
        client.get("/documents/")

    assert len(thirty) == len(baseline) <= MOST_STATEMENTS


@pytest.mark.engines
def test_many_that_wait_for_others_keep_nothing_from_the_desk_and_fill_further_pages(office, as_user, monkeypatch):
    monkeypatch.setattr(desk, "PAGE", 3)
    for number in range(5):
        under_way = office.draft(f"Bản {number} Phúc xem")
        send_on(
            actor=office.mai, document=under_way, expected_version=1, reviewers=[office.phuc], mandate=office.mandate
        )
    office.to_sign(office.draft("Bản An ký"))
    for number in range(4):
        office.draft(f"Bản nháp {number}")

    an = as_user(office.an)
    text = shown(an)
    assert "Bản An ký" in text
    assert [f"Bản {number} Phúc xem" in text for number in range(5)] == [True, True, True, False, False]
    assert text.count("1–3, còn nữa") == 2
    assert "?page=2" in text
    rest = an.get("/documents/?page=2").content.decode()
    assert [f"Bản {number} Phúc xem" in rest for number in range(5)] == [False, False, False, True, True]
    assert ">4–5<" in rest
    assert "Bản nháp 0" in rest
    assert "Bản An ký" not in rest
    assert "?page=3" not in rest
    past = an.get("/documents/?page=3")
    assert (past.status_code, past["Location"]) == (302, "/documents/")
