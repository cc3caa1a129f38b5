"""The same person admitted twice at the very same moment, on two connections: one stay, and one clear answer."""

from datetime import date
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from doanso.ledger.models import Placement
from doanso.ledger.recount import recount
from doanso.lib import database
from doanso.lib.problems import Refused
from doanso.members.actions import Admission, admit_member, end_membership, take_back_ending
from doanso.members.models import Member
from doanso.people.actions import Particulars
from doanso.testing import TODAY, Tree, grow_tree

HOA = Particulars(name="Phan Văn Hòa", birth_date=date(2002, 5, 5), citizen_id="082202005555")
PATIENCE = 20
"""Seconds after which a thread that should be through has hung."""


@pytest.fixture
def scene(transactional_db: None) -> Tree:
    """The small tree, really committed."""
    return grow_tree()


class Other(Thread):
    """Runs one action on a connection of its own; keeps its result, or the code of its refusal; None when it failed."""

    def __init__(self, action: Any) -> None:
        super().__init__(daemon=True)
        self.action, self.begun = action, Event()
        self.answer: Any = None
        self.start()

    def run(self) -> None:
        try:
            # Connected before `begun` is set, so that the wait is for the action alone.
            connection.ensure_connection()
            self.begun.set()
            self.answer = self.action()
        except Refused as refused:
            self.answer = refused.problem.code
        finally:
            connection.close()


def waiting(action: Any) -> Other:
    """Another one who does this now, and is made to wait by what this transaction has done and not committed yet."""
    other = Other(action)
    assert other.begun.wait(PATIENCE)
    if database.locks_rows():
        with connection.cursor() as cursor:
            for _look in range(PATIENCE * 100):
                # The server reports when a transaction waits for a lock.
                cursor.execute("SELECT count(*), pg_sleep(0.01) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
    assert other.is_alive()
    return other


def admission(tree: Tree, branch: str, particulars: Particulars = HOA, card: str = "") -> Any:
    entry = Admission(branch=tree.units[branch], particulars=particulars, card_number=card)
    return lambda: admit_member(actor=tree.dung, entry=entry)


@pytest.mark.parametrize("branch", ["p4-kp1", "p5-kp1"], ids=["the same branch", "another ward"])
def test_the_second_waits_and_learns_of_the_first(scene, branch):
    with transaction.atomic():
        first = admission(scene, "p4-kp1")()
        other = waiting(admission(scene, branch))
    other.join(PATIENCE)

    assert other.answer == "already_active"
    assert Member.objects.get() == first
    assert Placement.objects.get().source_id == first.pk
    assert list(recount()) == []


def test_a_card_is_given_once(scene):
    with transaction.atomic():
        admission(scene, "p4-kp1", card="820001")()
        other = waiting(admission(scene, "p5-kp1", Particulars(name="Lý Ngọc Hân"), card="820001"))
    other.join(PATIENCE)

    assert other.answer == "card_taken"


def test_an_end_is_taken_back_or_the_person_admitted_never_both(scene):
    stay = admission(scene, "p4-kp1")()
    end_membership(actor=scene.an, member=stay, state="struck-off", on=TODAY)

    with transaction.atomic():
        back = admission(scene, "p5-kp1")()
        other = waiting(lambda: take_back_ending(actor=scene.an, member=stay))
    other.join(PATIENCE)

    assert other.answer == "active_again"
    assert Member.objects.get(state="active") == back
    assert list(recount()) == []
