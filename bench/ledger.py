"""Measure the ledger: members and states in bulk, single actions by 1 and 8 writers under one city, rollup, closing, recount.

Bulk and rollup run on SQLite, where all the work is this process's own CPU time. Writers run on PostgreSQL (an embedded one of
its own): each action is a transaction of its own, and all of them lead to the same city, so a row that writers wait for would
reduce the rate to a third with 8 of them. `python -m bench.ledger [MEMBERS]`.
"""

import json
import multiprocessing
import os
import random
import sys
import time
from datetime import date
from typing import Any
from uuid import UUID

from bench.measuring import measure_apart

DEFAULT_MEMBERS = 10_000
QUICK_MEMBERS = 2_000
STEP = 500
ACTIONS = 400
SERVICES = ("vneid", "portal", "payment", "tiengiangs")
FIRST, LAST, DAY = date(2023, 1, 1), date(2023, 12, 31), date(2023, 3, 1)


def _setup() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "doanso.settings"
    import django

    django.setup()


def _prepare() -> None:
    """Create the small tree of the tests and a book with a member share per service."""
    from django.core.management import call_command

    from doanso.ledger.actions import MeasurePlan, open_book
    from doanso.testing import grow_tree

    call_command("migrate", verbosity=0)
    tree = grow_tree()
    measures = [MeasurePlan("members", "members.active", least_grade=0)]
    for service in SERVICES:
        measures.append(MeasurePlan(service, "adoption.state", service, 2))
        measures.append(MeasurePlan(f"exempt-{service}", "members.exempt", service, least_grade=0))
    open_book(code="bench", root=tree.units["my-tho"], first_day=FIRST, last_day=LAST, measures=measures)


def _branches() -> list[UUID]:
    from doanso.units.models import Unit, UnitKind

    return list(Unit.objects.filter(kind=UnitKind.BRANCH).values_list("id", flat=True))


def _place(people: list[UUID]) -> None:
    from django.db import transaction

    from doanso.ledger.actions import count_many
    from doanso.ledger.inputs import FactInput
    from doanso.lib.uuid7 import uuid7

    branches = _branches()
    for start in range(0, len(people), STEP):
        counted = [
            FactInput(
                "members.active", uuid7(), person, date(2022, 1, 1), DAY, 1, unit_id=branches[place % len(branches)]
            )
            for place, person in enumerate(people[start : start + STEP])
        ]
        with transaction.atomic():
            count_many(counted)


def _use(people: list[UUID], service: str) -> None:
    from django.db import transaction

    from doanso.ledger.actions import count_many

    for start in range(0, len(people), STEP):
        with transaction.atomic():
            count_many([_state(person, service) for person in people[start : start + STEP]])


def _state(person: UUID, service: str, day: date = DAY) -> Any:
    from doanso.ledger.inputs import FactInput
    from doanso.lib.uuid7 import uuid7

    return FactInput("adoption.state", uuid7(), person, day, day, 1, topic=service, level=2)


def _bulk(members: int) -> list[dict[str, Any]]:
    """Measure on SQLite the CPU per member, per state, per rolled-up row and per recounted subject."""
    _setup()
    from doanso.ledger.actions import count, fold
    from doanso.ledger.models import Queue
    from doanso.ledger.recount import entries_against_facts, totals_against_entries
    from doanso.lib.uuid7 import uuid7

    _prepare()
    people = [uuid7() for _ in range(members)]
    times: dict[str, float] = {}

    def timed(name: str, action: Any, number: int) -> None:
        began = time.process_time()
        action()
        times[name] = (time.process_time() - began) / number

    def fold_all() -> None:
        while fold():
            pass

    timed("member", lambda: _place(people), members)
    timed("state", lambda: _use(people, SERVICES[0]), members)

    def one_by_one() -> None:
        for number, person in enumerate(people[:STEP]):
            count(_state(person, SERVICES[1], date(2023, 1 + number % 10, 1 + number % 28)))

    # One queue row per action on many days and branches, the costliest to roll up; the totals so far are rolled up before.
    fold_all()
    timed("action", one_by_one, STEP)
    waiting = Queue.objects.count()
    timed("fold", fold_all, waiting)
    differences: list[Any] = []
    timed("recount", lambda: differences.extend([*totals_against_entries(), *entries_against_facts()]), members)
    if differences:
        raise SystemExit(f"The ledger is wrong: {differences[0]}")
    return [
        _figure("cpu_per_new_member", times["member"] * 1000, "ms", target=0.12),
        _figure("cpu_per_state_in_bulk", times["state"] * 1000, "ms", target=0.15),
        _figure("cpu_per_action_by_itself", times["action"] * 1000, "ms", target=6),
        _figure("cpu_per_folded_row", times["fold"] * 1_000_000, "µs", target=50),
        _figure("cpu_per_subject_recounted", times["recount"] * 1000, "ms", target=1),
    ]


def _figure(metric: str, value: float, unit: str, *, target: float, reference: float | None = None) -> dict[str, Any]:
    """Return a figure. A cost must not exceed its target; a rate is judged by its ratio to the reference."""
    figure: dict[str, Any] = {"metric": metric, "value": round(value, 3), "unit": unit}
    judged = value
    if reference is not None:
        judged = value / reference
        figure |= {"reference": round(reference, 3), "ratio": round(judged, 2)}
    ok = judged <= target if reference is None else judged >= target
    return figure | {"target": target, "ok": ok}


# --- Closing ----------------------------------------------------------------------------------------------------------

BRANCHES = 100


def _closing(members: int) -> list[dict[str, Any]]:
    """Measure on SQLite the CPU of a city's closing over a hundred branches with five entries per member, and of its recount."""
    _setup()
    from doanso.ledger.actions import close_period, complete_snapshot, fold
    from doanso.ledger.models import Book, SnapshotEntries
    from doanso.ledger.snapshot_recount import deviations
    from doanso.lib.uuid7 import uuid7
    from doanso.units.actions import Journal, found_unit
    from doanso.units.models import Unit

    _prepare()
    ward = Unit.objects.get(code="p4")
    for number in range(BRANCHES):
        found_unit(
            journal=Journal(), code=f"b{number}", kind="branch", name=f"Chi đoàn {number}", short_name=f"{number}",
            parent=ward, since=date(2020, 1, 1),
        )  # fmt: skip
    people = [uuid7() for _ in range(members)]
    _place(people)
    for service in SERVICES:
        _use(people, service)
    while fold():
        pass
    book, city = Book.objects.get(), Unit.objects.get(code="my-tho")
    began = time.process_time()
    snapshot = close_period(book_id=book.pk, unit=city, last_day=date(2023, 3, 31))
    switched = time.process_time()
    complete_snapshot(snapshot)
    sealed = time.process_time()
    if list(deviations(snapshot)):
        raise SystemExit("The closed figures can't be reproduced.")
    recounted = time.process_time()
    entries = sum(SnapshotEntries.objects.values_list("count", flat=True))
    share = 50_000 / entries
    return [
        _figure("cpu_of_closing_behind_the_gate", switched - began, "s", target=1),
        _figure("cpu_of_closing_50000_entries", (sealed - began) * share, "s", target=3),
        _figure("cpu_of_recounting_50000_frozen_entries", (recounted - sealed) * share, "s", target=5),
    ]


# --- Writers ----------------------------------------------------------------------------------------------------------


def _write(seed: int, actions: int, people: list[UUID], gate: Any) -> None:
    """Run one writer: one state per transaction."""
    _setup()
    from django.db import connection

    from doanso.ledger.actions import count

    pick = random.Random(seed)
    connection.ensure_connection()
    gate.wait()
    for _ in range(actions):
        count(_state(pick.choice(people), pick.choice(SERVICES), date(2023, pick.randrange(1, 11), 1)))
    gate.wait()


def _rate(writers: int, actions: int, people: list[UUID]) -> float:
    """Return the actions per second of all writers together."""
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(writers + 1)
    started = [spawn.Process(target=_write, args=(seed, actions // writers, people, gate)) for seed in range(writers)]
    for process in started:
        process.start()
    gate.wait()
    began = time.monotonic()
    gate.wait()
    seconds = time.monotonic() - began
    for process in started:
        process.join()
    return actions // writers * writers / seconds


def _writers(members: int) -> list[dict[str, Any]]:
    """Measure on PostgreSQL 8 writers against 1."""
    _setup()
    from django.db import connection

    from doanso.ledger.recount import totals_against_entries
    from doanso.lib.uuid7 import uuid7

    _prepare()
    people = [uuid7() for _ in range(min(members, 2_000))]
    _place(people)
    connection.close()
    # Rounds alternate, because the machine has other load; the median of three counts.
    rounds = [(_rate(1, ACTIONS, people), _rate(8, ACTIONS, people)) for _ in range(3)]
    single_rate, eight = sorted(rounds, key=lambda pair: pair[1] / pair[0])[1]
    if list(totals_against_entries()):
        raise SystemExit("The ledger is wrong after the writers.")
    return [_figure("actions_per_second_8_writers", eight, "actions/s", target=0.7, reference=single_rate)]


def measure(members: int = DEFAULT_MEMBERS) -> list[dict[str, Any]]:
    """Return all figures; those of PostgreSQL are left out, with a message, where no server is available."""
    from tools import postgres

    figures = measure_apart("bench.ledger", members, "bulk") + measure_apart("bench.ledger", members, "closing")
    try:
        # Always a server of its own: the bench creates tables, and a given DATABASE_URL may be somebody's register.
        with postgres.server() as url:
            # The database that every fresh server has.
            figures += measure_apart("bench.ledger", members, "writers", url=url.replace("/doanso?", "/postgres?"))
    except postgres.Unavailable as problem:
        print(f"Left out: writers on PostgreSQL ({problem})", file=sys.stderr)
    return figures


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_MEMBERS
    if len(sys.argv) > 2:
        print(json.dumps({"bulk": _bulk, "closing": _closing, "writers": _writers}[sys.argv[2]](number)))
    else:
        for line in measure(number):
            print(json.dumps({"bench": "ledger", **line}, ensure_ascii=False))
