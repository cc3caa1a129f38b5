"""Measure the city's dashboard with 6 thousand members, with 600 thousand, and with 6 million in the totals.

Each size has a process and a SQLite database of its own, with the same 21 units below the city. The page is requested through
the whole stack as a signed-in officer. Data come from `doanso grow` with a fixed seed; the 6 million are in the totals alone,
because a page reads nothing else. Times are CPU time of the one thread in which both page and database run, so that a busy
machine gives the same figures as an idle one. `python -m bench.dashboard [SMALL LARGE TOTALS]`.
"""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from bench.measuring import measure_apart

DEFAULT_SIZES = (6_000, 600_000, 6_000_000)
QUICK_SIZES = (2_000, 20_000, 6_000_000)
PROGRAMMES = Path(__file__).resolve().parents[1] / "programmes"
TODAY = "2023-11-12"
PAGE = "/programmes/my-tho-2023/"
ASKED = 40
MOST_STATEMENTS, MOST_GROWTH, MOST_LEDGER_MS = 12, 1.3, 2.0


def _prepare() -> Any:
    from datetime import date

    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from doanso.access.actions import grant_role
    from doanso.access.models import Role
    from doanso.accounts.actions import create_user
    from doanso.lib import clock
    from doanso.targets import demo as targets_demo
    from doanso.units import demo as units_demo

    settings.ALLOWED_HOSTS = ["testserver"]
    # Pages name static files by their manifest, which is made from files that the bench does not serve.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    Path(settings.STATIC_ROOT).mkdir()
    call_command("migrate", verbosity=0)
    clock.set_today(date.fromisoformat(TODAY))
    city = units_demo.load(PROGRAMMES)
    officer = create_user(actor=None, username="officer", display_name="Officer", note="bench")
    grant_role(actor=None, user=officer, role=Role.CITY_OFFICER, unit=city, since=date(2023, 1, 1), note="bench")
    return officer, targets_demo.load(officer, PROGRAMMES)


def _add_totals(programme: Any, people: int) -> None:
    """Add the people to the totals: each branch gets its share, spread over the year's days."""
    from datetime import timedelta

    from doanso.ledger.actions import fold
    from doanso.ledger.models import Measure, Queue
    from doanso.lib.database import insert_rows
    from doanso.units import queries as units

    branches = [unit.id for unit in units.branches(programme.root)]
    measures = list(
        Measure.objects.filter(book=programme.book).exclude(family="members.exempt").values_list("pk", flat=True)
    )
    days = [programme.first_day + timedelta(days=day) for day in range(0, 316, 3)]
    each = people // len(branches) // len(days)
    columns = ("book", "measure", "unit", "day", "g0", "g1", "g2", "g3", "g4")
    for branch in branches:
        rows = [(programme.book_id, measure, branch, day, 0, each, 0, 0, 0) for measure in measures for day in days]
        insert_rows(Queue, columns, rows)
    while fold():
        pass


def _ask(officer: Any) -> dict[str, float]:
    """Return medians of one page: statements, server time and the ledger's part of it."""
    from django.db import connection
    from django.test import Client

    browser = Client()
    browser.force_login(officer)
    statements: list[tuple[bool, float]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.thread_time()
        try:
            return execute(sql, params, many, context)
        finally:
            statements.append(("ledger_total" in sql, (time.thread_time() - began) * 1000))

    pages, slowest, counts = [], [], []
    with connection.execute_wrapper(watch):
        for _ in range(ASKED):
            statements.clear()
            began = time.thread_time()
            answer = browser.get(PAGE)
            pages.append((time.thread_time() - began) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{PAGE} answered {answer.status_code}")
            counts.append(len(statements))
            slowest.append(max(took for of_tally, took in statements if of_tally))
    # The first requests load templates and plans.
    warm = slice(ASKED // 4, None)
    return {
        "statements": max(counts[warm]),
        "page": statistics.median(pages[warm]),
        "ledger": statistics.median(slowest[warm]),
    }


def _one(members: int, totals: int) -> dict[str, float]:
    officer, programme = _prepare()
    from doanso.home.grow import grow_members

    grow_members(programme, members, 1, lambda text: print(f"  {text}", file=sys.stderr))
    if totals:
        _add_totals(programme, totals)
    return _ask(officer)


def _apart(members: int, totals: int = 0) -> dict[str, float]:
    """Measure one size in a process and a folder of its own."""
    [measured] = measure_apart(
        "bench.dashboard", "--one", members, totals, is_demo=True, DOANSO_SQLITE_SYNCHRONOUS="OFF"
    )
    return measured


def _figure(metric: str, value: float, unit: str, target: float, reference: float | None = None) -> dict[str, Any]:
    figure: dict[str, Any] = {"metric": metric, "value": round(value, 2), "unit": unit, "target": target}
    if reference is None:
        return figure | {"ok": value <= target}
    ratio = value / reference
    return figure | {"reference": round(reference, 2), "ratio": round(ratio, 2), "ok": ratio <= target}


def measure(sizes: tuple[int, int, int] = DEFAULT_SIZES) -> list[dict[str, Any]]:
    """Return the figures of the three sizes; `ratio` is against the smallest."""
    small, large, totals = sizes
    reference, full, added = _apart(small), _apart(large), _apart(small, totals)
    figures = []
    for name, size in ((f"{small}", reference), (f"{large}", full), (f"{totals}_totals", added)):
        figures.append(_figure(f"statements_{name}", size["statements"], "statements", MOST_STATEMENTS))
        figures.append(_figure(f"ledger_statement_{name}", size["ledger"], "ms", MOST_LEDGER_MS))
    for name, size in ((f"{large}", full), (f"{totals}_totals", added)):
        figures.append(_figure(f"server_time_{name}", size["page"], "ms", MOST_GROWTH, reference["page"]))
    same = len({size["statements"] for size in (reference, full, added)}) == 1
    figures.append({"metric": "statements_stay_the_same", "value": same, "unit": "", "target": True, "ok": same})
    return figures


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        print(json.dumps([_one(int(words[1]), int(words[2]))]))
    else:
        chosen = tuple(map(int, words[:3])) if len(words) >= 3 else DEFAULT_SIZES
        for figure in measure(chosen):  # type: ignore[arg-type]
            print(json.dumps({"bench": "dashboard", **figure}))
