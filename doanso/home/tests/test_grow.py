"""Grown rows satisfy the invariants of the ledger."""

from django.core.management import call_command

from doanso.home.grow import grow_members
from doanso.ledger.models import Queue
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.targets import queries as targets


def test_grown_members_count_and_recount_in_silence(programme, tree):
    grow_members(programme, 120, 7, lambda text: None)

    overview = targets.overview(programme, tree.units["my-tho"], clock.today())
    assert overview.members_counted() == 124
    assert sum(unit.size for unit in overview.children) == 124
    assert not Queue.objects.exists()
    assert list(recount()) == []


def test_the_same_seed_grows_the_same(programme, tree):
    def figures() -> list[int | None]:
        return [value.value for value in targets.overview(programme, tree.units["my-tho"], clock.today()).indicators]

    before = figures()
    call_command("grow", members=50, seed=3)
    once = figures()
    call_command("grow", members=50, seed=3)
    twice = figures()

    grown = [(value or 0) - (old or 0) for value, old in zip(once, before, strict=True)]
    assert grown == [(value or 0) - (old or 0) for value, old in zip(twice, once, strict=True)]
    assert any(grown)
