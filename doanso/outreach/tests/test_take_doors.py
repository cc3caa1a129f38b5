"""The next doors along the walk, checked out for one day to one person."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.outreach.actions.doors import DoorVisit, give_back, note_visits, take_doors
from doanso.outreach.models import Door, VisitOutcome
from doanso.outreach.rules.doors import MOST_HELD
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.walking import addresses_of, lay_street
from doanso.testing import TODAY
from doanso.units.models import Neighbourhood

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def take(outing: Outing, who: str = "lan", want: int = 2, near: Door | None = None) -> list[str]:
    actor = getattr(outing.tree, who)
    return addresses_of(take_doors(actor=actor, drive=outing.drive, want=want, near_id=near.pk if near else None))


def refused(outing: Outing, **more: object) -> str:
    with pytest.raises(Refused) as problem:
        take_doors(actor=outing.tree.lan, drive=outing.drive, want=1, **more)  # type: ignore[arg-type]
    return problem.value.problem.code


def test_one_goes_on_along_the_side_then_back_then_over_the_street_then_on(outing: Outing) -> None:
    lay_street(outing, "Lê Lợi", ["1", "5", "9", "6", "8", "10/2"])
    lay_street(outing, "Nam Kỳ Khởi Nghĩa", ["3"])
    lay_street(outing, "Ấp Bắc", ["1"])
    six = Door.objects.get(household__address="6 Lê Lợi")
    walk = ["6", "8", "10/2", "4", "2", "7", "9", "5", "1"]
    expected = [f"{number} Lê Lợi" for number in walk] + ["3 Nam Kỳ Khởi Nghĩa", "1 Ấp Bắc"]
    assert take(outing, want=30, near=six) == expected


def test_streets_of_the_same_neighbourhood_come_before_others(outing: Outing) -> None:
    other = Neighbourhood.objects.create(unit=outing.ward, name="Khu phố 2", since=date(2020, 1, 1))
    lay_street(outing, "Lê Văn Duyệt", ["2"], neighbourhood=other)
    lay_street(outing, "Yersin", ["1"])
    assert take(outing, want=30, near=outing.doors[2])[-2:] == ["1 Yersin", "2 Lê Văn Duyệt"]


def test_who_asks_again_goes_on_where_the_last_doors_are(outing: Outing) -> None:
    lay_street(outing, "Ấp Bắc", ["1", "3"])
    lay_street(outing, "Lê Lợi", ["6"])
    assert take(outing, want=1, near=outing.doors[0]) == ["2 Lê Lợi"]
    assert take(outing) == ["4 Lê Lợi", "6 Lê Lợi"]


def test_whose_place_is_not_known_begins_in_the_own_neighbourhood(outing: Outing) -> None:
    other = Neighbourhood.objects.create(unit=outing.ward, name="Khu phố 2", since=date(2020, 1, 1))
    lay_street(outing, "Ấp Bắc", ["1"], neighbourhood=other)
    assert take(outing, want=1) == ["7 Lê Lợi"]
    assert take(outing, who="an", want=1) == ["1 Ấp Bắc"]


def test_a_door_somebody_has_is_offered_to_nobody_else_until_its_day_is_over(outing: Outing) -> None:
    assert take(outing, want=3, who="an") == ["7 Lê Lợi", "2 Lê Lợi", "4 Lê Lợi"]
    assert take(outing) == []
    Door.objects.filter(pk=outing.doors[0].pk).update(due_back_at=clock.now())
    assert take(outing) == ["2 Lê Lợi"]
    door = Door.objects.get(pk=outing.doors[0].pk)
    assert door.taken_by == outing.tree.lan
    assert door.due_back_at is not None
    assert door.taken_at is not None
    assert door.due_back_at - door.taken_at == timedelta(hours=24)


@pytest.mark.parametrize(
    ("outcome", "on", "follow_up_on", "offered"),
    [
        (VisitOutcome.HELPED, YESTERDAY, None, False),
        (VisitOutcome.HAD_ALREADY, YESTERDAY, None, False),
        (VisitOutcome.REFUSED, YESTERDAY, None, False),
        (VisitOutcome.NOT_HOME, YESTERDAY, None, True),
        (VisitOutcome.NOT_HOME, TODAY, None, False),
        (VisitOutcome.FOLLOW_UP, YESTERDAY, TODAY, True),
        (VisitOutcome.FOLLOW_UP, YESTERDAY, TOMORROW, False),
        (VisitOutcome.FOLLOW_UP, YESTERDAY, None, True),
    ],
)
def test_a_door_is_offered_while_there_is_something_to_do(
    outing: Outing, outcome: str, on: date, follow_up_on: date | None, offered: bool
) -> None:
    note_visits(visits=[DoorVisit(outing.doors[0].pk, outcome, on, follow_up_on)])
    assert ("2 Lê Lợi" in take(outing, want=3)) is offered


def test_an_arranged_visit_comes_first_wherever_one_stands(outing: Outing) -> None:
    [far] = lay_street(outing, "Yersin", ["1"])
    note_visits(visits=[DoorVisit(far.pk, VisitOutcome.FOLLOW_UP, YESTERDAY, TODAY)])
    assert take(outing, near=outing.doors[0]) == ["1 Yersin", "2 Lê Lợi"]


def test_nobody_is_sent_to_a_home_that_is_gone(outing: Outing) -> None:
    home = outing.household
    home.gone_at = clock.now()
    home.save()
    assert take(outing, want=3) == ["7 Lê Lợi", "4 Lê Lợi"]


def test_nobody_has_more_than_a_days_doors(outing: Outing) -> None:
    lay_street(outing, "Ấp Bắc", map(str, range(1, MOST_HELD + 8)))
    assert len(take(outing, want=100)) == 30
    assert len(take(outing, want=29)) == 29
    assert len(take(outing, want=29)) == 1
    assert refused(outing) == "enough_doors"


def test_who_does_not_go_from_door_to_door_gets_none(outing: Outing) -> None:
    for actor in ("chi", "khoa", "hanh", "minh"):
        with pytest.raises(PermissionDenied):
            take(outing, who=actor)


def test_only_a_drive_that_runs_today_has_doors(outing: Outing) -> None:
    for change in ({"until": TODAY}, {"since": TOMORROW}, {"ended_at": clock.now()}):
        original = {name: getattr(outing.drive, name) for name in change}
        vars(outing.drive).update(change)
        assert refused(outing) == "drive_not_running"
        vars(outing.drive).update(original)


def test_near_is_one_of_the_drives_doors(outing: Outing) -> None:
    assert refused(outing, near_id=outing.tree.lan.pk) == "door_unknown"


def test_one_gives_back_what_one_has_and_nothing_else(outing: Outing) -> None:
    take(outing, want=1)
    take(outing, who="an", want=1)
    keys = [door.pk for door in outing.doors]
    assert give_back(actor=outing.tree.lan, door_ids=keys) == 1
    assert list(Door.objects.filter(taken_by__isnull=False).values_list("taken_by", flat=True)) == [outing.tree.an.pk]
    assert give_back(actor=outing.tree.lan, door_ids=keys) == 0
    verbs = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert verbs == ["outreach.take_doors"] * 2 + ["outreach.give_back"]
