"""Processes on their own connections, doing actions of imaginary apps whose records stand in one shared table.

`python -m doanso.ledger.tests.crowd` reads a line of actions, does them, and answers "ok" or what went wrong.
"""

import json
import os
import subprocess
import sys
import traceback
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[3]
PEOPLE = [UUID(int=number) for number in range(1, 6)]
BRANCHES = ["p4-kp1", "p4-kp2", "p5-kp1"]
WARDS = ["p4", "p5"]
NOW = datetime(2023, 11, 12, tzinfo=UTC)
CREATE = "CREATE TABLE crowd_record (source char(32) PRIMARY KEY, family varchar(40) NOT NULL, body text NOT NULL)"
DROP = "DROP TABLE crowd_record"
_RAW_DAYS = {"since", "until", "arrived_on", "happened_on"}


class RolledBack(Exception):
    """The action changed its mind."""


def day(number: int) -> date:
    return date(2022, 12, 20) + timedelta(days=number)


class Shelf:
    """One family's records in the shared table."""

    subject_kind = "person"

    def __init__(self, name: str, kind: Any, raw: type) -> None:
        self.name, self.kind, self.raw, self.source_kind = name, kind, raw, f"crowd.{name}"

    def resolve(self, parameters: Any) -> Any:
        raise NotImplementedError

    def facts(self, *, after: UUID | None, limit: int) -> list[Any]:
        sql = "SELECT source, body FROM crowd_record WHERE family = %s AND source > %s ORDER BY source LIMIT %s"
        return [self._raw(*row) for row in _rows(sql, [self.name, after.hex if after else "", limit])]

    def take(self, number: int) -> Any | None:
        """One record, locked for this action; none when there is none, or another action took it away meanwhile."""
        source_ids = _rows("SELECT source FROM crowd_record WHERE family = %s ORDER BY source", [self.name])
        if not source_ids:
            return None
        rows = _rows(
            f"SELECT source, body FROM crowd_record WHERE source = %s{_lock()}", source_ids[number % len(source_ids)]
        )
        return self._raw(*rows[0]) if rows else None

    def of(self, person: int) -> list[Any]:
        """The records of one person, locked."""
        own = f'%"subject_ref": "{PEOPLE[person]}"%'
        sql = f"SELECT source, body FROM crowd_record WHERE family = %s AND body LIKE %s ORDER BY source{_lock()}"
        return [self._raw(*row) for row in _rows(sql, [self.name, own])]

    def keep(self, **body: Any) -> Any:
        from doanso.lib.uuid7 import uuid7

        source = uuid7()
        sql = "INSERT INTO crowd_record (source, family, body) VALUES (%s, %s, %s)"
        _run(sql, [source.hex, self.name, _text(body)])
        return self.raw(source_id=source, **body)

    def change(self, record: Any, **new: Any) -> Any:
        body = {name: value for name, value in record._asdict().items() if name != "source_id"} | new
        _run("UPDATE crowd_record SET body = %s WHERE source = %s", [_text(body), record.source_id.hex])
        return self.raw(source_id=record.source_id, **body)

    def lose(self, record: Any) -> None:
        _run("DELETE FROM crowd_record WHERE source = %s", [record.source_id.hex])

    def _raw(self, source: str, body: str) -> Any:
        fields = json.loads(body)
        for name, value in fields.items():
            if value is None:
                continue
            if name in _RAW_DAYS:
                fields[name] = date.fromisoformat(value)
            elif name in {"subject_ref", "unit_id"}:
                fields[name] = UUID(value)
            elif name == "recorded_at":
                fields[name] = datetime.fromisoformat(value)
        return self.raw(source_id=UUID(source), **fields)


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, default=lambda value: value.isoformat() if hasattr(value, "isoformat") else str(value))


def _lock() -> str:
    from django.db import connection

    return " FOR UPDATE" if connection.vendor == "postgresql" else ""


def _rows(sql: str, parameters: Any) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _run(sql: str, parameters: Any = ()) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def shelves() -> dict[str, Shelf]:
    """The families of the crowd, by name."""
    from doanso.ledger.models import MeasureKind
    from doanso.ledger.ports import RawFact, RawPlacement, RawSuspension

    shelves_by_order = [
        Shelf("members.active", MeasureKind.STATE, RawPlacement),
        Shelf("members.exempt", MeasureKind.STATE, RawSuspension),
        Shelf("test.state", MeasureKind.STATE, RawFact),
        Shelf("test.times", MeasureKind.TIMES, RawFact),
        Shelf("test.helped", MeasureKind.HELPED, RawFact),
    ]
    return {shelf.name: shelf for shelf in shelves_by_order}


class Worker:
    """Does actions; each is one transaction of an owner's record and what it counts."""

    def __init__(self) -> None:
        from doanso.units.models import Unit

        self.shelves = shelves()
        self.units = dict(Unit.objects.values_list("code", "id"))

    def do(self, name: str, *words: Any, fails: bool = False) -> None:
        from django.db import transaction

        if name in {"fold", "look", "see"}:
            getattr(self, f"_{name}")(*words)
            return
        try:
            with transaction.atomic():
                getattr(self, f"_{name}")(*words)
                if fails:
                    raise RolledBack
        except RolledBack:
            pass

    def _count(self, *records: tuple[str, Any]) -> None:
        from doanso.ledger.actions import FactInput, count_many

        counted = []
        for family, raw in records:
            if family == "members.active":
                days = (raw.since, raw.arrived_on, 1)
                counted.append(FactInput(family, raw.source_id, raw.subject_ref, *days, unit_id=raw.unit_id))
            else:
                days = (raw.happened_on, raw.arrived_on, raw.grade)
                where = {"topic": raw.topic, "level": raw.level, "unit_id": raw.unit_id, "amount": raw.amount}
                counted.append(FactInput(family, raw.source_id, raw.subject_ref, *days, **where))
        count_many(counted)

    def _stay(self, person: int, branch: int, since: int) -> Any:
        return self.shelves["members.active"].keep(
            subject_ref=PEOPLE[person],
            unit_id=self.units[BRANCHES[branch]],
            since=day(since),
            until=None,
            arrived_on=NOW.date(),
        )

    def _place(self, person: int, branch: int, since: int) -> None:
        self._count(("members.active", self._stay(person, branch, since)))

    def _state(self, people: list[int], on: int, level: int, grade: int) -> None:
        records = [
            self.shelves["test.state"].keep(
                subject_ref=PEOPLE[person],
                topic="vneid",
                level=level,
                unit_id=None,
                happened_on=day(on),
                arrived_on=day(on + 2),
                recorded_at=NOW,
                grade=grade,
            )
            for person in people
        ]
        self._count(*(("test.state", record) for record in records))

    def _visit(self, people: list[int], branch: int, on: int, grade: int) -> None:
        records = [
            self.shelves["test.times"].keep(
                subject_ref=PEOPLE[person],
                topic="visit",
                level=0,
                unit_id=self.units[BRANCHES[branch]],
                happened_on=day(on),
                arrived_on=day(on - 1),
                recorded_at=NOW,
                grade=grade,
                amount=1 + on % 3 * 40,
            )
            for person in people
        ]
        self._count(*(("test.times", record) for record in records))

    def _help(self, people: list[int], branch: int, on: int, grade: int) -> None:
        records = [
            self.shelves["test.helped"].keep(
                subject_ref=PEOPLE[person],
                topic="portal",
                level=0,
                unit_id=self.units[BRANCHES[branch]],
                happened_on=day(on),
                arrived_on=day(on + 1),
                recorded_at=NOW,
                grade=grade,
                refused=False,
            )
            for person in people
        ]
        self._count(*(("test.helped", record) for record in records))

    def _dispute(self, number: int, refused: bool) -> None:
        from doanso.ledger.actions import set_refused

        record = self.shelves["test.helped"].take(number)
        if record is not None:
            self.shelves["test.helped"].change(record, refused=refused)
            set_refused(family="test.helped", source_ids=[record.source_id], refused=refused)

    def _merge(self, gone: int, kept: int) -> None:
        """Two people are one, where they can be."""
        from doanso.ledger.actions import merge_subjects
        from doanso.lib.problems import Refused

        with suppress(Refused, ValueError):
            merge_subjects(kind="person", merged_ref=PEOPLE[gone], kept_ref=PEOPLE[kept])

    def _unmerge(self, gone: int) -> None:
        from doanso.ledger.actions import UnknownSource, unmerge_subject

        with suppress(UnknownSource):
            unmerge_subject(kind="person", merged_ref=PEOPLE[gone])

    def _forget(self, person: int) -> None:
        """Whoever never was a member is erased by every owner."""
        from doanso.ledger.actions import forget_subjects

        if any(self.shelves[name].of(person) for name in ("members.active", "members.exempt")):
            return
        for shelf in self.shelves.values():
            for record in shelf.of(person):
                shelf.change(record, subject_ref=None)
        forget_subjects(kind="person", refs=[PEOPLE[person]])

    def _move(self, number: int, branch: int | None, on: int) -> None:
        from doanso.ledger.actions import FactInput, move_subject

        shelf = self.shelves["members.active"]
        old = shelf.take(number)
        if old is None or old.subject_ref is None:
            # None there, or of somebody who became a member just as another process erased them.
            return
        ends = max(day(on), old.since)
        shelf.change(old, until=ends)
        to = None
        if branch is not None:
            new = self._stay(PEOPLE.index(old.subject_ref), branch, on)
            new = shelf.change(new, since=ends)
            to = FactInput(
                shelf.name, new.source_id, new.subject_ref, new.since, new.arrived_on, 1, unit_id=new.unit_id
            )
        move_subject(source_id=old.source_id, on=ends, to=to)

    def _suspend(self, person: int, since: int, length: int | None, code: str) -> None:
        from doanso.ledger.actions import suspend_subject

        shelf = self.shelves["members.exempt"]
        until = None if length is None else day(since + length)
        record = shelf.keep(subject_ref=PEOPLE[person], measure_code=code, since=day(since), until=until)
        suspend_subject(
            family=shelf.name,
            source_id=record.source_id,
            subject_ref=record.subject_ref,
            measure_code=code,
            since=record.since,
            until=until,
        )

    def _resume(self, number: int, until: int) -> None:
        from doanso.ledger.actions import resume_subject

        shelf = self.shelves["members.exempt"]
        record = shelf.take(number)
        if record is not None:
            record = shelf.change(record, until=max(day(until), record.since))
            resume_subject(source_id=record.source_id, until=record.until)

    def _back(self, family: str, number: int) -> None:
        from doanso.ledger.actions import take_back

        record = self.shelves[family].take(number)
        if record is not None:
            self.shelves[family].lose(record)
            take_back(family=family, source_id=record.source_id)

    def _regrade(self, family: str, number: int, grade: int) -> None:
        from doanso.ledger.actions import set_grade

        record = self.shelves[family].take(number)
        if record is not None:
            self.shelves[family].change(record, grade=grade)
            set_grade(family=family, source_id=record.source_id, grade=grade)

    def _fold(self, page: int) -> None:
        from doanso.ledger.actions import fold

        fold(page=page)

    def _relink(self, branch: int, ward: int, on: int) -> None:
        """The branch goes under another ward, from that day on or from that of its last move."""
        from django.db import transaction

        from doanso.ledger.actions import block_counting, move_units
        from doanso.lib.problems import Refused
        from doanso.units.actions import Journal, relink
        from doanso.units.models import Unit, UnitLink

        block_counting()
        unit = Unit.objects.get(pk=self.units[BRANCHES[branch]])
        parent = Unit.objects.get(pk=self.units[WARDS[ward]])
        link = UnitLink.objects.get(unit=unit, until=None)
        if link.parent_id != parent.pk:
            since = max(day(on), link.since)
            # A closed day keeps its tree.
            with suppress(Refused), transaction.atomic(), move_units(unit_ids=[unit.pk], since=since):
                relink(journal=Journal(), units=[unit], parent=parent, since=since)

    def _close(self, pick: int, on: int) -> None:
        """A branch, a ward or the city closes its days; whoever seals it may be another process."""
        from doanso.ledger.actions import close_period, complete_snapshots
        from doanso.ledger.models import Book
        from doanso.lib.problems import Refused
        from doanso.units.models import Unit

        codes = [*BRANCHES, *WARDS, "my-tho"]
        unit = Unit.objects.get(pk=self.units[codes[pick % len(codes)]])
        with suppress(Refused):
            close_period(book_id=Book.objects.get(code="nam-2023").pk, unit=unit, last_day=day(on))
        if pick % 2:
            complete_snapshots()

    def _look(self) -> None:
        """One statement sees one moment: branches and wards sum to the city, however many actions, folders and moves are
        under way."""
        from doanso.ledger.models import Book
        from doanso.ledger.queries import figures

        for book in Book.objects.all():
            counts = figures(book=book, unit_ids=list(self.units.values()), on=day(60))
            for code in {code for _unit, code in counts}:
                value = {unit: counts[key, code].grades for unit, key in self.units.items()}
                for below in (WARDS, BRANCHES):
                    summed = tuple(map(sum, zip(*(value[unit_code] for unit_code in below), strict=True)))
                    if book.code == "nam-2023" and summed != value["my-tho"]:
                        raise AssertionError(f"{code}: the city {value['my-tho']}, {below} {summed}")

    def _see(self, code: str, wanted: int) -> None:
        """The city's figure is this one, whatever is being folded."""
        from doanso.ledger.models import Book
        from doanso.ledger.queries import figures

        city = self.units["my-tho"]
        total = figures(book=Book.objects.get(code="nam-2023"), unit_ids=[city], on=day(60))[city, code].total
        if total != wanted:
            raise AssertionError(f"{code}: {total} instead of {wanted}")


class Crowd:
    """Several workers at once."""

    def __init__(self, number: int) -> None:
        from django.db import connection

        env = os.environ | {"CROWD_DATABASE": str(connection.settings_dict["NAME"])}
        self.workers = [
            subprocess.Popen(
                [sys.executable, "-m", __name__],
                env=env,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(number)
        ]

    def do(self, schedules: list[list[Any]]) -> None:
        """Hand each worker its actions at the same moment and wait until all are done."""
        for worker, actions_of_worker in zip(self.workers, schedules, strict=True):
            worker.stdin.write(json.dumps(actions_of_worker) + "\n")
            worker.stdin.flush()
        answers = [json.loads(worker.stdout.readline() or '"the worker is gone"') for worker in self.workers]
        wrong = [answer for answer in answers if answer != "ok"]
        assert not wrong, "\n".join(wrong)

    def end(self) -> None:
        for worker in self.workers:
            worker.stdin.close()
            worker.wait(30)
            worker.stdout.close()


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "doanso.settings_test"
    import django

    django.setup()
    from django.db import connection

    from doanso.ledger import ports

    connection.settings_dict["NAME"] = os.environ["CROWD_DATABASE"]
    ports.registered_families.clear()
    ports.registered_families.update(shelves())
    worker: Worker | None = None
    for line in sys.stdin:
        try:
            worker = worker or Worker()
            for action in json.loads(line):
                worker.do(*action["words"], fails=action.get("fails", False))
            answer = "ok"
        except Exception:  # noqa: BLE001 -- whatever it was, the test must see it
            answer = traceback.format_exc()
        print(json.dumps(answer), flush=True)
    connection.close()


if __name__ == "__main__":
    main()
