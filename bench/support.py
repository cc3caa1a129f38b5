"""Measure support records with everything on: permission, matching, consent, receipt, history, figures.

Runs on SQLite, where all the work is this process's own CPU time: lots of a thousand records of unknown people, and then of the
same people on another day; the statements of a lot; and the cost of a page of the lists with a hundred thousand rows against a
thousand. `python -m bench.support [HELPS]`.
"""

import json
import random
import sys
import time
from datetime import date, timedelta
from typing import Any

from bench.measuring import figure, measure_apart, small_installation
from bench.names import somebody

DEFAULT_HELPS = 5_000
QUICK_HELPS = 2_000
LOT = 1_000
FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


def _prepare() -> Any:
    """Create the small tree of the tests, a service, and a book that counts people and times; return its ward's secretary."""
    tree = small_installation()
    from doanso.adoption.models import Service
    from doanso.ledger.actions import MeasurePlan, open_book

    Service.objects.create(code="portal", name="Cổng dịch vụ công", short_name="Cổng", icon="world", position=1)
    measures = [MeasurePlan("portal-residents", "support.people", "portal", level=1)]
    open_book(code="bench", root=tree.units["my-tho"], first_day=FIRST, last_day=LAST, measures=measures)
    return tree


def _entries(count: int) -> list[Any]:
    from doanso.people.actions import Particulars
    from doanso.support.actions import ConsentInput, Helper, SupportRecordInput

    pick = random.Random(2023)
    agreed = ConsentInput(("support", "recheck"), "paper", "2023-09")
    figures = []
    for number in range(count):
        name, year = somebody(pick)
        person = Particulars(
            name=name,
            birth_year=year,
            phone=f"09{number * 7 % 10**8:08}",
            address=f"{pick.randrange(1, 400)} Lê Lợi",
        )
        day = date(2023, 1, 2) + timedelta(days=number % 250)
        figures.append(
            SupportRecordInput(
                service="portal",
                happened_on=day,
                person=person,
                helper=Helper("Trần Gia Huy"),
                second=Helper("Võ Thị Năm", "official"),
                consent=agreed,
            )
        )
    return figures


def _measured(helps: int) -> list[dict[str, Any]]:
    tree = _prepare()

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from doanso.access.policy import current_role_assignments
    from doanso.ledger.recount import recount
    from doanso.support.actions import record_helps

    # The secretary's roles are read once, as in a request.
    tree.an.prepared_role_assignments = current_role_assignments(tree.an)

    def record(entries: list[Any]) -> float:
        began = time.process_time()
        record_helps(actor=tree.an, unit=tree.units["p4"], entries=entries)
        return time.process_time() - began

    def statements(entries: list[Any]) -> int:
        with CaptureQueriesContext(connection) as caught:
            record(entries)
        return len(caught)

    entries = _entries(helps + 2 * 110)
    counted, warm = entries[:helps], entries[helps:]
    # Both lots hold known and unknown people.
    record(warm[:5] + warm[105:110])
    few, many = statements(warm[:10]), statements(warm[105:205])
    lots = [counted[start : start + LOT] for start in range(0, helps, LOT)]
    new = [record(lot) / len(lot) for lot in lots]
    seconds_when_known = [
        record([entry._replace(happened_on=entry.happened_on + timedelta(days=7)) for entry in lot]) / len(lot)
        for lot in lots
    ]
    if differences := list(recount()):
        raise SystemExit(f"The ledger is wrong: {differences[0]}")
    return [
        figure("cpu_per_help_to_somebody_new", sorted(new)[len(new) // 2] * 1000, "ms", target=1.0),
        figure(
            "cpu_per_help_to_somebody_known",
            sorted(seconds_when_known)[len(seconds_when_known) // 2] * 1000,
            "ms",
            target=1.0,
        ),
        figure("statements_of_a_lot_of_100", many, "statements", target=36),
        figure("more_statements_for_100_than_for_10", many - few, "statements", target=0),
    ]


_LISTS = {"helps": "/support/", "people": "/people/"}


def _lists(rows: int) -> list[dict[str, Any]]:
    """Measure pages of lists of a ward with a hundredth of the records and people, and then with all of them: the number of
    statements must be equal, and the time below what a reader waits.
    """
    tree = _prepare()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from doanso.access.policy import current_role_assignments
    from doanso.support.actions import record_helps

    # Pages name static files by their manifest, which is made from files that the bench does not serve.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    tree.an.prepared_role_assignments = current_role_assignments(tree.an)
    entries = _entries(rows)
    browser = Client(headers={"host": "localhost"})
    browser.force_login(tree.an)

    def record(first: int, last: int) -> None:
        for start in range(first, last, LOT):
            record_helps(actor=tree.an, unit=tree.units["p4"], entries=entries[start : min(start + LOT, last)])

    def look(address: str) -> tuple[int, float]:
        """Return the number of statements of a page, and its median CPU seconds."""
        times = []
        for _ in range(9):
            began = time.process_time()
            answer = browser.get(address)
            times.append(time.process_time() - began)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
        with CaptureQueriesContext(connection) as caught:
            browser.get(address)
        return len(caught), sorted(times)[len(times) // 2]

    record(0, rows // 100)
    few = {name: look(address) for name, address in _LISTS.items()}
    record(rows // 100, rows)
    figures = []
    for name, address in _LISTS.items():
        statements, seconds = look(address)
        figures.append(figure(f"more_statements_of_{name}_with_all", statements - few[name][0], "statements", target=0))
        figures.append(figure(f"cpu_of_{name}_with_all", seconds * 1000, "ms", target=400))
    return figures


def _in_own_process(part: str, helps: int) -> list[dict[str, Any]]:
    """Return a part's figures, from a process and a data folder of its own."""
    return measure_apart("bench.support", helps, part, is_demo=True)


def measure(helps: int = DEFAULT_HELPS) -> list[dict[str, Any]]:
    """Return all figures; the lists hold twenty times as many support records."""
    return _in_own_process("measured", helps) + _in_own_process("lists", helps * 20)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_HELPS
    if len(sys.argv) > 2:
        print(json.dumps({"lists": _lists, "measured": _measured}[sys.argv[2]](number)))
    else:
        for line in measure(number):
            print(json.dumps({"bench": "support", **line}, ensure_ascii=False))
