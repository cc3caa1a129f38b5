"""Measure the pages of streets and markets, and the values of their criteria.

A street of a thousand addresses and a market of six hundred stalls: the statements of all values, and of each page. Streets of a
hundred and of ten thousand addresses side by side: what each page costs at both. Times are CPU time of the one thread in which
page and SQLite run. A page is measured as on any minute in which nobody changes a record of the ward: then its values are
remembered (`doanso.places.values.remembered`); `values_cpu` and `first_page` are what computing them costs.
`python -m bench.places [ADDRESSES]`.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.measuring import measure_apart

DEFAULT_ADDRESSES = 10_000
QUICK_ADDRESSES = 1_000
FEW, STREET, STALLS = 100, 1_000, 600
MOST_STATEMENTS, MOST_RATIO = 15, 1.3
PAGE_STATEMENTS = {"place": 20, "addresses": 18, "stalls": 13, "sheets": 18}
ASKED = 15
TODAY = date(2023, 11, 12)


def _prepare() -> Any:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from doanso.adoption.actions import load_services
    from doanso.lib import clock
    from doanso.testing import grow_tree

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    tree = grow_tree()
    clock.set_today(TODAY)
    load_services(actor=None, path=Path("programmes/services.toml"))
    return tree


def _settle() -> None:
    """Let the events of the set-up be two minutes old, as if nobody had changed a record since."""
    from doanso.audit.models import AuditEvent
    from doanso.lib import clock

    AuditEvent.objects.update(at=clock.now() - timedelta(minutes=2))


def _cpu(call: Callable[[], Any], count: int = ASKED) -> float:
    times = []
    for _number in range(count):
        began = time.thread_time()
        call()
        times.append((time.thread_time() - began) * 1000)
    return statistics.median(times[count // 4 :])


def _statements(call: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def _values(place: Any) -> Callable[[], Any]:
    from doanso.places.formulas import read_values
    from doanso.places.models import Criterion
    from doanso.places.values.remembered import forget

    criteria = list(Criterion.objects.filter(criteria_set=place.criteria_set_id))

    def compute() -> Any:
        forget()
        return read_values(place, criteria, TODAY)

    return compute


def _limit(value: float, target: float) -> dict[str, Any]:
    return {"target": target, "ok": value <= target}


def _figures(addresses: int) -> list[dict[str, Any]]:
    tree = _prepare()
    from django.test import Client
    from django.urls import reverse

    from bench.grow_places import grow_market, grow_street
    from doanso.places.values.remembered import forget

    ward = tree.units["p4"]
    few = grow_street(tree.an, ward, "Đường Trăm Nhà", FEW)
    street = grow_street(tree.an, ward, "Đường Ngàn Nhà", STREET)
    many = grow_street(tree.an, ward, "Đường Muôn Nhà", addresses)
    market = grow_market(tree.an, ward, "Chợ Sáu Trăm Sạp", STALLS)
    _settle()
    browser = Client()
    browser.force_login(tree.an)

    def page(name: str, place: Any) -> Callable[[], Any]:
        address = reverse(f"places:{name}", args=[place.pk])

        def get() -> Any:
            answer = browser.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
            return answer

        return get

    figures: list[dict[str, Any]] = []
    for name, place in (("street", street), ("market", market)):
        statements = _statements(_values(place))
        limit = _limit(statements, MOST_STATEMENTS)
        figures.append({"metric": f"{name}_values_statements", "value": statements, "unit": "statements"} | limit)
        figures.append({"metric": f"{name}_values_cpu", "value": round(_cpu(_values(place)), 1), "unit": "ms"})
    for name, place in (("place", street), ("addresses", street), ("stalls", market), ("sheets", street)):
        get = page(name, place)
        get()
        forget()
        statements = _statements(get)
        limit = _limit(statements, PAGE_STATEMENTS[name] + MOST_STATEMENTS * (name == "place"))
        figures.append({"metric": f"{name}_statements", "value": statements, "unit": "statements"} | limit)
    for name in ("place", "addresses", "sheets"):
        least, most = _cpu(page(name, few)), _cpu(page(name, many))
        figures.append(
            {"metric": f"{name}_cpu_{addresses}", "value": round(most, 1), "unit": "ms", "reference": round(least, 1)}
            | {"ratio": round(most / least, 2)}
            | _limit(round(most / least, 2), MOST_RATIO)
        )

    def first() -> Any:
        forget()
        return page("place", many)()

    figures.append({"metric": f"first_page_{addresses}", "value": round(_cpu(first, 5), 1), "unit": "ms"})
    return figures


def measure(addresses: int) -> list[dict[str, Any]]:
    """Return the figures, measured in a process of its own with a new database."""
    return measure_apart("bench.places", "--ask", addresses, is_demo=True)


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--ask"]:
        print(json.dumps(_figures(int(words[1]))))
    else:
        for figure in measure(int(words[0]) if words else DEFAULT_ADDRESSES):
            print(json.dumps({"bench": "places", **figure}))
