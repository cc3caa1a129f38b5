"""The ward's day: pairs, drives, arranged visits, waiting records, and questions of the anomaly checks."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import get_default_timezone

from doanso.access.models import Role, RoleAssignment
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.anomaly_checks import assign_reasons
from doanso.outreach.models import Door, VisitOutcome
from doanso.outreach.queries import follow_ups, today
from doanso.outreach.tests.visit_factory import visit
from doanso.sync.models import Device, Record
from doanso.testing import TODAY, TREE_BEGAN

pytestmark = pytest.mark.django_db

DAY = "/outreach/"
UT = {"second_name": "Trần Văn Út", "second_kind": "official"}


def hour(hours: int, minutes: int = 0) -> datetime:
    return datetime(2023, 11, 12, hours, minutes, tzinfo=get_default_timezone())


def at(outing, door: int, outcome=VisitOutcome.HELPED, **more):
    door_row = outing.doors[door]
    return visit(outing, outcome, household=door_row.household, door=door_row, drive=outing.drive, **more)


def held_by(outing, user, *doors: int):
    now = clock.now()
    keys = [outing.doors[door].pk for door in doors]
    Door.objects.filter(pk__in=keys).update(taken_by=user, taken_at=now, due_back_at=now + timedelta(hours=9))


def pairs(outing, actor="an"):
    return today.pairs(outing.tree.users[actor], outing.ward, TODAY)


def test_a_pair_with_its_doors_and_hours(outing):
    at(outing, 0, began_at=hour(8), ended_at=hour(8, 9), **UT)
    at(outing, 1, VisitOutcome.NOT_HOME, paired=False, began_at=hour(8, 15), ended_at=hour(8, 16), **UT)
    held_by(outing, outing.tree.lan, 2)
    visit(outing, happened_on=TODAY - timedelta(days=1))
    visit(outing, unit="p5")
    visit(outing, taken_back_at=clock.now())

    [pair] = pairs(outing)
    assert (pair.first, pair.second, pair.areas) == ("Bùi Thị Lan", "Trần Văn Út", ("Khu phố 1",))
    assert (pair.visits, pair.doors, pair.opened, pair.short, pair.held, pair.total) == (2, 2, 1, 0, 1, 3)
    assert (pair.first_at, pair.last_at, pair.state) == (hour(8), hour(8, 16), "on")


def test_who_is_done_who_lacks_a_second_and_who_has_not_begun(outing):
    at(outing, 0, began_at=hour(8), ended_at=hour(8, 9), **UT)
    at(outing, 1, paired=False, began_at=hour(9), ended_at=hour(9, 9))
    assert [(pair.second, pair.state, pair.short) for pair in pairs(outing)] == [
        ("", "behind", 1),
        ("Trần Văn Út", "met", 0),
    ]

    held_by(outing, outing.tree.an, 2)
    waiting = pairs(outing)[-1]
    assert (waiting.first, waiting.visits, waiting.held, waiting.state) == ("Nguyễn Văn An", 0, 1, "none")
    # A finished door is free, whoever had it.
    Door.objects.filter(pk=outing.doors[2].pk).update(outcome=VisitOutcome.HELPED)
    assert len(pairs(outing)) == 2


def test_an_inspector_reads_initials(outing):
    at(outing, 0, **UT)

    [pair] = pairs(outing, "hanh")
    assert (pair.first, pair.second) == ("B. T. L.", "T. V. Ú.")


def test_drives_say_what_is_done_and_what_is_left(outing):
    outcomes = [VisitOutcome.HELPED, VisitOutcome.NOT_HOME, VisitOutcome.FOLLOW_UP]
    for door, outcome in zip(outing.doors, outcomes, strict=True):
        day = TODAY if outcome == VisitOutcome.FOLLOW_UP else None
        Door.objects.filter(pk=door.pk).update(outcome=outcome, follow_up_on=day)

    [line] = today.running_drives(outing.tree.an, outing.ward, TODAY)
    assert (line.doors, line.done, line.left, line.nobody, line.again, line.due) == (3, 1, 2, 1, 1, 1)
    assert today.running_drives(outing.tree.chi, outing.ward, TODAY) == []
    assert today.running_drives(outing.tree.an, outing.ward, outing.drive.until) == []


# --- Arranged visits ------------------------------------------------------------------------------------------------------


def arrange(outing, door: int, days: int):
    """Set a door at which the helper arranged another day, a number of days from today."""
    Door.objects.filter(pk=outing.doors[door].pk).update(
        outcome=VisitOutcome.FOLLOW_UP,
        visits=1,
        visited_on=TODAY - timedelta(days=9),
        follow_up_on=TODAY + timedelta(days=days),
    )
    at(
        outing,
        door,
        VisitOutcome.FOLLOW_UP,
        happened_on=TODAY - timedelta(days=9),
        arrived_on=TODAY - timedelta(days=9),
    )


@pytest.mark.parametrize(
    ("when", "doors"),
    [
        ("", ["4 Lê Lợi", "2 Lê Lợi"]),
        ("overdue", ["4 Lê Lợi"]),
        ("later", ["7 Lê Lợi"]),
        ("all", ["4 Lê Lợi", "2 Lê Lợi", "7 Lê Lợi"]),
        ("nonsense", ["4 Lê Lợi", "2 Lê Lợi"]),
    ],
)
def test_arranged_visits_the_oldest_first(outing, as_user, when, doors):
    for door, days in ((0, 0), (1, -3), (2, 5)):
        arrange(outing, door, days)
    answer = as_user(outing.tree.an).get("/outreach/follow-ups/", {"when": when})

    assert [line.place for line in answer.context["lines"]] == doors
    assert {line.whose for line in answer.context["lines"]} == {"Bùi Thị Lan"}
    assert answer.content.decode().count("/give/") == len(doors)
    # A reader without the permission is offered nothing to assign.
    assert "/give/" not in as_user(outing.tree.hanh).get("/outreach/follow-ups/", {"when": when}).content.decode()


def test_what_was_arranged_outside_of_a_drive_is_not_forgotten_until_somebody_went(outing, as_user):
    begun = hour(8) - timedelta(days=3)
    when = {"happened_on": TODAY - timedelta(days=3), "arrived_on": TODAY - timedelta(days=3), "began_at": begun}
    arranged = visit(outing, VisitOutcome.FOLLOW_UP, follow_up_on=TODAY, **when)
    visit(outing, VisitOutcome.FOLLOW_UP, unit="p5", household=None, follow_up_on=TODAY, **when)
    client = as_user(outing.tree.an)

    [line] = client.get("/outreach/follow-ups/").context["outside"]
    assert (line.visit_id, line.place, line.whose, line.days) == (arranged.pk, "2 Lê Lợi", "Bùi Thị Lan", 0)
    assert f'href="/outreach/visits/{arranged.pk}/"' in client.get(DAY).content.decode()
    assert client.get("/outreach/follow-ups/", {"when": "later"}).context["outside"] == []
    visit(outing, began_at=hour(9))
    assert client.get("/outreach/follow-ups/").context["outside"] == []


def test_an_officer_gives_a_door_to_somebody_until_that_day_is_over(outing, as_user):
    arrange(outing, 2, 5)
    door = outing.doors[2]
    client, address = as_user(outing.tree.an), f"/outreach/follow-ups/{outing.doors[2].pk}/give/"
    assert "Bùi Thị Lan" in client.get(address).content.decode()
    wrong = client.post(address, {"to": str(outing.tree.chi.pk)})
    assert wrong.status_code == 422

    answer = client.post(address, {"to": str(outing.tree.lan.pk)}, follow=True)
    assert "Bùi Thị Lan sẽ đến nhà này." in answer.content.decode()
    door.refresh_from_db()
    assert door.taken_by == outing.tree.lan
    assert door.due_back_at - door.taken_at == timedelta(days=6)
    [line] = follow_ups.follow_up_lines(
        outing.tree.an, follow_ups.follow_ups(outing.tree.an, outing.ward, TODAY, "all"), TODAY
    )
    assert (line.is_given, line.whose) == (True, "Bùi Thị Lan")


@pytest.mark.parametrize(("name", "status"), [("hanh", 403), ("lan", 404), ("chi", 404), ("khoa", 404)])
def test_nobody_else_gives_doors(outing, as_user, name, status):
    arrange(outing, 2, 5)
    answer = as_user(outing.tree.users[name]).post(
        f"/outreach/follow-ups/{outing.doors[2].pk}/give/", {"to": str(outing.tree.lan.pk)}
    )

    assert answer.status_code == status
    outing.doors[2].refresh_from_db()
    assert outing.doors[2].taken_by is None


# --- The page -------------------------------------------------------------------------------------------------------------


def test_the_day_on_one_page(outing, as_user):
    at(outing, 0, paired=False, began_at=hour(8), ended_at=hour(8, 9))
    arrange(outing, 1, 0)
    now = clock.now()
    device = Device.objects.create(
        id=uuid7(), user=outing.tree.lan, name="Máy", token_hash="t", registered_at=now, seen_at=now, lease_until=now
    )
    Record.objects.create(
        record_id=uuid7(), content_hash="h", kind="outreach.visit", version=9, unit=outing.ward, device=device,
        user=outing.tree.lan, received_at=now, state="quarantined",
    )  # fmt: skip
    outing.drive.since = TODAY - timedelta(days=30)
    outing.drive.save()
    Door.objects.update(visited_on=TODAY - timedelta(days=8))
    assert len(assign_reasons()) == 1
    text = as_user(outing.tree.an).get(DAY).content.decode()

    for words in (
        "Bùi Thị Lan, chưa có người đi cùng",
        "Thiếu cặp 1/1",
        "Đợt tháng 11",
        "4 Lê Lợi",
        "1 bản ghi cần xem",
        "“Đợt tháng 11”: 8 ngày chưa có lượt nào.",
    ):
        assert words in text
    # A pair leads to its visits of the day.
    theirs = f"/outreach/visits/?by={outing.tree.lan.pk}&amp;since=12/11/2023&amp;until=12/11/2023"
    assert theirs in text
    assert len(as_user(outing.tree.an).get(theirs.replace("&amp;", "&")).context["page"].lines) == 1
    other = as_user(outing.tree.chi).get(DAY).content.decode()
    assert "Hôm nay chưa có lượt đến nhà." in other
    assert "Thị Lan" not in other


def test_the_city_looks_at_all_wards_or_at_one(outing, as_user):
    at(outing, 0, **UT)
    visit(outing, unit="p5", first_name="Hồ Văn Năm")
    client = as_user(outing.tree.dung)

    assert len(client.get(DAY).context["pairs"]) == 2
    assert [pair.first for pair in client.get(DAY, {"unit": "p5"}).context["pairs"]] == ["Hồ Văn Năm"]
    assert client.get(DAY, {"unit": "nowhere"}).status_code == 404
    assert as_user(outing.tree.an).get(DAY, {"unit": "p5"}).status_code == 404


def test_whoever_reads_only_their_own_goes_on_to_those(outing, as_user):
    for page in ("", "follow-ups/", "plan/"):
        assert as_user(outing.tree.lan).get(DAY + page).url == "/outreach/visits/"
        assert as_user(outing.tree.khoa).get(DAY + page).status_code == 404


def test_the_day_costs_the_same_however_much_was_done(outing, as_user):
    client = as_user(outing.tree.an)
    at(outing, 0, **UT)
    arrange(outing, 1, 0)
    held_by(outing, outing.tree.an, 2)
    client.get(DAY)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(DAY)
        costs.append(len(queries))
        for n in range(30):
            visit(
                outing,
                second_name=f"Cán bộ {n}",
                second_kind="official",
                neighbourhood=None if n % 2 else outing.neighbourhood,
            )

    assert costs[0] == costs[1]
    assert len(client.get(DAY).context["pairs"]) > 20


def test_whoever_may_go_is_offered_those_of_the_unit_alone(outing):
    RoleAssignment.objects.create(
        user=outing.tree.minh, role=Role.HELPER, unit=outing.tree.units["p5"], since=TREE_BEGAN
    )

    assert {user.username for user in follow_ups.visiting_accounts(outing.ward)} == {"an", "lan"}
