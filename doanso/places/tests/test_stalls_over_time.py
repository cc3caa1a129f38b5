"""Stalls and traders over time: at one stall at most one trader on each day, whatever order the changes are entered in."""

from datetime import date, timedelta

import pytest

from doanso.cashless.actions import FollowInput, follow_shops
from doanso.cashless.models import CheckOrigin, ScanResult, Shop, ShopCheck
from doanso.lib import clock
from doanso.people.actions import BusinessInput, match_or_create_businesses
from doanso.people.models import Business
from doanso.places.actions.addresses import RegisterChange
from doanso.places.actions.stalls import StallInput, TraderInput, close_stall
from doanso.places.models import Stall, Tenancy
from doanso.places.tests.listing import BEGAN, SURVEYED, Listing
from doanso.places.tests.listing import listing as listing
from doanso.testing import TODAY

ACCEPTING, CODE_SAFE = 1, 7
EARLY, LATE = SURVEYED + timedelta(days=3), SURVEYED + timedelta(days=33)


def _trade(listing: Listing, name: str, on: date, *, reason: str = "Sang sạp") -> None:
    listing.put(StallInput("A1", trader=TraderInput(name)), on=on, reason=reason)


def _tenancies() -> list[tuple[str, date, date | None]]:
    return list(Tenancy.objects.order_by("since", "trader").values_list("trader", "since", "until"))


@pytest.fixture
def frozen(listing: Listing) -> Listing:
    listing.put(StallInput("A1", trader=TraderInput("Lê Thị Ba")))
    listing.freeze(listing.market)
    return listing


def test_a_trader_entered_for_an_earlier_day_begins_where_the_one_before_ends(frozen: Listing) -> None:
    _trade(frozen, "Trần Văn Tư", LATE)
    _trade(frozen, "Ngô Thị Năm", EARLY)
    assert _tenancies() == [
        ("Lê Thị Ba", BEGAN, LATE),
        ("Ngô Thị Năm", LATE, None),
        ("Trần Văn Tư", LATE, LATE),
    ]
    for day in (EARLY, LATE - timedelta(days=1), LATE, TODAY):
        assert frozen.value(frozen.market, ACCEPTING, day).denominator == 1


def test_a_stall_that_was_empty_counts_once(frozen: Listing) -> None:
    _trade(frozen, "", LATE)
    _trade(frozen, "Ngô Thị Năm", EARLY)
    assert _tenancies() == [("Lê Thị Ba", BEGAN, LATE), ("Ngô Thị Năm", LATE, None)]


def test_a_number_that_comes_back_counts_once(frozen: Listing) -> None:
    change = RegisterChange(LATE, "Sửa chợ")
    close_stall(actor=frozen.tree.an, place=frozen.market, stall_id=Stall.objects.get().pk, change=change)
    _trade(frozen, "Lê Thị Ba", EARLY)
    assert set(Stall.objects.values_list("since", "until")) == {(BEGAN, LATE), (LATE, None)}
    assert frozen.value(frozen.market, ACCEPTING, LATE - timedelta(days=1)).denominator == 1


def test_a_code_read_before_shops_were_merged_stays_safe(frozen: Listing) -> None:
    shop = Shop.objects.get()
    now = clock.now()
    ShopCheck.objects.create(
        shop=shop, unit=shop.unit, happened_on=TODAY, arrived_on=TODAY, seen_at=now, origin=CheckOrigin.DESK,
        state="displayed", scan=ScanResult.SAME, first_name="An", made_by=frozen.tree.an, made_at=now,
    )  # fmt: skip
    remaining = Business.objects.create(
        unit=shop.unit, name="Cá Ba", folded="ca ba", created_at=clock.now(), updated_at=clock.now()
    )
    Business.objects.filter(pk=shop.business_id).update(merged_into=remaining)
    value = frozen.value(frozen.market, CODE_SAFE)
    assert (value.numerator, value.denominator) == (1, 1)


def test_a_trader_who_has_a_shop_in_another_ward_gets_one_of_this_ward(listing: Listing) -> None:
    tree = listing.tree
    inputs = BusinessInput("Lê Thị Ba", phone="+84903111222", address="1 Hùng Vương")
    [elsewhere] = match_or_create_businesses(unit_id=tree.units["p5"].pk, inputs=[inputs])
    follow = [FollowInput(elsewhere.business_id, "Hùng Vương · số 1")]
    follow_shops(actor=tree.chi, unit=tree.units["p5"], businesses=follow)
    trader = TraderInput("Lê Thị Ba", phone="+84903111222")

    for _time in range(2):
        listing.put(StallInput("A1", trader=trader))
    [tenancy] = Tenancy.objects.select_related("business")
    assert tenancy.business.unit == tree.units["p4"]
    assert Shop.objects.get(business=tenancy.business).unit == tree.units["p4"]
    assert Shop.objects.get(business=elsewhere.business_id).label == "Hùng Vương · số 1"
