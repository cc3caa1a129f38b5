"""The name of a trader in the board's list, when the shop's owner asks for a copy or is erased."""

from doanso.people.models import Business
from doanso.people.ports import personal_records
from doanso.places.actions.stalls import StallInput, TraderInput
from doanso.places.models import Address, Tenancy
from doanso.places.tests.listing import BEGAN, Listing, home, shop
from doanso.places.tests.listing import listing as listing


def test_the_copy_names_the_stalls_and_an_erasure_leaves_them_without_a_name(listing: Listing) -> None:
    listing.put(StallInput("A1", trader=TraderInput("Lê Thị Ba", "Cá Ba")), StallInput("A2", trader=TraderInput("Tư")))
    listing.add(home("12"))
    owner = listing.resident("12").person
    Business.objects.filter(name="Cá Ba").update(owner=owner)
    [records] = [handler for handler in personal_records() if handler.name == "places.stalls"]

    Tenancy.objects.update(reason="Lê Thị Ba sang sạp")
    assert list(records.copy([owner.pk])) == [("Sạp chợ", "Sạp A1, Chợ Thạnh Trị: Lê Thị Ba, từ 01/09/2023")]
    records.erase([owner.pk])
    assert dict(Tenancy.objects.values_list("stall__number", "trader")) == {"A1": "", "A2": "Tư"}
    reasons = {"A1": "–", "A2": "Lê Thị Ba sang sạp"}
    assert dict(Tenancy.objects.values_list("stall__number", "reason")) == reasons
    assert set(Tenancy.objects.values_list("since", "until")) == {(BEGAN, None)}


def test_a_sign_that_is_the_owners_name_goes_with_the_owner(listing: Listing) -> None:
    listing.add(
        home("12"), shop("14", "Quán Nguyễn Thị Mai"), shop("16", "Tạp hóa Bảy"), shop("18", "Cà phê Nguyễn Thị Mai")
    )
    owner = listing.resident("12", "Nguyễn Thị Mai").person
    Business.objects.filter(house_number__in=["14", "16"]).update(owner=owner)
    [records] = [handler for handler in personal_records() if handler.name == "places.stalls"]

    records.erase([owner.pk])
    # The last one is somebody else's.
    assert list(Address.objects.filter(kind="business").order_by("number").values_list("label", "folded")) == [
        ("", "14 le loi"),
        ("Tạp hóa Bảy", "tap hoa bay 16 le loi"),
        ("Cà phê Nguyễn Thị Mai", "ca phe nguyen thi mai 18 le loi"),
    ]
