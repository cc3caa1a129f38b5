"""A unit's whole data as one archive, read back by a reader of its own: who may take it, what is in it, and how it ends."""

import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.adoption.actions import attest
from doanso.adoption.queries import stage_by_code
from doanso.audit.models import AuditEvent
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.members.actions import Admission, admit_many
from doanso.members.tests.conftest import register  # noqa: F401
from doanso.people.actions import Particulars
from doanso.reports.actions import unit_exports
from doanso.reports.models import RenderState, UnitExport
from doanso.reports.unit_export import archive, lists
from doanso.support import personal
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps
from doanso.support.models import SupportRecord
from doanso.targets.actions import load_programme
from doanso.units import queries as units

FILE = Path(__file__).resolve().parents[3] / "programmes" / "my-tho-2023.toml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def ward(register):  # noqa: F811
    """The register with the article's programme, a service seen, and a resident helped whose name looks like a formula."""
    tree = register.tree
    load_programme(actor=tree.dung, path=FILE)
    attest(
        actor=tree.an,
        member_id=register.duc.pk,
        stage=stage_by_code("vneid", "level2-active"),
        happened_on=date(2023, 11, 2),
    )
    record_helps(
        actor=tree.an,
        unit=tree.units["p4"],
        entries=[
            SupportRecordInput(
                person=Particulars(name="Nguyễn Văn Bảy", birth_year=1951, phone="0912000333", address="=1+1"),
                service="portal",
                happened_on=date(2023, 11, 12),
                helper=Helper("Nguyễn Hoàng Đức", member_id=register.duc.pk),
                consent=ConsentInput(("support",), "paper", "2023-09"),
            )
        ],
    )
    return register


def address(code: str = "p4") -> str:
    return reverse("reports:unit-export", args=[code])


def made(ward, user=None) -> UnitExport:
    """Request p4's archive and make it as the worker does."""
    export = unit_exports.ask_unit_export(actor=user or ward.tree.an, unit=ward.tree.units["p4"])
    unit_exports.make_archive(export.pk)
    export.refresh_from_db()
    return export


def cells(workbook: bytes) -> Iterator[list[str]]:
    """Yield the rows of a workbook's first sheet as texts, by nothing but its XML; a formula is an error."""
    with zipfile.ZipFile(BytesIO(workbook)) as package:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in package.namelist():
            root = ElementTree.fromstring(package.read("xl/sharedStrings.xml"))
            shared = ["".join(part.text or "" for part in item.iter(f"{MAIN}t")) for item in root]
        sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
        assert not list(sheet.iter(f"{MAIN}f"))
        for row in sheet.iter(f"{MAIN}row"):
            yield [_value(cell, shared) for cell in row]


def _value(cell: Any, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
    value = cell.find(f"{MAIN}v")
    text = "" if value is None else value.text or ""
    return shared[int(text)] if cell.get("t") == "s" else text


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def taken(client, export: UnitExport) -> dict[str, bytes]:
    response = client.get(reverse("reports:unit-export-file", args=["p4", export.pk]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert "du-lieu-p4-2023-11-12.zip" in response["Content-Disposition"]
    return opened(b"".join(response.streaming_content))


NAMES = [
    "01-doan-vien.xlsx",
    "02-tien-ich-so.xlsx",
    "03-luot-giup.xlsx",
    "04-luot-den-nha.xlsx",
    "05-lan-toa.xlsx",
    "06-viec-duoc-giao.xlsx",
    "07-chi-tieu.xlsx",
    "08-so-van-ban.xlsx",
    "09-ket-qua.xlsx",
]


@pytest.mark.django_db
def test_every_list_is_in_it_and_says_what_it_is(ward, as_user):
    export = made(ward)
    files = taken(as_user(ward.tree.an), export)

    assert sorted(files) == [*NAMES, "DOC-TRUOC.txt"]
    readme = files["DOC-TRUOC.txt"].decode("utf-8-sig")
    assert "Dữ liệu của Đoàn Phường 4 (p4)" in readme
    assert "người lấy: Nguyễn Văn An" in readme
    assert "01-doan-vien.xlsx: Đoàn viên, 2 dòng." in readme
    for name in NAMES:
        assert name in readme

    members = list(cells(files["01-doan-vien.xlsx"]))
    # Rows go by key, and two stays of one moment have keys in any order.
    members[1:] = sorted(members[1:])
    assert members[0][:5] == ["Họ và tên", "Giới tính", "Ngày sinh", "Số định danh", "Số điện thoại"]
    assert [row[0] for row in members[1:]] == ["Nguyễn Hoàng Đức", "Trần Thị Thủy"]
    assert members[1][3:7] == ["0822••••••34", "0912345678", "duc@example.vn", "12 Lê Lợi"]
    [_head, seen] = cells(files["02-tien-ich-so.xlsx"])
    assert (seen[0], seen[3]) == ("Nguyễn Hoàng Đức", "Mức 2 đã kích hoạt")
    [_head, given] = cells(files["03-luot-giup.xlsx"])
    assert "Nguyễn Văn Bảy" in given
    assert len(list(cells(files["05-lan-toa.xlsx"]))) == 5
    targets = list(cells(files["07-chi-tieu.xlsx"]))
    assert len(targets) == 1 + 18 * 3, "the unit and its two branches"


@pytest.mark.django_db
def test_nobody_elses_unit_and_no_whole_personal_number_is_in_it(ward, as_user):
    everything = b"".join(taken(as_user(ward.tree.an), made(ward)).values())

    text = "".join(
        " ".join(row)
        for name, content in taken(as_user(ward.tree.an), UnitExport.objects.get()).items()
        if name.endswith(".xlsx")
        for row in cells(content)
    )
    assert "Lê Minh Khang" not in text
    assert "082201001234" not in text
    assert b"082201001234" not in everything


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status"),
    [("an", 200), ("dung", 200), ("binh", 404), ("chi", 404), ("hanh", 404), ("lan", 404), ("minh", 404)],
)
def test_who_may_take_it(ward, as_user, name, status):
    client = as_user(ward.tree.users[name])

    assert client.get(address()).status_code == status
    assert client.post(address()).status_code == (302 if status == 200 else 404)
    button = address() in client.get("/units/p4/").content.decode()
    assert button is (status == 200)


@pytest.mark.django_db
def test_only_who_asked_for_it_gets_it(ward, as_user):
    export = made(ward)
    link = reverse("reports:unit-export-file", args=["p4", export.pk])

    assert as_user(ward.tree.dung).get(link).status_code == 404
    assert as_user(ward.tree.chi).get(link).status_code == 404
    assert link not in as_user(ward.tree.dung).get(address()).content.decode()
    assert as_user(ward.tree.an).get(reverse("reports:unit-export-file", args=["p5", export.pk])).status_code == 404
    assert link in as_user(ward.tree.an).get(address()).content.decode()


@pytest.mark.django_db
def test_asking_making_and_taking_are_in_the_units_history(ward, as_user):
    export = made(ward)
    taken(as_user(ward.tree.an), export)

    events = AuditEvent.objects.filter(action__contains="unit", action__startswith="reports.").order_by("pk")
    assert [(event.action, event.actor, event.object_id) for event in events] == [
        (action, ward.tree.an, ward.tree.units["p4"].pk)
        for action in ("reports.ask_unit_export", "reports.export_unit", "reports.fetch_unit_export")
    ]
    assert events[1].changed == ["doan-vien", "tien-ich-so", "luot-giup", "lan-toa", "chi-tieu"]
    page = as_user(ward.tree.an).get("/units/p4/").content.decode()
    assert "đã tạo bộ dữ liệu của đơn vị: đoàn viên, sử dụng tiện ích số, lượt giúp người dân, 1+2" in page


@pytest.mark.django_db
def test_one_is_made_at_a_time_and_five_a_day(ward):
    unit = ward.tree.units["p4"]
    first = unit_exports.ask_unit_export(actor=ward.tree.an, unit=unit)
    assert unit_exports.ask_unit_export(actor=ward.tree.an, unit=unit) == first

    unit_exports.make_archive(first.pk)
    for _number in range(4):
        unit_exports.make_archive(unit_exports.ask_unit_export(actor=ward.tree.an, unit=unit).pk)
    with pytest.raises(Refused) as refused:
        unit_exports.ask_unit_export(actor=ward.tree.an, unit=unit)
    assert refused.value.problem.code == "too_many_exports"
    assert unit_exports.ask_unit_export(actor=ward.tree.dung, unit=unit).state == RenderState.WAITING


@pytest.mark.django_db
def test_a_unit_of_too_many_rows_is_refused_with_a_way_out(ward, monkeypatch):
    monkeypatch.setattr(archive, "MOST_ROWS", 10)

    export = made(ward)

    assert (export.state, export.blob) == (RenderState.FAILED, None)
    assert "từng đơn vị trực thuộc" in export.problem
    assert not Blob.objects.filter(name__startswith="du-lieu").exists()


@pytest.mark.django_db
def test_rights_lost_before_it_is_made_are_respected(ward):
    export = unit_exports.ask_unit_export(actor=ward.tree.an, unit=ward.tree.units["p4"])
    ward.tree.an.role_assignments.update(until=clock.today())

    unit_exports.make_archive(export.pk)

    export.refresh_from_db()
    assert (export.state, export.problem) == (RenderState.FAILED, "Bạn không còn được tải dữ liệu của đơn vị này.")


@pytest.mark.django_db
def test_it_is_deleted_after_a_week_and_when_somebody_is_erased(ward):
    export = made(ward)
    blob = export.blob
    UnitExport.objects.update(asked_at=clock.now() - timedelta(days=7, minutes=1))
    assert unit_exports.maintain_unit_exports() == 1
    blob.refresh_from_db()
    assert blob.key.encrypted_key is None or not blob.key.encrypted_key

    later = made(ward)
    unit_exports.drop_unit_exports([ward.thuy.person_id])
    assert not UnitExport.objects.filter(pk=later.pk).exists()


@pytest.mark.django_db
def test_one_that_is_made_while_somebody_is_erased_goes_too(ward, django_capture_on_commit_callbacks):
    export = made(ward)
    UnitExport.objects.update(state=RenderState.RUNNING, blob=None)
    blob, listed = export.blob, []

    def made_after_the_listing(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not listed and UnitExport._meta.db_table in sql:
            listed.append(sql)
            UnitExport.objects.update(state=RenderState.DONE, blob=blob)
        return result

    with django_capture_on_commit_callbacks(execute=True):
        with connection.execute_wrapper(made_after_the_listing):
            unit_exports.drop_unit_exports([ward.thuy.person_id])
        assert listed
        assert not UnitExport.objects.filter(pk=export.pk).exists()
        assert not Blob.objects.exclude(key__encrypted_key=b"").exists()
        # Requested and made from data of before the erasure's end.
        made(ward)

    assert not UnitExport.objects.exists()
    assert not Blob.objects.exclude(key__encrypted_key=b"").exists()


@pytest.mark.django_db
def test_one_that_no_worker_moves_is_made_again_then_given_up(ward, django_capture_on_commit_callbacks):
    export = unit_exports.ask_unit_export(actor=ward.tree.an, unit=ward.tree.units["p4"])
    UnitExport.objects.update(stepped_at=clock.now() - timedelta(minutes=11))
    assert unit_exports.maintain_unit_exports() == 1
    UnitExport.objects.update(stepped_at=clock.now() - timedelta(minutes=11), attempts=3)
    unit_exports.maintain_unit_exports()

    export.refresh_from_db()
    assert export.state == RenderState.FAILED


def rows_of(ward, name: str) -> list[Any]:
    """Return the rows of a list of p4's archive."""
    [found] = [each for each in lists.lists() if each.name == name]
    return list(found.rows(ward.tree.an, units.named_unit(ward.tree.units["p4"])))


@pytest.mark.django_db
def test_a_service_of_a_person_with_two_stays_is_in_it_once(ward, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 1)
    duc = Particulars(name="Nguyễn Hoàng Đức", birth_year=2001)
    guest = Admission(branch=ward.tree.units["p4-kp2"], particulars=duc, person=ward.duc.person, temporary=True)
    admit_many(actor=ward.tree.an, entries=[guest])

    assert [row[0] for row in rows_of(ward, "tien-ich-so")] == ["Nguyễn Hoàng Đức"]


@pytest.mark.django_db
def test_erased_residents_are_not_said_to_refuse_their_names(ward):
    given = SupportRecordInput(
        service="portal", happened_on=date(2023, 11, 12), helper=Helper("Nguyễn Hoàng Đức"), source_id=ward.duc.pk
    )
    record_helps(actor=ward.tree.an, unit=ward.tree.units["p4"], entries=[given])
    personal.erase({SupportRecord.objects.get(named=True).person_id})

    # Rows go by key, and two records of one moment have keys in any order.
    assert {row[2] for row in rows_of(ward, "luot-giup")} == {"Đã xóa thông tin theo yêu cầu", "Không muốn ghi tên"}


@pytest.mark.django_db
def test_the_lists_cost_the_same_for_two_members_and_for_seven(ward):
    unit = units.named_unit(ward.tree.units["p4"])

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            archive.write_archive(ward.tree.an, unit, BytesIO())
        return len(caught)

    few = statements()
    admit_many(
        actor=ward.tree.an,
        entries=[
            Admission(branch=ward.tree.units["p4-kp1"], particulars=Particulars(name=f"Lê Văn {name}", birth_year=2000))
            for name in ("Ái", "Bình", "Cường", "Dũng", "Em")
        ],
    )
    assert statements() == few
