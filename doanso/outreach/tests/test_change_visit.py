"""Another version of a visit: what is the same stays, what is not so any more is taken back."""

from datetime import timedelta

from doanso.outreach.models import Visit
from doanso.outreach.tests.visiting import Visiting, applied, guest
from doanso.support.models import Help
from doanso.tally.recount import recount
from doanso.testing import TODAY


def test_a_change_keeps_what_is_the_same(visiting: Visiting) -> None:
    bay, sau = guest("Nguyễn Văn Bảy"), guest("Trần Thị Sáu", year=1960)
    first = visiting.record(visiting.body(people=[bay]))
    visiting.deliver(first)
    kept = Help.objects.get()
    applied(visiting.deliver(visiting.record(visiting.body(people=[bay, sau]), of=first["id"], base=first["hash"])))
    assert set(Help.objects.filter(taken_back_at=None).values_list("contact__name", flat=True)) == {
        "Nguyễn Văn Bảy",
        "Trần Thị Sáu",
    }
    kept.refresh_from_db()
    assert kept.taken_back_at is None
    assert visiting.outing.figure("portal-residents") == 2
    assert list(recount()) == []


def test_a_change_takes_back_what_was_not_so(visiting: Visiting) -> None:
    first = visiting.record(visiting.body())
    visiting.deliver(first)
    second = visiting.record(visiting.body(outcome="not-home", people=[]), of=first["id"], base=first["hash"])
    applied(visiting.deliver(second))
    assert Visit.objects.get().outcome == "not-home"
    assert visiting.outing.figure("portal-residents") == 0
    door = visiting.outing.doors[0]
    door.refresh_from_db()
    assert door.outcome == "not-home"
    third = visiting.record(visiting.body(), of=first["id"], base=second["hash"])
    applied(visiting.deliver(third))
    assert visiting.outing.figure("portal-residents") == 1
    assert list(recount()) == []


def test_a_visit_of_another_day_counts_on_that_day(visiting: Visiting) -> None:
    first = visiting.record(visiting.body())
    visiting.deliver(first)
    earlier = str(TODAY - timedelta(days=2))
    applied(visiting.deliver(visiting.record(visiting.body(happened_on=earlier), of=first["id"], base=first["hash"])))
    on = TODAY - timedelta(days=2)
    assert visiting.outing.figure("portal-residents", on=on) == 1
    assert list(recount()) == []
