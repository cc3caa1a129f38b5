"""People at a stand as a phone records and sends them."""

from datetime import timedelta
from typing import Any

from doanso.lib import clock
from doanso.support.records.stand_turns import StandTurnKind
from doanso.support.tests.stands.conftest import AtStand
from doanso.sync.tests.conftest import Phone, sealed
from doanso.testing import TODAY

APPLIED = ("applied", "")
BAY = {"name": "Nguyễn Thị Bảy", "birth_year": 1951, "phone": "0912 000 111"}
PAIR = {
    "first": {"name": "Trần Gia Huy", "kind": "youth", "member": None},
    "second": {"name": "Võ Thị Năm", "kind": "official", "member": None},
}


def person(name: str, birth_year: int) -> dict[str, Any]:
    """Somebody without a phone."""
    return {"name": name, "birth_year": birth_year, "phone": ""}


class FromPhone:
    """An's phone at the stand, and what it sends."""

    def __init__(self, at_stand: AtStand, phone: Phone) -> None:
        self.at_stand, self.phone = at_stand, phone

    def record(
        self, person: Any = BAY, *, of: Any = None, base: str | None = None, unit: str = "p4", **more: Any
    ) -> dict[str, str]:
        """Somebody helped with the portal, as a record; `of` and `base` for a later version."""
        body = {
            "stand": str(self.at_stand.stand.pk),
            "happened_on": TODAY.isoformat(),
            "helped_at": (clock.now() - timedelta(minutes=5)).isoformat(),
            "services": ["portal"],
            "person": person,
            "consent": {"purposes": ["support"], "text": "2023-09", "channel": "voice"} if person else None,
            "namesakes": False,
            "pair": PAIR,
            "undone": False,
        } | more
        envelope = {
            "kind": StandTurnKind.code,
            "version": 1,
            "unit": str(self.at_stand.ward.tree.units[unit].pk),
            "base": base,
            "made_at": "2023-11-12T08:41:06+07:00",
            "body": body,
        }
        return sealed(envelope, of)

    def send(self, *records: Any, phone: Phone | None = None) -> list[tuple[str, str]]:
        """State and problem of each record, sent by a phone whose clock is right."""
        answer = (phone or self.phone).send(*records, sent_at=clock.now().isoformat())
        assert answer["again"] == []
        return [(ack["state"], (ack["problem"] or {}).get("code", "")) for ack in answer["acks"]]
