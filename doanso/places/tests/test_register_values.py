"""Values of criteria computed from the lists: homes by records and survey, shops and stalls by their checks, as of a day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from doanso.cashless.models import CheckOrigin, Shop, ShopCheck
from doanso.lib import clock
from doanso.people.actions import merge_businesses, undo_merge
from doanso.people.models import Business
from doanso.places import formulas
from doanso.places.actions.addresses import AddressInput, remove_addresses
from doanso.places.actions.points import PlateCheckInput, PointInput, add_point, check_plate
from doanso.places.actions.stalls import StallInput, TraderInput
from doanso.places.models import Address
from doanso.places.queries.addresses import list_counts
from doanso.places.queries.points import point_counts
from doanso.places.rules.survey import DatedAnswer, household_day
from doanso.places.tests.listing import Listing, home, shop
from doanso.places.tests.listing import listing as listing
from doanso.testing import TODAY

CHANNEL, VNEID, PORTAL, CASHLESS, ONLINE, DIGITISED = 3, 4, 5, 7, 8, 9
ACCEPTING, USED, CODE_SAFE = 1, 2, 7
DAY = date(2023, 10, 20)


def seen(business_id: UUID, state: str, on: date, *, used: bool | None = None, scan: str = "", user: Any) -> ShopCheck:
    """Write what somebody saw at a shop."""
    followed = Shop.objects.get(business=business_id)
    return ShopCheck.objects.create(
        shop=followed,
        unit=followed.unit,
        happened_on=on,
        arrived_on=on,
        seen_at=clock.now(),
        origin=CheckOrigin.DESK,
        state=state,
        used_recently=used,
        scan=scan,
        first_name="An",
        made_by=user,
        made_at=clock.now(),
    )


def test_an_empty_list_has_no_value(listing: Listing) -> None:
    assert listing.value(listing.street, VNEID) == formulas.Value()
    assert listing.value(listing.market, ACCEPTING) == formulas.Value()


def test_a_home_counts_by_what_an_officer_saw_of_one_who_lives_there(listing: Listing) -> None:
    listing.add(home("12"), home("14"), home("16"))
    mai = listing.resident("12")
    listing.use(mai, "vneid", "level2-approved", DAY)
    assert listing.value(listing.street, VNEID).numerator == 0
    listing.use(mai, "vneid", "level2-active", DAY + timedelta(days=1))
    # Declared by herself, which no officer has seen.
    listing.use(listing.resident("14", "Lê Văn Tám", 1960), "vneid", "level2-active", DAY, grade=0)

    value = listing.value(listing.street, VNEID)
    assert (value.numerator, value.denominator, value.known_from, value.known_on) == (
        *(1, 3, "records"),
        DAY + timedelta(days=1),
    )
    assert listing.value(listing.street, VNEID, on=DAY).numerator == 0


def test_a_lost_stage_takes_the_home_out_again(listing: Listing) -> None:
    listing.add(home("12"))
    mai = listing.resident("12")
    listing.use(mai, "vneid", "level2-active", DAY)
    listing.use(mai, "vneid", "none", DAY + timedelta(days=5))
    assert listing.value(listing.street, VNEID, on=DAY).numerator == 1
    assert listing.value(listing.street, VNEID).numerator == 0


def test_help_counts_while_it_is_in_effect(listing: Listing) -> None:
    listing.add(home("12"), home("14"))
    helped = listing.help(listing.resident("12"), "portal", DAY)
    listing.help(listing.resident("14", "Lê Văn Tám", 1960), "portal", DAY, refused_at=clock.now())
    assert listing.value(listing.street, PORTAL).numerator == 1
    helped.taken_back_at = clock.now()
    helped.save(update_fields=["taken_back_at"])
    assert listing.value(listing.street, PORTAL).numerator == 0


def test_the_newest_answer_of_the_survey_decides(listing: Listing) -> None:
    listing.add(home("12"), home("14"))
    listing.ask("12", DAY, channel=True, vneid=False)
    listing.ask("14", DAY, channel=False)
    assert [listing.value(listing.street, number).numerator for number in (CHANNEL, VNEID)] == [1, 0]
    listing.ask("12", DAY + timedelta(days=1), vneid=True)
    assert [listing.value(listing.street, number).numerator for number in (CHANNEL, VNEID)] == [1, 1]
    listing.ask("12", DAY + timedelta(days=2), vneid=False)
    assert listing.value(listing.street, VNEID).numerator == 0
    # Helped after the household had said no.
    listing.use(listing.resident("12"), "vneid", "level2-active", DAY + timedelta(days=9))
    assert listing.value(listing.street, VNEID).numerator == 1


days = st.dates(date(2023, 1, 1), date(2023, 12, 31))


@given(answer=st.none() | st.builds(DatedAnswer, days, st.booleans()), records=st.lists(days, max_size=4))
def test_a_household_is_known_by_the_newest_fact(answer: DatedAnswer | None, records: list[date]) -> None:
    day = household_day(answer, records)
    facts = [*records, *([answer.on] if answer is not None and answer.yes else [])]
    if answer is None or answer.yes:
        assert day == max(facts, default=None)
    else:
        assert day == max((record for record in records if record > answer.on), default=None)


def test_shops_count_by_their_newest_check_and_use_by_one_that_is_not_old(listing: Listing) -> None:
    listing.add(shop("2", "Quán Một"), shop("4", "Quán Hai"), shop("6", "Quán Ba"))
    one, two, three = (listing.address(number).business_id for number in ("2", "4", "6"))
    user = listing.tree.an
    seen(one, "used", TODAY - timedelta(days=3), used=True, user=user)
    seen(two, "used", TODAY - timedelta(days=90), used=True, user=user)
    seen(three, "displayed", TODAY - timedelta(days=5), used=False, user=user)
    value = listing.value(listing.street, CASHLESS)
    assert (value.numerator, value.second_numerator, value.denominator) == (3, 1, 3)
    seen(three, "stopped", TODAY, user=user)
    value = listing.value(listing.street, CASHLESS)
    assert (value.numerator, value.second_numerator, value.denominator) == (2, 1, 3)


def test_two_doors_of_one_merged_shop_count_once(listing: Listing) -> None:
    listing.add(shop("2", "Quán Một"), shop("4", "Quán Hai"), shop("6", "Quán Ba"))
    one, two, three = (Business.objects.get(pk=listing.address(number).business_id) for number in ("2", "4", "6"))
    user = listing.tree.an
    seen(two.pk, "used", TODAY - timedelta(days=3), used=True, scan="same", user=user)
    listing.ask("2", DAY, online=False)
    listing.ask("4", DAY + timedelta(days=1), online=True)
    merge_businesses(actor=listing.tree.dung, source=three, target=two)
    # Two levels: what the third was merged into is merged itself.
    merge = merge_businesses(actor=listing.tree.dung, source=two, target=one)

    value = listing.value(listing.street, CASHLESS)
    assert (value.numerator, value.second_numerator, value.denominator) == (1, 1, 1)
    value = listing.value(listing.street, ONLINE)
    assert (value.numerator, value.denominator, value.known_on) == (1, 1, DAY + timedelta(days=1))
    assert [(count.now, count.shops) for count in list_counts(listing.street, TODAY)] == [(0, None), (3, 1), (0, None)]

    undo_merge(actor=listing.tree.dung, merge=merge)
    assert listing.value(listing.street, CASHLESS).denominator == 2
    listing.ask("2", TODAY, online=True)
    listing.ask("4", TODAY, online=False)
    assert listing.value(listing.street, ONLINE).numerator == 1


def test_two_stalls_of_one_trader_are_two_stalls(listing: Listing) -> None:
    listing.put(StallInput("A1", trader=TraderInput("Lê Thị Ba")), StallInput("A2", trader=TraderInput("Cô Ba")))
    first, second = Business.objects.filter(name__in=["Lê Thị Ba", "Cô Ba"]).order_by("pk")
    seen(second.pk, "displayed", TODAY, user=listing.tree.an)
    merge_businesses(actor=listing.tree.dung, source=second, target=first)
    value = listing.value(listing.market, ACCEPTING)
    assert (value.numerator, value.denominator) == (2, 2)


def test_shops_that_are_online_are_those_of_the_survey(listing: Listing) -> None:
    listing.add(shop("2", "Quán Một"), shop("4", "Quán Hai"))
    listing.ask("2", DAY, online=True)
    value = listing.value(listing.street, ONLINE)
    assert (value.numerator, value.denominator, value.known_on) == (1, 2, DAY)


def test_a_public_point_of_the_house_list_counts_before_its_page_is_written(listing: Listing) -> None:
    user, street = listing.tree.an, listing.street
    listing.add(
        *(AddressInput("point", number, "Lê Lợi", name) for number, name in (("20", "Trạm y tế"), ("22", "ATM")))
    )
    value = listing.value(street, DIGITISED)
    assert (value.numerator, value.denominator) == (0, 2)
    point = add_point(
        actor=user, place=street, inputs=PointInput(kind="health", name="Trạm Y tế", opening_hours="7:00 đến 17:00")
    )
    check_plate(actor=user, point=point, inputs=PlateCheckInput(TODAY, works=True, is_put_up=True))
    value = listing.value(street, DIGITISED)
    assert (value.numerator, value.denominator, value.known_on) == (1, 2, TODAY)
    counts = point_counts(street, TODAY)
    assert (counts.points, counts.unwritten) == (2, 1)
    gone = listing.address("22")
    remove_addresses(actor=user, place=street, address_ids=[gone.pk])
    assert listing.value(street, DIGITISED).denominator == 1


def test_stalls_count_while_somebody_trades_there(listing: Listing) -> None:
    listing.put(
        StallInput("A1", trader=TraderInput("Lê Thị Ba")),
        StallInput("A2", trader=TraderInput("Trần Văn Tư", sign="Cá Tư")),
        StallInput("A3"),
    )
    ba, tu = (Shop.objects.get(business__name=name).business_id for name in ("Lê Thị Ba", "Cá Tư"))
    user = listing.tree.an
    seen(ba, "displayed", TODAY - timedelta(days=40), scan="same", user=user)
    seen(tu, "used", TODAY - timedelta(days=2), used=True, scan="different", user=user)
    figures = [listing.value(listing.market, number) for number in (ACCEPTING, USED, CODE_SAFE)]
    # One code was read too long ago, the other one is of a foreign account.
    assert [(value.numerator, value.denominator) for value in figures] == [(2, 2), (1, 2), (0, 2)]
    seen(tu, "displayed", TODAY, used=True, scan="same", user=user)
    value = listing.value(listing.market, CODE_SAFE)
    assert (value.numerator, value.denominator, value.known_on) == (1, 2, TODAY)


def test_all_values_of_a_street_take_as_many_statements_for_three_homes_as_for_three_hundred(listing: Listing) -> None:
    criteria = list(listing.street.criteria_set.criteria.all())

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            formulas.read_values(listing.street, criteria, TODAY)
        return len(queries)

    listing.add(home("1"), home("3"), shop("5", "Quán Một"))
    seen(Address.objects.get(kind="business").business_id, "displayed", DAY, user=listing.tree.an)
    listing.use(listing.resident("1"), "vneid", "level2-active", DAY)
    few = statements()
    listing.add(
        *(home(str(number)) for number in range(100, 400)), *(shop(str(n), f"Quán {n}") for n in range(400, 500))
    )
    assert (few, statements()) == (14, 14)


@pytest.mark.parametrize("number", [VNEID, CASHLESS])
def test_an_address_counts_only_while_it_is_in_the_list(listing: Listing, number: int) -> None:
    listing.add(home("12"), shop("2", "Quán Một"))
    listing.freeze(listing.street)
    listing.add(home("14"), shop("4", "Quán Hai"), on=date(2023, 11, 1), reason="Mới xây")
    assert listing.value(listing.street, number, on=date(2023, 10, 31)).denominator == 1
    assert listing.value(listing.street, number, on=date(2023, 11, 1)).denominator == 2
