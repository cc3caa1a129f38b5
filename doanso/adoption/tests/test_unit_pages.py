"""A unit's pages: figures with regular use beside them, who is stuck, who is to be asked again."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.access.models import Role, RoleAssignment
from doanso.adoption.actions import answer_use_for, attest, declare, make_links, report_difficulty
from doanso.adoption.models import Difficulty, Obstacle, Service, Usage, UseAnswer, UseAnswerKind
from doanso.lib import encryption
from doanso.people import queries as people
from doanso.people.models import Contact
from doanso.testing import TODAY
from doanso.units.models import UnitPath

pytestmark = pytest.mark.django_db

PAGES = ("adoption:unit", "adoption:difficulties", "adoption:still-using")


def unit_address(name: str, code: str = "p4") -> str:
    return reverse(name, args=[code])


def stuck(ward, place: int = 0, *, asks_help: bool = True) -> Difficulty:
    [new_link] = make_links(actor=ward.tree.an, member_ids=[ward.members[place].pk])
    return report_difficulty(
        actor=None,
        token=new_link.token,
        service=Service.objects.get(pk="tiengiangs"),
        obstacle=Obstacle.objects.get(pk="cannot-install"),
        asks_help=asks_help,
    )


def got(ward, place: int = 0, days: int = 40) -> None:
    attest(
        actor=ward.tree.an, member_id=ward.members[place].pk, stage=ward.active,
        happened_on=TODAY - timedelta(days=days),
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("name", "status"), [("an", 200), ("binh", 404), ("dung", 200), ("hanh", 200), ("chi", 404), ("khoa", 404)]
)
def test_who_may_open_the_pages_of_a_ward(ward, as_user, page, name, status):
    assert as_user(ward.tree.users[name]).get(unit_address(page)).status_code == status


def test_the_menu_leads_to_the_unit_one_looks_from(ward, as_user):
    def leads(user):
        return as_user(user).get(reverse("adoption:overview")).headers["Location"]

    assert leads(ward.tree.dung) == unit_address("adoption:unit", "my-tho")
    assert leads(ward.tree.binh) == unit_address("adoption:unit", "p4-kp1")
    assert leads(ward.tree.khoa) == reverse("adoption:own")
    assert as_user(ward.tree.minh).get(reverse("adoption:overview")).status_code == 404


def test_a_ward_that_moved_stands_above_a_branch_all_the_same(ward, as_user):
    """Its paths of former days are no steps from the top: An also leads a branch of ward 5."""
    tree = ward.tree
    RoleAssignment.objects.create(
        user=tree.an, role=Role.BRANCH_SECRETARY, unit=tree.units["p5-kp1"], since=date(2023, 1, 1)
    )
    for month in (1, 2):
        span = {"since": date(2019, month, 1), "until": date(2019, month + 1, 1)}
        UnitPath.objects.create(ancestor=tree.units["my-tho"], unit=tree.units["p4"], depth=1, **span)
    address = as_user(tree.an).get(reverse("adoption:overview")).headers["Location"]
    assert address == unit_address("adoption:unit", "p4")


def test_the_figures_stand_side_by_side(ward, as_user):
    for place in (0, 1, 2):
        got(ward, place)
    vneid = Service.objects.get(pk="vneid")
    answer_use_for(actor=ward.tree.an, member_id=ward.members[0].pk, service=vneid, answer=UseAnswerKind.REGULAR)
    answer_use_for(actor=ward.tree.an, member_id=ward.members[1].pk, service=vneid, answer=UseAnswerKind.SELDOM)
    [new_link] = make_links(actor=ward.tree.an, member_ids=[ward.members[3].pk])
    declare(actor=None, token=new_link.token, stage=ward.active)

    text = as_user(ward.tree.an).get(unit_address("adoption:unit")).content.decode()

    assert "3 / 12" in text
    assert "<b>1</b> trên 2 đã trả lời" in text
    assert re.search(r'data-l="Chờ chi đoàn xác nhận">(?:<a [^>]*>)?1<', text)
    assert "chưa nằm trong số liệu nào" in text


def test_who_is_stuck_with_the_phone_where_numbers_are_shown(ward, as_user):
    contact = Contact.objects.get(pk=ward.members[0].contact_id)
    contact.phone_encrypted = encryption.encrypt("0912345678", context=people.encryption_context("phone"))
    contact.save(update_fields=["phone_encrypted"])
    stuck(ward)
    stuck(ward, 1, asks_help=False)

    text = as_user(ward.tree.an).get(unit_address("adoption:difficulties")).content.decode()
    assert "Máy không cài được ứng dụng" in text
    assert "2 người" in text
    assert "1 nhờ giúp" in text
    assert "0912345678" in text

    masked = as_user(ward.tree.hanh).get(unit_address("adoption:difficulties")).content.decode()
    assert "0912345678" not in masked
    assert "Nguyễn Văn An" not in masked
    assert "Đã giúp" not in masked

    asking = as_user(ward.tree.an).get(unit_address("adoption:difficulties"), {"help": "asked"}).content.decode()
    assert ("Nguyễn Văn An" in asking, "Nguyễn Văn Bảo" in asking) == (True, False)


def test_marking_that_somebody_was_helped(ward, as_user):
    address = reverse("adoption:mark-helped", args=[stuck(ward).pk])

    assert as_user(ward.tree.chi).post(address).status_code == 404
    assert as_user(ward.tree.hanh).post(address).status_code == 403
    done = as_user(ward.tree.binh).post(address, {"unit": "p4-kp1"}, follow=True)

    assert "Đã ghi: đã giúp Nguyễn Văn An" in done.content.decode()
    assert Difficulty.objects.get().helped_by == ward.tree.binh


def test_the_officer_writes_down_an_answer(ward, as_user):
    got(ward)
    client = as_user(ward.tree.an)
    page = client.get(unit_address("adoption:still-using")).content.decode()
    assert "hỏi sau 30 ngày" in page

    words = {"member": str(ward.members[0].pk), "service": "vneid"}
    assert client.post(unit_address("adoption:still-using"), {**words, "answer": "x"}).status_code == 422
    assert client.post(unit_address("adoption:still-using"), {**words, "answer": "lost"}).status_code == 302

    assert (UseAnswer.objects.get().answer, UseAnswer.objects.get().reported_by) == ("lost", ward.tree.an)
    assert Usage.objects.latest("recorded_at").grade == 1
    assert ward.figure() == 0
    assert "Hôm nay không cần hỏi ai" in client.get(unit_address("adoption:still-using")).content.decode()
    assert client.post(unit_address("adoption:still-using"), {**words, "answer": "regular"}).status_code == 422
    stranger = {"member": str(ward.stranger.pk), "service": "vneid", "answer": "regular"}
    assert client.post(unit_address("adoption:still-using"), stranger).status_code == 422
    assert as_user(ward.tree.hanh).post(unit_address("adoption:still-using"), words).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_each_page_asks_the_same_number_of_statements_for_one_as_for_many(ward, as_user, page):
    client = as_user(ward.tree.an)

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(unit_address(page))
        return len(caught)

    got(ward, 0)
    stuck(ward, 1)
    statements()
    before = statements()
    for place in range(2, 7):
        got(ward, place, days=100)
        stuck(ward, place + 5)

    assert statements() == before <= 28
