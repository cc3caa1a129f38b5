"""Pages of leaders in a browser: no barrier, nothing the policy forbids, nothing wider than a phone."""

from datetime import timedelta

import pytest

from doanso.access.tests.scene import Scene
from doanso.lib import clock
from doanso.outreach.models import Door, VisitOutcome
from doanso.outreach.tests.test_plan import more_doors
from doanso.outreach.tests.visit_factory import visit
from doanso.testing import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UT = {"second_name": "Trần Văn Út", "second_kind": "official"}


@pytest.fixture
def lively(outing):
    """A day with pairs, a drive on its way, and somebody who waits."""
    outcomes = [VisitOutcome.HELPED, VisitOutcome.NOT_HOME, VisitOutcome.REFUSED, VisitOutcome.HAD_ALREADY, ""]
    doors = [*outing.doors, *more_doors(outing, *(str(number) for number in range(1, 40)), "12/1", "12/2", "12/3A")]
    for n, door in enumerate(doors):
        outcome = outcomes[n % 5]
        Door.objects.filter(pk=door.pk).update(
            outcome=outcome, visited_on=TODAY if outcome else None, visits=bool(outcome)
        )
        if outcome:
            visit(outing, outcome, door=door, household=door.household, drive=outing.drive, paired=n % 3 > 0, **UT)
    due = TODAY - timedelta(days=1)
    Door.objects.filter(pk=doors[7].pk).update(outcome=VisitOutcome.FOLLOW_UP, follow_up_on=due, visited_on=due)
    now = clock.now()
    held = {"taken_by": outing.tree.lan, "taken_at": now, "due_back_at": now + timedelta(hours=5)}
    Door.objects.filter(pk__in=[door.pk for door in doors[9:12]]).update(**held)
    return outing, Scene(outing.tree).photo(outing.ward), doors[7]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_no_barrier_and_no_page_wider_than_the_screen(lively, open_as, axe, width, dark):
    outing, photo, door = lively
    page = open_as(outing.tree.an, path="/outreach/", width=width, dark=dark)
    begin = page.url.removesuffix("/outreach/")
    barriers = {}
    for path in (
        "/outreach/",
        "/outreach/visits/",
        f"/outreach/visits/{photo.subject}/",
        f"/outreach/visits/{photo.subject}/take-back/",
        "/outreach/follow-ups/",
        f"/outreach/follow-ups/{door.pk}/give/",
        "/outreach/plan/",
    ):
        page.goto(begin + path)
        if barriers_found := axe(page):
            barriers[path] = barriers_found
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path

    assert barriers == {}
    assert page.locator("[data-plan-door]").count() == 45
