"""The recorder fails on locks that are taken in reverse, and on nothing else."""

import re

import pytest
from django.conf import settings
from django.db import models, transaction

from doanso.access.models import RoleAssignment
from doanso.accounts.models import User
from doanso.ledger.actions import fold
from doanso.lib import clock, database
from doanso.lib.database.lock_order import LockOrder, LockOrderError, LockRecorder, recorded_by
from doanso.lock_order import ORDER

pytestmark = pytest.mark.django_db

SMALL = LockOrder(
    classes=("first", "below.", "rows of accounts.user", "second"),
    free_under={"below.": "first"},
    guarded={"rows of units.unit": "first"},
    last=("short",),
)


@pytest.fixture
def small():
    with recorded_by(LockRecorder(SMALL)) as recorder:
        yield recorder


@transaction.atomic
def take(*locks):
    """Take these one after the other: a named lock, `shared:` before it, or the rows of accounts with these names."""
    for lock in locks:
        if isinstance(lock, str):
            database.lock([lock.removeprefix("shared:")], shared=lock.startswith("shared:"))
        else:
            list(lock.order_by("pk"))


def users(*names: str) -> models.QuerySet[User]:
    return User.objects.select_for_update().filter(username__in=names)


def test_in_order_nothing_is_said(small, tree):
    take("first", users("an"), "second.1", "short", "second.1", "first")
    take("shared:second.1", "shared:second.1")
    take("second.2")


@pytest.mark.parametrize(
    ("locks", "said"),
    [
        (("second", "first"), "first at .* after second at .*: which ranks higher"),
        (("second.1", "second.2"), "second at .* taken a second time, with other keys"),
        (("shared:first", "first"), "held shared already, and wanted alone"),
        (("short", "first"), "first at .* after short at .*: which is the last that is taken"),
    ],
)
def test_named_locks_in_reverse_fail_with_both_places(small, locks, said):
    with pytest.raises(LockOrderError, match=said) as error:
        take(*locks)
    assert len(re.findall(r"doanso/lib/tests/test_lock_order\.py:\d+", str(error.value))) == 2


def test_rows_are_ranked_and_go_up_by_key(small, tree):
    low, high = sorted([tree.an, tree.binh], key=lambda user: user.pk)
    take(users(low.username), users(high.username), users(low.username))
    with pytest.raises(LockOrderError, match="more of them, lower in the order of their keys"):
        take(users(high.username), users(low.username))
    with pytest.raises(LockOrderError, match=r"rows of accounts\.user .* after second"):
        take("second", users("an"))


def test_rows_of_ones_own_and_those_a_lock_guards_are_free(small, tree):
    unit = type(tree.units["p4"]).objects.select_for_update().filter(code="p4")
    take("first", "second", unit)
    with pytest.raises(LockOrderError, match="without first, which guards them"):
        take("second", unit)

    @transaction.atomic
    def action():
        database.lock(["second"], shared=False)
        User.objects.create(username="moi", display_name="Mới", created_at=clock.now())
        assert len(users("moi")) == 1

    action()


def test_what_only_its_holders_take_is_free_for_who_holds_the_other_alone(small):
    take("first", "second", "below.1", "below.2")
    with pytest.raises(LockOrderError, match=r"below\. at .* after second at .*: which ranks higher"):
        take("shared:first", "second", "shared:below.1")


def test_what_a_savepoint_took_back_is_held_no_more(small):
    @transaction.atomic
    def action():
        with pytest.raises(LockOrderError):
            take("second", "first")
        database.lock(["first"], shared=False)

    action()


def test_a_lock_without_a_rank_is_asked_for_one(small, tree):
    with pytest.raises(LookupError, match="'third' has no rank"):
        take("third")
    with pytest.raises(LookupError, match=r"rows of access\.roleassignment"):
        take("first", RoleAssignment.objects.select_for_update())


def test_every_test_is_watched():
    with pytest.raises(LockOrderError):
        take("ledger.books", "people.meet:person:1")


def test_nobody_folds_inside_a_transaction():
    @transaction.atomic
    def action():
        fold()

    with pytest.raises(RuntimeError, match="durable"):
        action()


def test_row_locks_leave_keys_free(tree):
    if not database.locks_rows():
        return
    assert "FOR NO KEY UPDATE" in str(User.objects.select_for_update().query)


def test_the_page_about_locks_tells_this_order():
    text = (settings.ROOT / "docs" / "locks.md").read_text()
    rows = re.findall(r"^\| (\d+|last|guarded by `[^`]+`) \| `([^`]+)` \| (.+) \|$", text, re.MULTILINE)
    assert all(holders.strip() for _rank, _name, holders in rows)
    ranks = [(rank, name) for rank, name, _who in rows]
    assert ranks == [
        *((str(rank), name) for rank, name in enumerate(ORDER.classes, start=1)),
        *((f"guarded by `{guard}`", name) for name, guard in ORDER.guarded.items()),
        *(("last", name) for name in ORDER.last),
    ]
