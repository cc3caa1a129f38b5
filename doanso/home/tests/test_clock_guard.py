"""Final deletions wait while history does not confirm the server's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from doanso.audit.actions import record
from doanso.audit.models import AuditEvent
from doanso.home.clock_guard import ClockGuard, is_clock_trusted
from doanso.lib import clock
from doanso.setup import actions as setup
from doanso.setup.models import InstallationBackup
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
    with django_assert_num_queries(2):
        for chore in chores:
            chore()


def test_on_the_day_of_a_restore_nothing_is_deleted_and_on_the_next_day_it_is(
    history, business_day, settings, tmp_path
) -> None:
    """A restored database shows its own backup as begun; the worker ends that."""
    settings.BACKUPS = tmp_path / "backups"
    history(2)
    InstallationBackup.objects.create(requested_at=NOW - timedelta(hours=5), started_at=NOW - timedelta(hours=5))
    guard = ClockGuard(look_every=0)

    assert guard.look() is False
    assert setup.end_interrupted_backups() == 1
    assert guard.look() is False

    business_day(date(2023, 11, 13))
    assert guard.look() is True
