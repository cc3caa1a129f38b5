"""Measure the reception of visits from phones with everything on: the API, permission, matching, consent, the pair's card, the
receipt, history, figures, the stored bytes, acknowledgements.

Batches of a hundred visits, each with one named person helped with two services, in one book that counts them; the statements
of a batch; bare Django storing as many rows in the same run; and the same after a million visits are stored in all tables the
action writes, alternating with few. Application and database together: on SQLite this process's own CPU time, on PostgreSQL
with that of the server's process of its connection; the time of the server's other processes is a figure of its own. `python -m
bench.sync [VISITS] [STORED]`.
"""

import hashlib
import json
import os
import random
import shutil
import socket
import struct
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.measuring import figure, measure_apart, middle, small_installation
from bench.names import somebody

DEFAULT_SIZES = (3_000, 1_000_000)
QUICK_SIZES = (400, 4_000)
BATCH = 100
FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)
TODAY = date(2023, 11, 12)


class WardWithPhone:
    """Ward 4 with a team of two, doors of a drive, and a phone in service."""

    def __init__(self) -> None:
        self.tree = tree = small_installation(TODAY)
        from django.test import Client

        from doanso.adoption.models import AdoptionStage, Service
        from doanso.ledger.actions import MeasurePlan, open_book
        from doanso.ledger.models import MeasureKind
        from doanso.lib import clock, vietnamese
        from doanso.lib.uuid7 import uuid7
        from doanso.outreach import card_keys
        from doanso.outreach.models import Card, Drive, Team, Teammate
        from doanso.sync.actions import register_device
        from doanso.units.models import Neighbourhood

        self.uuid7 = uuid7
        self.ward = tree.units["p4"]
        for place, code in enumerate(("portal", "payment"), start=1):
            service = Service.objects.create(code=code, name=code, short_name=code, icon="id", position=place)
            for level, stage in enumerate(("none", "active")):
                AdoptionStage.objects.create(service=service, code=stage, level=level, name=stage)
        measures = [
            MeasurePlan("portal-residents", "support.people", "portal", level=1),
            MeasurePlan("payment-residents", "support.people", "payment", level=1),
            MeasurePlan("visits", "outreach.visits", kind=MeasureKind.TIMES),
            MeasurePlan("pairs", "outreach.pair-visits", kind=MeasureKind.TIMES),
        ]
        self.book = open_book(
            code="bench", root=tree.units["my-tho"], first_day=FIRST, last_day=LAST, measures=measures
        )
        self.neighbourhood = Neighbourhood.objects.create(unit=self.ward, name="Khu phố 1", since=date(2020, 1, 1))
        team = Team.objects.create(unit=self.ward, name="Tổ 1", since=FIRST)

        def mate(name: str, kind: str, body: str, user: Any = None) -> Any:
            return Teammate.objects.create(
                team=team, unit=self.ward, name=name, sort_key=vietnamese.sort_key(name), kind=kind, body=body,
                user=user, since=FIRST,
            )  # fmt: skip

        self.team = team
        self.first = mate("Bùi Thị Lan", "youth", "youth-union", tree.lan)
        self.second = mate("Trần Văn Út", "official", "neighbourhood")
        card = Card(teammate=self.second, since=FIRST, until=LAST, issued_at=clock.now(), issued_by=tree.an)
        card_keys.put_new_keys(card)
        card.save(force_insert=True)
        self.card = card_keys.keys_of(card).secret
        self.drive = Drive.objects.create(
            unit=self.ward, name="Đợt 1", since=FIRST, until=LAST, goal=100, made_at=clock.now(), made_by=tree.an
        )
        done = register_device(actor=tree.lan, device_id=uuid7(), name="Máy của Lan")
        self.device, self.token = done.device, done.token
        self.client = Client(headers={"host": "localhost"})
        self.pick = random.Random(2023)
        self.doors = 0

    def make_doors(self, count: int) -> list[Any]:
        """Return new doors along streets of the ward, in the drive."""
        from doanso.lib import database
        from doanso.outreach.models import Door
        from doanso.people.actions import DoorInput, match_or_create_households
        from doanso.people.models import Household

        written = []
        for start in range(0, count, 500):
            numbers = range(self.doors + start, self.doors + min(start + 500, count))
            doors = [DoorInput(str(n % 400 + 1), f"Đường số {n // 400}", self.neighbourhood.pk) for n in numbers]
            homes = [match.household_id for match in match_or_create_households(unit_id=self.ward.pk, inputs=doors)]
            keys = dict(Household.objects.filter(pk__in=homes).values_list("pk", "walk_key"))
            doors = [
                Door(
                    drive_id=self.drive.pk, unit_id=self.ward.pk, household_id=home,
                    neighbourhood_id=self.neighbourhood.pk, walk_key=keys[home],
                )
                for home in homes
            ]  # fmt: skip
            database.insert_objects(doors)
            written += [(door.pk, door.household_id) for door in doors]
        self.doors += count
        return written

    def visit_record(self, door: UUID, home: UUID, number: int) -> dict[str, str]:
        """Return a record of one visit to an unknown person."""
        pick, key = self.pick, lambda: str(self.uuid7())
        name, year = somebody(pick)
        helps = [
            {"id": key(), "service": code, "kind": "guide", "before": "none", "after": "active", "obstacle": ""}
            for code in ("portal", "payment")
        ]
        person = {"contact": None, "name": name, "birth_year": year, "gender": ""}
        person |= {"phone": f"09{number * 7 % 10**8:08}", "guardian": ""}
        body = {
            "drive": str(self.drive.pk), "door": str(door),
            "household": {"id": str(home), "new": False, "number": "", "street": "", "neighbourhood": None},
            "business": None, "happened_on": str(TODAY - timedelta(days=number // BATCH % 200)),
            "began_at": "2023-11-12T08:12:00+07:00", "ended_at": "2023-11-12T08:19:30+07:00",
            "outcome": "helped", "follow_up_on": None, "in_area": True,
            "pair": {
                "team": str(self.team.pk), "first": {"teammate": str(self.first.pk), "how": "sign-in"},
                "second": {
                    "teammate": str(self.second.pk), "name": "", "kind": "official", "how": "card", "proof": self.card
                },
            },
            "people": [
                {
                    "person": person, "business": False,
                    "consent": {"purposes": ["support", "recheck"], "text": "2023-09", "channel": "voice"},
                    "receipt": self._receipt(), "helps": helps,
                }
            ],
        }  # fmt: skip
        head = {"kind": "outreach.visit", "version": 1, "unit": str(self.ward.pk), "base": None}
        payload = json.dumps(head | {"made_at": "2023-11-12T08:20:00+07:00", "body": body}, ensure_ascii=False)
        return {"id": key(), "hash": hashlib.sha256(payload.encode()).hexdigest(), "payload": payload}

    def _receipt(self) -> dict[str, str]:
        from doanso.lib.access_codes import new_code, new_dated_link

        key = self.uuid7()
        return {"id": str(key), "link": new_dated_link(key), "code": new_code()}

    def batches(self, visits: int) -> list[str]:
        """Return requests of a hundred visits each, ready to send."""
        doors = self.make_doors(visits)
        first = self.doors - visits
        records = [self.visit_record(*door, first + index) for index, door in enumerate(doors)]
        return [
            json.dumps({"sent_at": "2023-11-12T08:30:00+07:00", "records": records[start : start + BATCH]})
            for start in range(0, visits, BATCH)
        ]

    def send(self, request: str) -> float:
        """Send one batch; return its CPU seconds."""
        began = _spent()
        answer = self.client.post(
            "/api/v1/sync", request, content_type="application/json", headers={"Authorization": f"Bearer {self.token}"}
        )
        spent = _spent() - began
        reply = answer.json()
        wrong = [ack for ack in reply["acks"] if ack["state"] != "applied"]
        if answer.status_code != 200 or wrong or reply["again"]:
            raise SystemExit(f"The server answered {answer.status_code}: {(wrong or [reply])[0]}")
        return spent


def _spent() -> float:
    """Return the CPU seconds of this process and of the server's process of its connection."""
    return time.process_time() + (_cpu(_behind()) if _has_server() else 0)


def _has_server() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


def _behind() -> int:
    """Return the id of the server's process of the connection."""
    from django.db import connection

    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def _cpu(process: int) -> float:
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def _spent_beside() -> float:
    """Return the CPU seconds of all other processes of the server, running and ended; 0 on SQLite."""
    if not _has_server():
        return 0
    behind = _behind()
    server = int(_stat(behind)[1])
    children = [int(child) for child in Path(f"/proc/{server}/task/{server}/children").read_text().split()]
    beside = [child for child in children if b"[local]" not in Path(f"/proc/{child}/cmdline").read_bytes()]
    ended = sum(map(int, _stat(server)[13:15])) / os.sysconf("SC_CLK_TCK")
    return ended + sum(_cpu(child) for child in beside)


def _stat(process: int) -> list[str]:
    """Return the kernel's figures of a process, from its state on."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


class _Bare:
    """Bare Django without checks or matching: the same requests read from JSON, and each visit one row with its columns and its
    text, written by `bulk_create` in one transaction.
    """

    def __init__(self) -> None:
        from django.db import connection, models

        class Row(models.Model):
            """A visit as a first draft would store it."""

            id = models.UUIDField(primary_key=True)
            unit = models.UUIDField(db_index=True)
            door = models.UUIDField(null=True)
            household = models.UUIDField(db_index=True)
            day = models.DateField()
            began_at = models.DateTimeField()
            ended_at = models.DateTimeField()
            outcome = models.CharField(max_length=20)
            person = models.JSONField()
            consent = models.JSONField()
            helps = models.JSONField()
            payload = models.TextField()
            received_at = models.DateTimeField(auto_now_add=True)

            class Meta:
                app_label = "bench"

        with connection.schema_editor() as editor:
            editor.create_model(Row)
        self._model: Any = Row

    def send(self, request: str) -> float:
        """Store one batch; return its CPU seconds."""
        from django.db import transaction

        began = _spent()
        rows = []
        for entry in json.loads(request)["records"]:
            payload = json.loads(entry["payload"])
            body = payload["body"]
            [guest] = body["people"]
            rows.append(
                self._model(
                    id=entry["id"], unit=payload["unit"], door=body["door"], household=body["household"]["id"],
                    day=body["happened_on"], began_at=body["began_at"], ended_at=body["ended_at"],
                    outcome=body["outcome"], person=guest["person"], consent=guest["consent"], helps=guest["helps"],
                    payload=entry["payload"],
                )
            )  # fmt: skip
        with transaction.atomic():
            self._model.objects.bulk_create(rows)
        return _spent() - began


def _measured(visits: int, stored: int) -> list[dict[str, Any]]:
    ward_with_phone = WardWithPhone()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.grow_visits import grow
    from doanso.ledger.recount import recount
    from doanso.lib.garbage_collection import collect_rarely

    # The web server does the same.
    collect_rarely()
    # PostgreSQL's own milliseconds and locks have no limit: docs/decisions/0031.
    most_ms, most_statements = (None, None) if _has_server() else (0.7, 36)

    def statements(request: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            ward_with_phone.send(request)
        return sum(
            not query["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")) for query in caught
        )

    few_and_many = (
        json.loads(ward_with_phone.batches(BATCH + 20)[0])["records"],
        json.loads(ward_with_phone.batches(BATCH)[0]),
    )
    ward_with_phone.send(json.dumps(few_and_many[1] | {"records": few_and_many[0][:20]}))
    few = statements(json.dumps(few_and_many[1] | {"records": few_and_many[0][20:30]}))
    many = statements(json.dumps(few_and_many[1]))
    # The application's tables are now those of a new installation.
    begun = _copied() if stored else ""
    requests = ward_with_phone.batches(visits)
    beside = _spent_beside()
    by_hand = _Bare()
    # Alternating, because the machine's own speed changes within seconds.
    pairs = [(ward_with_phone.send(request) / BATCH, by_hand.send(request) / BATCH) for request in requests]
    spent, bare = (middle(list(some)) for some in zip(*pairs, strict=True))
    beside = (_spent_beside() - beside) / visits
    again = middle([ward_with_phone.send(request) / BATCH for request in requests[:10]])
    figures = [
        figure("cpu_per_visit", spent * 1000, "ms", target=most_ms),
        figure("against_bare_django", spent / bare, "times", target=9),
        figure("bare_django_per_row", bare * 1000, "ms"),
        figure("cpu_per_visit_sent_again", again * 1000, "ms"),
        figure("statements_of_a_batch_of_100", many, "statements", target=most_statements),
        figure("more_statements_for_100_than_for_10", many - few, "statements", target=0),
    ]
    if _has_server():
        figures.append(figure("cpu_per_visit_of_the_server_beside", beside * 1000, "ms"))
    if differences := list(recount()):
        raise SystemExit(f"The ledger is wrong: {differences[0]}")
    if begun:
        grow(stored)
        # Writes that the copies left pending belong to no visit.
        os.sync()
        few_stored, all_stored = _in_turn(ward_with_phone, visits, begun)
        figures.append(figure("cpu_per_visit_with_few_stored", few_stored * 1000, "ms"))
        figures.append(figure("cpu_per_visit_with_all_stored", all_stored * 1000, "ms"))
        figures.append(figure(f"with_{stored}_stored_against_few", all_stored / few_stored, "times", target=1.3))
    return figures


def _copied() -> str:
    """Copy the database as it is between two transactions; return the name of the copy."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if not _has_server():
        connection.close()
        return str(shutil.copy(name, Path(name).with_name("begun.sqlite3")))
    # A database is copied from another connection, while none uses it.
    connection.settings_dict["NAME"] = "template1"
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE begun TEMPLATE {name}")
    connection.settings_dict["NAME"] = name
    connection.close()
    return "begun"


def _in_turn(ward_with_phone: WardWithPhone, visits: int, begun: str) -> tuple[float, float]:
    """Return CPU seconds per visit with few and with all stored.

    Two processes send their batches alternately, one to each database: growing took half an hour, and within minutes the
    machine's own speed changes by more than what is measured.
    """
    from django.db import connection

    connection.close()
    parent_end, child_end = socket.socketpair()
    child = os.fork()
    if not child:
        parent_end.close()
        connection.settings_dict["NAME"] = begun
        for request in ward_with_phone.batches(visits):
            child_end.recv(1)
            child_end.send(struct.pack("d", ward_with_phone.send(request)))
        os._exit(0)
    # A child that breaks off closes both ends of the pipe, so the parent does not wait for it.
    child_end.close()
    few, many = [], []
    for request in ward_with_phone.batches(visits):
        many.append(ward_with_phone.send(request) / BATCH)
        parent_end.send(b".")
        few.append(struct.unpack("d", parent_end.recv(8))[0] / BATCH)
    os.waitpid(child, 0)
    return middle(few), middle(many)


def measure(visits: int, stored: int) -> Iterator[dict[str, Any]]:
    """Yield all figures; those of PostgreSQL are left out, with a message, where no server is available."""
    from tools import postgres

    yield from _in_own_process(visits, stored, "")
    try:
        with postgres.server(durable=True) as url:
            # The database that every fresh server has.
            for entry in _in_own_process(visits, stored, url.replace("/doanso?", "/postgres?")):
                yield {**entry, "metric": f"postgresql_{entry['metric']}"}
    except postgres.Unavailable as problem:
        print(f"Left out: PostgreSQL ({problem})", file=sys.stderr)


def _in_own_process(visits: int, stored: int, url: str) -> list[dict[str, Any]]:
    return measure_apart("bench.sync", visits, stored, "measured", url=url)


if __name__ == "__main__":
    sizes = [int(word) for word in sys.argv[1:3]] or list(DEFAULT_SIZES)
    if len(sys.argv) > 3:
        print(json.dumps(_measured(*sizes)))
    else:
        for line in measure(*sizes):
            print(json.dumps({"bench": "sync", **line}, ensure_ascii=False), flush=True)
