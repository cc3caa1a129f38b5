"""Pages of re-checks: rounds, how a sample was drawn, the call screen, and the rate beside figures."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.support.actions import recheck_rounds as actions
from doanso.support.models import Recheck, RecheckRound, SupportRecord
from doanso.support.tests.test_recheck import FIRST, ask, drawn, people, willing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thirty")]

FORM = {"unit": "p4", "first_day": "01/11/2023", "last_day": "12/11/2023"}


def text_of(client, path: str) -> str:
    return re.sub(r"\s+", " ", client.get(path).content.decode())


def test_an_officer_of_the_city_draws_calls_and_reads_the_answer(ward, as_user):
    ward.support_record(willing(phone="0912000222"))
    client = as_user(ward.tree.dung)
    assert client.post("/support/rechecks/new/", FORM).status_code == 302
    recheck_round = RecheckRound.objects.get()
    page = f"/support/rechecks/{recheck_round.pk}/"
    shown = text_of(client, page)
    assert recheck_round.seed in shown
    assert recheck_round.list_hash in shown
    assert "chưa đủ mẫu, mới 0 trên 30 trả lời" in shown
    call = text_of(client, f"{page}call/")
    assert "Nguyễn Văn Bảy" in call
    assert 'href="tel:0912000222"' in call
    assert "xin chào ông/bà Bảy" in call
    assert "Tôi không hỏi mã OTP, mật khẩu hay số giấy tờ nào" in call
    assert AuditEvent.objects.filter(action="support.show_recheck", actor=ward.tree.dung).count() == 1
    answered = client.post(f"{page}call/{Recheck.objects.get().pk}/", {"outcome": "confirmed"}, follow=True)
    assert "Đã hỏi hết mọi người" in answered.content.decode()
    assert SupportRecord.objects.get().grade == 4
    shown = text_of(client, f"/support/{SupportRecord.objects.get().pk}/")
    assert "Phúc tra: Đúng như đã ghi" in shown
    assert "4 · cán bộ gọi phúc tra" in shown


def test_what_is_not_so_leads_to_the_dispute(ward, as_user):
    ward.support_record(willing())
    recheck_round = drawn(ward)
    client = as_user(ward.tree.dung)
    recheck = Recheck.objects.get()
    client.post(f"/support/rechecks/{recheck_round.pk}/call/{recheck.pk}/", {"wrong": "nobody-came"})
    shown = text_of(client, f"/support/rechecks/{recheck_round.pk}/")
    assert "Không có ai đến giúp: 1" in shown
    dispute = recheck.disputes.get()
    assert "Người dân nói khi được gọi hỏi lại" in text_of(client, f"/support/disputes/{dispute.pk}/")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"unit": "elsewhere"}, "elsewhere"),
        ({"last_day": "30/11/2023"}, "chưa kết thúc"),
        ({"first_day": "12/11/2023", "last_day": "01/11/2023"}, "đứng trước ngày đầu"),
        ({"first_day": "01/10/2023", "last_day": "02/10/2023"}, "không có ai để hỏi"),
    ],
)
def test_a_form_that_is_not_right_says_why(ward, as_user, changed, words):
    ward.support_record(willing())
    answered = as_user(ward.tree.dung).post("/support/rechecks/new/", FORM | changed)
    assert (answered.status_code, words in answered.content.decode()) == (422, True)


def test_a_ward_s_secretary_re_checks_branches_and_only_reads_the_ward_s_own_round(ward, as_user):
    ward.support_record(willing())
    recheck_round = drawn(ward)
    client = as_user(ward.tree.an)
    offered = re.findall(r'<option value="([^"]+)"', client.get("/support/rechecks/new/").content.decode())

    assert offered == ["p4-kp1", "p4-kp2"]
    assert client.post("/support/rechecks/new/", FORM).status_code == 422
    assert client.get(f"/support/rechecks/{recheck_round.pk}/").status_code == 200
    assert client.get(f"/support/rechecks/{recheck_round.pk}/call/").status_code == 403
    assert as_user(ward.tree.chi).get(f"/support/rechecks/{recheck_round.pk}/").status_code == 404


def test_a_branch_reads_the_answer_without_a_link_to_a_round_it_does_not_see(ward, as_user):
    [support_record] = ward.support_record(willing(), unit="p4-kp1")
    recheck_round = drawn(ward)
    ask(ward, recheck_round, "confirmed")
    page = f"/support/{support_record.pk}/"
    answer, link = "Phúc tra: Đúng như đã ghi", f'href="/support/rechecks/{recheck_round.pk}/"'

    seen_by_ward, seen_by_branch = text_of(as_user(ward.tree.an), page), text_of(as_user(ward.tree.binh), page)
    assert (answer in seen_by_ward, link in seen_by_ward) == (True, True)
    assert (answer in seen_by_branch, link in seen_by_branch) == (True, False)


def test_the_list_that_was_drawn_from_names_nobody(ward, as_user):
    ward.support_record(willing())
    recheck_round = drawn(ward)
    answered = as_user(ward.tree.an).get(f"/support/rechecks/{recheck_round.pk}/list/")

    assert answered.content.decode() == f"{SupportRecord.objects.get().pk} 1\n"
    assert "attachment" in answered["Content-Disposition"]


def test_the_unit_s_pages_show_the_interval_once_there_are_answers(ward, as_user):
    ward.support_record(*people(32))
    recheck_round = drawn(ward)
    assert "chưa đủ mẫu, mới 0 trên 30" in text_of(as_user(ward.tree.an), "/support/")
    for place, recheck in enumerate(Recheck.objects.filter(round=recheck_round)):
        wrong = "had-already" if place == 0 else ""
        outcome = "wrong" if wrong else "confirmed"
        actions.record_answer(actor=ward.tree.giang, recheck_id=recheck.pk, outcome=outcome, wrong=wrong)
    rate_text = "1 sai trên 30 trả lời, tỷ lệ sai 0,6–16,7%"
    assert f"Phúc tra: Phường 4: {rate_text}" in text_of(as_user(ward.tree.an), "/support/")
    assert rate_text in text_of(as_user(ward.tree.an), "/support/rechecks/")
    assert "Phúc tra:" not in text_of(as_user(ward.tree.chi), "/support/")
    assert "chưa đủ mẫu" not in text_of(as_user(ward.tree.an), "/support/?to=shops")


def test_the_list_of_rounds_asks_the_same_for_any_number(ward, as_user):
    ward.support_record(
        *people(4), *[willing(f"Ngày {day}", happened_on=FIRST - timedelta(days=day)) for day in range(1, 6)]
    )
    drawn(ward)
    client = as_user(ward.tree.dung)
    counts = []
    for more in range(2):
        if more:
            for day in range(1, 6):
                before = FIRST - timedelta(days=day)
                drawn(ward, first=before, last=before)
        with CaptureQueriesContext(connection) as caught:
            client.get("/support/rechecks/")
        counts.append(len(caught))

    assert counts[0] == counts[1]
    assert RecheckRound.objects.count() == 6


def test_a_page_number_longer_than_any_list_is_the_first(ward, as_user):
    assert as_user(ward.tree.dung).get("/support/rechecks/?page=18446744073709551616").status_code == 200


def test_history_names_a_round_by_its_day(ward, as_user):
    ward.support_record(willing(phone="0912000222"))
    client = as_user(ward.tree.dung)
    client.post("/support/rechecks/new/", FORM)

    text = text_of(client, "/history/")
    assert "Đợt phúc tra rút ngày 12/11/2023" in text
    assert f'href="/support/rechecks/{RecheckRound.objects.get().pk}/"' in text
