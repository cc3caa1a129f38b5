"""The list of what waits, one record with both its versions, and the phones."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.access.models import RoleAssignment
from doanso.lib import clock
from doanso.sync import queries
from doanso.sync.actions import revoke_device
from doanso.sync.models import Device, Record
from doanso.sync.tests.conftest import sealed
from doanso.testing import TODAY, TREE_BEGAN
from doanso.units.models import Unit, UnitPath

LIST, PHONES = "/sync/", "/sync/devices/"


def _text(answer) -> str:
    return " ".join(answer.content.decode().split())


def _sent(phone, record) -> Record:
    [ack] = phone.send(record)["acks"]
    return Record.objects.get(pk=ack["seq"])


def _page(record: Record) -> str:
    return reverse("sync:record", args=[record.pk])


@pytest.fixture
def conflict(phone, phone_of, tree, notes):
    """ "một" counts, "hai" came later from Bình's phone."""
    first = phone.record("một")
    other = phone_of(tree.binh)
    return _sent(phone, first), _sent(other, other.record("hai", key=UUID(first["id"])))


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_why_and_nothing_of_what_a_record_says(tree, as_user, phone, conflict):
    refused = _sent(phone, phone.record("không"))
    Record.objects.filter(pk=refused.pk).update(
        problem={"code": "x", "message": "Không có ai tên “Nguyễn Văn Bảy” ở đây.", "field": ""}
    )
    text = _text(as_user(tree.an).get(LIST))
    assert "cán bộ sẽ chọn một bản" in text
    assert "Không có ai tên “…” ở đây." in text
    assert "Trần Thị Bình" in text
    for content in (">một<", ">hai<", "Nguyễn Văn Bảy"):
        assert content not in text


def test_each_officer_sees_the_own_units_and_the_city_what_has_none(tree, as_user, phone, phone_of, notes):
    _sent(phone, phone.record("không"))
    _sent(phone, phone.record(unit=str(uuid4())))
    chi = phone_of(tree.chi, "p5")
    _sent(chi, chi.record("không"))
    lines_by_user = {
        name: as_user(tree.users[name]).get(LIST).context["lines"] for name in ("an", "chi", "dung", "giang")
    }
    assert {name: len(lines) for name, lines in lines_by_user.items()} == {"an": 1, "chi": 1, "dung": 3, "giang": 3}
    for other in (tree.binh, tree.khoa, tree.lan, tree.hanh, tree.minh):
        assert as_user(other).get(LIST).status_code == 404


def test_the_list_can_be_narrowed(tree, as_user, phone, phone_of, notes):
    _sent(phone, phone.record("không"))
    _sent(phone, phone.record(version=9))
    below = phone_of(tree.binh, "p4-kp1")
    _sent(below, below.record("không"))
    client = as_user(tree.dung)

    def count(query: str) -> int:
        return len(client.get(f"{LIST}?{query}").context["lines"])

    assert count("") == 3
    assert (count("state=refused"), count("state=quarantined"), count("state=waiting")) == (2, 1, 0)
    assert (count("unit=p4"), count("unit=p4-kp1"), count("unit=p5")) == (3, 1, 0)
    assert (count("kind=test.note"), count("kind=nothing"), count("unit=x&state=applied")) == (3, 3, 3)
    # What was sent for an ended unit is decided where its records are kept.
    Unit.objects.filter(code="p4-kp1").update(until=TODAY, keeper=tree.units["p4-kp2"])
    UnitPath.objects.filter(unit__code="p4-kp1").update(until=TODAY)
    assert (count("unit=p4"), count("unit=p4-kp2")) == (3, 1)


def test_the_list_goes_in_pages_and_asks_the_same_number_of_questions(tree, as_user, phone, notes, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 3)
    client = as_user(tree.an)

    def count_statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    _sent(phone, phone.record("không"))
    few = count_statements()
    for _time in range(4):
        _sent(phone, phone.record("không"))
    assert count_statements() == few
    first, second = client.get(LIST).context, client.get(f"{LIST}?page=2").context
    assert (len(first["lines"]), len(second["lines"])) == (3, 2)
    assert first["lines"][0].seq < second["lines"][0].seq
    assert (first["pages"]["next"], second["pages"]["previous"]) == ("?page=2", "?page=1")
    assert client.get(f"{LIST}?page=x").status_code == client.get(f"{LIST}?page=99").status_code == 200


# --- One record -------------------------------------------------------------------------------------------------------


def test_both_versions_stand_side_by_side_and_one_is_chosen(tree, as_user, conflict, notes):
    earlier, came = conflict
    client = as_user(tree.an)
    answer = client.get(_page(came))
    assert [(version.record, version.lines) for version in answer.context["versions"]] == [
        (earlier, [("Ghi chú", "một", True)]),
        (came, [("Ghi chú", "hai", True)]),
    ]
    assert answer["Cache-Control"].find("no-store") >= 0
    answer = client.post(_page(came), {"decision": "take"})
    assert answer.status_code == 422
    answer = client.post(_page(came), {"decision": "take", "reason": "Đã hỏi lại"}, follow=True)
    assert "Đã hỏi lại" in _text(answer)
    assert f"/notes/{came.record_id}/" in _text(answer)
    assert notes.texts == {came.record_id: "hai"}
    answer = client.post(_page(came), {"decision": "leave", "reason": "Lần nữa"})
    assert answer.status_code == 422


def test_the_other_version_of_a_foreign_unit_is_not_shown(tree, as_user, phone, phone_of, notes):
    first = phone.record("bí mật của phường 4")
    _sent(phone, first)
    chi = phone_of(tree.chi, "p5")
    came = _sent(chi, chi.record("hai", key=UUID(first["id"])))
    text = _text(as_user(tree.chi).get(_page(came)))
    assert "hai" in text
    assert "bí mật" not in text
    assert "bí mật" in _text(as_user(tree.dung).get(_page(came)))


def test_a_record_nobody_here_can_read_is_shown_key_by_key_without_secrets(tree, as_user, phone, notes):
    body = {"outcome": "helped", "receipt": {"link": "mat-khau-1"}, "pair": {"proof": "123456", "how": "code"}}
    envelope = {"kind": "next.kind", "version": 1, "unit": str(phone.unit.pk), "base": None}
    envelope |= {"made_at": "2023-11-12T08:00:00+07:00", "body": body | {"people": [{"name": "Bảy"}, None]}}
    record = _sent(phone, sealed(envelope))
    text = _text(as_user(tree.an).get(_page(record)))
    for word in ("next.kind", "outcome", "people.1.name", "Bảy", "pair.how"):
        assert word in text
    for secret in ("mat-khau-1", "123456"):
        assert secret not in text


def test_what_was_applied_has_nothing_to_decide(tree, as_user, phone, notes):
    record = _sent(phone, phone.record())
    answer = as_user(tree.an).get(_page(record))
    assert answer.status_code == 200
    assert "reason" not in _text(answer)
    answer = as_user(tree.an).post(_page(record), {"decision": "leave", "reason": "Thôi"})
    assert answer.status_code == 422


def test_a_record_is_opened_by_its_units_officers_alone(tree, as_user, phone, notes):
    page = _page(_sent(phone, phone.record("không")))
    for user in (tree.an, tree.dung, tree.giang):
        assert as_user(user).get(page).status_code == 200
    for user in (tree.chi, tree.binh, tree.lan, tree.khoa, tree.hanh, tree.minh):
        assert as_user(user).get(page).status_code == 404
        assert as_user(user).post(page, {"decision": "leave", "reason": "x"}).status_code == 404
    assert as_user(tree.an).get("/sync/99999999/").status_code == 404


# --- Phones -----------------------------------------------------------------------------------------------------------


def test_officers_see_their_peoples_phones_and_a_helper_the_own(tree, as_user, phone, phone_of):
    phone_of(tree.binh)
    phone_of(tree.chi, "p5")

    def usernames(user) -> set[str]:
        return {phone_row.device.user.username for phone_row in as_user(user).get(PHONES).context["phones"]}

    assert usernames(tree.an) == {"lan", "binh"}
    assert usernames(tree.chi) == {"chi"}
    assert usernames(tree.dung) == {"lan", "binh", "chi"}
    assert (usernames(tree.lan), usernames(tree.binh)) == ({"lan"}, {"binh"})
    for other in (tree.khoa, tree.hanh, tree.minh):
        assert as_user(other).get(PHONES).status_code == 404


def test_each_phone_says_how_it_stands(tree, as_user, phone_of):
    fine, silent, revoked = (phone_of(tree.lan) for _at in range(3))
    roleless = phone_of(tree.binh)
    RoleAssignment.objects.create(user=tree.lan, role="branch-secretary", unit=tree.units["p4-kp2"], since=TREE_BEGAN)
    RoleAssignment.objects.filter(user=tree.binh).update(until=TODAY)
    Device.objects.filter(pk=silent.device.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    revoke_device(actor=tree.an, device=revoked.device)
    phones = as_user(tree.an).get(PHONES).context["phones"]
    states = {phone_row.device.pk: (phone_row.state, phone_row.units) for phone_row in phones}
    assert states == {
        fine.device.pk: ("in-service", "Phường 4, Khu phố 2"),
        silent.device.pk: ("lapsed", "Phường 4, Khu phố 2"),
        revoked.device.pk: ("revoked", "Phường 4, Khu phố 2"),
        roleless.device.pk: ("roleless", ""),
    }
    assert phones[-1].device == revoked.device
    revoked.send()
    assert as_user(tree.an).get(PHONES).context["phones"][-1].state == "wiped"


def test_phones_go_in_pages_and_ask_the_same_number_of_questions(tree, as_user, phone_of, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 3)
    client = as_user(tree.an)

    def count_statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(PHONES)
        return len(captured)

    phone_of(tree.lan)
    few = count_statements()
    for _time in range(4):
        phone_of(tree.lan)
    assert count_statements() == few
    assert [len(client.get(f"{PHONES}?page={page_number}").context["phones"]) for page_number in (1, 2, 3)] == [3, 2, 0]


def test_a_phone_is_taken_out_of_service_by_officer_or_holder(tree, as_user, phone, phone_of):
    other = phone_of(tree.binh)
    page = reverse("sync:revoke", args=[phone.device.pk])
    for user in (tree.chi, tree.binh, tree.hanh, tree.minh):
        assert as_user(user).post(page).status_code == 404
    assert as_user(tree.lan).get(page).status_code == 200
    assert as_user(tree.lan).post(page, follow=True).status_code == 200
    assert phone.post("/api/v1/sync", {}).json()["code"] == "device_revoked"
    assert as_user(tree.an).post(reverse("sync:revoke", args=[other.device.pk])).status_code == 302
    other.device.refresh_from_db()
    assert other.device.revoked_by == tree.an
