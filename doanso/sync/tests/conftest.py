"""Lan's phone in service in ward 4, and a kind of record that notes its calls."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from doanso.accounts.models import User
from doanso.lib.problems import Problem
from doanso.lib.schema.json_objects import JsonObject
from doanso.lib.uuid7 import uuid7
from doanso.sync import ports, rules
from doanso.sync.actions import register_device
from doanso.sync.models import Device
from doanso.sync.policy import BRING
from doanso.testing import Tree
from doanso.units.models import Unit


@dataclass
class Notes:
    """A kind of record for tests: its body is {"text": ...}. "không" is set aside, "hỏng" aborts the action until `mended`."""

    code: str = "test.note"
    title: str = "Ghi chú"
    versions: frozenset[int] = frozenset({1})
    order: int = 99
    texts: dict[UUID, str] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)
    # In whose name each was taken in.
    by: dict[UUID, User] = field(default_factory=dict)
    mended: bool = False

    def read(self, body: Mapping[str, Any], version: int) -> str:
        fields = JsonObject(body)
        text = fields.text("text", 80, least=1)
        fields.finish()
        return text

    def may(self, actor: User, unit: Unit) -> bool:
        return BRING.allows_at(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[ports.IncomingRecord]) -> list[Problem | None]:
        self.calls.append(len(records))
        if not self.mended and any(record.content == "hỏng" for record in records):
            raise RuntimeError("broken off")
        answers = []
        for record in records:
            if record.content == "không":
                answers.append(Problem("not_so", "Không ghi được.", "text"))
            else:
                self.texts[record.record_id] = record.content
                self.by[record.record_id] = actor
                answers.append(None)
        return answers

    def shows(self, record_id: UUID) -> bool:
        return True

    def lines(self, content: str) -> list[tuple[str, str]]:
        return [("Ghi chú", content)]

    def address(self, record_id: UUID) -> str:
        return f"/notes/{record_id}/"


@dataclass
class Phone:
    """A phone as the server sees it."""

    device: Device
    token: str
    unit: Unit
    client: Client

    def record(
        self, text: str = "một", *, key: UUID | None = None, base: str | None = None, **more: Any
    ) -> dict[str, str]:
        """One note, ready to send."""
        envelope = {
            "kind": "test.note",
            "version": 1,
            "unit": str(self.unit.pk),
            "base": base,
            "made_at": "2023-11-12T08:00:00+07:00",
            "body": {"text": text},
        }
        return sealed(envelope | more, key)

    def post(self, path: str, body: Any, **more: Any) -> Any:
        return self.client.post(
            path, body, content_type="application/json", headers={"Authorization": f"Bearer {self.token}"}, **more
        )

    def send(self, *records: Mapping[str, str], sent_at: str = "2023-11-12T08:00:05+07:00") -> Any:
        """The server's answer to one batch."""
        return self.post("/api/v1/sync", {"sent_at": sent_at, "records": list(records)}).json()


def sealed(envelope: Mapping[str, Any], key: UUID | None = None) -> dict[str, str]:
    """A record with the hash of its text."""
    payload = json.dumps(envelope, ensure_ascii=False)
    return {"id": str(key or uuid7()), "hash": hashlib.sha256(payload.encode()).hexdigest(), "payload": payload}


@pytest.fixture
def notes() -> Iterator[Notes]:
    """The kind of record, known to the server for one test."""
    kind = Notes()
    ports.register_record_kind(kind)
    yield kind
    ports.registered_kinds.pop(kind.code)


@pytest.fixture
def phone_of(tree: Tree) -> Callable[..., Phone]:
    """Takes a phone into service for somebody at a unit."""

    def register_phone(user: User, unit: str = "p4") -> Phone:
        registration = register_device(actor=user, device_id=uuid7(), name=f"Máy của {user.username}")
        return Phone(registration.device, registration.token, tree.units[unit], Client())

    return register_phone


@pytest.fixture
def phone(tree: Tree, phone_of: Callable[..., Phone]) -> Phone:
    """Lan's phone."""
    return phone_of(tree.lan)


def mac(phone: Phone, ack: Mapping[str, Any]) -> str:
    """What the phone expects of a right acknowledgement."""
    return rules.acknowledgement(rules.acknowledgement_key(phone.token), UUID(ack["id"]), ack["hash"], ack["seq"])
