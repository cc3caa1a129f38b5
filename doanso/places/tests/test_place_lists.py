"""House lists and boards' stall lists from Excel, through the importer."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from doanso.cashless.models import Shop
from doanso.imports import queries
from doanso.imports.actions import run_import
from doanso.imports.models import Import
from doanso.lib.problems import Refused
from doanso.members.tests.workbooks import table, workbook
from doanso.organisation.actions import merge_units
from doanso.people.models import Business
from doanso.places.models import Address, Place, Stall, Tenancy
from doanso.places.tests.listing import BEGAN, Listing
from doanso.places.tests.listing import listing as listing
from doanso.testing import TODAY

HEAD = ("STT", "Đoạn", "Số nhà", "Loại", "Tên bảng hiệu", "Ghi chú")
ROWS = (
    (1, "Đoạn 1", 12, "Hộ dân", None, "chó dữ"),
    (2, 1, "12/3a", "Hộ dân", None, None),
    (3, "đoạn 2", "14", "Hộ kinh doanh", "Tạp hóa Bảy", None),
    (4, "Đoạn 2", "20", "Trạm y tế", "Trạm y tế Phường 4", None),
)
STALL_HEAD = ("Stt", "Khu", "Số sạp", "Họ tên tiểu thương", "Mặt hàng", "SĐT", "CCCD")
STALL_ROWS = (
    (1, "Khu A", "A1", "Lê Thị Ba", "Cá đồng", "0903 111 222", "079158000111"),
    (2, "Khu A", "A-02", "Trần Văn Tư", "Thịt heo", None, None),
    (3, "Khu B", "B1", None, "Vải", None, None),
)
type Bring = Callable[..., Import]


@pytest.fixture
def bring(listing: Listing, tmp_path: Path, settings: Any) -> Bring:
    settings.FILES = tmp_path / "files"

    def run(
        rows: Sequence[Sequence[Any]],
        head: Sequence[str] = HEAD,
        kind: str = "places.addresses",
        *,
        username: str = "an",
        unit: str = "p4",
        sheet: str = "",
        **more: Any,
    ) -> Import:
        path = tmp_path / "danh-sach.xlsx"
        if sheet:
            workbook(path, (sheet, [head, *rows]))
        else:
            path.write_bytes(table(head, *rows))
        actor = getattr(listing.tree, username)
        return run_import(actor=actor, kind=kind, unit=listing.tree.units[unit], path=path, **more)

    return run


@pytest.mark.parametrize("heading", ["Chủ hộ / Tên cơ sở", "Họ và tên chủ hộ, cửa hàng", "Chủ hộ (tên bảng hiệu)"])
def test_a_column_of_names_and_signs_is_dropped_and_says_so(bring: Bring, heading: str) -> None:
    rows = [(1, "12", "Nguyễn Văn Út"), (2, "14", "Tạp hóa Bảy")]
    job = bring(rows, ("STT", "Số nhà", heading))
    assert queries.file_notes(job)[0] == (
        f"Cột “{heading}” có cả họ tên người, nên không đọc gì ở cột này, kể cả “Tên bảng hiệu”. Tách thành hai cột trong"
        " Excel rồi chọn lại tệp."
    )
    assert "Út" not in str(job.layout)


@pytest.mark.parametrize("heading", ["Chủ hộ", "Họ tên chủ hộ kinh doanh", "Chủ hộ / ghi chú"])
def test_a_column_of_names_alone_is_only_named_as_dropped(bring: Bring, heading: str) -> None:
    job = bring([(1, "12", "Nguyễn Văn Út")], ("STT", "Số nhà", heading))
    assert (job.layout["dropped"] != [], job.layout["mixed"]) == (True, [])


def counts(job: Import) -> tuple[int, int, int, int]:
    return job.created_count, job.updated_count, job.unchanged_count, job.rejected_count


def reasons(job: Import) -> list[tuple[str, str]]:
    report = queries.row_counts(job)
    return [(finding["column"], finding["code"]) for finding in (*report["rejected"], *report["warnings"])]


def test_a_street_gets_its_house_list_with_segments(bring: Bring, listing: Listing) -> None:
    job = bring(ROWS)
    assert (counts(job), reasons(job)) == ((4, 0, 0, 0), [])
    columns = ("kind", "number", "street", "label", "segment__number", "since")
    assert list(Address.objects.order_by("walk_key").values_list(*columns)) == [
        ("household", "12", "Lê Lợi", "", 1, BEGAN),
        ("household", "12/3A", "Lê Lợi", "", 1, BEGAN),
        ("business", "14", "Lê Lợi", "Tạp hóa Bảy", 2, BEGAN),
        ("point", "20", "Lê Lợi", "Trạm y tế Phường 4", 2, BEGAN),
    ]
    assert Shop.objects.get().label == "14 Lê Lợi · Đường Lê Lợi"
    assert counts(bring(ROWS)) == (0, 0, 4, 0)


def test_a_row_is_shown_with_its_neighbourhood_before_it_is_applied(
    bring: Bring, listing: Listing, client: Client
) -> None:
    job = bring([(1, "KP 1", "12", "Hộ dân")], ("STT", "Khu phố", "Số nhà", "Loại"), dry_run=True)
    client.force_login(listing.tree.an)
    assert "Khu phố 1" in client.get(f"/imports/{job.pk}/").content.decode()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((1, "Đoạn 9", "12", "Hộ dân", None, None), ("Đoạn", "segment_unknown")),
        ((1, None, None, "Hộ dân", None, None), ("Số nhà", "number_missing")),
        ((1, None, "12", "Hộ kinh doanh", None, None), ("Tên bảng hiệu", "label_missing")),
        ((1, None, "12", "Cửa hàng", "<b>Út</b>", None), ("Tên bảng hiệu", "name_brackets")),
    ],
)
def test_a_row_that_says_too_little_tells_what_to_do(bring: Bring, row: Sequence[Any], reason: tuple[str, str]) -> None:
    job = bring([row, ROWS[0]])
    assert reasons(job) == [reason]
    assert not Address.objects.exists()


def test_after_the_survey_a_new_door_needs_a_reason(bring: Bring, listing: Listing) -> None:
    bring(ROWS)
    listing.freeze(listing.street)
    job = bring([(5, None, "18", "Hộ dân", None, None), ROWS[0]])
    assert (counts(job), reasons(job)) == ((0, 0, 1, 1), [("Lý do thay đổi", "reason_missing")])
    head = (*HEAD[:5], "Lý do thay đổi")
    assert counts(bring([(5, None, "18", "Hộ dân", None, "Nhà mới xây")], head)) == (1, 0, 0, 0)
    fresh = listing.address("18")
    assert (fresh.added_reason, fresh.since) == ("Nhà mới xây", date(2023, 11, 12))


def _second_street(listing: Listing) -> Place:
    other = Place.objects.get(pk=listing.street.pk)
    other.pk, other.slug, other.name = None, "hung-vuong", "Đường Hùng Vương"
    other._state.adding = True
    other.save()
    return other


def test_a_list_imported_from_a_streets_page_is_that_streets(bring: Bring, listing: Listing) -> None:
    _second_street(listing)
    plain = (("STT", "Số nhà", "Tên đường", "Loại"), (1, "5", "Lê Lợi nối dài", "Hộ dân"))
    assert counts(bring(plain[1:], head=plain[0], subject=str(listing.street.pk))) == (1, 0, 0, 0)
    # A row that names another street is that street's all the same.
    bring([(1, "Hùng Vương", 7, "Hộ dân")], ("STT", "Tuyến phố", "Số nhà", "Loại"), subject=str(listing.street.pk))
    assert set(Address.objects.values_list("place__name", "street", "number")) == {
        ("Đường Lê Lợi", "Lê Lợi nối dài", "5"),
        ("Đường Hùng Vương", "Hùng Vương", "7"),
    }


@pytest.mark.parametrize(
    ("street", "warned"), [("đ. Le Loi", []), ("Hẻm 12 Lê Lợi", []), ("Trưng Trắc", [("Tên đường", "street_other")])]
)
def test_a_row_of_another_street_is_taken_with_a_warning(
    bring: Bring, street: str, warned: list[tuple[str, str]]
) -> None:
    job = bring([(1, street, "5", "Hộ dân")], ("STT", "Tên đường", "Số nhà", "Loại"))
    assert (counts(job), reasons(job)) == ((1, 0, 0, 0), warned)


def test_nobody_imports_a_list_about_a_place_they_do_not_manage(bring: Bring, listing: Listing, client: Client) -> None:
    chosen = f"/imports/?kind=places.addresses&subject={listing.street.pk}"
    client.force_login(listing.tree.an)
    page = client.get(chosen).content.decode()
    assert "Danh sách của Đường Lê Lợi" in page
    assert f'name="subject" value="{listing.street.pk}"' in page
    assert chosen.replace("&", "&amp;") in client.get(f"/places/{listing.street.pk}/addresses/").content.decode()
    for kind, subject in (
        ("places.stalls", listing.street.pk),
        ("places.addresses", listing.market.pk),
        ("members", listing.street.pk),
        ("places.addresses", "street"),
    ):
        page = client.get(f"/imports/?kind={kind}&subject={subject}").content.decode()
        assert "Danh sách của Đường" not in page
        with pytest.raises(Refused, match="Không tìm thấy nơi"):
            bring(ROWS, kind=kind, subject=str(subject))
    client.force_login(listing.tree.chi)
    assert "Đường Lê Lợi" not in client.get(chosen).content.decode()


def test_a_boards_list_imported_from_a_markets_page_is_that_markets(
    bring: Bring, listing: Listing, client: Client
) -> None:
    other = Place.objects.get(pk=listing.market.pk)
    other.pk, other.slug, other.name = None, "cho-moi", "Chợ Mới"
    other._state.adding = True
    other.save()
    flat = ("Stt", "Số sạp", "Họ tên tiểu thương", "Mặt hàng")
    job = bring([(1, "A1", "LÊ THỊ BA", "Cá")], flat, "places.stalls", subject=str(other.pk))
    assert (counts(job), Stall.objects.get().place) == ((1, 0, 0, 0), other)
    assert Tenancy.objects.get().trader == "Lê Thị Ba"
    client.force_login(listing.tree.an)
    done = client.get(f"/imports/{job.pk}/").content.decode()
    assert f'href="/places/{other.pk}/stalls/">' in done


def test_where_the_unit_has_several_streets_the_sheet_or_a_column_names_one(bring: Bring, listing: Listing) -> None:
    _second_street(listing)
    assert reasons(bring(ROWS[:1])) == [("Tuyến phố", "place_missing")]
    bring([(1, None, 5, "Hộ dân", None, None)], sheet="Tuyen Duong Hung Vuong")
    bring([(1, "Lê Lợi", 7, "Hộ dân")], head=("STT", "Tuyến phố", "Số nhà", "Loại"))
    assert set(Address.objects.values_list("place__name", "number")) == {
        ("Đường Hùng Vương", "5"),
        ("Đường Lê Lợi", "7"),
    }
    assert reasons(bring([(1, "Trần Phú", 7, "Hộ dân")], head=("STT", "Tuyến phố", "Số nhà", "Loại"))) == [
        ("Tuyến phố", "place_unknown")
    ]


def test_a_market_gets_its_stalls_and_traders_from_the_boards_list(bring: Bring, listing: Listing) -> None:
    job = bring(STALL_ROWS, STALL_HEAD, "places.stalls")
    assert (counts(job), reasons(job)) == ((3, 0, 0, 0), [])
    stalls = Stall.objects.order_by("walk_key").values_list("number", "goods", "segment__name", "since")
    assert list(stalls) == [
        ("A1", "Cá đồng", "Khu A", BEGAN),
        ("A-02", "Thịt heo", "Khu A", BEGAN),
        ("B1", "Vải", "Khu B", BEGAN),
    ]
    traded = Tenancy.objects.order_by("stall__walk_key").values_list(
        "trader", "business__name", "business__kind_of_trade"
    )
    assert list(traded) == [("Lê Thị Ba", "Lê Thị Ba", "Cá đồng"), ("Trần Văn Tư", "Trần Văn Tư", "Thịt heo")]
    assert Business.objects.get(name="Lê Thị Ba").phone_lookup
    labels = Shop.objects.order_by("label").values_list("label", flat=True)
    assert list(labels) == ["Chợ Thạnh Trị · sạp A-02", "Chợ Thạnh Trị · sạp A1"]
    assert counts(bring(STALL_ROWS, STALL_HEAD, "places.stalls")) == (0, 0, 3, 0)


def test_a_later_list_changes_trader_and_goods_of_known_stalls(bring: Bring, listing: Listing) -> None:
    bring(STALL_ROWS, STALL_HEAD, "places.stalls")
    later = [(1, "Khu A", "a 1", "Phạm Thị Năm", "Tôm", None, None), STALL_ROWS[1]]
    job = bring(later, STALL_HEAD, "places.stalls")
    assert counts(job) == (0, 1, 1, 0)
    stall = Stall.objects.get(number="A1")
    columns = ("trader", "since", "until")
    assert (stall.goods, sorted(stall.tenancies.values_list(*columns))) == (
        "Tôm",
        [("Lê Thị Ba", BEGAN, BEGAN), ("Phạm Thị Năm", BEGAN, None)],
    )


def test_two_rows_of_one_stall_are_refused(bring: Bring) -> None:
    job = bring([STALL_ROWS[0], (2, "Khu A", "A 01", "Trần Văn Tư", "Thịt", None, None)], STALL_HEAD, "places.stalls")
    assert reasons(job) == [("Số sạp", "double_row")]


def test_a_wrong_phone_is_left_out_and_the_stall_comes_in(bring: Bring) -> None:
    job = bring([(1, "Khu A", "A1", "Lê Thị Ba", "Cá", "12", None)], STALL_HEAD, "places.stalls")
    assert counts(job) == (1, 0, 0, 0)
    assert [column for column, _code in reasons(job)] == ["SĐT"]


@pytest.mark.parametrize(("username", "unit"), [("binh", "p4"), ("chi", "p4"), ("hanh", "p4"), ("lan", "p4")])
def test_only_who_manages_the_place_imports_its_list(bring: Bring, username: str, unit: str) -> None:
    with pytest.raises(PermissionDenied):
        bring(ROWS, username=username, unit=unit)


def test_a_name_with_a_phone_or_a_number_of_thousands_of_digits_is_refused(bring: Bring) -> None:
    rows = [
        (1, "Khu A", "A1", "Bà Ba 0903 111 222", None, None, None),
        (2, "Khu A", "A" + "9" * 30_000, "Bà Tư", None, None, None),
    ]
    job = bring(rows, STALL_HEAD, "places.stalls")
    assert reasons(job) == [("Họ tên tiểu thương", "long_number"), ("Số sạp", "too_long")]
    assert reasons(bring([(1, None, "12", "Cửa hàng", "Quán 079158000111", None)])) == [
        ("Tên bảng hiệu", "long_number")
    ]
    assert not Stall.objects.exists()


def test_the_ward_that_goes_on_imports_the_lists_of_a_merged_one(bring: Bring, listing: Listing) -> None:
    bring(ROWS)
    tree = listing.tree
    merge_units(actor=tree.giang, units=[tree.units["p4"]], into=tree.units["p5"], on=TODAY)
    more = (5, "Đoạn 2", "24", "Hộ kinh doanh", "Quán Mới", None)
    assert counts(bring([*ROWS, more], username="chi", unit="p5")) == (1, 0, 4, 0)
