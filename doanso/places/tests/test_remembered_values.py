"""Values that a process remembers: only while no record of the place's units has changed, and never inside an action."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.adoption.models import Usage
from doanso.audit.actions import record
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.places import formulas
from doanso.places.models import Criterion, Place
from doanso.places.tests.listing import Listing, home
from doanso.places.tests.listing import listing as listing
from doanso.places.values import remembered
from doanso.testing import TODAY
from doanso.units.models import Unit


@pytest.fixture
def street(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listing]:
    """The listing as pages read it, outside a transaction, with a home whose last event is two minutes old."""
    listing.add(home("12"))
    listing.use(listing.resident("12"), "vneid", "level2-active", TODAY)
    monkeypatch.setattr(remembered.database, "in_transaction", lambda: False)
    remembered.forget()
    settle()
    yield listing
    remembered.forget()


def settle() -> None:
    AuditEvent.objects.update(at=clock.now() - timedelta(minutes=2))


def read(listing: Listing) -> tuple[int | None, int]:
    """Return the number of homes with VNeID as a new request reads it, and the statements that took."""
    place = Place.objects.select_related("unit").get(pk=listing.street.pk)
    criterion = Criterion.objects.get(criteria_set=place.criteria_set_id, number=4)
    with CaptureQueriesContext(connection) as queries:
        value = formulas.read_values(place, [criterion], TODAY)[criterion.pk]
    return value.numerator, len(queries)


def forget_use(listing: Listing, unit: Unit) -> None:
    """Take back what was seen, with an event of a unit."""
    usage = Usage.objects.get()
    usage.taken_back_at = clock.now()
    usage.save(update_fields=["taken_back_at"])
    record(actor=listing.tree.an, action="adoption.take_back", obj=usage, unit=unit)


def test_a_second_view_takes_one_statement(street: Listing) -> None:
    assert [read(street), read(street)] == [(1, 7), (1, 1)]


@pytest.mark.parametrize("code", ["p4", "p4-kp1", "my-tho"])
def test_an_event_of_the_unit_or_below_or_above_it_computes_anew(street: Listing, code: str) -> None:
    read(street)
    forget_use(street, street.tree.units[code])
    assert read(street) == (0, 7)


def test_an_event_of_the_last_minute_is_not_trusted(street: Listing) -> None:
    forget_use(street, street.tree.units["p4"])
    assert [read(street), read(street)] == [(0, 7), (0, 7)]
    settle()
    assert [read(street), read(street)] == [(0, 7), (0, 1)]


def test_other_units_records_are_seen_after_ten_minutes(street: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    read(street)
    forget_use(street, street.tree.units["p5"])
    assert read(street) == (1, 1)
    later = clock.now() + remembered.OLDEST
    monkeypatch.setattr(remembered.clock, "now", lambda: later)
    assert read(street) == (0, 7)


def test_an_action_always_computes(street: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    read(street)
    monkeypatch.setattr(remembered.database, "in_transaction", lambda: True)
    assert read(street) == (1, 6)
