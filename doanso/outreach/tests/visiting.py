"""Lan's phone in ward 4, and the visits it reports."""

import base64
import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.sync.tests.conftest import Phone
from doanso.testing import TODAY

if TYPE_CHECKING:
    from doanso.outreach.tests.conftest import Outing

SIGNED = {"how": "signature", "proof": "M12 30L14 33L20 40L26 31"}


def key() -> str:
    """Return a key as a phone makes it."""
    return str(uuid7())


def guest(name: str = "Nguyễn Văn Bảy", *services: str, year: int = 1951, **more: Any) -> dict[str, Any]:
    """Return a guest by name with consent, helped with these services (the portal by default)."""
    helps = [
        {"id": key(), "service": service, "kind": "guide", "before": "none", "after": "active", "obstacle": ""}
        for service in services or ("portal",)
    ]
    person = {"contact": None, "name": name, "birth_year": year, "gender": "", "phone": "", "guardian": ""}
    return {
        "person": person | more.pop("person", {}),
        "business": False,
        "consent": {"purposes": ["support"], "text": "2023-09", "channel": "voice"},
        "receipt": {"id": key(), "link": link(), "code": "7KQ2M4XD"},
        "helps": helps,
    } | more


def link() -> str:
    """Return a receipt's link as a phone makes it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


NOBODY: dict[str, Any] = {"person": None, "business": False, "consent": None, "receipt": None}


class Visiting:
    """Lan's phone in ward 4."""

    def __init__(self, outing: "Outing", phone: Phone) -> None:
        self.outing, self.phone = outing, phone

    def body(self, index: int = 0, **more: Any) -> dict[str, Any]:
        """Return a visit at a door of the drive: Bảy is helped with the portal, Út signs as the second."""
        door = self.outing.doors[index]
        ut = {"teammate": str(self.outing.mates["ut"].pk), "name": "", "kind": "official"}
        return {
            "drive": str(self.outing.drive.pk),
            "door": str(door.pk),
            "household": {
                "id": str(door.household_id),
                "new": False,
                "number": "",
                "street": "",
                "neighbourhood": None,
            },
            "business": None,
            "happened_on": str(TODAY),
            "began_at": "2023-11-12T08:12:00+07:00",
            "ended_at": "2023-11-12T08:19:30+07:00",
            "outcome": "helped",
            "follow_up_on": None,
            "in_area": True,
            "pair": {
                "team": str(self.outing.team.pk),
                "first": {"teammate": str(self.outing.mates["lan"].pk), "how": "sign-in"},
                "second": ut | SIGNED,
            },
            "people": [guest()],
        } | more

    def record(
        self, body: Mapping[str, Any], *, of: str | None = None, base: str | None = None, **more: Any
    ) -> dict[str, str]:
        content = {
            "kind": "outreach.visit",
            "version": 1,
            "unit": str(self.phone.unit.pk),
            "base": base,
            "made_at": "2023-11-12T08:20:00+07:00",
            "body": body,
        } | more
        payload = json.dumps(content, ensure_ascii=False)
        return {"id": of or key(), "hash": sha256(payload.encode()).hexdigest(), "payload": payload}

    def send(self, *bodies: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Send these visits; return their acknowledgements."""
        return self.deliver(*[self.record(body) for body in bodies])

    def deliver(self, *records: Mapping[str, str]) -> list[dict[str, Any]]:
        answer = self.phone.send(*records, sent_at=clock.now().isoformat())
        assert answer["again"] == []
        return list(answer["acks"])

    def with_second(self, **second: Any) -> dict[str, Any]:
        body = self.body()
        body["pair"]["second"] = {"teammate": None, "name": "", "kind": "official", "how": "none", "proof": ""} | second
        return body


def applied(acks: list[dict[str, Any]]) -> None:
    """Assert that all of them were applied."""
    assert [(ack["state"], ack["problem"]) for ack in acks] == [("applied", None)] * len(acks)
