"""Final deletions wait while history does not confirm the server's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from doanso.audit.actions import record
from doanso.audit.models import AuditEvent
from doanso.home.clock_guard import ClockGuard, is_clock_trusted
from doanso.lib import clock
from doanso.testing import Tree

NOW = datetime(2023, 11, 12, 3, tzinfo=UTC)


@pytest.fixture
def history(tree: Tree, monkeypatch: pytest.MonkeyPatch):
    """Rewrites history so that events happened so many days before NOW, in their order, and stands the clock at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    AuditEvent.objects.all().delete()

    def write(*days: float) -> None:
        for ago in days:
            record(actor=tree.an, action="accounts.test", obj=tree.units["p4"])
            AuditEvent.objects.filter(pk=AuditEvent.objects.latest("pk").pk).update(at=NOW - timedelta(days=ago))

    return write


@pytest.mark.parametrize(
    ("days", "trusted"),
    [
        ((), False),
        ((0.1,), False),
        ((1.5, 0.1), True),
        ((13.9,), True),
        # The clock jumped a year ahead: first alone, then with what was done since, until a day of it has passed.
        ((365,), False),
        ((365, 0.5), False),
        ((365, 1.1, 0), True),
        # It was a year ahead for a while, and is right again; or it fell back by a year.
        ((2, -365), True),
        ((-365,), False),
    ],
)
def test_history_bears_the_clock_out(history, days, trusted) -> None:
    history(*days)
    assert is_clock_trusted() is trusted


def test_what_deletes_waits_and_has_its_turn_as_soon_as_the_clock_is_trusted(history, caplog) -> None:
    done: list[str] = []
    chore = ClockGuard(look_every=0).guarded(lambda: done.append("deleted"))
    history(365)
    chore()
    assert done == []
    assert "history does not bear out the clock" in caplog.text
    history(2)
    chore()
    assert done == ["deleted"]


def test_one_look_serves_all_chores_for_a_while(history, django_assert_num_queries) -> None:
    history(2)
    guard = ClockGuard()
    chores = [guard.guarded(lambda: None) for _number in range(5)]
    with django_assert_num_queries(1):
        for chore in chores:
            chore()
