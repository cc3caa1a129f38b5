"""Ward 4 with two services and their stages, a team of four, a neighbourhood, a drive of three doors, and a book that
counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from doanso.adoption.tests.services import make_services
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.models import Book, MeasureKind
from doanso.ledger.queries import figures
from doanso.lib import clock, vietnamese
from doanso.lib.uuid7 import uuid7
from doanso.members.tests.conftest import register  # noqa: F401
from doanso.outreach.models import Body, Door, Drive, Team, Teammate
from doanso.outreach.tests.visiting import Visiting
from doanso.people.actions import DoorInput, match_or_create_households
from doanso.people.models import Household
from doanso.support.models import HelperKind
from doanso.sync.actions import register_device
from doanso.sync.tests.conftest import Phone
from doanso.testing import TODAY, Tree
from doanso.units.models import Neighbourhood, Unit
from tools.fixture_replay import replayed


@dataclass
class Outing:
    """What a day from door to door needs.

    Teammates: `lan` (youth, head, signs in as tree.lan), `ut` (Trần Văn Út, neighbourhood official), `hoa` (Lê Thị Hoa,
    women's union), `tin` (Phạm Trung Tín, youth); these three have no sign-in. Doors: 2, 4 and 7 Lê Lợi of Khu phố 1.
    """

    tree: Tree
    team: Team
    mates: dict[str, Teammate]
    neighbourhood: Neighbourhood
    drive: Drive
    doors: list[Door]
    book: Book

    @property
    def ward(self) -> Unit:
        return self.tree.units["p4"]

    @property
    def household(self) -> Household:
        """The home of the first door."""
        home = self.doors[0].household
        assert home is not None
        return home

    def figure(self, code: str, unit: str = "my-tho", on: date = TODAY) -> int:
        """Return a unit's figure: portal-residents, payment-residents, payment-shops, portal-times."""
        key: UUID = self.tree.units[unit].pk
        return int(figures(book=self.book, unit_ids=[key], on=on)[key, code].total)


def mate(team: Team, name: str, kind: str, body: str, **more: Any) -> Teammate:
    """Create a teammate since the team began."""
    return Teammate.objects.create(
        team=team,
        unit=team.unit,
        name=name,
        sort_key=vietnamese.sort_key(name),
        kind=kind,
        body=body,
        since=team.since,
        **more,
    )


@pytest.fixture
@replayed
def outing(tree: Tree) -> Outing:
    """See `Outing`."""
    services = make_services()
    ward = tree.units["p4"]
    neighbourhood = Neighbourhood.objects.create(unit=ward, name="Khu phố 1", since=date(2020, 1, 1))
    team = Team.objects.create(
        unit=ward,
        neighbourhood=neighbourhood,
        name="Tổ công nghệ số cộng đồng Khu phố 1",
        decision_number="12/QĐ-UBND",
        decided_on=date(2023, 3, 1),
        decided_by="UBND Phường 4",
        since=date(2023, 3, 1),
    )
    team.services.set(services.values())
    mates = {
        "lan": mate(team, "Bùi Thị Lan", HelperKind.YOUTH, Body.YOUTH_UNION, user=tree.lan, is_head=True),
        "ut": mate(team, "Trần Văn Út", HelperKind.OFFICIAL, Body.NEIGHBOURHOOD),
        "hoa": mate(team, "Lê Thị Hoa", HelperKind.OFFICIAL, Body.WOMEN),
        "tin": mate(team, "Phạm Trung Tín", HelperKind.YOUTH, Body.YOUTH_UNION),
    }
    drive = Drive.objects.create(
        unit=ward,
        name="Đợt tháng 11",
        since=date(2023, 11, 1),
        until=date(2023, 12, 1),
        goal=3,
        made_at=clock.now(),
        made_by=tree.an,
    )
    homes = match_or_create_households(
        unit_id=ward.pk, inputs=[DoorInput(n, "Lê Lợi", neighbourhood.pk) for n in ("2", "4", "7")]
    )
    doors = []
    for met in homes:
        home = Household.objects.get(pk=met.household_id)
        doors.append(
            Door.objects.create(
                drive=drive, unit=ward, household=home, neighbourhood=neighbourhood, walk_key=home.walk_key
            )
        )
    book = open_book(
        code="den-nha",
        root=tree.units["my-tho"],
        first_day=date(2023, 1, 1),
        last_day=date(2023, 12, 31),
        measures=[
            MeasurePlan("portal-residents", "support.people", "portal", level=1),
            MeasurePlan("portal-times", "support.people", "portal", kind=MeasureKind.TIMES),
            MeasurePlan("payment-residents", "support.people", "payment", level=1),
            MeasurePlan("payment-shops", "support.businesses", "payment", level=1),
        ],
    )
    return Outing(tree, team, mates, neighbourhood, drive, doors, book)


@pytest.fixture
def visiting(outing: Outing, tree: Tree) -> Visiting:
    """Lan's phone, in service."""
    registration = register_device(actor=tree.lan, device_id=uuid7(), name="Máy của Lan")
    return Visiting(outing, Phone(registration.device, registration.token, outing.ward, Client()))
