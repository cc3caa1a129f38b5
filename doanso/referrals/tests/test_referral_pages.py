"""The pages of 1+2: the member's own, the unit's list, and the invitation on the helped person's phone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doanso.members.actions import Admission, admit_many
from doanso.people.actions import Particulars
from doanso.referrals import actions, queries, slot_keys
from doanso.referrals.models import ReferralSlot
from doanso.referrals.rules import ReferralProgress
from doanso.referrals.tests.scene import ReferralScene, confirm, guided, link_of, receipt_link
from doanso.support.actions import raise_grades
from doanso.support.models import SupportRecord
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
GUIDED = {"services": ["portal"], "name": "Nguyễn Minh Khang", "birth_year": "2001", "purposes": ["support"]}


# --- The invitation -----------------------------------------------------------------------------------------------------


def test_the_invitation_says_who_asks_and_ticks_nothing_beforehand(one_two):
    answer = Client().get(f"/g/{link_of(one_two.open())}/")
    page = answer.content.decode()

    assert "Khoa nhờ bạn xác nhận" in page
    assert "Chi đoàn Khu phố 1, Phường 4" in page
    for hidden in ("Huỳnh Đăng", "2002", "checked", "csrfmiddlewaretoken"):
        assert hidden not in page
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_the_helped_person_confirms_and_gets_the_receipt(one_two):
    slot = one_two.open()
    browser = Client(enforce_csrf_checks=True)
    # An answer to words that were changed since is asked once more.
    old = browser.post(f"/g/{link_of(slot)}/", GUIDED | {"text_version": "2000-01"})
    assert (old.status_code, "Nội dung xin đồng ý vừa được sửa" in old.content.decode()) == (422, True)
    answer = browser.post(f"/g/{link_of(slot)}/", GUIDED)

    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "Biên nhận này đã được xác nhận" in page
    slot.refresh_from_db()
    assert (slot.confirmed_on, SupportRecord.objects.get().grade) == (TODAY, 3)
    again = browser.post(f"/g/{link_of(slot)}/", GUIDED)
    assert (again.status_code, SupportRecord.objects.count()) == (404, 1)


def test_a_browser_of_the_union_records_and_lifts_nothing(one_two, as_user):
    slot = one_two.open()
    as_user(one_two.tree.khoa).post(f"/g/{link_of(slot)}/", GUIDED)

    slot.refresh_from_db()
    assert (slot.confirmed_at, slot.support_record.grade) == (None, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"services": []}, "đánh dấu ít nhất một dịch vụ"),
        ({"purposes": []}, "Chưa đồng ý mục đầu tiên thì không ghi gì"),
        ({"name": "Huỳnh Đăng Khoa", "birth_year": "2002"}, "tên và năm sinh của chính đoàn viên"),
        ({"birth_year": "2012"}, "Người dưới 16 tuổi"),
        ({"birth_year": "xyz"}, "Nhập năm sinh gồm 4 chữ số"),
        ({"phone": "123"}, "iện thoại"),
        ({"name": ""}, "Họ và tên"),
    ],
)
def test_an_error_is_shown_beside_its_field_and_nothing_is_kept(one_two, changes, words):
    slot = one_two.open()
    answer = Client().post(f"/g/{link_of(slot)}/", GUIDED | changes)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SupportRecord.objects.exists()


def test_a_link_that_is_unknown_used_replaced_or_over_gets_one_and_the_same_page(one_two, business_day):
    used, replaced = one_two.open("friend"), one_two.open("relative")
    one_two.accept(used)
    over = one_two.open("relative")
    links = [link_of(used), link_of(replaced), "A" * 22, "kurz"]
    pages = {Client().get(f"/g/{link}/").content for link in links}
    business_day(TODAY + timedelta(days=60))
    pages.add(Client().get(f"/g/{link_of(over)}/").content)

    assert len(pages) == 1
    assert Client().post(f"/g/{link_of(over)}/", GUIDED).status_code == 404


def test_the_code_opens_it_with_the_members_year_of_birth(one_two):
    slot = one_two.open()
    keys = slot_keys.keys_of(slot)
    assert keys is not None
    wrong = Client().post("/g/", {"code": keys.code, "birth_year": "2001"})
    right = Client().post("/g/", {"code": f" {keys.code.lower()} ", "birth_year": "2002"})

    assert (wrong.status_code, right["Location"]) == (422, f"/g/{keys.link}/")
    for year in range(1960, 1965):
        Client().post("/g/", {"code": keys.code, "birth_year": str(year)})
    late = Client().post("/g/", {"code": keys.code, "birth_year": "2002"})
    assert "Thử quá nhiều lần" in late.content.decode()


# --- The member's own page ----------------------------------------------------------------------------------------------


def test_a_member_begins_at_their_own_page_and_hands_a_slot_over(one_two, as_user):
    browser = as_user(one_two.tree.khoa)
    assert browser.get("/")["Location"] == "/me/"
    page = browser.get("/me/").content.decode()
    assert "1+2 của bạn" in page
    assert "<strong>0</strong> / 2 người" in page
    assert "Người thân: chưa có" in page

    assert browser.post(f"/referrals/{one_two.khoa.pk}/relative/open/")["Location"] == "/me/"
    slot = ReferralSlot.objects.get()
    keys = slot_keys.keys_of(slot)
    assert keys is not None
    page = browser.get("/me/").content.decode()
    assert f"/g/{keys.link}/" in page
    assert keys.code in page
    assert "Mã QR của lời mời" in page


def test_every_state_says_what_to_do(one_two, as_user, business_day):
    browser = as_user(one_two.tree.khoa)

    def page() -> str:
        return browser.get("/me/").content.decode()

    slot = one_two.open()
    assert "Đường dẫn dùng được trước ngày 11/01/2024" in page()
    accepted = actions.record_guided_person(actor=one_two.tree.khoa, slot_id=slot.pk, guided=guided())
    assert f"/r/{receipt_link(accepted)}/" in page()
    assert "Bạn: Minh Khang" in page()
    confirm(accepted)
    assert "Đã tự xác nhận ngày 12/11/2023" in page()
    raise_grades(support_records=list(SupportRecord.objects.all()), grade=4)
    assert "Đã xác nhận ngày 12/11/2023; cán bộ đã gọi phúc tra" in page()
    assert "Đã tự xác nhận" not in page()
    assert f"/r/{receipt_link(accepted)}/" not in page()
    assert "<strong>1</strong> / 2 người" in page()

    one_two.open("relative")
    business_day(TODAY + timedelta(days=61))
    assert "Hết hạn từ 11/01/2024" in page()


def test_the_member_writes_somebody_down_and_sees_what_is_not_right(one_two, as_user):
    slot = one_two.open("relative")
    browser = as_user(one_two.tree.khoa)
    address = f"/referrals/{one_two.khoa.pk}/relative/record/"
    assert "checked" not in browser.get(address).content.decode()
    assert browser.post(address, GUIDED | {"purposes": []}).status_code == 422
    assert 'name="text_version" value="2023-09"' in browser.get(address).content.decode()
    old = browser.post(address, GUIDED | {"text_version": "2000-01"})
    assert (old.status_code, "Nội dung xin đồng ý vừa được sửa" in old.content.decode()) == (422, True)

    assert browser.post(address, GUIDED)["Location"] == "/me/"
    slot.refresh_from_db()
    assert (slot.support_record.recorded_by_id, slot.support_record.grade) == (one_two.tree.khoa.pk, 1)


def test_strangers_find_nothing_and_readers_may_not(one_two, as_user):
    one_two.open("friend", one_two.thuy)
    address = f"/referrals/{one_two.thuy.pk}/"
    for who, status in (("khoa", 404), ("chi", 404), ("lan", 404), ("hanh", 403), ("binh", 200), ("an", 200)):
        browser = as_user(getattr(one_two.tree, who))
        assert browser.get(address).status_code == status, who
        assert browser.get(f"{address}friend/record/").status_code == status, who
        assert browser.post(f"{address}relative/open/").status_code == (302 if status == 200 else status), who
    assert as_user(one_two.tree.binh).get(f"{address}aunt/record/").status_code == 404
    assert as_user(one_two.tree.minh).get("/me/").status_code == 404


# --- Who needs help -----------------------------------------------------------------------------------------------------


def admitted(one_two: ReferralScene, count: int) -> None:
    """So many more members in Khoa's branch."""
    admit_many(
        actor=one_two.tree.an,
        entries=[
            Admission(
                branch=one_two.tree.units["p4-kp1"],
                particulars=Particulars(name=f"Nguyễn Văn {chr(65 + nth)}", birth_year=2000),
                since=TODAY - timedelta(days=300),
            )
            for nth in range(count)
        ],
    )


def test_the_list_says_how_far_each_has_come_as_the_rule_does(one_two, business_day):
    admitted(one_two, 4)
    people = {
        stay.contact.name[-1]: stay for stay in queries.active_members().filter(contact__name__startswith="Nguyễn")
    }
    one_two.both()
    one_two.accept(one_two.open("friend", one_two.thuy), "Võ Ba", 1980)
    an = one_two.tree.an
    actions.open_slot(actor=an, member_id=people["A"].pk, kind="friend")
    over = actions.open_slot(actor=an, member_id=people["B"].pk, kind="relative")
    ReferralSlot.objects.filter(pk=over.pk).update(expires_on=TODAY)
    waits = actions.open_slot(actor=an, member_id=people["C"].pk, kind="friend")
    actions.record_guided_person(actor=an, slot_id=waits.pk, guided=guided("Lý Bốn", 1970))
    # One confirmed, the other invited: one of two.
    one_two.open("relative", one_two.thuy)

    stays = queries.with_progress(queries.members_to_assist(an))
    by_name = {stay.contact.name.split()[-1]: stay.progress for stay in stays}
    assert by_name == {"Khoa": "done", "Thủy": "one", "A": "waiting", "B": "expired", "C": "waiting", "D": "none"}
    assert queries.count_by_progress(stays) == {
        ReferralProgress.DONE: 1,
        ReferralProgress.ONE: 1,
        ReferralProgress.WAITING: 2,
        ReferralProgress.EXPIRED: 1,
        ReferralProgress.NONE: 1,
    }
    page = queries.referral_page(
        an, queries.with_progress(queries.members.filtered_rows(queries.members_to_assist(an))), 1
    )
    assert {row.listed.name.split()[-1]: str(row.progress) for row in page.rows} == by_name


def test_the_list_is_filtered_in_the_address(one_two, as_user):
    one_two.accept(one_two.open())
    browser = as_user(one_two.tree.an)

    def names(query: str) -> set[str]:
        page = browser.get(f"/referrals/{query}").content.decode()
        return {name for name in ("Huỳnh Đăng Khoa", "Trần Thị Thủy", "Lê Minh Khang") if f">{name}</a>" in page}

    assert names("") == {"Huỳnh Đăng Khoa", "Trần Thị Thủy"}
    assert names("?need=one") == {"Huỳnh Đăng Khoa"}
    assert names("?need=none") == {"Trần Thị Thủy"}
    assert names("?q=thuy") == {"Trần Thị Thủy"}
    assert names("?unit=p4-kp2") == set()
    assert names("?need=tarot&page=abc&unit=nowhere") == {"Huỳnh Đăng Khoa", "Trần Thị Thủy"}
    # Below the head, whose help names the rule itself.
    content = browser.get("/referrals/").content.decode().partition('id="page-acts"')[2]
    assert "Mỗi đoàn viên" not in content
    assert "mỗi người chúng ta hướng dẫn" in content


def test_the_list_takes_as_many_statements_for_many_as_for_few(one_two, as_user):
    browser = as_user(one_two.tree.an)
    counts = []
    for more in (3, 20):
        admitted(one_two, more)
        stays = queries.active_members().filter(branch=one_two.tree.units["p4-kp1"], slots=None)
        for nth, stay in enumerate(stays):
            slot = actions.open_slot(actor=one_two.tree.an, member_id=stay.pk, kind="friend")
            actions.record_guided_person(
                actor=one_two.tree.an, slot_id=slot.pk, guided=guided(f"Người {nth} {more}", 1980)
            )
        browser.get("/referrals/")
        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/referrals/").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_secretary_reminds_a_member_by_name_and_hands_the_code_over_for_them(one_two, as_user):
    one_two.open("friend", one_two.thuy)
    page = as_user(one_two.tree.binh).get(f"/referrals/{one_two.thuy.pk}/").content.decode()

    assert "1+2 của Trần Thị Thủy" in page
    assert "Chào Thủy, chủ trương 1+2 của bạn còn thiếu: bạn, người thân." in page
    assert "Mã QR của lời mời" in page
