"""The pages behind a personal link: no account, no script, and of the person nothing but the given name."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.adoption.actions import attest, make_links, return_declaration
from doanso.adoption.models import Declaration, Difficulty, LinkTry, Usage, UseAnswer
from doanso.adoption.rules.self_report import MOST_SENT, MOST_UNKNOWN
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(ward) -> str:
    return make_links(actor=ward.tree.binh, member_ids=[ward.members[1].pk])[0].token


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in, and which checks forged forms as in earnest."""
    return Client(enforce_csrf_checks=True)


def link_address(token: str, service: str = "") -> str:
    return f"/d/{token}/{service}/" if service else f"/d/{token}/"


def declare(visitor, token, service="vneid", stage="level2-active", **more):
    return visitor.post(link_address(token, service), {"form": "declare", "declare-stage": stage}, **more)


def test_it_shows_the_given_name_and_nothing_else_of_the_person(ward, token, visitor):
    page = visitor.get(link_address(token))

    text = page.content.decode()
    assert page.status_code == 200
    assert "Chào Bảo" in text
    assert "Nguyễn Văn" not in text
    assert "2003" not in text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page.headers["Cache-Control"]
    assert "Phần mềm quản lý đoàn viên" not in text
    assert "session" not in page.cookies


@pytest.mark.parametrize("path", ["", "vneid"])
def test_no_field_takes_a_secret_and_the_page_says_so(ward, token, visitor, path):
    text = visitor.get(link_address(token, path)).content.decode()

    assert "mật khẩu" in text
    assert "OTP" in text
    for kind in ("password", "file", "text", "tel", "number"):
        assert f'type="{kind}"' not in text
    assert "<textarea" not in text


def test_a_service_has_its_guide_and_takes_the_word(ward, token, visitor):
    guide = visitor.get(link_address(token, "vneid")).content.decode()
    assert "Kích hoạt tài khoản" in guide

    # As browsers send it from a page that gives no referrer.
    answer = declare(visitor, token, headers={"origin": "null"})

    assert (answer.status_code, answer.headers["Location"]) == (302, link_address(token))
    assert "chờ chi đoàn" in visitor.get(link_address(token)).content.decode()
    usage = Usage.objects.get()
    assert (usage.grade, usage.person_id) == (0, ward.members[1].person_id)
    assert 'value="declare"' not in visitor.get(link_address(token, "vneid")).content.decode()


def test_nothing_chosen_keeps_the_page(ward, token, visitor):
    for data in ({}, {"form": "declare"}, {"form": "declare", "declare-stage": "x"}, {"form": "answer"}):
        assert visitor.post(link_address(token, "vneid"), data).status_code == 422
    assert not Declaration.objects.exists()


def test_the_link_is_used_up_once_everything_is_declared(ward, token, visitor):
    for service, stage in (("vneid", "papers"), ("portal", "used"), ("payment", "used"), ("tiengiangs", "used")):
        answer = declare(visitor, token, service, stage)

    assert answer.headers["Location"] == reverse("adoption:link-thanks")
    assert "đã dùng xong" in visitor.get(reverse("adoption:link-thanks")).content.decode()
    used_up, unknown = visitor.get(link_address(token)), visitor.get(link_address("x" * 22))
    assert (used_up.status_code, unknown.status_code) == (404, 404)
    assert used_up.content == unknown.content
    assert visitor.get(link_address("x" * 22, "vneid")).content == unknown.content


def test_what_is_returned_is_read_there_and_declared_again(ward, token, visitor):
    declare(visitor, token)
    return_declaration(actor=ward.tree.binh, declaration_id=Declaration.objects.get().pk, reason="Máy chưa có ứng dụng")

    assert "Máy chưa có ứng dụng" in visitor.get(link_address(token, "vneid")).content.decode()
    assert declare(visitor, token).status_code == 302
    assert Declaration.objects.count() == 2


def test_it_asks_whether_a_service_is_still_used_and_takes_difficulties(ward, token, visitor):
    attest(actor=ward.tree.an, member_id=ward.members[1].pk, stage=ward.active, happened_on=TODAY.replace(month=9))

    assert "còn dùng không" in visitor.get(link_address(token)).content.decode()
    assert visitor.post(link_address(token, "vneid"), {"form": "answer", "answer-answer": "seldom"}).status_code == 302
    stuck = {"form": "stuck", "stuck-obstacle": "cannot-install", "stuck-asks_help": "on"}
    assert visitor.post(link_address(token, "tiengiangs"), stuck).status_code == 302

    assert UseAnswer.objects.get().answer == "seldom"
    assert Difficulty.objects.get().asks_help
    assert "Máy không cài được" in visitor.get(link_address(token)).content.decode()


def test_an_unknown_service_is_not_there(ward, token, visitor):
    for code in ("register", "nothing"):
        assert visitor.get(link_address(token, code)).status_code == 404


def test_whoever_asks_for_unknown_links_too_often_waits(ward, token, visitor):
    for _time in range(MOST_UNKNOWN):
        assert visitor.get(link_address("x" * 22)).status_code == 404

    assert visitor.get(link_address("x" * 22)).status_code == 429
    assert visitor.get(link_address(token)).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(link_address(token)).status_code == 200
    assert "127.0.0.1" not in str(list(LinkTry.objects.values()))


def test_a_known_link_is_never_counted_against_its_address(ward, token, visitor):
    for _time in range(MOST_UNKNOWN + 1):
        assert visitor.get(link_address(token)).status_code == 200
    make_links(actor=ward.tree.binh, member_ids=[ward.members[1].pk])
    for _time in range(MOST_UNKNOWN + 1):
        assert visitor.get(link_address(token)).status_code == 404
    assert not LinkTry.objects.exists()


def test_one_link_sends_only_so_often(ward, token, visitor):
    for _time in range(MOST_SENT):
        assert visitor.post(link_address(token, "vneid"), {}).status_code == 422

    assert declare(visitor, token).status_code == 429
    assert not Usage.objects.exists()


def test_the_page_has_a_constant_number_of_statements(ward, token, visitor):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            visitor.get(link_address(token))
        return len(caught)

    before = statements()
    declare(visitor, token)
    declare(visitor, token, "portal", "account")

    assert statements() == before <= 14
