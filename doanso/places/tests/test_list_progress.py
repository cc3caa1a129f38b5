"""The progress that the list of places shows follows records that do not name the place."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.cashless.actions import CheckInput, check_shop
from doanso.cashless.models import Shop
from doanso.lib import clock
from doanso.places.actions import count_changed_places
from doanso.places.actions.stalls import StallInput, TraderInput
from doanso.places.models import Place
from doanso.places.tests.listing import Listing
from doanso.places.tests.listing import listing as listing
from doanso.testing import TODAY


@pytest.fixture
def market(listing: Listing) -> Place:
    """The market with one stall, counted a quarter of an hour ago; the street was stopped."""
    listing.put(StallInput("A1", trader=TraderInput("Lê Thị Ba")))
    Place.objects.filter(pk=listing.street.pk).update(state="stopped")
    assert count_changed_places() == 1
    past = clock.now() - timedelta(minutes=15)
    Place.objects.update(counted_at=past)
    AuditEvent.objects.update(at=past - timedelta(minutes=15))
    return Place.objects.get(pk=listing.market.pk)


def test_a_check_of_a_shop_moves_the_list(listing: Listing, market: Place) -> None:
    assert (market.passed, count_changed_places()) == (0, 0)
    shop = Shop.objects.get(business__name="Lê Thị Ba")
    check_shop(actor=listing.tree.lan, shop=shop, inputs=CheckInput(TODAY, "displayed", used_recently=True))
    assert count_changed_places() == 1
    market.refresh_from_db()
    assert market.passed == 2
    # Once more, because an event may be committed after its time; then the place is at rest.
    assert count_changed_places() == 1
    AuditEvent.objects.update(at=clock.now() - timedelta(minutes=2))
    assert count_changed_places() == 0


def test_a_place_at_rest_costs_one_statement(market: Place) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert count_changed_places() == 0
    assert len(queries) == 2


def test_what_another_ward_does_moves_nothing(listing: Listing, market: Place) -> None:
    newest = AuditEvent.objects.order_by("-pk").first()
    assert newest is not None
    AuditEvent.objects.filter(pk=newest.pk).update(at=clock.now(), unit_id=listing.tree.units["p5"].pk)
    assert count_changed_places() == 0
