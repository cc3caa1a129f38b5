"""The pack: what a phone needs without signal, and no more."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.models import Role, RoleAssignment
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.schema.json_objects import JsonObject
from doanso.lib.uuid7 import uuid7
from doanso.lib.vietnamese import fold
from doanso.outreach import ports
from doanso.outreach.actions.doors import DoorVisit, note_visits, take_doors
from doanso.outreach.models import Door, Teammate, VisitOutcome
from doanso.outreach.ports import CORE, PackRequest, register_pack_part
from doanso.outreach.queries.pack import duplicates_key, etag_of, pack
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.walking import lay_street
from doanso.people.actions import (
    BusinessInput,
    Particulars,
    match_or_create_businesses,
    match_or_create_people,
    merge_persons,
)
from doanso.people.models import Contact, Person
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps, take_back_help
from doanso.testing import TODAY

DEVICE = UUID("01890000-0000-7000-8000-000000000001")
AGREED = ConsentInput(("support",), "paper", "2023-09")
Packing = Callable[..., dict[str, Any]]


@pytest.fixture
def packed(outing: Outing) -> Packing:
    def content(who: str = "lan", device: UUID = DEVICE) -> dict[str, Any]:
        now = clock.now()
        actor = getattr(outing.tree, who)
        lease = now + timedelta(days=7)
        return pack(actor, device, now, lease_until=lease, receipt_base="https://mau.test/r/")

    return content


def bits(name: str, year: int | None, device: UUID = DEVICE) -> str:
    text = f"{fold(name)}|{'' if year is None else year}"
    return hmac.digest(bytes.fromhex(duplicates_key(device)), text.encode(), hashlib.sha256).hex()[:6]


def help_to(outing: Outing, name: str, year: int, address: str, *, unit: str = "p5", actor: str = "chi") -> UUID:
    """Record a help of a ward to a resident of the address; return its key."""
    inputs = SupportRecordInput(
        service="portal",
        happened_on=TODAY,
        helper=Helper("Trần Gia Huy"),
        person=Particulars(name, birth_year=year, address=address),
        consent=AGREED,
    )
    [recorded] = record_helps(actor=getattr(outing.tree, actor), unit=outing.tree.units[unit], entries=[inputs])
    return recorded.support_record_id


def take(outing: Outing, want: int = 1) -> list[Door]:
    return take_doors(actor=outing.tree.lan, drive=outing.drive, want=want, near_id=outing.doors[0].pk)


def test_it_says_who_goes_where_with_what(outing: Outing, packed: Packing) -> None:
    content = packed()
    assert content["unit"] == {"id": str(outing.ward.pk), "name": "Đoàn Phường 4"}
    assert content["user"] == {"name": "Bùi Thị Lan", "teammate": str(outing.mates["lan"].pk)}
    assert [item["name"] for item in content["teams"]] == ["Tổ công nghệ số cộng đồng Khu phố 1"]
    assert content["neighbourhoods"] == [{"id": str(outing.neighbourhood.pk), "name": "Khu phố 1"}]
    assert content["streets"] == ["Lê Lợi"]
    assert content["drives"] == [
        {
            "id": str(outing.drive.pk),
            "name": "Đợt tháng 11",
            "since": "2023-11-01",
            "until": "2023-12-01",
            "goal": 3,
            "done": 0,
        }
    ]
    assert content["receipt_base"] == "https://mau.test/r/"
    assert [item["code"] for item in content["obstacles"]] == ["no-smartphone"]
    assert content["doors"] == []


def test_services_come_with_what_to_say_and_to_beware_of(packed: Packing) -> None:
    portal = packed()["services"][0]
    assert (portal["code"], portal["to"], portal["steps"]) == ("portal", ["person", "business"], ["Mở ứng dụng"])
    assert [stage["code"] for stage in portal["rungs"]] == ["none", "registered", "active"]
    for service in packed()["services"]:
        assert service["say"]
        assert any("mật khẩu, mã OTP, số tài khoản" in sentence for sentence in service["beware"])


def test_consent_is_needed_for_the_record_and_for_nothing_else(packed: Packing) -> None:
    consent = packed()["consent"]
    assert consent["version"] == "2023-09"
    assert [purpose["code"] for purpose in consent["purposes"] if purpose["needed"]] == ["support"]
    assert len(consent["purposes"]) == 4


def test_a_door_comes_with_who_lives_there(outing: Outing, packed: Packing) -> None:
    for name, year in (("Trần Văn Bảy", 1951), ("Lê Thị Út", None)):
        [met] = match_or_create_people(unit_id=outing.ward.pk, inputs=[Particulars(name, birth_year=year)])
        Contact.objects.filter(pk=met.contact_id).update(household=outing.household)
    note_visits(visits=[DoorVisit(outing.doors[0].pk, VisitOutcome.FOLLOW_UP, TODAY - timedelta(days=2), TODAY)])
    [door] = take(outing)
    [packed_door] = packed()["doors"]
    assert [(resident["name"], resident["birth_year"]) for resident in packed_door.pop("residents")] == [
        ("Trần Văn Bảy", 1951),
        ("Lê Thị Út", None),
    ]
    assert door.due_back_at is not None
    assert packed_door == {
        "id": str(outing.doors[0].pk),
        "drive": str(outing.drive.pk),
        "kind": "household",
        "place": str(outing.household.pk),
        "name": "",
        "number": "2",
        "street": "Lê Lợi",
        "neighbourhood": str(outing.neighbourhood.pk),
        "due_back_at": door.due_back_at.isoformat(),
        "last": {"outcome": "follow-up", "on": "2023-11-10"},
        "follow_up_on": "2023-11-12",
        "helped": [],
    }


def test_a_shop_is_identified_by_its_sign(outing: Outing, packed: Packing) -> None:
    shop = BusinessInput("Tạp hóa Năm", address="1 Lê Lợi", house_number="1", street="Lê Lợi")
    [met] = match_or_create_businesses(unit_id=outing.ward.pk, inputs=[shop])
    Door.objects.filter(pk=outing.doors[0].pk).update(household=None, business=met.business_id)
    take(outing)
    [door] = packed()["doors"]
    assert (door["kind"], door["name"], door["number"], door["residents"]) == ("business", "Tạp hóa Năm", "1", [])
    assert door["place"] == str(met.business_id)


def test_support_at_this_door_by_any_ward_is_packed_in_24_bits(outing: Outing, packed: Packing) -> None:
    help_to(outing, "Nguyễn Thị Mai", 1958, "Số 2 đường Lê Lợi, KP 1, Phường 4")
    help_to(outing, "Phan Văn Tư", 1960, "4 Lê Lợi")
    take(outing)
    [door] = packed()["doors"]
    assert door["helped"] == [bits("NGUYEN THI MAI", 1958)]
    assert "Mai" not in json.dumps(packed(), ensure_ascii=False)


def test_a_resident_whom_another_ward_helped_elsewhere_is_known(outing: Outing, packed: Packing) -> None:
    help_to(outing, "Nguyễn Thị Mai", 1958, "99 Trần Hưng Đạo")
    person = Contact.objects.get(folded="nguyen thi mai").person
    [met] = match_or_create_people(
        unit_id=outing.ward.pk, inputs=[Particulars("Nguyễn Thị Mai", birth_year=1958, phone="0903111222")]
    )
    Contact.objects.filter(pk=met.contact_id).update(household=outing.household)
    take(outing)
    assert packed()["doors"][0]["helped"] == []
    merge_persons(actor=outing.tree.giang, source=Person.objects.get(pk=met.person_id), target=person)
    assert packed()["doors"][0]["helped"] == [bits("Nguyễn Thị Mai", 1958)]


def test_a_resident_of_two_records_that_were_merged_is_packed_once(outing: Outing, packed: Packing) -> None:
    names = [
        Particulars(
            "Nguyễn Thị Mai",
            birth_year=year,
            phone="0903111222",
            address="2 Lê Lợi",
            household_id=outing.household.pk,
        )
        for year in (1958, 1959)
    ]
    older, newer = (match_or_create_people(unit_id=outing.ward.pk, inputs=[contact])[0] for contact in names)
    help_to(outing, "Nguyễn Thị Mai", 1958, "2 Lê Lợi", unit="p4", actor="an")
    take(outing)
    assert len(packed()["doors"][0]["residents"]) == 2
    persons = (Person.objects.get(pk=contact.person_id) for contact in (newer, older))
    merge_persons(actor=outing.tree.giang, source=next(persons), target=next(persons))
    [door] = packed()["doors"]
    assert [contact["contact"] for contact in door["residents"]] == [str(older.contact_id)]
    # Both spellings are known as helped.
    assert set(door["helped"]) == {bits("Nguyễn Thị Mai", 1958), bits("Nguyễn Thị Mai", 1959)}


def test_a_help_taken_back_is_none(outing: Outing, packed: Packing) -> None:
    key = help_to(outing, "Nguyễn Thị Mai", 1958, "2 Lê Lợi")
    take(outing)
    take_back_help(actor=outing.tree.chi, support_record_id=key)
    assert packed()["doors"][0]["helped"] == []


def test_the_key_is_the_phones_own(outing: Outing, packed: Packing) -> None:
    help_to(outing, "Nguyễn Thị Mai", 1958, "2 Lê Lợi")
    take(outing)
    other = uuid7()
    content, another = packed(), packed(device=other)
    assert len(content["duplicates_key"]) == 32
    assert content["duplicates_key"] != another["duplicates_key"]
    assert content["doors"][0]["helped"] != another["doors"][0]["helped"] == [bits("Nguyễn Thị Mai", 1958, other)]


def test_doors_of_others_are_not_packed(outing: Outing, packed: Packing) -> None:
    take(outing, want=2)
    assert packed(who="an")["doors"] == []
    Door.objects.filter(taken_by=outing.tree.lan).update(due_back_at=clock.now())
    assert packed()["doors"] == []


def test_a_branch_walks_in_its_wards_drives(outing: Outing, packed: Packing) -> None:
    content = packed(who="binh")
    assert content["unit"]["id"] == str(outing.tree.units["p4-kp1"].pk)
    assert content["drives"][0]["id"] == str(outing.drive.pk)
    assert content["neighbourhoods"][0]["name"] == "Khu phố 1"
    take_doors(actor=outing.tree.binh, drive=outing.drive, want=1, near_id=outing.doors[0].pk)
    assert packed(who="binh")["doors"][0]["number"] == "2"


def test_of_two_roles_the_team_decides_else_the_lowest(outing: Outing, packed: Packing) -> None:
    ward5 = outing.tree.units["p5"]
    RoleAssignment.objects.create(user=outing.tree.giang, role=Role.HELPER, unit=ward5, since=date(2020, 1, 1))
    assert packed(who="giang")["unit"]["id"] == str(ward5.pk)
    Teammate.objects.filter(pk=outing.mates["tin"].pk).update(user=outing.tree.giang)
    assert packed(who="giang")["unit"]["id"] == str(outing.ward.pk)


def test_who_visits_nobody_has_no_pack(packed: Packing) -> None:
    for actor in ("khoa", "hanh", "minh"):
        with pytest.raises(Refused) as refused:
            packed(who=actor)
        assert refused.value.problem.code == "no_role"


def test_done_doors_are_counted_and_a_drive_that_is_over_is_not_there(outing: Outing, packed: Packing) -> None:
    note_visits(
        visits=[
            DoorVisit(door.pk, outcome, TODAY)
            for door, outcome in zip(outing.doors, ("helped", "refused", "not-home"), strict=True)
        ]
    )
    assert packed()["drives"][0]["done"] == 2
    outing.drive.until = TODAY
    outing.drive.save()
    assert packed()["drives"] == []


def test_the_same_content_has_the_same_tag(outing: Outing, packed: Packing, business_day: Any) -> None:
    content = packed()
    assert content["today"] == "2023-11-12"
    business_day(TODAY + timedelta(days=1))
    again = packed()
    assert again["today"] == "2023-11-13"
    assert content["now"] != again["now"]
    assert etag_of(content) == etag_of(again)
    take(outing)
    assert etag_of(packed()) != etag_of(content)


def test_as_many_statements_for_one_door_as_for_twenty(outing: Outing, packed: Packing) -> None:
    lay_street(outing, "Ấp Bắc", map(str, range(1, 40)))
    counts = []
    for want in (1, 19):
        for door in take(outing, want=want):
            [met] = match_or_create_people(
                unit_id=outing.ward.pk, inputs=[Particulars(f"Bà {door.pk.hex[-9:]}", birth_year=1950)]
            )
            Contact.objects.filter(pk=met.contact_id).update(household=door.household)
        help_to(outing, "Nguyễn Thị Mai", 1958, "2 Lê Lợi")
        with CaptureQueriesContext(connection) as captured:
            content = packed()
        counts.append((len(content["doors"]), len(captured)))
    assert [doors for doors, _count in counts] == [1, 20]
    assert counts[0][1] == counts[1][1] <= 26


def test_apps_above_add_parts_that_the_tag_covers(
    outing: Outing, packed: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[PackRequest] = []
    content = {"seen": 1}

    def read(request: PackRequest) -> dict[str, object]:
        requests.append(request)
        return dict(content)

    monkeypatch.setattr(ports, "registered_parts", {})
    bare = packed()
    register_pack_part("stalls", read)
    register_pack_part("nothing", lambda _request: None)
    first = packed(who="binh")
    assert requests == [PackRequest(outing.tree.binh, outing.ward, DEVICE, TODAY, outing.tree.units["p4-kp1"])]
    assert first["stalls"] == {"seen": 1}
    assert set(packed()) == {*bare, "stalls"}
    content["seen"] = 2
    assert etag_of(packed(who="binh")) != etag_of(first)
    for taken in ("stalls", "doors"):
        with pytest.raises(RuntimeError):
            register_pack_part(taken, read)


FOLDER = Path(__file__).parents[3] / "contract"


def message(name: str) -> Any:
    """Return an example message of the contract; the phone's tests replay the same."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def shape(document: Any) -> Any:
    """Return keys and kinds of values of a message; of a list those of all its entries, with null beside what it
    replaces."""
    if isinstance(document, dict):
        return {name: shape(value) for name, value in document.items()}
    if isinstance(document, list):
        merged: dict[str, Any] = {}
        for item_shape in map(shape, document):
            merged |= (
                {name: kind for name, kind in item_shape.items() if kind}
                if isinstance(item_shape, dict)
                else {"": item_shape}
            )
        return [merged]
    return None if document is None else type(document).__name__


def test_the_pack_has_the_form_of_the_contract(outing: Outing, packed: Packing) -> None:
    contract, area = message("pack.json"), outing.neighbourhood.pk
    shop = BusinessInput("Tạp hóa Năm", address="1 Lê Lợi", neighbourhood_id=area, house_number="1", street="Lê Lợi")
    [met] = match_or_create_businesses(unit_id=outing.ward.pk, inputs=[shop])
    Door.objects.filter(pk=outing.doors[2].pk).update(household=None, business=met.business_id)
    [person] = match_or_create_people(unit_id=outing.ward.pk, inputs=[Particulars("Trần Văn Bảy", birth_year=1951)])
    Contact.objects.filter(pk=person.contact_id).update(household=outing.household)
    help_to(outing, "Nguyễn Thị Mai", 1958, "2 Lê Lợi")
    yesterday = TODAY - timedelta(days=1)
    note_visits(visits=[DoorVisit(outing.doors[0].pk, VisitOutcome.FOLLOW_UP, yesterday, TODAY)])
    take(outing, want=3)
    content = packed()
    own = {name: part for name, part in contract.items() if name in CORE}
    assert shape({name: part for name, part in content.items() if name in CORE}) == shape(own)
    assert list(content)[: len(own)] == list(contract)[: len(own)] == list(own)
    assert set(own) == CORE
    by_kind = {door["kind"]: door for door in content["doors"]}
    assert [list(by_kind[door["kind"]]) for door in contract["doors"]] == [list(door) for door in contract["doors"]]


def test_the_phones_examples_are_read(outing: Outing) -> None:
    take_payload, return_payload = JsonObject(message("doors_take.json")), JsonObject(message("doors_return.json"))
    assert (
        take_payload.uuid("drive").version,
        take_payload.integer("want", 1, 30),
        take_payload.uuid("near").version,
    ) == (
        7,
        8,
        7,
    )
    assert len(return_payload.uuids("doors", 60)) == 1
    take_payload.finish()
    return_payload.finish()
