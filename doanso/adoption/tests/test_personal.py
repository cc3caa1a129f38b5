"""Adoption's part of a person's copy and of an erasure."""

import pytest

from doanso.adoption import personal
from doanso.adoption.actions import declare, make_links, report_difficulty, return_declaration
from doanso.adoption.models import Declaration, Obstacle, Usage
from doanso.lib.problems import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(ward) -> str:
    """Who holds it has declared, was returned it, and is stuck."""
    [new_link] = make_links(actor=ward.tree.an, member_ids=[ward.members[0].pk])
    declaration = declare(actor=None, token=new_link.token, stage=ward.active).declaration
    return_declaration(actor=ward.tree.an, declaration_id=declaration.pk, reason="Anh An chưa mở máy")
    declare(actor=None, token=new_link.token, stage=ward.active)
    report_difficulty(
        actor=None, token=new_link.token, service=ward.active.service, obstacle=Obstacle.objects.get(pk="away"),
        asks_help=False,
    )  # fmt: skip
    return new_link.token


def test_the_copy_has_what_was_declared(ward, token):
    lines = [f"{title}: {text}" for title, text in personal.copy([ward.members[0].person_id])]

    assert any("Mức 2 đã kích hoạt" in line for line in lines)
    assert any("Đang ở xa" in line for line in lines)
    assert list(personal.copy([ward.members[1].person_id])) == []


def test_an_erasure_ends_links_and_words_and_keeps_what_counts(ward, token):
    personal.erase([ward.members[0].person_id])

    with pytest.raises(Refused):
        declare(actor=None, token=token, stage=ward.active)
    assert not Declaration.objects.filter(reason__contains="An").exists()
    assert Usage.objects.filter(taken_back_at=None).count() == 1
