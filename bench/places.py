"""Measure pages of streets and markets: the statements of all values, and the time of a page with many addresses against few.

Runs on SQLite, where all the work is this process's own CPU time. A street of 1,000 addresses and a market of 600 stalls give the
statements; streets of 100 and of 10,000 addresses the ratio of the page's time, as a reader meets it who comes to a page on which
nothing has changed since it was last shown. The first look after a change, which computes everything, is measured beside it.
`python -m bench.places [ADDRESSES]`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any

DEFAULT_ADDRESSES = 10_000
QUICK_ADDRESSES = 1_000
STREET, MARKET = 1_000, 600
ROUNDS = 15


def _prepare() -> Any:
    """Create the small tree of the tests and the services that criteria name; return the tree."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "doanso.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from doanso.access.policy import current_role_assignments
    from doanso.adoption.actions import load_services
    from doanso.testing import grow_tree

    # Pages name static files by their manifest, which is made from files that the bench does not serve.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)
    tree = grow_tree()
    load_services(actor=tree.giang, path=settings.ROOT / "programmes" / "services.toml")
    tree.an.prepared_role_assignments = current_role_assignments(tree.an)
    return tree


def _look_later() -> None:
    """Let the events of the preparation be of an hour ago, as they are for a reader who comes later."""
    from doanso.audit.models import AuditEvent
    from doanso.lib import clock

    AuditEvent.objects.update(at=clock.now() - timedelta(hours=1))


def _measured(addresses: int) -> list[dict[str, Any]]:
    tree = _prepare()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.grow_places import grow_market, grow_street
    from doanso.lib import clock
    from doanso.places import actions, queries

    ward, actor = tree.units["p4"], tree.an
    few = grow_street(actor, ward, "Lê Lợi", addresses // 100)
    street = grow_street(actor, ward, "Hùng Vương", min(STREET, addresses))
    market = grow_market(actor, ward, "Chợ Mỹ Tho", min(MARKET, addresses))
    many = grow_street(actor, ward, "Nguyễn Huệ", addresses)
    _look_later()
    browser = Client(headers={"host": "localhost"})
    browser.force_login(actor)

    def values(place: Any) -> int:
        """Return the statements of all values of a place."""
        fresh = queries.all_places().get(pk=place.pk)
        with CaptureQueriesContext(connection) as caught:
            actions.judge_place(fresh, clock.today())
        return len(caught)

    def once(place: Any) -> tuple[float, int]:
        """Return the CPU seconds and the bytes of one view of a place's page."""
        began = time.process_time()
        answer = browser.get(f"/places/{place.pk}/")
        if answer.status_code != 200:
            raise SystemExit(f"The page of {place.name} answered {answer.status_code}")
        return time.process_time() - began, len(answer.content)

    def statements(place: Any) -> int:
        with CaptureQueriesContext(connection) as caught:
            browser.get(f"/places/{place.pk}/")
        return len(caught)

    of_values = {place.name: values(place) for place in (street, market)}
    # Templates are compiled by a page of another place.
    once(market)
    first = {place.pk: once(place)[0] for place in (few, many)}
    times: dict[Any, list[float]] = {few.pk: [], many.pk: []}
    for _round in range(ROUNDS):
        for place in (few, many):
            times[place.pk].append(once(place)[0])
    median = {key: sorted(taken)[ROUNDS // 2] for key, taken in times.items()}
    return [
        _figure("statements_of_values_street", of_values[street.name], "statements", target=15),
        _figure("statements_of_values_market", of_values[market.name], "statements", target=15),
        _figure("more_statements_with_all_addresses", statements(many) - statements(few), "statements", target=0),
        _figure("page_with_all_against_a_hundredth", median[many.pk] / median[few.pk], "times", target=1.3),
        _figure("cpu_of_page_with_all", median[many.pk] * 1000, "ms", target=200),
        _figure("cpu_of_first_page_with_all", first[many.pk] * 1000, "ms", target=3000),
    ]


def _figure(metric: str, value: float, unit: str, *, target: float) -> dict[str, Any]:
    return {"metric": metric, "value": round(value, 3), "unit": unit, "target": target, "ok": value <= target}


def measure(addresses: int = DEFAULT_ADDRESSES) -> list[dict[str, Any]]:
    """Return all figures, from a process and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="doanso-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DOANSO_DATA": folder, "DOANSO_DEMO": "1"}
        line = [sys.executable, "-m", "bench.places", str(addresses), "measured"]
        done = subprocess.run(line, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return list(json.loads(done.stdout))


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ADDRESSES
    if len(sys.argv) > 2:
        print(json.dumps(_measured(number)))
    else:
        for line in measure(number):
            print(json.dumps({"bench": "places", **line}, ensure_ascii=False))
