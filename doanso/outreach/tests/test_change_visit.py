"""Another version of a visit: what is the same stays, what is not so any more is taken back."""

from datetime import timedelta
from uuid import UUID

from doanso.outreach.actions.visits import take_back_visit
from doanso.outreach.models import Visit, VisitHelp
from doanso.outreach.tests.visiting import Visiting, applied, guest
from doanso.support.models import Help
from doanso.tally.recount import recount
from doanso.testing import TODAY, Tree


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


def test_what_both_of_a_pair_told_stands_while_one_of_them_does(visiting: Visiting, tree: Tree) -> None:
    """Each has recorded the visit on a phone of their own: two visits, and one help."""
    for body in (visiting.body(), visiting.body()):
        applied(visiting.send(body))
    first, second = Visit.objects.order_by("pk")
    assert Help.objects.count() == 1
    assert visiting.outing.figure("portal-residents") == 1
    take_back_visit(actor=tree.an, visit=first, reason="Ghi hai lần")
    assert visiting.outing.figure("portal-residents") == 1
    take_back_visit(actor=tree.an, visit=second, reason="Không có thật")
    assert visiting.outing.figure("portal-residents") == 0
    assert list(recount()) == []


def test_a_visit_that_tells_of_it_no_more_leaves_it_to_the_other(visiting: Visiting) -> None:
    record = visiting.record(visiting.body())
    visiting.deliver(record)
    applied(visiting.send(visiting.body()))
    applied(
        visiting.deliver(
            visiting.record(visiting.body(outcome="not-home", people=[]), of=record["id"], base=record["hash"])
        )
    )
    assert visiting.outing.figure("portal-residents") == 1
    assert [one.visit_id for one in VisitHelp.objects.all()] != [UUID(record["id"])]
    assert VisitHelp.objects.count() == 1
    assert list(recount()) == []


def test_no_record_of_another_kind_takes_a_visits_place(visiting: Visiting) -> None:
    record = visiting.record(visiting.body())
    visiting.deliver(record)
    door = {"drive": None, "household": visiting.body()["household"], "business": None, "gone": False}
    [ack] = visiting.deliver(visiting.record(door, of=record["id"], base=record["hash"], kind="outreach.door"))
    assert (ack["state"], ack["problem"]["code"]) == ("waiting", "conflict")
    assert visiting.outing.figure("portal-residents") == 1
