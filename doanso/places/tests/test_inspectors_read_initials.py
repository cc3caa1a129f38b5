"""What an inspector reads of house lists and stalls before a reason is stated: initials of signs and traders."""

from collections.abc import Callable

import pytest
from django.test import Client

from doanso.access import actions as access
from doanso.accounts.models import User
from doanso.places.actions.stalls import StallInput, TraderInput
from doanso.places.models import Address, Stall
from doanso.places.tests.listing import Listing, home, shop
from doanso.places.tests.listing import listing as listing

NAMES = ("Tạp hóa Bảy Mập", "Lê Thị Ba", "Cá Tư Hùng", "27/9")


@pytest.fixture
def read(listing: Listing, as_user: Callable[[User], Client]) -> Callable[[str], str]:
    listing.add(home("27/9"), shop("16", "Tạp hóa Bảy Mập"))
    listing.put(
        StallInput("A1", trader=TraderInput("Lê Thị Ba")), StallInput("A2", trader=TraderInput("", "Cá Tư Hùng"))
    )
    street, market = f"/places/{listing.street.pk}/addresses/", f"/places/{listing.market.pk}/stalls/"
    lists = [street, market]
    lists += [f"{street}{key}/" for key in Address.objects.values_list("pk", flat=True)]
    lists += [f"{market}{key}/" for key in Stall.objects.values_list("pk", flat=True)]
    # Searching for what is not shown finds nothing more than the list shows anyway.
    lists += [f"{street}?q=bay+map", f"{market}?q=le+thi+ba"]

    def pages(name: str) -> str:
        client = as_user(getattr(listing.tree, name))
        answers = [client.get(address) for address in lists]
        assert {answer.status_code for answer in answers} == {200}
        return "".join(answer.content.decode() for answer in answers)

    return pages


def test_an_inspector_reads_initials_until_a_reason_is_stated(listing: Listing, read: Callable[[str], str]) -> None:
    masked = read("hanh")
    assert [name for name in NAMES if name in masked] == []
    assert all(initials in masked for initials in ("T. H. B. M.", "L. T. B.", "C. T. H."))
    reason = "Kiểm tra danh sách tuyến phố theo kế hoạch 12"
    access.unmask(actor=listing.tree.hanh, unit=listing.tree.units["p4"], reason=reason, minutes=30)
    assert [name for name in NAMES if name in read("hanh")] == list(NAMES)


def test_officers_of_the_ward_read_names(read: Callable[[str], str]) -> None:
    shown = read("an")
    assert [name for name in NAMES if name in shown] == list(NAMES)
