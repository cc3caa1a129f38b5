"""The plan: doors drawn from their numbers alone, and the page that is a list without any script."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.lib import clock
from doanso.outreach.models import Door, Drive, VisitOutcome
from doanso.outreach.rules.plan import PlanLane, PlanSpot, lanes, spots
from doanso.outreach.tests.visit_factory import visit
from doanso.people.actions import DoorInput, match_or_create_households
from doanso.people.models import Household
from doanso.testing import TODAY
from doanso.units.models import Neighbourhood

PLAN = "/outreach/plan/"


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (["1", "3", "2", "4"], [(0, -1), (1, -1), (0, 1), (1, 1)]),
        # Numbers without a door take no room; houses face each other all the same.
        (["1", "101", "102"], [(0, -1), (1, -1), (1, 1)]),
        # Alleys go away from the street, behind the house they open at.
        (["12", "12/1", "12/3A", "14"], [(0, 1), (0, 2), (0, 3), (1, 1)]),
        (["", "Lô B"], [(0, 1), (0, 2)]),
        ([], []),
    ],
)
def test_where_doors_are_drawn(numbers, found):
    assert spots(numbers) == [PlanSpot(*position) for position in found]


def test_a_long_alley_goes_on_beside_itself_and_the_street_makes_room():
    positions = spots([f"7/{n}" for n in range(30)] + ["9"])

    assert len(set(positions)) == 31
    assert {spot.x for spot in positions[:30]} == {0, 1, 2}
    assert min(spot.y for spot in positions) == -12
    assert positions[30] == PlanSpot(3, -1)


def test_streets_stand_below_each_other_without_touching():
    assert lanes([[PlanSpot(0, -2), PlanSpot(4, 1)], [PlanSpot(0, -1)]]) == [PlanLane(3, 5), PlanLane(7, 1)]


# --- The page -------------------------------------------------------------------------------------------------------------


def more_doors(outing, *numbers, street="Nguyễn Trãi", drive=None, area=None):
    """Create doors of another street in the drive."""
    area = area or outing.neighbourhood
    inputs = [DoorInput(number, street, area.pk) for number in numbers]
    homes = [
        Household.objects.get(pk=met.household_id)
        for met in match_or_create_households(unit_id=outing.ward.pk, inputs=inputs)
    ]
    return [
        Door.objects.create(
            drive=drive or outing.drive, unit=outing.ward, household=home, neighbourhood=area, walk_key=home.walk_key
        )
        for home in homes
    ]


def streets(client, **query):
    plan = client.get(PLAN, query).context["plan"]
    return {street.name: [door.number for door in street.doors] for street in plan.streets}


@pytest.mark.django_db
def test_it_lists_doors_by_street_as_one_walks_with_what_came_of_each(outing, as_user):
    more_doors(outing, "12/3", "12", "1", "2")
    arranged = visit(outing, VisitOutcome.FOLLOW_UP, door=outing.doors[1], household=outing.doors[1].household)
    Door.objects.filter(pk=outing.doors[1].pk).update(
        outcome=VisitOutcome.FOLLOW_UP, visits=1, visited_on=TODAY, follow_up_on=TODAY + timedelta(days=3)
    )
    now = clock.now()
    Door.objects.filter(pk=outing.doors[0].pk).update(
        taken_by=outing.tree.lan, taken_at=now, due_back_at=now + timedelta(hours=3)
    )
    client = as_user(outing.tree.an)

    assert streets(client) == {"Lê Lợi": ["7", "2", "4"], "Nguyễn Trãi": ["1", "2", "12", "12/3"]}
    text = client.get(PLAN).content.decode()
    assert "Hẹn hôm khác, 12/11, hẹn 15/11" in text
    assert f'href="/outreach/visits/{arranged.pk}/">4</a>' in text
    assert "Bùi Thị Lan đang nhận" in text
    assert re.search(r'data-x="2" data-y="-1" data-mark="unseen" data-number="7"', text)
    assert "Xong 0/7 nhà" in text
    # No drawing position is an inline style.
    assert " style=" not in text


@pytest.mark.django_db
def test_an_inspector_sees_marks_and_no_numbers(outing, as_user):
    assert streets(as_user(outing.tree.hanh), unit="p4") == {"Lê Lợi": ["…", "…", "…"]}


@pytest.mark.django_db
def test_a_neighbourhood_a_drive_a_ward(outing, as_user):
    other = Neighbourhood.objects.create(unit=outing.ward, name="Khu phố 2", since=TODAY - timedelta(days=900))
    second = Drive.objects.create(
        unit=outing.ward, name="Đợt hai", since=TODAY, until=TODAY + timedelta(days=9), goal=1, made_at=clock.now(),
        made_by=outing.tree.an,
    )  # fmt: skip
    more_doors(outing, "5", drive=second, area=other)
    client = as_user(outing.tree.an)

    assert list(streets(client)) == ["Lê Lợi"]
    assert streets(client, neighbourhood=other.pk) == {"Nguyễn Trãi": ["5"]}
    assert streets(client, drive=second.pk) == {"Nguyễn Trãi": ["5"]}
    assert list(streets(client, drive="nonsense", neighbourhood="nonsense")) == ["Lê Lợi"]
    assert "Khu phố 2: xong 0/1 nhà" in client.get(PLAN).content.decode()
    assert client.get(PLAN, {"unit": "p5"}).status_code == 404
    assert "Chưa có đợt nào có nhà ở đây." in as_user(outing.tree.chi).get(PLAN).content.decode()


@pytest.mark.django_db
def test_a_home_of_two_drives_stands_once_with_what_is_newest(outing, as_user):
    second = Drive.objects.create(
        unit=outing.ward, name="Đợt hai", since=TODAY, until=TODAY + timedelta(days=9), goal=1, made_at=clock.now(),
        made_by=outing.tree.an,
    )  # fmt: skip
    Door.objects.filter(pk=outing.doors[0].pk).update(
        outcome=VisitOutcome.REFUSED, visited_on=TODAY - timedelta(days=3)
    )
    Door.objects.create(
        drive=second, unit=outing.ward, household=outing.household, neighbourhood=outing.neighbourhood,
        walk_key=outing.household.walk_key, outcome=VisitOutcome.HELPED, visited_on=TODAY,
    )  # fmt: skip
    [street] = as_user(outing.tree.an).get(PLAN).context["plan"].streets

    assert [(door.number, door.mark) for door in street.doors] == [("7", "unseen"), ("2", "helped"), ("4", "unseen")]


@pytest.mark.django_db
def test_it_costs_the_same_however_many_doors(outing, as_user):
    client = as_user(outing.tree.an)
    client.get(PLAN)
    costs = []
    for n in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(PLAN)
        costs.append(len(queries))
        more_doors(outing, *(str(number) for number in range(10, 60)), street=f"Đường {n}")

    assert costs[0] == costs[1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_with_a_script_it_is_drawn_and_a_door_says_what_came_of_it(outing, open_as):
    more_doors(outing, *(str(number) for number in range(1, 40)))
    page = open_as(outing.tree.an, path=PLAN, width=390)
    page.wait_for_selector("[data-plan-door]")

    assert page.locator("[data-plan-door]").count() == 42
    page.locator("[title^='7: ']:has([data-plan-door])").first.click()
    assert "Lê Lợi" in page.locator("[data-door-details]").inner_text()
