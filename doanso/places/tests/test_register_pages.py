"""Pages of house lists, stall lists, survey sheets and checks: what they show and do, and how many statements they take."""

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.accounts.models import User
from doanso.cashless.models import Shop, ShopCheck, ShopState
from doanso.files.tests.office import png
from doanso.places.actions import assign_gap
from doanso.places.actions.addresses import AddressInput
from doanso.places.actions.stalls import StallInput, TraderInput
from doanso.places.models import Address, AddressCheck, CriterionCheck, Stall
from doanso.places.tests.listing import SURVEYED, Listing, home, shop
from doanso.places.tests.listing import listing as listing
from doanso.testing import TODAY

type AsUser = Callable[[User], Client]


def url(name: str, *arguments: object) -> str:
    return reverse(f"places:{name}", args=arguments)


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.fixture
def an(listing: Listing, as_user: AsUser) -> Client:
    return as_user(listing.tree.an)


# --- The house list ------------------------------------------------------------------------------------------------------


def test_an_empty_list_leads_to_the_register(listing: Listing, an: Client) -> None:
    page = text(an.get(url("addresses", listing.street.pk)))
    assert "Tuyến phố chưa có danh sách nhà" in page
    assert url("add-addresses", listing.street.pk) in page


def test_doors_of_the_register_are_chosen_by_street_and_side(listing: Listing, an: Client) -> None:
    for number in ("1", "2", "3", "12/4"):
        listing.home(number)
    listing.home("5", street="Hùng Vương")
    listing.shop("Quán Một", "7")
    address = url("add-addresses", listing.street.pk)
    offer = an.get(address, {"side": "odd", "first": "3"}).context["offer"]
    assert [(door.number, door.kind, door.listed) for door in offer.doors] == [
        ("3", "household", False),
        ("7", "business", False),
    ]
    segment = listing.segment(listing.street, 1)
    data = {"doors": [door.value for door in offer.doors], "segment": str(segment.pk)}
    answer = an.post(f"{address}?side=odd&first=3", data)
    assert answer.url == url("addresses", listing.street.pk)
    assert list(Address.objects.order_by("walk_key").values_list("number", "segment")) == [
        ("3", segment.pk),
        ("7", segment.pk),
    ]
    assert [door.listed for door in an.get(address).context["offer"].doors] == [False, True, True, False, False]
    assert an.post(address, {"doors": []}).status_code == 422


def test_the_list_filters_by_number_segment_and_state(listing: Listing, an: Client) -> None:
    first = listing.segment(listing.street, 1).pk
    listing.add(home("12", segment_id=first), home("14"), shop("16", "Tạp hóa Bảy"))
    listing.ask("12", TODAY, vneid=True)
    address = url("addresses", listing.street.pk)

    def numbers(**filters: object) -> list[str]:
        return [row.address.number for row in an.get(address, filters).context["rows"]]

    assert numbers() == ["12", "14", "16"]
    assert numbers(q="tap hoa") == ["16"]
    assert numbers(segment=first) == ["12"]
    assert numbers(kind="business") == ["16"]
    assert numbers(state="unasked") == ["14", "16"]
    assert numbers(state="former") == []
    row = an.get(address, {"q": "12"}).context["rows"][0]
    assert {mark.question.code: mark.yes for mark in row.marks} == {
        "channel": None,
        "vneid": True,
        "portal": None,
        "payment": None,
    }


def test_ticked_doors_go_into_a_segment_or_out_with_day_and_reason(listing: Listing, an: Client) -> None:
    listing.add(home("12"), home("14"))
    listing.freeze(listing.street)
    keys = [str(key) for key in Address.objects.values_list("pk", flat=True)]
    address = url("change-addresses", listing.street.pk)
    segment = str(listing.segment(listing.street, 2).pk)
    an.post(address, {"operation": "segment", "doors": keys, "segment": segment})
    assert Address.objects.filter(segment=segment).count() == 2

    asked = an.post(address, {"operation": "remove", "doors": keys[:1]})
    assert (asked.status_code, Address.objects.filter(until=None).count()) == (200, 2)
    confirmed = {"operation": "remove", "doors": keys[:1], "confirmed": "1", "on": "05/11/2023"}
    refused = an.post(address, confirmed)
    assert refused.status_code == 422
    assert "Sau khảo sát, mỗi thay đổi phải có lý do" in text(refused)
    an.post(address, confirmed | {"reason": "Nhà đã giải tỏa"})
    assert list(Address.objects.exclude(until=None).values_list("until", "removed_reason")) == [
        (date(2023, 11, 5), "Nhà đã giải tỏa")
    ]
    page = text(an.get(url("addresses", listing.street.pk)))
    assert "2 lúc khảo sát, +0, −1" in page


def test_one_door_is_put_in_by_hand(listing: Listing, an: Client) -> None:
    address = url("new-address", listing.street.pk)
    data = {
        "kind": "point",
        "number": "20",
        "street": "Lê Lợi",
        "label": "Trạm y tế Phường 4",
        "segment": "",
        "neighbourhood": "",
    }
    assert an.post(address, data).status_code == 302
    assert Address.objects.get().label == "Trạm y tế Phường 4"
    assert an.post(address, data | {"kind": "household", "number": ""}).status_code == 422


def test_a_door_shows_what_is_known_and_how_it_came_into_the_list(listing: Listing, an: Client) -> None:
    listing.add(home("12"))
    listing.ask("12", TODAY, vneid=True, channel=False)
    page = text(an.get(url("address", listing.street.pk, listing.address("12").pk)))
    assert "VNeID mức 2: có" in page
    assert "Nhóm Zalo: không" in page


def test_the_house_list_takes_as_many_statements_for_three_doors_as_for_a_hundred(listing: Listing, an: Client) -> None:
    listing.add(home("1"), home("3"), shop("5", "Quán Một"))
    listing.use(listing.resident("1"), "vneid", "level2-active", TODAY)
    few = statements(an, url("addresses", listing.street.pk))
    listing.add(
        *(home(str(number)) for number in range(100, 200)), *(shop(str(n), f"Quán {n}") for n in range(200, 260))
    )
    assert (few, statements(an, url("addresses", listing.street.pk))) == (18, 18)


# --- Stalls --------------------------------------------------------------------------------------------------------------


def test_stalls_show_traders_and_states(listing: Listing, an: Client) -> None:
    listing.put(
        StallInput("A1", listing.segment(listing.market, 1).pk, "Cá", TraderInput("Lê Thị Ba")),
        StallInput("A10", listing.segment(listing.market, 1).pk, "Thịt", TraderInput("Trần Văn Tư", "Heo Tư")),
        StallInput("A2", listing.segment(listing.market, 1).pk, "Rau"),
    )
    address = url("stalls", listing.market.pk)

    def numbers(**filters: object) -> list[str]:
        return [row.stall.number for row in an.get(address, filters).context["rows"]]

    assert numbers() == ["A1", "A2", "A10"]
    assert (numbers(q="heo"), numbers(q="rau"), numbers(state="empty")) == (["A10"], ["A2"], ["A2"])
    page = text(an.get(address))
    assert str(ShopState.NONE.label) in page
    assert "chưa có ai buôn bán" in page


def test_a_stall_gets_another_trader_and_is_closed(listing: Listing, an: Client) -> None:
    listing.put(StallInput("A1", goods="Cá", trader=TraderInput("Lê Thị Ba")))
    listing.freeze(listing.market)
    stall = Stall.objects.get()
    address = url("change-trader", listing.market.pk, stall.pk)
    data = {
        "trader": "Phạm Thị Năm",
        "sign": "",
        "goods": "Cá",
        "phone": "0903 111 222",
        "on": "06/11/2023",
        "reason": "",
    }
    assert an.post(address, data).status_code == 422
    assert an.post(address, data | {"phone": "12", "reason": "Sang sạp"}).status_code == 422
    assert an.post(address, data | {"reason": "Sang sạp"}).url == url("stall", listing.market.pk, stall.pk)
    assert list(stall.tenancies.order_by("since").values_list("trader", "until", "reason")) == [
        ("Lê Thị Ba", date(2023, 11, 6), "Sang sạp"),
        ("Phạm Thị Năm", None, ""),
    ]
    close = url("close-stall", listing.market.pk, stall.pk)
    an.post(close, {"on": "10/11/2023", "reason": "Chợ sắp xếp lại"})
    stall.refresh_from_db()
    assert (stall.until, stall.tenancies.filter(until=None).count()) == (date(2023, 11, 10), 0)
    assert an.get(close).status_code == 404


def test_a_stall_is_added_by_hand(listing: Listing, an: Client) -> None:
    data = {"number": "C7", "segment": "", "goods": "Vải", "trader": "Lê Thị Ba", "sign": "", "phone": ""}
    assert an.post(url("new-stall", listing.market.pk), data).url == url("stalls", listing.market.pk)
    assert (Stall.objects.get().number, Shop.objects.get().label) == ("C7", "Chợ Thạnh Trị · sạp C7")


def test_the_stall_list_takes_as_many_statements_for_two_as_for_a_hundred(listing: Listing, an: Client) -> None:
    listing.put(StallInput("A1", trader=TraderInput("Lê Thị Ba")), StallInput("A2"))
    few = statements(an, url("stalls", listing.market.pk))
    listing.put(*(StallInput(f"B{number}", trader=TraderInput(f"Lê Thị {number}")) for number in range(1, 121)))
    assert (few, statements(an, url("stalls", listing.market.pk))) == (13, 13)


# --- Survey sheets -------------------------------------------------------------------------------------------------------


def test_a_sheet_is_typed_row_by_row(listing: Listing, an: Client) -> None:
    listing.add(home("12"), home("14"), shop("16", "Tạp hóa Bảy"), AddressInput("point", "20", "Lê Lợi", "Trạm y tế"))
    at_12, at_14, at_16 = (listing.address(number).pk for number in ("12", "14", "16"))
    address = url("sheets", listing.street.pk)
    page = an.get(address).context["page"]
    assert [line.title for line in page.lines] == ["12 Lê Lợi", "14 Lê Lợi", "16 Lê Lợi"]
    data = {
        "checked_on": "06/11/2023",
        "segment": "",
        "page": "1",
        f"{at_12}.vneid": "c",
        f"{at_12}.channel": "k",
        f"{at_14}.outcome": "not-home",
        f"{at_16}.state": "used",
        f"{at_16}.online": "c",
    }
    answer = an.post(address, data)
    assert answer.url == f"{address}?checked_on=06%2F11%2F2023"
    checks = AddressCheck.objects.order_by("address__walk_key").values_list("address__number", "outcome", "answers")
    assert list(checks) == [
        ("12", "asked", {"vneid": True, "channel": False}),
        ("14", "not-home", {}),
        ("16", "asked", {"online": True}),
    ]
    check = ShopCheck.objects.get()
    assert (check.state, check.used_recently, check.happened_on) == ("used", True, date(2023, 11, 6))

    kept = {cell.name: cell.value for line in an.get(answer.url).context["page"].lines for cell in line.cells}
    assert kept[f"{at_12}.vneid"] == "c"
    assert kept[f"{at_14}.outcome"] == "not-home"
    assert kept[f"{at_16}.state"] == "used"
    an.post(address, data)
    assert (AddressCheck.objects.count(), ShopCheck.objects.count()) == (3, 1)


def test_a_day_ahead_is_refused_and_what_was_typed_stays(listing: Listing, an: Client) -> None:
    listing.add(home("12"))
    name = f"{listing.address('12').pk}.vneid"
    page = an.post(url("sheets", listing.street.pk), {"checked_on": "01/12/2023", "segment": "", name: "c"})
    assert (page.status_code, AddressCheck.objects.count()) == (422, 0)
    assert page.context["page"].lines[0].cells[1].value == "c"


def test_a_market_is_surveyed_stall_by_stall(listing: Listing, an: Client) -> None:
    listing.put(StallInput("A1", trader=TraderInput("Lê Thị Ba")), StallInput("A2"))
    stall = Stall.objects.get(number="A1")
    an.post(
        url("sheets", listing.market.pk), {"checked_on": "06/11/2023", "segment": "", f"{stall.pk}.state": "displayed"}
    )
    check = ShopCheck.objects.get()
    assert (check.state, check.used_recently, check.shop.business.name) == ("displayed", False, "Lê Thị Ba")


def test_a_branch_secretary_enters_sheets_but_changes_no_list(listing: Listing, as_user: AsUser) -> None:
    listing.add(home("12"), shop("14", "Quán Một"))
    listing.street.unit = listing.tree.units["p4-kp1"]
    listing.street.save(update_fields=["unit"])
    binh = as_user(listing.tree.binh)
    assert binh.get(url("sheets", listing.street.pk)).status_code == 200
    assert binh.get(url("add-addresses", listing.street.pk)).status_code == 403
    name = f"{listing.address('12').pk}.vneid"
    at_shop = f"{listing.address('14').pk}.state"
    sheet = {"checked_on": "06/11/2023", "segment": "", name: "c", at_shop: "displayed"}
    assert binh.post(url("sheets", listing.street.pk), sheet).status_code == 302
    assert AddressCheck.objects.get().recorded_by == listing.tree.binh
    # The shop is the ward's.
    assert ShopCheck.objects.get().made_by == listing.tree.binh


def test_a_branch_that_was_given_a_criterion_meets_no_link_to_the_wards_shops(
    listing: Listing, as_user: AsUser
) -> None:
    listing.add(shop("14", "Quán Một"))
    listing.put(StallInput("A1", listing.segment(listing.market, 1).pk, "Cá", TraderInput("Lê Thị Ba")))
    door, stall = listing.address("14"), Stall.objects.get()
    pages = {
        url("address", listing.street.pk, door.pk): reverse("cashless:shop", args=[door.business_id]),
        url("stall", listing.market.pk, stall.pk): reverse("cashless:shop", args=[stall.tenancies.get().business_id]),
    }
    for place in (listing.street, listing.market):
        listing.freeze(place)
        criterion = place.criteria_set.criteria.get(number=1)
        assign_gap(actor=listing.tree.an, place=place, criterion=criterion, unit=listing.tree.units["p4-kp1"])
    for name, is_linked in (("an", True), ("binh", False)):
        client = as_user(listing.tree.users[name])
        for page, address in pages.items():
            assert (f'href="{address}"' in text(client.get(page))) is is_linked
            assert client.get(address).status_code == (200 if is_linked else 404)


def test_sheets_are_printed_by_segment_with_a_code_back(listing: Listing, an: Client) -> None:
    first = listing.segment(listing.street, 1)
    listing.add(*(home(str(number), segment_id=first.pk) for number in range(2, 62, 2)), shop("99", "Quán Một"))
    page = an.get(url("print-sheets", listing.street.pk))
    sheets = [paper for paper, _picture in page.context["sheets"]]
    assert [(sheet.title, sheet.number, sheet.count, len(sheet.lines)) for sheet in sheets] == [
        ("Đoạn 1", 1, 2, 24),
        ("Đoạn 1", 2, 2, 6),
        ("Đường Lê Lợi", 1, 1, 1),
    ]
    assert sheets[0].lines[0].asked[:2] == [False, False]
    one = an.get(url("print-sheets", listing.street.pk), {"segment": first.pk})
    assert len(one.context["sheets"]) == 2


def test_the_entry_form_takes_as_many_statements_for_one_row_as_for_fifty(listing: Listing, an: Client) -> None:
    listing.add(home("1"), shop("3", "Quán Một"))
    few = statements(an, url("sheets", listing.street.pk))
    listing.add(
        *(home(str(number)) for number in range(100, 140)), *(shop(str(n), f"Quán {n}") for n in range(200, 240))
    )
    assert (few, statements(an, url("sheets", listing.street.pk))) == (18, 18)


def test_a_shops_row_of_a_sheet_counts_once_and_a_form_sent_twice_says_so(listing: Listing, an: Client) -> None:
    listing.add(home("1"), shop("3", "Quán Một"))
    rows = {address.number: str(address.pk) for address in Address.objects.all()}
    data = {"checked_on": "06/11/2023"}
    data |= {f"{rows['1']}.vneid": "c", f"{rows['3']}.state": "used", f"{rows['3']}.online": "c"}
    address = url("sheets", listing.street.pk)
    assert "Đã lưu 2 dòng phiếu." in text(an.post(address, data, follow=True))
    assert ShopCheck.objects.count() == AddressCheck.objects.filter(address=rows["3"]).count() == 1
    assert "Đã lưu 0 dòng phiếu." in text(an.post(address, data, follow=True))


def test_the_survey_is_ended_only_where_a_list_is_written(listing: Listing, an: Client) -> None:
    page = reverse("places:place", args=[listing.street.pk])
    assert "Tiếp theo: lập danh sách" in text(an.get(page))
    listing.add(home("1"))
    shown = an.get(page).content.decode()
    assert "Tiếp theo: chốt khảo sát" in shown
    assert 'name="survey-on" value="12/11/2023"' in shown
    assert "Cần thêm 1 hộ trong nhóm liên lạc" in shown


# --- Checks --------------------------------------------------------------------------------------------------------------


def test_a_check_gives_the_criterion_its_value_and_a_correction_replaces_it(listing: Listing, an: Client) -> None:
    criterion = listing.criterion(listing.street, 1)
    address = url("new-check", listing.street.pk, criterion.pk)
    page = text(an.get(address))
    assert "Số điểm có kết nối" in page
    assert "Trên tổng số điểm đã định" in page
    data = {"checked_on": "06/11/2023", "numerator": "3", "denominator": "4", "note": "Thử ở hai đầu phố"}
    assert an.post(address, data).url == url("checks", listing.street.pk)
    value = listing.value(listing.street, 1)
    assert (value.numerator, value.denominator, value.known_from, value.known_on) == (3, 4, "check", date(2023, 11, 6))
    check = CriterionCheck.objects.get()
    assert value.check_id == check.pk
    assert listing.value(listing.street, 1, on=date(2023, 11, 5)).numerator is None

    correct = url("correct-check", listing.street.pk, check.pk)
    assert an.get(correct).context["form"].initial["numerator"] == 3
    an.post(correct, data | {"numerator": "4"})
    assert listing.value(listing.street, 1).numerator == 4
    listing.street.refresh_from_db()
    assert (listing.street.passed, listing.street.criteria_count) == (1, 9)
    assert an.get(correct).status_code == 404
    assert "đã sửa" in text(an.get(url("checks", listing.street.pk)))


@pytest.mark.parametrize(
    "wrong",
    [{"numerator": "5"}, {"denominator": ""}, {"checked_on": "01/12/2023"}, {"numerator": "x"}, {"denominator": "0"}],
)
def test_numbers_that_can_not_be_are_refused(listing: Listing, an: Client, wrong: dict[str, str]) -> None:
    address = url("new-check", listing.street.pk, listing.criterion(listing.street, 1).pk)
    data = {"checked_on": "06/11/2023", "numerator": "3", "denominator": "4", "note": ""} | wrong
    assert an.post(address, data).status_code == 422
    assert not CriterionCheck.objects.exists()


def test_a_yes_or_no_is_checked_with_a_photo_that_can_be_opened(listing: Listing, an: Client) -> None:
    criterion = listing.criterion(listing.market, 4)
    photo = SimpleUploadedFile("wifi.png", png(), "image/png")
    data = {"checked_on": "06/11/2023", "answer": "1", "note": "", "evidence": [photo]}
    an.post(url("new-check", listing.market.pk, criterion.pk), data)
    value = listing.value(listing.market, 4)
    assert (value.numerator, value.denominator) == (1, 1)
    # The list of places says so at once.
    assert listing.market.passed == 0
    listing.market.refresh_from_db()
    assert listing.market.passed == 1
    file = CriterionCheck.objects.get().files.get()
    answer = an.get(url("check-file", listing.market.pk, file.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert an.get(url("check-file", listing.street.pk, file.pk)).status_code == 404

    assert an.post(url("erase-check-file", listing.street.pk, file.pk)).status_code == 404
    assert an.post(url("erase-check-file", listing.market.pk, file.pk)).url == url("checks", listing.market.pk)
    assert an.get(url("check-file", listing.market.pk, file.pk)).status_code == 404
    assert "wifi.png (đã xóa)" in text(an.get(url("checks", listing.market.pk)))
    assert listing.value(listing.market, 4).numerator == 1


def test_a_computed_criterion_takes_no_check(listing: Listing, an: Client) -> None:
    assert an.get(url("new-check", listing.street.pk, listing.criterion(listing.street, 4).pk)).status_code == 404


# --- Who may -------------------------------------------------------------------------------------------------------------

PAGES = ("addresses", "add-addresses", "new-address", "sheets", "print-sheets", "checks")


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_finds_nothing(listing: Listing, as_user: AsUser, name: str) -> None:
    assert as_user(listing.tree.chi).get(url(name, listing.street.pk)).status_code == 404


@pytest.mark.parametrize(("name", "status"), [*zip(PAGES, (200, 403, 403, 403, 403, 200), strict=True)])
def test_an_inspector_reads_and_changes_nothing(listing: Listing, as_user: AsUser, name: str, status: int) -> None:
    assert as_user(listing.tree.hanh).get(url(name, listing.street.pk)).status_code == status


def test_a_street_has_no_stalls_and_a_market_no_house_list(listing: Listing, an: Client) -> None:
    assert an.get(url("stalls", listing.street.pk)).status_code == 404
    assert an.get(url("addresses", listing.market.pk)).status_code == 404
    assert SURVEYED < TODAY


def test_an_empty_market_takes_a_single_stall_too(listing: Listing, an: Client) -> None:
    page = an.get(url("stalls", listing.market.pk)).content.decode()
    assert url("new-stall", listing.market.pk) in page
    assert f"?kind=places.stalls&amp;subject={listing.market.pk}" in page


def test_codes_to_scan_lead_to_the_list_of_the_stalls(listing: Listing, an: Client) -> None:
    page = an.get(reverse("places:place", args=[listing.market.pk])).content.decode()
    words = "Đăng ký mã của từng nơi, rồi quét bằng ứng dụng đến nhà."
    assert f'<a href="{url("stalls", listing.market.pk)}">{words}</a>' in page


def test_the_search_has_streets_and_shops_under_the_movement(listing: Listing, an: Client) -> None:
    listing.add(shop("3", "Bánh mì Le Loi"))
    answer = an.post("/search/results/", {"q": "le loi"}).content.decode()
    movement = answer[answer.index("Phong trào") :]
    assert listing.street.name in re.sub(r"</?mark>", "", movement)
    assert "Bánh mì" in movement
    assert "Người dân" not in answer
    assert "Chỉ tiêu" not in answer


def test_public_points_of_the_house_list_wait_for_their_pages(listing: Listing, an: Client) -> None:
    listing.add(AddressInput(kind="point", number="20", street="Lê Lợi", label="Trạm y tế"))
    listing.freeze(listing.street)
    page = url("points", listing.street.pk)
    shown = an.get(page).content.decode()
    assert "1 điểm công cộng trong danh sách nhà chưa có trang" in shown
    [link] = re.findall(r'href="([^"]+points/new/[?]name[^"]+)"', shown)
    form = an.get(html.unescape(link)).context["form"]
    assert [form[name].value() for name in ("name", "address", "added_reason")] == [
        "Trạm y tế", "20 Lê Lợi", "Đã có trong danh sách nhà.",
    ]  # fmt: skip
    an.post(link.split("?")[0], form.initial | {"kind": "health"})
    assert "chưa có trang" not in an.get(page).content.decode()
