"""The page of notices, the way to what a notice is about, and the rows of the inbox."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.lib.ready_text import ReadyText
from doanso.notices.models import Notice
from doanso.notices.tests.example import ALARM, example_notice

pytestmark = pytest.mark.django_db

LIST = "/notices/"


def test_the_page_shows_alarms_first_then_what_is_not_seen(tree, as_user):
    p4 = tree.units["p4"]
    example_notice(p4, number=7)
    example_notice(p4, number=8, kind=ALARM)
    text = as_user(tree.an).get(LIST).content.decode()
    assert text.index("Ví dụ số 8.") < text.index("Ví dụ số 7.")
    assert "Cần xem ngay" in text
    assert "Phường 4" in text


def test_opening_a_notice_marks_it_and_leads_to_what_it_is_about(tree, as_user):
    notice = example_notice(tree.units["p4"])
    an = as_user(tree.an)
    assert an.get(f"{LIST}{notice.pk}/").url == "/assignments/"
    notice.refresh_from_db()
    assert notice.seen_by == tree.an
    assert "Đã xem hết thông báo." in an.get(LIST).content.decode()
    assert "Nguyễn Văn An đã xem" in an.get(f"{LIST}?view=all").content.decode()


@pytest.mark.parametrize("name", ["khoa", "lan"])
def test_members_and_helpers_find_their_own_notices_in_the_menu(tree, as_user, name):
    user = getattr(tree, name)
    own = example_notice(tree.units["p4"], number=3)
    example_notice(tree.units["p4"], number=4)
    Notice.objects.filter(pk=own.pk).update(user=user)
    page = as_user(user).get(LIST).content.decode()
    assert "Ví dụ số 3." in page
    assert "Ví dụ số 4." not in page
    assert f'href="{LIST}"' in as_user(user).get("/account/").content.decode()


def test_a_reader_from_above_sees_it_below_and_marks_nothing(tree, as_user):
    notice = example_notice(tree.units["p4"], number=5)
    dung = as_user(tree.dung)
    assert "Ví dụ số 5." not in dung.get(f"{LIST}?view=all").content.decode()
    assert "Ví dụ số 5." in dung.get(f"{LIST}?view=below").content.decode()
    assert dung.get(f"{LIST}{notice.pk}/").status_code == 302
    assert dung.post(f"{LIST}{notice.pk}/seen/").status_code == 302
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_a_stranger_gets_404(tree, as_user):
    notice = example_notice(tree.units["p4"])
    for user in (tree.chi, tree.khoa, tree.hanh, tree.minh):
        assert as_user(user).get(f"{LIST}{notice.pk}/").status_code == 404
        assert as_user(user).post(f"{LIST}{notice.pk}/seen/").status_code == 404


def test_all_are_marked_with_one_button(tree, as_user):
    for number in range(2):
        example_notice(tree.units["p4"], number=number)
    answer = as_user(tree.an).post(f"{LIST}seen/", follow=True)
    assert "Đã đánh dấu 2 thông báo là đã xem." in answer.content.decode()
    assert not Notice.objects.filter(seen_at=None).exists()


def test_the_inbox_counts_alarms_and_other_notices(tree, as_user):
    p4 = tree.units["p4"]
    for number in range(3):
        example_notice(p4, number=number)
    example_notice(p4, kind=ALARM)
    an = as_user(tree.an)
    text = an.get("/today/").content.decode()
    assert text.index("1 cảnh báo chưa ai xem") < text.index("3 thông báo mới")
    assert an.get("/waiting/").json()["counts"]["notices:list"] == "4"
    assert "thông báo mới" not in as_user(tree.chi).get("/today/").content.decode()
    assert "thông báo mới" not in as_user(tree.dung).get("/today/").content.decode()


def test_the_page_costs_the_same_with_few_and_many(tree, as_user):
    an = as_user(tree.an)
    counts = []
    for wanted in (2, 30):
        while Notice.objects.count() < wanted:
            example_notice(tree.units["p4"], number=Notice.objects.count())
        an.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            an.get(LIST)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_ready_text_has_a_code_of_its_address():
    ready = ReadyText("Tin mời", "Mời bà con: https://doanso.example/q/AB12/", "https://doanso.example/q/AB12/")
    assert 'aria-label="Tin mời"' in ready.code
    assert ReadyText("Tin mời", "Không có đường dẫn").code == ""
