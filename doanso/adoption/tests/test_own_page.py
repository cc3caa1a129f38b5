"""A member's own pages, signed in."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.adoption.actions import attest, attest_declaration, return_declaration
from doanso.adoption.models import Declaration, Difficulty, Usage, UseAnswer
from doanso.adoption.queries import stage_by_code
from doanso.people.models import Person
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ward, as_user):
    """The browser of Khoa, who is the ward's second member."""
    Person.objects.filter(pk=ward.members[1].person_id).update(user=ward.tree.khoa)
    return as_user(ward.tree.khoa)


def page(client, service: str = "") -> str:
    address = reverse("adoption:own-service", args=[service]) if service else reverse("adoption:own")
    return client.get(address).content.decode()


def send(client, service="vneid", **data):
    return client.post(reverse("adoption:own-service", args=[service]), data)


def declare(client, service="vneid", code="level2-active"):
    return send(client, service, **{"form": "declare", "declare-stage": code})


def test_the_four_services_with_what_to_do_next(ward, client):
    attest(
        actor=ward.tree.an, member_id=ward.members[1].pk, stage=stage_by_code("portal", "account"), happened_on=TODAY
    )
    declare(client, "payment", "account")

    text = page(client)

    assert "Chào Văn Bảo" in text
    assert "<strong>1</strong> / 4" in text
    assert "chờ chi đoàn" in text
    assert "Mất khoảng 3 phút" in text
    assert "Phần mềm quản lý đoàn viên" not in text


def test_the_guide_is_numbered_and_asks_for_no_secret(ward, client):
    text = page(client, "tiengiangs")

    assert re.search(r"<ol\b[^>]*>(<li>[^<]*</li>)*<li>Tìm TiengiangS rồi cài\.</li>", text)
    assert "mật khẩu" in text
    assert 'type="password"' not in text


def test_declaring_says_that_it_waits(ward, client):
    answer = declare(client)

    assert answer.status_code == 302
    assert "Đang chờ chi đoàn" in page(client, "vneid") or "chờ chi đoàn" in page(client, "vneid")
    usage = Usage.objects.get()
    assert usage.declaration.declared_by == ward.tree.khoa
    assert declare(client).status_code == 422
    attest_declaration(actor=ward.tree.binh, declaration_id=usage.declaration.pk)
    assert "chi đoàn xác nhận" in page(client)


def test_a_returned_one_shows_the_reason(ward, client):
    declare(client)
    return_declaration(actor=ward.tree.binh, declaration_id=Declaration.objects.get().pk, reason="Chọn nhầm bậc")

    assert "Chọn nhầm bậc" in page(client)
    assert "Chọn nhầm bậc" in page(client, "vneid")
    assert declare(client, code="level1").status_code == 302


def test_being_asked_again_and_being_stuck(ward, client):
    attest(actor=ward.tree.an, member_id=ward.members[1].pk, stage=ward.active, happened_on=TODAY.replace(month=8))

    assert "còn dùng không" in page(client)
    assert send(client, form="answer", **{"answer-answer": "regular"}).status_code == 302
    assert "còn dùng không" not in page(client)
    stuck = {"form": "stuck", "stuck-obstacle": "forgot-passcode", "stuck-asks_help": "on"}
    assert send(client, "portal", **stuck).status_code == 302
    assert "Quên mật khẩu" in page(client)

    assert (UseAnswer.objects.get().asked_after, UseAnswer.objects.get().reported_by) == (90, ward.tree.khoa)
    assert Difficulty.objects.get().reported_by == ward.tree.khoa


def test_nothing_or_something_unknown_keeps_the_page(ward, client):
    for data in ({}, {"form": "declare"}, {"form": "answer", "answer-answer": "x"}, {"form": "stuck"}):
        assert send(client, **data).status_code == 422
    assert send(client, form="answer", **{"answer-answer": "regular"}).status_code == 422
    assert client.get(reverse("adoption:own-service", args=["register"])).status_code == 404
    assert not Usage.objects.exists()


def test_whoever_is_no_member_has_no_such_page(ward, as_user):
    for address in (reverse("adoption:own"), reverse("adoption:own-service", args=["vneid"])):
        assert as_user(ward.tree.minh).get(address).status_code == 404


def test_the_page_has_a_constant_number_of_statements(ward, client):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            page(client)
        return len(caught)

    statements()
    before = statements()
    declare(client)
    declare(client, "portal", "account")

    assert statements() == before <= 18
