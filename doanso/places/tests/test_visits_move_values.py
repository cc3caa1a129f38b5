"""Visits from door to door, as phones send them, move a street's values; a visit taken back moves them back."""

from uuid import UUID

import pytest

from doanso.lib import clock
from doanso.outreach.models import Visit
from doanso.outreach.tests.conftest import Outing, outing, register, visiting  # noqa: F401
from doanso.outreach.tests.visiting import NOBODY, Visiting, applied, guest
from doanso.places import formulas
from doanso.places.actions import PlaceInput, create_place
from doanso.places.actions.addresses import AddressInput, add_addresses
from doanso.places.models import Criterion, Place
from doanso.testing import TODAY


@pytest.fixture
def street(outing: Outing) -> Place:  # noqa: F811
    """The street of the drive's three doors."""
    place = create_place(
        actor=outing.tree.an,
        unit=outing.ward,
        kind="digital-street",
        inputs=PlaceInput(name="Đường Lê Lợi", started_on=TODAY),
    )
    doors = [
        AddressInput("household", door.household.house_number, "Lê Lợi", household_id=door.household_id)
        for door in outing.doors
        if door.household is not None
    ]
    add_addresses(actor=outing.tree.an, place=place, inputs=doors)
    return place


def value(place: Place, service: str) -> tuple[int | None, int | None]:
    criterion = Criterion.objects.get(criteria_set=place.criteria_set_id, parameters__service=service)
    read = formulas.read_values(place, [criterion], TODAY)[criterion.pk]
    return read.numerator, read.denominator


def test_homes_count_by_visits_with_and_without_a_name(street: Place, visiting: Visiting) -> None:  # noqa: F811
    assert (value(street, "portal"), value(street, "payment")) == ((0, 3), (0, 3))
    applied(visiting.send(visiting.body(0, people=[guest("Nguyễn Văn Bảy", "portal", "payment")])))
    assert (value(street, "portal"), value(street, "payment")) == ((1, 3), (1, 3))

    unnamed = NOBODY | {"helps": guest("Ai đó", "portal")["helps"]}
    applied(visiting.send(visiting.body(1, people=[unnamed])))
    assert (value(street, "portal"), value(street, "payment")) == ((2, 3), (1, 3))

    second: UUID = visiting.outing.doors[1].household_id  # type: ignore[assignment]
    Visit.objects.filter(household=second).update(taken_back_at=clock.now())
    assert value(street, "portal") == (1, 3)
