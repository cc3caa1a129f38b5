"""The house list of a street: adding, removing, segments, and the days of each."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.cashless.models import Shop
from doanso.lib.problems import Refused
from doanso.organisation.actions import merge_units
from doanso.people.models import Business, Household
from doanso.places.actions.addresses import (
    AddressInput,
    RegisterChange,
    add_addresses,
    move_to_segment,
    remove_addresses,
)
from doanso.places.actions.stalls import StallInput, TraderInput, put_stalls
from doanso.places.actions.surveys import SurveyRow, enter_survey
from doanso.places.models import Address
from doanso.places.queries.addresses import ListCount, list_counts
from doanso.places.tests.listing import BEGAN, SURVEYED, Listing, home, shop
from doanso.places.tests.listing import listing as listing
from doanso.testing import TODAY

POINT = AddressInput("point", "20", "Lê Lợi", "Trạm y tế Phường 4")


def refusal(caught: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    return caught.value.problem.code, caught.value.problem.field


def test_doors_are_written_once_with_their_homes_and_followed_shops(listing: Listing) -> None:
    result = listing.add(home("12"), home("12 "), home("14/3a"), shop("16", "Tạp hóa Bảy"), POINT)

    assert result == (4, 1)
    rows = Address.objects.order_by("walk_key").values_list("kind", "number", "label", "since", "until")
    assert list(rows) == [
        ("household", "12", "", BEGAN, None),
        ("household", "14/3A", "", BEGAN, None),
        ("business", "16", "Tạp hóa Bảy", BEGAN, None),
        ("point", "20", "Trạm y tế Phường 4", BEGAN, None),
    ]
    assert (Household.objects.count(), Business.objects.get().name) == (2, "Tạp hóa Bảy")
    assert Shop.objects.get().label == "16 Lê Lợi · Đường Lê Lợi"
    assert AuditEvent.objects.filter(action="places.add_addresses", object_id=listing.street.pk).count() == 1
    assert listing.add(home("12"), shop("16", "TẠP HÓA BẢY"), POINT) == (0, 3)


def test_doors_of_the_register_keep_their_keys(listing: Listing) -> None:
    at_12, business_id = listing.home("12"), listing.shop("Cà phê Út", "8")
    listing.add(home("12", household_id=at_12.pk), shop("8", "Cà phê Út", business_id=business_id))
    assert set(Address.objects.values_list("household_id", "business_id")) == {(at_12.pk, None), (None, business_id)}


def test_a_door_of_another_ward_is_refused(listing: Listing) -> None:
    foreign = Household.objects.create(unit=listing.tree.units["p5"], created_at=listing.street.made_at)
    with pytest.raises(Refused) as caught:
        listing.add(home("12", household_id=foreign.pk))
    assert refusal(caught) == ("door_unknown", "")


@pytest.mark.parametrize(
    ("door", "problem"),
    [
        (home(""), ("number_missing", "number")),
        (shop("12", ""), ("label_missing", "label")),
        (AddressInput("point", "12", "Lê Lợi"), ("label_missing", "label")),
        (AddressInput("garden", "12", "Lê Lợi"), ("kind_unknown", "kind")),
        (shop("12", "<b>Út</b>"), ("name_brackets", "label")),
        (home("1" * 41), ("too_long", "number")),
    ],
)
def test_a_door_that_says_too_little_is_refused(listing: Listing, door: AddressInput, problem: tuple[str, str]) -> None:
    with pytest.raises(Refused) as caught:
        listing.add(door)
    assert refusal(caught) == problem
    assert not Address.objects.exists()


def test_after_the_survey_changes_need_a_day_and_a_reason_and_stay_visible(listing: Listing) -> None:
    listing.add(home("12"), home("14"), shop("16", "Tạp hóa Bảy"))
    listing.freeze(listing.street)
    with pytest.raises(Refused) as caught:
        listing.add(home("18"))
    assert refusal(caught) == ("reason_missing", "reason")
    with pytest.raises(Refused) as caught:
        listing.add(home("18"), on=SURVEYED - timedelta(days=1), reason="Nhà mới xây")
    assert refusal(caught) == ("change_frozen", "on")

    listing.add(home("18"), on=date(2023, 11, 1), reason="Nhà mới xây")
    gone = listing.address("14")
    change = RegisterChange(date(2023, 11, 5), "Nhà đã giải tỏa")
    remove_addresses(actor=listing.tree.an, place=listing.street, address_ids=[gone.pk], change=change)

    gone.refresh_from_db()
    assert (gone.until, gone.removed_reason, gone.removed_by) == (date(2023, 11, 5), "Nhà đã giải tỏa", listing.tree.an)
    assert list_counts(listing.street, TODAY) == [
        ListCount("household", 2, 2, 1, 1),
        ListCount("business", 1, 1),
        ListCount("point", 0, 0),
    ]
    assert [count.now for count in list_counts(listing.street, SURVEYED)] == [2, 1, 0]


def test_before_the_survey_a_wrong_door_is_deleted_unless_somebody_asked_there(listing: Listing) -> None:
    listing.add(home("12"), home("14"))
    asked = listing.address("12")
    enter_survey(
        actor=listing.tree.an,
        place=listing.street,
        checked_on=TODAY,
        rows=[SurveyRow(asked.pk, answers={"vneid": True})],
    )
    keys = list(Address.objects.values_list("pk", flat=True))
    assert remove_addresses(actor=listing.tree.an, place=listing.street, address_ids=keys) == 2
    assert list(Address.objects.values_list("number", "until")) == [("12", TODAY)]


def test_a_door_can_come_back_after_it_was_taken_out(listing: Listing) -> None:
    listing.add(home("12"))
    listing.freeze(listing.street)
    first = listing.address("12")
    change = RegisterChange(date(2023, 11, 5), "Nhà trống")
    remove_addresses(actor=listing.tree.an, place=listing.street, address_ids=[first.pk], change=change)
    listing.add(home("12"), on=date(2023, 11, 10), reason="Đã có người ở")
    assert Address.objects.filter(household=first.household).count() == 2


def test_doors_are_put_into_segments_of_their_own_street(listing: Listing) -> None:
    listing.add(home("12"), home("14"))
    keys = list(Address.objects.values_list("pk", flat=True))
    segment = listing.segment(listing.street, 2)
    moved = move_to_segment(actor=listing.tree.an, place=listing.street, address_ids=keys, segment_id=segment.pk)
    assert (moved, Address.objects.filter(segment=segment).count()) == (2, 2)
    with pytest.raises(Refused) as caught:
        move_to_segment(
            actor=listing.tree.an,
            place=listing.street,
            address_ids=keys,
            segment_id=listing.segment(listing.market, 1).pk,
        )
    assert refusal(caught) == ("segment_unknown", "segment")


@pytest.mark.parametrize("username", ["binh", "chi", "hanh", "lan", "minh"])
def test_only_who_manages_the_street_changes_its_list(listing: Listing, username: str) -> None:
    with pytest.raises(PermissionDenied):
        add_addresses(actor=getattr(listing.tree, username), place=listing.street, inputs=[home("12")])


def test_five_hundred_doors_take_as_many_statements_as_one(listing: Listing) -> None:
    def statements(*inputs: AddressInput) -> int:
        with CaptureQueriesContext(connection) as queries:
            listing.add(*inputs)
        return len(queries)

    one = statements(home("2"), shop("4", "Quán Một"))
    homes = [home(str(number)) for number in range(100, 350)]
    many = statements(*homes, *(shop(str(number), f"Quán {number}") for number in range(400, 640)))
    assert many - one <= 2


def test_a_door_that_comes_back_counts_once_on_every_day(listing: Listing) -> None:
    listing.add(home("12"), shop("16", "Tạp hóa Bảy"), POINT)
    listing.freeze(listing.street)
    doors = list(Address.objects.values_list("pk", flat=True))
    gone, again = SURVEYED + timedelta(days=20), SURVEYED + timedelta(days=5)
    change = RegisterChange(gone, "Giải tỏa")
    remove_addresses(actor=listing.tree.an, place=listing.street, address_ids=doors, change=change)

    assert listing.add(home("12"), shop("16", "Tạp hóa Bảy"), POINT, on=again, reason="Nhầm") == (3, 0)
    assert set(Address.objects.values_list("since", "until")) == {(BEGAN, gone), (gone, None)}


def test_the_ward_that_goes_on_keeps_the_lists_of_a_merged_one(listing: Listing) -> None:
    tree = listing.tree
    listing.add(home("12"), shop("16", "Tạp hóa Bảy"))
    listing.put(StallInput("A1", trader=TraderInput("Lê Thị Ba")))
    merge_units(actor=tree.giang, units=[tree.units["p4"]], into=tree.units["p5"], on=TODAY)

    doors = [home("12"), shop("16", "Tạp hóa Bảy"), home("14"), shop("18", "Quán Mới")]
    assert add_addresses(actor=tree.chi, place=listing.street, inputs=doors) == (2, 2)
    stalls = [StallInput("A1", trader=TraderInput("Lê Thị Ba")), StallInput("A2", trader=TraderInput("Ngô Thị Năm"))]
    assert put_stalls(actor=tree.chi, place=listing.market, inputs=stalls).added == 1
    followed = Shop.objects.filter(business__name__in=["Quán Mới", "Ngô Thị Năm"])
    assert set(followed.values_list("unit", flat=True)) == {tree.units["p5"].pk}
