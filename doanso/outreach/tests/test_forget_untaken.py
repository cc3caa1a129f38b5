"""Erasing a person reaches records of phones that name them and were never applied, and no others."""

import json
from typing import Any

from doanso.outreach.tests.visiting import Visiting, applied, guest
from doanso.people.actions import erase_person, open_request
from doanso.people.models import Contact
from doanso.sync.actions import leave_version
from doanso.sync.models import Photo, Record
from doanso.sync.sealed import payload_of
from doanso.testing import Tree

CANARY = {"name": "Nguyễn Văn Bảy", "phone": "0909 000 111"}


def _wrong(name: str = CANARY["name"], **more: Any) -> dict[str, Any]:
    """Return a guest whose help is refused."""
    helped = guest(name, **more)
    helped["helps"][0]["before"] = "khong-co"
    return helped


def _erase(visiting: Visiting, tree: Tree) -> None:
    person = Contact.objects.get(name=CANARY["name"]).person_id
    request = open_request(actor=None, person_id=person, unit_id=visiting.outing.ward.pk, kind="erase", channel="paper")
    erase_person(actor=tree.an, request=request)


def _left() -> list[tuple[str, str]]:
    return [(record.state, payload_of(record) or "") for record in Record.objects.order_by("seq")]


def test_no_record_that_waits_or_was_left_out_names_somebody_erased(visiting: Visiting, tree: Tree) -> None:
    bay = guest(person={"phone": CANARY["phone"]})
    first = visiting.record(visiting.body(people=[bay]))
    applied(visiting.deliver(first))
    conflict = visiting.record(visiting.body(people=[bay], in_area=False), of=first["id"])
    unread = visiting.record({"resident": {"called": "NGUYỄN VĂN BẢY"}}, version=9)
    escaped = visiting.record(visiting.body(1, people=[_wrong(year=1951)]))
    by_number = visiting.record(visiting.body(1, people=[_wrong("Ông Bảy", person={"phone": "+84 909 000 111"})]))
    left_out = visiting.record(visiting.body(1, people=[_wrong()], in_area=False))
    acks = visiting.deliver(conflict, unread, escaped, by_number, left_out)
    assert [ack["state"] for ack in acks] == ["waiting", "quarantined", "refused", "refused", "refused"]
    leave_version(actor=tree.an, seq=acks[-1]["seq"], reason="Bảy đã ghi ở nhà khác")
    _erase(visiting, tree)
    assert [text for _state, text in _left()] == [""] * 6
    assert [ack["known"] for ack in visiting.deliver(conflict, left_out)] == [True, True]
    everything = json.dumps([str(list(Record.objects.values_list("problem", "reason")))], ensure_ascii=False)
    assert "Bảy" not in everything


def test_others_stay(visiting: Visiting, tree: Tree) -> None:
    applied(visiting.send(visiting.body()))
    others = [
        visiting.record(visiting.body(1, people=[item]))
        for item in (_wrong("Trần Thị Sáu", year=1960), _wrong(year=1980), _wrong("Nguyễn Văn Bảy Lớn", year=1980))
    ]
    visiting.deliver(*others)
    _erase(visiting, tree)
    assert [text for state, text in _left() if state == "refused"] == [item["payload"] for item in others]


def test_the_pictures_of_such_a_visit_go_too(visiting: Visiting, tree: Tree) -> None:
    applied(visiting.send(visiting.body()))
    wrong = visiting.record(visiting.body(1, people=[_wrong()]))
    visiting.deliver(wrong)
    photo = {"id": "018c0000-0000-7000-8000-000000000001", "visit": wrong["id"], "size": 100, "hash": "0" * 64}
    visiting.phone.post("/api/v1/photos", photo)
    _erase(visiting, tree)
    assert Photo.objects.get().done_at is not None
