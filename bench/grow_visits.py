"""Add a million visits to every table that receiving one writes, over all units, so that the next one meets indexes of that
size.

The last real visit is the pattern: its rows are copied with their own keys, names, numbers and days, straight into the tables.
Only the received bytes are short, since nothing searches them.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, models, transaction

from bench.names import somebody

PAGE = 20_000
FIRST = date(2023, 1, 1)


def _hex(kind: int, number: int) -> str:
    """Return a key that is distinct per kind of row and rises with the number, as keys made by the clock do."""
    return f"{kind:02x}{number:014x}7000{kind:04x}{number % 2**32:08x}"


def _key(seed: str, number: int) -> str:
    return hashlib.sha256(f"{seed}{number}".encode()).hexdigest()


class _Copies:
    """Copies of one row of a table, with some columns computed anew for each number."""

    def __init__(self, model: type[models.Model], where: str, parameters: Sequence[Any]) -> None:
        columns = [field.column for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        self.table = model._meta.db_table
        self.columns = columns
        with connection.cursor() as cursor:
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {names} FROM "{self.table}" WHERE {where}', parameters)
            self.pattern = list(cursor.fetchone())

    def insert(self, numbers: range, change: Callable[[int], dict[str, Any]]) -> None:
        """Write the copies of these numbers."""
        names = ", ".join(f'"{column}"' for column in self.columns)
        positions = {name: place for place, name in enumerate(self.columns)}

        def rows() -> Iterator[list[Any]]:
            for number in numbers:
                row = list(self.pattern)
                for name, value in change(number).items():
                    row[positions[name]] = value
                yield row

        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{self.table}" ({names}) FROM STDIN') as copy:
                    for row in rows():
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f'INSERT INTO "{self.table}" ({names}) VALUES ({marks})', rows())


_UNGUARDED = {
    "sqlite": [
        "PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", "PRAGMA cache_size = -1500000"
    ],
    "postgresql": ["SET session_replication_role = replica", "SET synchronous_commit = off"],
}  # fmt: skip

_PERSON, _CONTACT, _HOME, _DOOR, _VISIT, _RECEIPT, _HELP, _CONSENT, _RECORD = range(0x10, 0x19)


def grow(stored: int) -> None:
    """Copy the last visit until this many are stored."""
    from django.db.models import Max

    from doanso.audit.models import AuditEvent
    from doanso.ledger.models import Entry, Fact, Subject
    from doanso.lib import database, vietnamese
    from doanso.outreach.models import Door, Visit, VisitSupportRecord
    from doanso.people.models import Consent, Contact, Household, Person
    from doanso.people.rules.names import near_key
    from doanso.support.models import Receipt, SupportRecord
    from doanso.sync.models import Record
    from doanso.units.models import Unit

    visit = Visit.objects.order_by("-pk")[0]
    helps = list(SupportRecord.objects.filter(visit_help__visit=visit).order_by("service_id"))
    contact, person = helps[0].contact_id.hex, helps[0].person_id.hex
    units = [key.hex for key in Unit.objects.exclude(kind="city").values_list("pk", flat=True)]
    subject = {row.kind: row.pk for row in Subject.objects.filter(ref__in=[visit.pk, helps[0].person_id])}
    base = (Subject.objects.aggregate(Max("id"))["id__max"] or 0) + 1_000
    pick = random.Random(7)

    def unit(number: int) -> str:
        return units[number % len(units)]

    def day(number: int) -> str:
        return str(FIRST + timedelta(days=number % 300))

    def contact_row(number: int) -> dict[str, Any]:
        name, year = somebody(pick)
        folded = vietnamese.fold(name)
        return {
            "id": _hex(_CONTACT, number), "person_id": _hex(_PERSON, number), "unit_id": unit(number), "folded": folded,
            "household_id": _hex(_HOME, number), "birth_year": year, "phone_lookup": _key("phone", number),
            "tail_lookup": _key("tail", number % 700_000)[:32], "near_key": near_key(folded, year),
            "door_key": _key("door", number)[:40],
        }  # fmt: skip

    plans: list[tuple[_Copies, Callable[[int], dict[str, Any]]]] = [
        (_Copies(Person, "id = %s", [person]), lambda n: {"id": _hex(_PERSON, n)}),
        (
            _Copies(Household, "id = %s", [visit.household_id.hex]),
            lambda n: {
                "id": _hex(_HOME, n), "unit_id": unit(n), "place_key": _key("place", n), "walk_key": _key("walk", n)[:40],
            },
        ),
        (_Copies(Contact, "id = %s", [contact]), contact_row),
        (
            _Copies(Door, "id = %s", [visit.door_id.hex]),
            lambda n: {
                "id": _hex(_DOOR, n), "unit_id": unit(n), "household_id": _hex(_HOME, n), "walk_key": _key("walk", n)[:40],
            },
        ),
        (
            _Copies(Receipt, "id = %s", [helps[0].receipt_id.hex]),
            lambda n: {
                "id": _hex(_RECEIPT, n), "unit_id": unit(n), "code_lookup": _key("code", n),
                "link_lookup": _hex(_RECEIPT, n)[:12] + _key("link", n)[12:],
            },
        ),
        (
            _Copies(Consent, "person_id = %s", [person]),
            lambda n: {"id": _hex(_CONSENT, n), "person_id": _hex(_PERSON, n), "unit_id": unit(n)},
        ),
        (
            _Copies(Visit, "id = %s", [visit.pk.hex]),
            lambda n: {
                "id": _hex(_VISIT, n), "counted_as": _hex(_VISIT, n), "unit_id": unit(n), "door_id": _hex(_DOOR, n),
                "household_id": _hex(_HOME, n), "happened_on": day(n),
            },
        ),
        (
            _Copies(Record, "record_id = %s", [visit.pk.hex]),
            lambda n: {
                "record_id": _hex(_VISIT, n), "content_hash": _key("record", n), "unit_id": unit(n), "payload_encrypted": b"x",
            },
        ),
        (
            _Copies(Subject, "id = %s", [subject["person"]]),
            lambda n: {"ref": _hex(_PERSON, n)},
        ),
        (_Copies(Subject, "id = %s", [subject["visit"]]), lambda n: {"ref": _hex(_VISIT, n)}),
        (_Copies(AuditEvent, "object_id = %s", [visit.pk.hex]), lambda n: {"object_id": _hex(_VISIT, n), "unit_id": unit(n)}),
    ]  # fmt: skip
    for index, support_record in enumerate(helps):
        plans += [
            (
                _Copies(SupportRecord, "id = %s", [support_record.pk.hex]),
                lambda n, index=index: {
                    "id": _hex(_HELP + index * 16, n), "unit_id": unit(n), "person_id": _hex(_PERSON, n),
                    "contact_id": _hex(_CONTACT, n), "receipt_id": _hex(_RECEIPT, n), "happened_on": day(n),
                },
            ),
            (
                _Copies(VisitSupportRecord, "support_record_id = %s", [support_record.pk.hex]),
                lambda n, index=index: {"support_record_id": _hex(_HELP + index * 16, n), "visit_id": _hex(_VISIT, n)},
            ),
            (
                _Copies(Fact, "source_id = %s", [support_record.pk.hex]),
                lambda n, index=index: {"source_id": _hex(_HELP + index * 16, n), "unit_id": unit(n), "subject_id": base + n},
            ),
            (
                _Copies(Entry, "source_id = %s", [support_record.pk.hex]),
                lambda n, index=index: {
                    "source_id": _hex(_HELP + index * 16, n), "unit_id": unit(n), "subject_id": base + n, "day": day(n),
                },
            ),
            (
                _Copies(AuditEvent, "object_id = %s", [support_record.pk.hex]),
                lambda n, index=index: {"object_id": _hex(_HELP + index * 16, n), "unit_id": unit(n)},
            ),
        ]  # fmt: skip
    for model in (Fact, Entry):
        plans.append(
            (
                _Copies(model, "source_id = %s", [visit.counted_as.hex]),
                lambda n: {"source_id": _hex(_VISIT, n), "unit_id": unit(n), "subject_id": base + n},
            )
        )
    # The copies are no real records: nothing of this database is kept, so foreign keys are not checked.
    with connection.cursor() as cursor:
        for setting in _UNGUARDED[connection.vendor]:
            cursor.execute(setting)
    for start in range(0, stored, PAGE):
        numbers = range(start, min(start + PAGE, stored))
        with transaction.atomic():
            for copies, change in plans:
                copies.insert(numbers, change)
    # The next connection has the usual settings again.
    connection.close()
    # The worker does this daily, and PostgreSQL by itself.
    database.learn_sizes()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
