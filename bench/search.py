"""Measure the global search over 100,000 people: the words as one types them, as the city's officer and as a ward's secretary.

Three of five people are members, the others residents, with names distributed as they are in Vietnam. The fragment is requested
through the whole stack, on both engines. Times are CPU time of the thread in which request and SQLite run; on PostgreSQL that of
the server's process is added. `python -m bench.search [PEOPLE]`.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.duplicates import Invented

DEFAULT_PEOPLE = 100_000
QUICK_PEOPLE = 5_000
PROGRAMMES = Path(__file__).resolve().parents[1] / "programmes"
PAGE = 20_000
MEMBERS_SHARE = 0.6
ASKED = 20
MOST_MS, MOST_STATEMENTS = 60.0, 18
WARD = "28591"
QUERIES = {
    "given": "hương",
    "family": "nguyen",
    "rare_marks": "Trân",
    "letter": "t",
    "whole": "tran thi lan",
    "swapped": "lan tran",
    "nobody": "xyz xyz",
    "phone": "0907919791",
    "unit": "phuong 4",
    "page": "doi mat khau",
}
"""The text typed, by the name of its figure."""


def _prepare() -> dict[str, Any]:
    """Make an installation with an administrator, without whom every page leads to the first setup, the demo's units and
    programme; return its two readers.
    """
    from datetime import date

    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from doanso.access.actions import grant_role
    from doanso.access.models import Role
    from doanso.accounts.actions import create_user
    from doanso.targets import demo as targets_demo
    from doanso.units import demo as units_demo
    from doanso.units.models import Unit

    settings.ALLOWED_HOSTS = ["testserver"]
    # Pages name static files by their manifest, which is made from files that the bench does not serve.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    city = units_demo.load(PROGRAMMES)
    users = {}
    for name, role, unit in (
        ("administrator", Role.CITY_ADMINISTRATOR, city),
        ("city", Role.CITY_OFFICER, city),
        ("ward", Role.UNIT_SECRETARY, Unit.objects.get(code=WARD)),
    ):
        users[name] = create_user(actor=None, username=name, display_name=name, note="bench")
        grant_role(actor=None, user=users[name], role=role, unit=unit, since=date(2023, 1, 1), note="bench")
    targets_demo.load(users["city"], PROGRAMMES)
    return {name: users[name] for name in ("city", "ward")}


def _grow(people: int) -> None:
    """Write persons, contacts and memberships directly, in pages."""
    from datetime import date

    from django.db import connection

    from doanso.lib import clock, encryption, vietnamese
    from doanso.lib.database import insert_rows
    from doanso.lib.uuid7 import uuid7
    from doanso.members.models import Member, MemberState
    from doanso.people.models import Contact, Person
    from doanso.people.queries import encryption_context, lookup_hash, tail_lookup
    from doanso.people.rules.names import near_key
    from doanso.units import queries as units
    from doanso.units.models import Unit

    pick, now, today = random.Random(2023), clock.now(), clock.today()
    branches = [branch.id for branch in units.branches(Unit.objects.get(links=None, kind="city"))]
    homes = units.parent_ids(branches)
    # One encrypted number for all: to encrypt one for each would take longer than the rest.
    sealed = encryption.encrypt("0912345678", context=encryption_context("phone"))
    for start in range(0, people, PAGE):
        persons, contacts, stays = [], [], []
        for number in range(start, min(people, start + PAGE)):
            someone = Invented(pick, number)
            person, contact, branch = uuid7(), uuid7(), pick.choice(branches)
            folded = vietnamese.fold(someone.name)
            persons.append((person, now))
            contacts.append(
                (
                    *(contact, person, homes[branch], someone.name, folded, vietnamese.sort_key(someone.name), ""),
                    *(someone.year, sealed, lookup_hash("phone", someone.phone) if someone.phone else "", sealed, ""),
                    *(b"", "", someone.address, tail_lookup(someone.phone, someone.year)),
                    *(near_key(folded, someone.year), "", now, now),
                )
            )
            if pick.random() < MEMBERS_SHARE:
                row = (uuid7(), person, contact, branch, MemberState.ACTIVE.value, False, date(2020, 3, 26), "")
                stays.append((*row, today, now))
        insert_rows(Person, ("id", "created_at"), persons)
        insert_rows(
            Contact,
            (
                *("id", "person", "unit", "name", "folded", "sort_key", "gender", "birth_year", "phone_encrypted"),
                *("phone_lookup", "citizen_id_encrypted", "citizen_id_lookup", "email_encrypted", "email_lookup"),
                *("address", "tail_lookup", "near_key", "door_key", "created_at", "updated_at"),
            ),
            contacts,
        )
        columns = ("id", "person", "contact", "branch", "state", "temporary", "since", "card_number")
        insert_rows(Member, (*columns, "arrived_on", "recorded_at"), stays)
    with connection.cursor() as cursor:
        # As the server does by itself after so many new rows.
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _cost(browser: Any, text: str) -> tuple[float, int]:
    """Return the median CPU of one search in ms, on PostgreSQL with the server's, and its number of statements."""
    from django.db import connection

    counts: list[int] = []
    times = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counts[-1] += 1
        return execute(sql, params, many, context)

    # The first requests load templates and plans.
    warm = ASKED // 4
    served = 0.0
    with connection.execute_wrapper(count):
        for number in range(ASKED):
            if number == warm:
                served = _server_ms()
            counts.append(0)
            began = time.thread_time()
            answer = browser.post("/search/results/", {"q": text})
            times.append((time.thread_time() - began) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"the search answered {answer.status_code}")
    # The server's clock is too coarse for single requests.
    return statistics.median(times[warm:]) + (_server_ms() - served) / (ASKED - warm), max(counts[warm:])


def _server_ms() -> float:
    """Return the CPU time so far of PostgreSQL's process behind the connection; 0 on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="ascii").split()
    return (int(fields[13]) + int(fields[14])) * 1000 / os.sysconf("SC_CLK_TCK")


def measure(people: int) -> None:
    """Print a figure of each text and reader."""
    from django.db import connection
    from django.test import Client

    readers = _prepare()
    _grow(people)
    prefix = "postgresql_" if connection.vendor == "postgresql" else ""
    for reader, user in readers.items():
        browser = Client()
        browser.force_login(user)
        for name, text in QUERIES.items():
            cost, statements = _cost(browser, text)
            figures: list[dict[str, Any]] = [
                {"metric": f"{prefix}{reader}_{name}_cpu", "value": round(cost, 1), "unit": "ms"}
                | {"target": MOST_MS, "ok": cost <= MOST_MS},
                {"metric": f"{prefix}{reader}_{name}_statements", "value": statements, "unit": "statements"}
                | {"target": MOST_STATEMENTS, "ok": statements <= MOST_STATEMENTS},
            ]
            for figure in figures:
                print(json.dumps({"bench": "search", **figure}), flush=True)


def _in_process(people: int, url: str = "") -> None:
    with tempfile.TemporaryDirectory(prefix="doanso-bench-") as folder:
        settings = {
            "DOANSO_DATA": folder,
            "DOANSO_SQLITE_SYNCHRONOUS": "OFF",
            "DOANSO_DB_POOL": "0",
        }
        environment = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DOANSO_DEMO"}
        } | settings
        if url:
            environment["DATABASE_URL"] = url
        environment["DJANGO_SETTINGS_MODULE"] = "doanso.settings"
        subprocess.run([sys.executable, "-m", "bench.search", "--ask", str(people)], env=environment, check=True)


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--ask"]:
        measure(int(words[1]))
    else:
        from tools import postgres

        people = int(words[0]) if words else DEFAULT_PEOPLE
        _in_process(people)
        try:
            with postgres.server() as url:
                # The database that every fresh server has.
                _in_process(people, url.replace("/doanso?", "/postgres?"))
        except postgres.Unavailable as problem:
            print(f"Left out: PostgreSQL ({problem})", file=sys.stderr)
