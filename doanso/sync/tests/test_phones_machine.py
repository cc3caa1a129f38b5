"""Phones against the server, whatever happens between them: nothing acknowledged is lost, and nothing counts twice.

Three phones record helps, correct them, send and send again, in any order and in any parts; answers are lost, the server dies
before and after its commit, clocks stand anywhere, phones are taken out of service, officers decide. After every step the
acknowledgements in the phones' own logs are compared with what the server keeps, and what counts with what was applied.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid5

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from doanso.accounts.models import User
from doanso.ledger.actions import fold
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject
from doanso.lib.uuid7 import uuid7
from doanso.members.queries import home_units
from doanso.outreach.models import Visit, VisitSupportRecord
from doanso.people.actions import Particulars, lock_known, lock_people_and_shops
from doanso.support.actions import Helper, SupportRecordInput, record_helps, take_back_help
from doanso.support.models import SupportRecord
from doanso.support.policy import RECORD
from doanso.support.tests.conftest import AGREED, Ward, ward  # noqa: F401
from doanso.sync import actions as phone_actions
from doanso.sync import ports, queries, rules
from doanso.sync import sealed as bytes_kept
from doanso.sync.actions import deliver_backup, leave_version, register_device, revoke_device, take_version
from doanso.sync.actions.decisions import retry_quarantined
from doanso.sync.models import WAITS, Device, Record, RecordState
from doanso.sync.tests.phones import backup_file
from doanso.testing import TODAY, taken_back
from doanso.units.models import Unit
from tools.selection import examples

KIND = "test.help"
PEOPLE = 6
_KEYS = UUID(int=2023)


def help_key(record_id: UUID, content_hash: str) -> UUID:
    """The help that one version of a record becomes."""
    return uuid5(_KEYS, f"{record_id}:{content_hash}")


@dataclass
class Helps:
    """A kind of record for tests that counts: its body names a resident by number, and the day of the help."""

    code: str = KIND
    title: str = "Lượt giúp"
    versions: frozenset[int] = frozenset({1})
    order: int = 1

    def read(self, body: Mapping[str, Any], version: int) -> tuple[int, date]:
        fields = JsonObject(body)
        content = fields.integer("person", 0, PEOPLE - 1), fields.day("day")
        fields.finish()
        return content

    def may(self, actor: User, unit: Unit) -> bool:
        return RECORD.allows_at(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[ports.IncomingRecord]) -> list[Problem | None]:
        inputs = [self._inputs_of(record) for record in records]
        # Names, helps and contacts before the ledger, as everybody locks them.
        people = [record.person for record in inputs if record.person is not None]
        lock_people_and_shops([(record.name, record.birth_year) for record in people], [])
        before = [help_key(record.record_id, record.base) for record in records if record.base]
        list(SupportRecord.objects.select_for_update().filter(pk__in=before).order_by("pk").values_list("pk"))
        # A branch's contacts are kept by the unit above it.
        lock_known(unit_id=home_units([unit.pk])[unit.pk], inputs=people)
        for record in records:
            if record.base:
                take_back_help(actor=actor, support_record_id=help_key(record.record_id, record.base))
        record_helps(actor=actor, unit=unit, entries=inputs)
        return [None] * len(records)

    def _inputs_of(self, record: ports.IncomingRecord) -> SupportRecordInput:
        number, day = record.content
        return SupportRecordInput(
            service="portal",
            happened_on=day,
            person=Particulars(
                name=f"Người Số {'ABCDEF'[number]}", birth_year=1950 + number, phone=f"090311100{number}"
            ),
            helper=Helper("Trần Gia Huy"),
            consent=AGREED,
            source_id=help_key(record.record_id, record.content_hash),
        )

    def shows(self, record_id: UUID) -> bool:
        return True

    def lines(self, content: tuple[int, date]) -> list[tuple[str, str]]:
        return [("Người", str(content[0]))]

    def address(self, record_id: UUID) -> str:
        return ""


def _name(number: int) -> str:
    return f"Người Số {'ABCDEF'[number]}"


class Trade:
    """What the phones bring: how a record's body is written, and what has to stand when these versions are applied."""

    kind: Any

    def body(self, person: int, day: date) -> dict[str, Any]:
        raise NotImplementedError

    def check(self, applied: Collection[tuple[UUID, str]]) -> None:
        raise NotImplementedError


class HelpTrade(Trade):
    """The kind of the tests: one help for each record."""

    def __init__(self) -> None:
        self.kind = Helps()

    def body(self, person: int, day: date) -> dict[str, Any]:
        return {"person": person, "day": day.isoformat()}

    def check(self, applied: Collection[tuple[UUID, str]]) -> None:
        active_ids = SupportRecord.objects.filter(taken_back_at=None).values_list("pk", flat=True)
        assert {help_key(*record_version) for record_version in applied} == set(active_ids)


class VisitTrade(Trade):
    """Real visits to homes, each with one person who was helped."""

    def __init__(self) -> None:
        self.kind = ports.record_kind("outreach.visit")

    def body(self, person: int, day: date) -> dict[str, Any]:
        moment = f"{day.isoformat()}T08:00:00+07:00"
        person_fields = {"contact": None, "name": _name(person), "birth_year": 1950 + person, "gender": ""}
        return {
            **dict.fromkeys(("drive", "door", "business", "follow_up_on", "in_area")),
            "household": {"id": str(uuid7()), "new": True, "number": "7", "street": "Lê Lợi", "neighbourhood": None},
            "happened_on": day.isoformat(),
            "began_at": moment,
            "ended_at": moment,
            "outcome": "helped",
            "pair": {"team": None, "first": {"teammate": None, "how": "sign-in"}, "second": None},
            "people": [
                {
                    "person": person_fields | {"phone": f"090311100{person}", "guardian": ""},
                    "business": False,
                    "consent": {"purposes": ["support"], "text": "2023-09", "channel": "voice"},
                    "receipt": {"id": str(uuid7()), "link": secrets.token_urlsafe(16), "code": "7KQ2M4XD"},
                    "helps": [
                        {"id": str(uuid7()), "service": "portal", "kind": "guide"}
                        | dict.fromkeys(("before", "after", "obstacle"), "")
                    ],
                }
            ],
        }

    def check(self, applied: Collection[tuple[UUID, str]]) -> None:
        assert set(Visit.objects.filter(taken_back_at=None).values_list("pk", "content_hash")) == set(applied)
        helps = VisitSupportRecord.objects.filter(support_record__taken_back_at=None).values_list("visit", flat=True)
        assert sorted(helps) == sorted(record_id for record_id, _content in applied)


@dataclass
class Handset:
    """What one phone knows: its queue, its own log of acknowledgements, and which versions it believes to stand."""

    user: User
    unit: Unit
    device_id: UUID
    token: str
    ahead: timedelta = timedelta()
    queue: list[dict[str, str]] = field(default_factory=list)
    log: dict[tuple[str, str], int] = field(default_factory=dict)
    active_versions: dict[str, str] = field(default_factory=dict)

    def now(self) -> str:
        return (clock.now() + self.ahead).isoformat()

    def hear(self, answer: Mapping[str, Any]) -> None:
        """Believe an acknowledgement whose mac is right, and forget that record; keep the rest."""
        key = rules.acknowledgement_key(self.token)
        for ack in answer["acks"]:
            right = rules.acknowledgement(key, UUID(ack["id"]), ack["hash"], ack["seq"])
            assert ack["mac"] == right
            logged_seq = self.log.setdefault((ack["id"], ack["hash"]), ack["seq"])
            assert logged_seq == ack["seq"], "another number for the same record"
            event(f"acknowledged as {ack['state']}{', known' if ack['known'] else ''}")
            if ack["state"] == "applied":
                self.active_versions[ack["id"]] = ack["hash"]
            self.queue = [queued for queued in self.queue if (queued["id"], queued["hash"]) != (ack["id"], ack["hash"])]
        assert answer["again"] == []


phones = st.integers(0, 2)
people = st.integers(0, PEOPLE - 1)
picks = st.lists(st.integers(0, 60), min_size=1, max_size=8)
ways = st.sampled_from(["heard", "heard", "heard", "lost", "killed before the commit", "killed after the commit"])


class Phones(RuleBasedStateMachine):
    """Three handsets, the server, and the officers."""

    ward: Ward
    trade: Trade

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        # What one history did is undone after it.
        self.stack.enter_context(taken_back())
        cache.clear()
        self.trade.kind.versions = frozenset({1})
        clock.set_today(TODAY)
        self.record_count = 0
        self.handsets = []
        for user, code in ((self.ward.tree.an, "p4"), (self.ward.tree.binh, "p4-kp1"), (self.ward.tree.chi, "p5")):
            registration = register_device(actor=user, device_id=uuid7(), name="Máy")
            self.handsets.append(Handset(user, self.ward.tree.units[code], registration.device.pk, registration.token))

    @initialize(persons=st.lists(people, min_size=1, max_size=2))
    def a_morning(self, persons: list[int]) -> None:
        """Everybody has been out once."""
        for index in range(3):
            self.record_and_send(index, persons, [0, 1])

    def teardown(self) -> None:
        while fold():
            pass
        assert [str(difference) for difference in recount()] == []
        self.stack.close()

    # --- On the phone ---------------------------------------------------------------------------------------------

    def _write(self, phone: Handset, person: int, unit: Unit, version: int, key: str, base: str | None) -> None:
        self.record_count += 1
        # A day of its own for each, or two of them would be one help.
        day = TODAY - timedelta(days=self.record_count % 300)
        envelope = {
            "kind": self.trade.kind.code,
            "version": version,
            "unit": str(unit.pk),
            "base": base,
            "made_at": phone.now(),
            "body": self.trade.body(person, day),
        }
        payload = json.dumps(envelope)
        phone.queue.append({"id": key, "hash": hashlib.sha256(payload.encode()).hexdigest(), "payload": payload})

    @rule(index=phones, persons=st.lists(people, min_size=1, max_size=4), version=st.sampled_from([1, 1, 1, 1, 2]))
    def record(self, index: int, persons: list[int], version: int) -> None:
        phone = self.handsets[index]
        for person in persons:
            self._write(phone, person, phone.unit, version, str(uuid7()), None)

    @rule(index=phones, person=people)
    def record_elsewhere(self, index: int, person: int) -> None:
        """Of a unit where one may have no role."""
        self._write(self.handsets[index], person, self.handsets[(index + 1) % 3].unit, 1, str(uuid7()), None)

    @rule(
        index=phones,
        of=phones,
        pick=st.integers(0, 60),
        person=people,
        own=st.booleans(),
        at_once=st.booleans(),
        outcome=ways,
    )
    def edit(self, index: int, of: int, pick: int, person: int, own: bool, at_once: bool, outcome: str) -> None:
        """On the own phone, or on another one that has the record from elsewhere; from what it believes to stand."""
        phone = self.handsets[index]
        known_versions = phone.active_versions if own else self.handsets[of].active_versions
        if known_versions:
            key = sorted(known_versions)[pick % len(known_versions)]
            base = phone.active_versions.get(key, known_versions[key])
            self._write(phone, person, phone.unit, 1, key, base)
            event(f"edited: {'own' if own else 'elsewhere'}")
            if at_once:
                self.send(index, [len(phone.queue) - 1], outcome)

    @rule(
        index=phones,
        other=phones,
        pick=st.integers(0, 60),
        persons=st.lists(people, min_size=2, max_size=2),
        chosen=picks,
    )
    def edit_on_two_phones(self, index: int, other: int, pick: int, persons: list[int], chosen: list[int]) -> None:
        """Both start from the same version; whichever comes first is taken, the other one waits."""
        first, two = self.handsets[index], self.handsets[other]
        if first.active_versions and first is not two:
            key = sorted(first.active_versions)[pick % len(first.active_versions)]
            for phone, person in zip((first, two), persons, strict=True):
                self._write(phone, person, first.unit, 1, key, first.active_versions[key])
            self.send(index, [len(first.queue) - 1], "heard")
            self.send(other, [len(two.queue) - 1, *chosen], "heard")

    @rule(index=phones, days=st.sampled_from([-400, -1, 0, 1, 400]))
    def set_clock(self, index: int, days: int) -> None:
        self.handsets[index].ahead = timedelta(days=days)

    # --- On the way -----------------------------------------------------------------------------------------------

    def _post(self, phone: Handset, records: Sequence[Mapping[str, str]]) -> Any:
        client = Client(raise_request_exception=False)
        body = {"sent_at": phone.now(), "records": list(records)}
        headers = {"Authorization": f"Bearer {phone.token}"}
        return client.post("/api/v1/sync", body, content_type="application/json", headers=headers)

    @rule(index=phones, persons=st.lists(people, min_size=1, max_size=4), chosen=picks)
    def record_and_send(self, index: int, persons: list[int], chosen: list[int]) -> None:
        """What phones do all day."""
        self.record(index, persons, 1)
        self.send(index, chosen, "heard")

    @rule(index=phones, chosen=picks, outcome=ways)
    def send(self, index: int, chosen: list[int], outcome: str) -> None:
        """Some of the queue, in any order, perhaps one of it twice."""
        phone = self.handsets[index]
        if not phone.queue:
            return
        records = [phone.queue[pick % len(phone.queue)] for pick in chosen]
        with ExitStack() as stack:
            if outcome == "killed before the commit":
                stack.enter_context(patch.object(type(self.trade.kind), "apply", side_effect=OperationalError("gone")))
            elif outcome == "killed after the commit":
                stack.enter_context(patch.object(rules, "acknowledgement", side_effect=RuntimeError("gone")))
            answer = self._post(phone, records)
        if answer.status_code == 403:
            assert answer.json()["wipe"] is True
            self.sign_in_again(index)
        elif outcome == "killed after the commit":
            assert answer.status_code == 500
        elif answer.status_code == 503:
            assert outcome == "killed before the commit"
        else:
            assert answer.status_code == 200, answer.content
            if outcome == "heard":
                phone.hear(answer.json())

    @rule(index=phones, chosen=picks)
    def send_again(self, index: int, chosen: list[int]) -> None:
        """What was acknowledged long ago, as a restored phone would."""
        phone = self.handsets[index]
        logged = sorted(phone.log)
        if not logged:
            return
        keys = dict.fromkeys(logged[pick % len(logged)] for pick in chosen)
        records = [
            {
                "id": key,
                "hash": content,
                "payload": bytes_kept.payload_of(Record.objects.get(pk=phone.log[key, content])),
            }
            for key, content in keys
        ]
        before = Record.objects.count(), SupportRecord.objects.count()
        answer = self._post(phone, records)
        if answer.status_code == 200:
            phone.hear(answer.json())
            assert all(ack["known"] for ack in answer.json()["acks"])
        assert before == (Record.objects.count(), SupportRecord.objects.count())

    # --- At the desk ----------------------------------------------------------------------------------------------

    @rule(index=phones)
    def revoke(self, index: int) -> None:
        phone = self.handsets[index]
        [device] = queries.visible_devices(self.ward.tree.giang).filter(pk=phone.device_id)
        revoke_device(actor=self.ward.tree.giang, device=device)

    @rule(index=phones)
    def sign_in_again(self, index: int) -> None:
        phone = self.handsets[index]
        phone_actions.reinstate_device(actor=self.ward.tree.giang, device=Device.objects.get(pk=phone.device_id))
        phone.token = register_device(actor=phone.user, device_id=phone.device_id, name="Máy").token

    @rule(index=phones, chosen=picks)
    def deliver(self, index: int, chosen: list[int]) -> None:
        """An officer hands in what the phone has not sent; the phone does not hear of it."""
        phone = self.handsets[index]
        if phone.queue:
            records = [phone.queue[pick % len(phone.queue)] for pick in chosen]
            file = backup_file(
                phone.device_id, [(queued["id"], queued["hash"], queued["payload"]) for queued in records]
            )
            deliver_backup(actor=self.ward.tree.dung, file=file)

    @precondition(lambda self: Record.objects.filter(state__in=WAITS, decided_at=None).exists())
    @rule(pick=st.integers(0, 60), take=st.booleans())
    def decide(self, pick: int, take: bool) -> None:
        waiting = list(queries.waiting_records(self.ward.tree.dung))
        record = waiting[pick % len(waiting)]
        action = take_version if take else leave_version
        try:
            action(actor=self.ward.tree.dung, seq=record.pk, reason="Đã hỏi lại")
            event(f"decided: {'taken' if take else 'left'} {record.state}")
        except Refused as refused:
            if refused.problem.code not in {"kind_unknown", "no_role", "other_unit"}:
                raise

    @rule(knows_new_version=st.booleans())
    def upgrade(self, knows_new_version: bool) -> None:
        self.trade.kind.versions = frozenset({1, 2}) if knows_new_version else frozenset({1})
        event(f"after the upgrade: {retry_quarantined() > 0}")

    @rule(everything=st.booleans())
    def fold_some(self, everything: bool) -> None:
        fold(page=3)
        if everything:
            assert [str(difference) for difference in recount()] == []

    # --- Always ---------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        seq_by_version = {
            (str(row[0]), row[1]): row[2] for row in Record.objects.values_list("record_id", "content_hash", "seq")
        }
        for phone in self.handsets:
            assert phone.log.items() <= seq_by_version.items()

    @invariant()
    def one_version_of_a_record_counts_and_once(self) -> None:
        applied = Record.objects.filter(state=RecordState.APPLIED).values_list("record_id", "content_hash")
        assert len({record_id for record_id, _content in applied}) == len(applied)
        active_records = SupportRecord.objects.filter(taken_back_at=None)
        self.trade.check(applied)
        assert self.ward.figure("portal-times") == len(applied)
        assert self.ward.figure("portal-residents") == len(set(active_records.values_list("person", flat=True)))

    @invariant()
    def what_waits_says_why(self) -> None:
        assert not Record.objects.filter(state__in=WAITS, problem__isnull=True).exists()


def play(ward: Ward, trade: Trade, *, examples: int, steps: int) -> None:  # noqa: F811
    """Play so many histories of so many steps."""
    run_state_machine_as_test(
        type("Bound", (Phones,), {"ward": ward, "trade": trade}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(params=[HelpTrade, VisitTrade])
def trade(request: pytest.FixtureRequest) -> Iterator[Trade]:
    """What the phones bring; the kind of the tests is known to the server for one test."""
    trade: Trade = request.param()
    versions = trade.kind.versions
    if trade.kind.code == KIND:
        ports.register_record_kind(trade.kind)
    yield trade
    trade.kind.versions = versions
    ports.registered_kinds.pop(KIND, None)


def test_a_few_histories(ward: Ward, trade: Trade) -> None:  # noqa: F811
    play(ward, trade, examples=examples(10), steps=20)


@pytest.mark.long
@pytest.mark.if_changed("ci")
def test_many_histories(ward: Ward, trade: Trade) -> None:  # noqa: F811
    # They come one after the other here, so that the second engine says little new; together: `./dev faults sync`.
    play(ward, trade, examples=60 if connection.vendor == "postgresql" else 200, steps=50)
