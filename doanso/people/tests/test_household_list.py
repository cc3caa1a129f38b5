"""The list of homes and shops by street, from Excel."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.imports import queries
from doanso.imports.actions import run_import
from doanso.imports.models import Import
from doanso.imports.ports import RawRow
from doanso.lib import spreadsheet
from doanso.members.tests.workbooks import table
from doanso.people.actions import BusinessInput, match_or_create_businesses
from doanso.people.household_list import HouseholdsList
from doanso.people.household_list.reader import HouseholdRowReader
from doanso.people.models import Business, Household
from doanso.testing import Tree
from doanso.units.models import Neighbourhood
from doanso.units.neighbourhoods import NeighbourhoodNames

HEAD = ("STT", "Khu phố", "Đường", "Số nhà", "Loại", "Tên bảng hiệu", "Ghi chú")
ROWS = (
    (1, "KP 1", "Lê Lợi", 12, "Hộ dân", None, "có chó dữ"),
    (2, "khu phố 1", "Lê Lợi", "12/3a", "Hộ dân", None, None),
    (3, "1", "Lê Lợi", "14", "Cửa hàng", "Tạp hóa Bảy", None),
)
Bring = Callable[..., Import]


@pytest.fixture
def area(tree: Tree) -> Neighbourhood:
    return Neighbourhood.objects.create(unit=tree.units["p4"], name="Khu phố 1", since=date(2020, 1, 1))


@pytest.fixture
def bring(tree: Tree, area: Neighbourhood, tmp_path: Path, settings: Any) -> Bring:
    settings.FILES = tmp_path / "files"

    def run(rows: Sequence[Sequence[Any]], *, head: Sequence[str] = HEAD, username: str = "an", **more: Any) -> Import:
        path = tmp_path / "nha.xlsx"
        path.write_bytes(table(head, *rows))
        unit = tree.units[more.pop("unit", "p4")]
        return run_import(actor=getattr(tree, username), kind="households", unit=unit, path=path, **more)

    return run


def reasons(job: Import) -> list[tuple[str, str]]:
    report = queries.row_counts(job)
    return [(finding["column"], finding["code"]) for finding in (*report["rejected"], *report["warnings"])]


def counts(job: Import) -> tuple[int, int, int, int]:
    return job.created_count, job.updated_count, job.unchanged_count, job.rejected_count


def test_homes_and_shops_come_in_with_their_place_and_no_remark(bring: Bring, area: Neighbourhood, tree: Tree) -> None:
    job = bring(ROWS)

    assert counts(job) == (3, 0, 0, 0)
    homes = Household.objects.order_by("walk_key").values_list("address", "house_number", "street", "neighbourhood")
    assert list(homes) == [("12 Lê Lợi", "12", "Lê Lợi", area.pk), ("12/3A Lê Lợi", "12/3A", "Lê Lợi", area.pk)]
    shop = Business.objects.get()
    assert (shop.name, shop.address, shop.street, shop.neighbourhood) == ("Tạp hóa Bảy", "14 Lê Lợi", "Lê Lợi", area)
    assert shop.walk_key > Household.objects.latest("walk_key").walk_key
    assert AuditEvent.objects.filter(action="people.register_door", unit_id=tree.units["p4"].pk).count() == 3
    assert "Ghi chú" not in str(queries.row_counts(job)["rejected"])


def test_the_same_list_again_changes_nothing(bring: Bring) -> None:
    bring(ROWS)
    job = bring([(1, "Khu phố 01", "LE LOI", "12 / 3A", "hộ", None, None), ROWS[0], ROWS[2]])
    assert counts(job) == (0, 0, 3, 0)
    assert (Household.objects.count(), Business.objects.count()) == (2, 1)


def test_a_door_listed_twice_is_written_once(bring: Bring) -> None:
    job = bring([ROWS[0], ROWS[0], ROWS[2], ROWS[2]])
    assert counts(job) == (2, 0, 2, 0)
    assert reasons(job) == [("Số nhà", "double_row")] * 2
    assert (Household.objects.count(), Business.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((1, "KP 1", "Lê Lợi", None, "Hộ dân", None), ("Số nhà", "number_missing")),
        ((1, "KP 9", "Lê Lợi", "12", "Hộ dân", None), ("Khu phố", "area_unknown")),
        ((1, None, None, "12", "Hộ dân", None), ("Đường", "street_missing")),
        ((1, "KP 1", "Lê Lợi", "12", "Cửa hàng", None), ("Tên bảng hiệu", "sign_missing")),
        ((1, "KP 1", "L" * 121, "12", "Hộ", None), ("Đường", "too_long")),
        ((1, "KP 1", "Lê Lợi", "KP 3", "Hộ dân", None), ("Số nhà", "number_missing")),
        ((1, "KP 1", "Lê Lợi", "2", "Cửa hàng", "<b>Út</b>"), ("Tên bảng hiệu", "name_brackets")),
        ((1, "KP 1", "Leâ Lôïi", "12", "Hộ", None), ("Đường", "font_mixed")),
    ],
)
def test_a_row_that_tells_no_door_says_what_to_do(bring: Bring, row: Sequence[Any], reason: tuple[str, str]) -> None:
    job = bring([row, ROWS[1][:6]], head=HEAD[:6])
    assert reasons(job) == [reason]
    assert not Household.objects.exists()
    assert counts(bring([row, ROWS[1][:6]], head=HEAD[:6], skip_rejected=True)) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("12/3 Lê Lợi", ("12/3", "Lê Lợi")),
        ("Số 12, đường Lê Lợi", ("12", "Lê Lợi")),
        ("số nhà 45A Ấp Bắc, KP 1, Phường 4", ("45A", "Ấp Bắc")),
        ("12 đường 30 tháng 4", ("12", "30 tháng 4")),
        ("Khu phố 3, 12 Lê Lợi", ("12", "Lê Lợi")),
        ("KP3 - 12/3 Lê Lợi", ("12/3", "Lê Lợi")),
        ("Tổ 5, KP 3, số 12 đường Lê Lợi, Phường 4", ("12", "Lê Lợi")),
        ("12 tổ 5 Lê Lợi", ("12", "Lê Lợi")),
        ("7 KP3", ("7", "")),
    ],
)
def test_one_column_may_hold_the_whole_address(bring: Bring, address: str, parts: tuple[str, str]) -> None:
    bring([(1, address, "KP 1")], head=("STT", "Địa chỉ", "Khu phố"))
    assert Household.objects.values_list("house_number", "street").get() == parts


def test_a_shop_known_without_its_place_gets_it(bring: Bring, area: Neighbourhood, tree: Tree) -> None:
    [met] = match_or_create_businesses(
        unit_id=tree.units["p4"].pk,
        inputs=[BusinessInput("Tạp hóa Bảy", address="14 Lê Lợi", neighbourhood_id=area.pk)],
    )
    assert counts(bring(ROWS)) == (2, 1, 0, 0)
    shop = Business.objects.get(pk=met.business_id)
    assert (shop.house_number, shop.street, shop.walk_key != "") == ("14", "Lê Lợi", True)
    assert counts(bring(ROWS)) == (0, 0, 3, 0)


def test_where_nothing_is_said_a_sign_makes_it_a_shop(bring: Bring) -> None:
    bring([(1, "KP 1", "Lê Lợi", "2", None, "Cà phê Út"), (2, "KP 1", "Lê Lợi", "4", None, None)], head=HEAD[:6])
    assert (Business.objects.get().name, Household.objects.get().address) == ("Cà phê Út", "4 Lê Lợi")


def test_a_branch_has_its_wards_doors(bring: Bring, tree: Tree) -> None:
    bring(ROWS, unit="p4-kp1")
    assert set(Household.objects.values_list("unit", flat=True)) == {tree.units["p4"].pk}


@pytest.mark.parametrize(("username", "unit"), [("binh", "p4"), ("chi", "p4"), ("hanh", "p4"), ("lan", "p4")])
def test_who_may_not_import_there_changes_nothing(bring: Bring, username: str, unit: str) -> None:
    with pytest.raises(PermissionDenied):
        bring(ROWS, username=username, unit=unit)
    assert not Household.objects.exists()


def test_columns_of_people_are_never_kept() -> None:
    assert {"chủ hộ", "cccd", "ghi chú", "điện thoại"} <= set(HouseholdsList().dropped)


def test_the_page_shows_what_was_read(bring: Bring, as_user: Any, tree: Tree) -> None:
    job = bring(ROWS, dry_run=True)

    home, _other, shop = as_user(tree.an).get(f"/imports/{job.pk}/?show=new").context["rows"]

    assert [value for _title, value in home.values] == ["Khu phố 1", "Lê Lợi", "12", "Nhà dân", ""]
    assert [value for _title, value in shop.values] == ["Khu phố 1", "Lê Lợi", "14", "Cửa hàng", "Tạp hóa Bảy"]


def test_a_house_number_that_excel_made_a_date_is_refused() -> None:
    row = RawRow("Sheet1", 2, {"street": "Lê Lợi", "number": datetime(2023, 3, 12, tzinfo=UTC)})
    assert [finding.code for finding in HouseholdRowReader(NeighbourhoodNames([])).read(row).problems] == [
        "number_date"
    ]


def test_our_own_form_can_be_filled_in_and_brought(bring: Bring, as_user: Any, tree: Tree) -> None:
    client = as_user(tree.an)
    assert "Danh sách nhà và cửa hàng theo đường" in client.get("/imports/").content.decode()
    form = client.get("/imports/templates/households/")
    content = b"".join(form.streaming_content) if form.streaming else form.content
    head = [str(cell) for cell in next(spreadsheet.iter_rows(BytesIO(content))) if cell]
    assert head == ["Khu phố", "Đường", "Số nhà", "Loại (hộ/cửa hàng)", "Tên bảng hiệu"]
    assert counts(bring([("KP 1", "Lê Lợi", "12", "hộ", None)], head=head)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "sign", "shops", "warned"),
    [
        *(
            (kind, "Út", 1, [])
            for kind in ("HKD", "tạp hoá", "quán", "DNTN", "Cty TNHH", "tiệm", "Nhà hàng", "nhà thuốc")
        ),
        ("CH", "Út", 1, ["kind_doubtful"]),
        ("Hộ không kinh doanh", None, 0, ["kind_doubtful"]),
        ("HGĐ", None, 0, []),
        ("XYZ", None, 0, ["kind_doubtful"]),
        ("XYZ", "Út", 1, ["kind_doubtful"]),
    ],
)
def test_usual_abbreviations_tell_a_shop_from_a_home(
    kind: str, sign: str | None, shops: int, warned: list[str]
) -> None:
    cells = {"street": "Lê Lợi", "number": "2", "kind": kind, "sign": sign}
    line = HouseholdRowReader(NeighbourhoodNames([])).read(RawRow("", 2, cells))
    assert (line.values["kind"] == "shop", line.problems) == (bool(shops), [])
    assert [finding.code for finding in line.warnings] == warned


def test_a_group_of_a_neighbourhood_without_a_branch_says_where_the_homes_are(bring: Bring, tree: Tree) -> None:
    place = Neighbourhood.objects.create(unit=tree.units["p4"], name="Khu phố 7", since=date(2020, 1, 1))

    job = bring([(None, "KHU PHỐ 7"), (1, None, "Lê Lợi", 12)], head=HEAD[:4])

    assert (counts(job), reasons(job)) == ((1, 0, 0, 0), [])
    assert Household.objects.get().neighbourhood == place
