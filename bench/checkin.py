"""Measure check-ins at an event's gates with everything on: the API, permission, tickets, presence, history, stored bytes,
acknowledgements.

Eight phones of a ward send batches of a hundred sightings of a festival's visitors: most by a known ticket, some as members, some
without a ticket. Every fifth visitor is seen twice, at another gate. Two phones are without a network for the first half and send
afterwards. Bare Django stores as many rows in the same run. Application and database together, on SQLite: this process's own CPU
time. `python -m bench.checkin [CHECK_INS]`.
"""

import hashlib
import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any
from zoneinfo import ZoneInfo

from bench.measuring import figure, measure_apart, middle, small_installation
from bench.names import somebody

DEFAULT_CHECK_INS = 5_000
QUICK_CHECK_INS = 400
BATCH = 100
PHONES, OFFLINE = 8, 2
DUPLICATES = 0.2
TODAY = date(2023, 11, 12)
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Gates:
    """Ward 4's festival of today with tickets and members, and eight phones in service."""

    def __init__(self, visitors: int) -> None:
        self.tree = tree = small_installation(TODAY)
        from django.test import Client

        from doanso.events import actions
        from doanso.events.actions import EventHours, EventInput
        from doanso.lib.uuid7 import uuid7
        from doanso.sync.actions import register_device

        self.uuid7 = uuid7
        self.ward = tree.units["p4"]
        hours = EventHours(TODAY, day_time(7), day_time(11), "Quảng trường")
        event = actions.create_event(
            actor=tree.an, unit=self.ward, inputs=EventInput("cashless-festival", "Ngày hội", hours)
        )
        self.event = actions.open_event(actor=tree.an, event=event, read=event.version)
        self.pick = random.Random(2023)
        self.tokens = [
            register_device(actor=tree.lan, device_id=uuid7(), name=f"Máy {number}").token for number in range(PHONES)
        ]
        self.client = Client(headers={"host": "localhost"})
        self.holders = self._holders(visitors)

    def _holders(self, visitors: int) -> list[dict[str, Any]]:
        """Return who comes: four of five with a ticket on paper, one of ten a member, the others without a ticket."""
        from doanso.events import actions
        from doanso.events.models import Registration
        from doanso.lib.access_codes import new_link
        from doanso.members.actions import Admission, admit_many
        from doanso.people.actions import Particulars

        with_ticket, as_member = visitors * 8 // 10, visitors // 10
        for start in range(0, with_ticket, 500):
            count = min(500, with_ticket - start)
            actions.make_paper_tickets(actor=self.tree.an, event=self.event, key=self.uuid7(), count=count)
        codes = Registration.objects.filter(event=self.event).order_by("number").values_list("gate_code", flat=True)
        people = [somebody(self.pick) for _member in range(as_member)]
        members = admit_many(
            actor=self.tree.an,
            entries=[
                Admission(branch=self.tree.units["p4-kp1"], particulars=Particulars(name=name, birth_year=2001))
                for name, _year in people
            ],
        )
        holders = [{"method": "ticket", "ticket": code} for code in codes]
        holders += [{"method": "card", "member": str(member.pk)} for member in members]
        holders += [
            {"method": "walk-in", "walk_in": {"link": new_link()}} for _visitor in range(visitors - len(holders))
        ]
        self.pick.shuffle(holders)
        return holders

    def record(self, holder: dict[str, Any], minute: float, gate: str) -> dict[str, str]:
        """Return a record of one sighting."""
        seen_at = datetime.combine(TODAY, day_time(7), _ZONE) + timedelta(minutes=minute)
        body = {
            "event": str(self.event.pk), "gate": gate, "seen_at": seen_at.isoformat(), "direction": "in",
            "ticket": None, "member": None, "walk_in": None, "undone": False,
        } | holder  # fmt: skip
        head = {"kind": "events.check-in", "version": 1, "unit": str(self.ward.pk), "base": None}
        payload = json.dumps(head | {"made_at": seen_at.isoformat(), "body": body}, ensure_ascii=False)
        return {"id": str(self.uuid7()), "hash": hashlib.sha256(payload.encode()).hexdigest(), "payload": payload}

    def batches(self) -> list[tuple[int, str]]:
        """Return phone and request of every batch, in the order in which they arrive."""
        kept: list[list[dict[str, str]]] = [[] for _phone in range(PHONES)]
        for number, holder in enumerate(self.holders):
            minute = 180 * number / len(self.holders)
            seen = [self.pick.randrange(PHONES)]
            if self.pick.random() < DUPLICATES:
                seen.append((seen[0] + 1 + self.pick.randrange(PHONES - 1)) % PHONES)
            for phone in seen:
                kept[phone].append(self.record(holder, minute + self.pick.random(), f"Cổng {phone}"))
        queues = [[records[start : start + BATCH] for start in range(0, len(records), BATCH)] for records in kept]
        # The last phones have no network for the first half of the others' batches, then send all they kept.
        online, offline = queues[:-OFFLINE], queues[-OFFLINE:]
        turns = [(phone, batch) for turn in range(max(map(len, online))) for phone, batch in _turn(online, turn)]
        late = [
            (PHONES - OFFLINE + phone, batch)
            for turn in range(max(map(len, offline)))
            for phone, batch in _turn(offline, turn)
        ]
        half = len(turns) // 2
        mixed = [entry for pair in zip(turns[half:], late, strict=False) for entry in pair]
        rest = turns[half + len(late) :] + late[len(turns) - half :]
        requests = [*turns[:half], *mixed, *rest]
        return [
            (phone, json.dumps({"sent_at": datetime.now(_ZONE).isoformat(), "records": batch}))
            for phone, batch in requests
        ]

    def send(self, phone: int, request: str) -> float:
        """Send one batch; return its CPU seconds."""
        began = time.process_time()
        answer = self.client.post(
            "/api/v1/sync",
            request,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.tokens[phone]}"},
        )
        spent = time.process_time() - began
        reply = answer.json()
        wrong = [ack for ack in reply["acks"] if ack["state"] != "applied"]
        if answer.status_code != 200 or wrong or reply["again"]:
            raise SystemExit(f"The server answered {answer.status_code}: {(wrong or [reply])[0]}")
        return spent


def _turn(queues: list[list[Any]], turn: int) -> list[tuple[int, Any]]:
    return [(phone, batches[turn]) for phone, batches in enumerate(queues) if turn < len(batches)]


class _Bare:
    """Bare Django without checks: the same requests read from JSON, each sighting one row with its columns and its text,
    written by `bulk_create` in one transaction.
    """

    def __init__(self) -> None:
        from django.db import connection, models

        class BareSighting(models.Model):
            """A sighting as a first draft would store it."""

            id = models.UUIDField(primary_key=True)
            unit = models.UUIDField(db_index=True)
            event = models.UUIDField(db_index=True)
            ticket = models.CharField(max_length=24, db_index=True)
            member = models.UUIDField(null=True, db_index=True)
            link = models.CharField(max_length=30)
            gate = models.CharField(max_length=60)
            direction = models.CharField(max_length=3)
            method = models.CharField(max_length=7)
            seen_at = models.DateTimeField()
            payload = models.TextField()
            received_at = models.DateTimeField(auto_now_add=True)

            class Meta:
                app_label = "bench"

        with connection.schema_editor() as editor:
            editor.create_model(BareSighting)
        self._model: Any = BareSighting

    def send(self, request: str) -> float:
        """Store one batch; return its CPU seconds."""
        from django.db import transaction

        began = time.process_time()
        rows = []
        for entry in json.loads(request)["records"]:
            payload = json.loads(entry["payload"])
            body = payload["body"]
            rows.append(
                self._model(
                    id=entry["id"], unit=payload["unit"], event=body["event"], ticket=body["ticket"] or "",
                    member=body["member"], link=(body["walk_in"] or {}).get("link", ""), gate=body["gate"],
                    direction=body["direction"], method=body["method"], seen_at=body["seen_at"],
                    payload=entry["payload"],
                )
            )  # fmt: skip
        with transaction.atomic():
            self._model.objects.bulk_create(rows)
        return time.process_time() - began


def _measured(check_ins: int) -> list[dict[str, Any]]:
    visitors = round(check_ins / (1 + DUPLICATES))
    gates = Gates(visitors)
    from doanso.events.models import Attendance, CheckIn
    from doanso.events.queries.attendance import confirmed_numbers
    from doanso.lib.garbage_collection import collect_rarely

    # The web server does the same.
    collect_rarely()
    requests = gates.batches()
    by_hand = _Bare()
    # Alternating, because the machine's own speed changes within seconds.
    sizes = [len(json.loads(request)["records"]) for _phone, request in requests]
    pairs = [(gates.send(phone, request), by_hand.send(request)) for phone, request in requests]
    spent, bare = (middle([pair[side] / size for pair, size in zip(pairs, sizes, strict=True)]) for side in (0, 1))
    again = middle([gates.send(*entry) / size for entry, size in zip(requests[:10], sizes, strict=False)])
    came = Attendance.objects.filter(event=gates.event, first_seen_at__isnull=False).count()
    numbers = confirmed_numbers(gates.event)
    sent = sum(sizes)
    stored = CheckIn.objects.filter(attendance__event=gates.event).count()
    return [
        figure("cpu_per_check_in", spent * 1000, "ms"),
        figure("against_bare_django", spent / bare, "times", target=9),
        figure("bare_django_per_row", bare * 1000, "ms"),
        figure("cpu_per_check_in_sent_again", again * 1000, "ms"),
        figure("check_ins", sent, "records"),
        figure("visitors", visitors, "people"),
        figure("lost", visitors - came + sent - stored, "records", target=0),
        figure("doubled", came - len(set(numbers)) + max(came - visitors, 0), "people", target=0),
    ]


def measure(check_ins: int) -> Iterator[dict[str, Any]]:
    """Yield all figures, measured in a process of its own with an empty data folder."""
    yield from measure_apart("bench.checkin", check_ins, "measured")


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_CHECK_INS
    if len(sys.argv) > 2:
        print(json.dumps(_measured(size)))
    else:
        for entry in measure(size):
            print(json.dumps({"bench": "checkin", **entry}, ensure_ascii=False), flush=True)
