"""Who is stuck on what."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.adoption.actions import (
    attest,
    attest_declaration,
    attest_many_people,
    declare,
    make_links,
    mark_helped,
    report_difficulty,
)
from doanso.adoption.models import Difficulty, Obstacle, Service
from doanso.adoption.queries import active_members, stage_by_code
from doanso.adoption.queries.difficulties import difficulty_groups
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def token_of(ward, place: int = 0) -> str:
    return make_links(actor=ward.tree.an, member_ids=[ward.members[place].pk])[0].token


def stuck(ward, place: int = 0, obstacle: str = "cannot-install", *, asks_help: bool = True) -> Difficulty:
    return report_difficulty(
        actor=None,
        token=token_of(ward, place),
        service=Service.objects.get(pk="vneid"),
        obstacle=Obstacle.objects.get(pk=obstacle),
        asks_help=asks_help,
    )


def test_a_member_says_on_what_they_are_stuck_and_may_say_it_anew(ward):
    first = stuck(ward)
    second = stuck(ward, obstacle="no-smartphone", asks_help=False)

    assert first.pk == second.pk
    stored = Difficulty.objects.get()
    assert (stored.obstacle_id, stored.asks_help, stored.reported_on) == ("no-smartphone", False, TODAY)


def test_people_are_grouped_by_what_holds_them_back(ward):
    stuck(ward, 0)
    stuck(ward, 1, asks_help=False)
    stuck(ward, 2, "no-smartphone")

    assert [
        (group.obstacle, group.service, group.count, group.ask_help) for group in difficulty_groups(active_members())
    ] == [
        ("cannot-install", "vneid", 2, 1),
        ("no-smartphone", "vneid", 1, 1),
    ]


def test_whoever_has_helped_says_so_once(ward):
    difficulty = stuck(ward)
    with pytest.raises(PermissionDenied):
        mark_helped(actor=ward.tree.chi, difficulty_id=difficulty.pk)
    mark_helped(actor=ward.tree.binh, difficulty_id=difficulty.pk)
    mark_helped(actor=ward.tree.an, difficulty_id=difficulty.pk)

    stored = Difficulty.objects.get()
    assert (stored.ended_on, stored.helped_by) == (TODAY, ward.tree.binh)
    assert stuck(ward).pk != difficulty.pk


@pytest.mark.parametrize("record", ["attest", "bulk", "declaration"])
def test_being_seen_on_a_stage_ends_it(ward, record):
    stuck(ward)
    if record == "attest":
        attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=TODAY)
    elif record == "bulk":
        attest_many_people(
            actor=ward.tree.an, unit=ward.tree.units["p4"], stage=ward.active, person_ids=ward.people(1),
            happened_on=TODAY,
        )  # fmt: skip
    else:
        usage = declare(actor=None, token=token_of(ward), stage=ward.active)
        attest_declaration(actor=ward.tree.an, declaration_id=usage.declaration.pk)

    stored = Difficulty.objects.get()
    assert (stored.ended_on, stored.helped_by) == (TODAY, None)


def test_an_officer_who_sees_the_obstacle_opens_it_too(ward):
    attest(
        actor=ward.tree.an, member_id=ward.members[0].pk, stage=stage_by_code("vneid", "level1"),
        happened_on=date(2023, 11, 3), obstacle=Obstacle.objects.get(pk="away"),
    )  # fmt: skip

    stored = Difficulty.objects.get()
    assert (stored.obstacle_id, stored.asks_help, stored.reported_by, stored.reported_on) == (
        "away", False, ward.tree.an, date(2023, 11, 3),
    )  # fmt: skip
