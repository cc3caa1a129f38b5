"""Measure the most used pages against a bare Django page of the same size in the same run.

Pages are requested from a demo as `./dev demo` makes it, through the whole stack, as the people who work with them. The bare
page has a session, a signed-in user and one template that writes as many bytes. Times are CPU time of the one thread in which
page and SQLite run; `ratio` is against the bare page. `RECORDED` holds the ratios of 2026-11-28, before any optimisation; the
target is a share of them. `python -m bench.pages [MOMENT]`; with `DOANSO_BENCH_DEMO` the demo in that folder is used instead of
a new one.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any, NamedTuple

DEFAULT_MOMENT = "running"
QUICK_MOMENT = "planning"
ASKED = 24
DASHBOARD_STATEMENTS, MOST_STATEMENTS = 12, 15
EMPTY_SHARE, SHARE = 1 / 3, 1 / 2
BARE_PATH = "/bare/"

RECORDED = {
    "empty": 10.0,
    "today": 60.7,
    "dashboard": 55.9,
    "unit": 35.4,
    "indicator_city": 115.7,
    "indicator_ward": 73.1,
    "members": 28.1,
    "member": 24.6,
    "support": 43.5,
    "record": 29.4,
    "help": 23.6,
    "drives": 23.9,
    "drive": 32.9,
    "documents": 24.7,
    "document": 27.4,
}
"""Ratio of CPU to the bare page, by page, when measuring began."""


class Page(NamedTuple):
    """One page: its name in the figures, its user, its route with arguments, and its maximum number of statements."""

    name: str
    username: str
    route: str
    arguments: dict[str, Any] = {}
    most_statements: int = MOST_STATEMENTS


class Cost(NamedTuple):
    """Medians of one page: CPU in ms, statements, bytes of its HTML."""

    cpu: float
    statements: int
    size: int


urlpatterns: list[Any] = []
"""Routes of the bare page; this module is its URLconf."""


def pages() -> list[Page]:
    """Return the fifteen pages, with objects of the demo."""
    from doanso.documents.models import Document
    from doanso.members.models import Member
    from doanso.outreach.models import Drive
    from doanso.support.models import SupportRecord
    from doanso.targets.models import Indicator, Programme

    ward, secretary, officer = "28591", "bithu", "canbo"
    programme = Programme.objects.get(code="my-tho-2023")
    indicator = Indicator.objects.filter(programme=programme, code="portal-residents").get()
    below = {"unit__paths_up__ancestor__code": ward}
    members = Member.objects.filter(branch__paths_up__ancestor__code=ward, until=None)
    # An object of the unit whose clerk requests the page.
    documents = Document.objects.filter(unit=programme.root)
    here = {"programme": programme.code, "indicator": indicator.code}
    chosen = [
        Page("empty", secretary, "access:account"),
        Page("today", secretary, "home:today", most_statements=DASHBOARD_STATEMENTS),
        Page("dashboard", officer, "home:programme", {"code": programme.code}, DASHBOARD_STATEMENTS),
        Page("unit", secretary, "home:unit", {"code": ward}, DASHBOARD_STATEMENTS),
        Page("indicator_city", officer, "targets:indicator", here, DASHBOARD_STATEMENTS),
        Page("indicator_ward", secretary, "targets:indicator", {**here, "unit": ward}, DASHBOARD_STATEMENTS),
        Page("members", secretary, "members:list"),
        Page("member", secretary, "members:member", {"member_id": _newest(members)}),
        Page("support", secretary, "support:list"),
        Page("record", secretary, "support:record"),
        Page(
            "help",
            secretary,
            "support:support_record",
            {"support_record_id": _newest(SupportRecord.objects.filter(**below))},
        ),
        Page("drives", secretary, "outreach:drives"),
        Page("drive", secretary, "outreach:drive", {"drive_id": _newest(Drive.objects.filter(**below))}),
        Page("documents", "vanthu", "documents:desk"),
        Page("document", "vanthu", "documents:document", {"document_id": _newest(documents)}),
    ]
    # Before the year has begun some of these do not exist yet.
    return [page for page in chosen if None not in page.arguments.values()]


def _newest(rows: Any) -> Any:
    return rows.order_by("-pk").values_list("pk", flat=True).first()


def _bare_page(size: int) -> str:
    """Return the path of a page of Django alone that writes this many bytes."""
    from django.contrib.auth.decorators import login_required
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    head = "<!doctype html><title>{{ request.user.username }}</title><p>"
    template = engines["django"].from_string(head + "x" * max(0, size - len(head)))

    @login_required
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse(template.render({}, request))

    urlpatterns[:] = [path(BARE_PATH[1:], bare)]
    return BARE_PATH


def _ask(user: Any, path: str) -> Cost:
    """Request a page as a signed-in user until it is warm, then measure it."""
    from django.db import connection
    from django.test import Client

    browser = Client()
    browser.force_login(user)
    times: list[float] = []
    counts: list[int] = []
    size = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counts[-1] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        for _ in range(ASKED):
            counts.append(0)
            began = time.thread_time()
            answer = browser.get(path)
            times.append((time.thread_time() - began) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code} to {user.username}")
            size = len(answer.content)
    warm = slice(ASKED // 4, None)
    return Cost(statistics.median(times[warm]), max(counts[warm]), size)


def _ask_bare(user: Any, size: int) -> Cost:
    from django.test import override_settings
    from django.urls import clear_url_caches

    middleware = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ]
    try:
        with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=middleware):
            return _ask(user, _bare_page(size))
    finally:
        clear_url_caches()


def _figures() -> list[dict[str, Any]]:
    import django

    django.setup()
    from django.conf import settings
    from django.urls import reverse

    from doanso.accounts.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    figures: list[dict[str, Any]] = []
    for page in pages():
        user = User.objects.get(username=page.username)
        cost = _ask(user, reverse(page.route, kwargs=page.arguments or None))
        bare = _ask_bare(user, cost.size)
        ratio = cost.cpu / bare.cpu
        figures.append(
            {"metric": f"{page.name}_cpu", "value": round(cost.cpu, 1), "unit": "ms"}
            | {"reference": round(bare.cpu, 2), "ratio": round(ratio, 1)}
            | _owed(page, ratio)
        )
        most = page.most_statements
        figures.append(
            {"metric": f"{page.name}_statements", "value": cost.statements, "unit": "statements"}
            | {"target": most, "ok": cost.statements <= most}
        )
        figures.append({"metric": f"{page.name}_size", "value": cost.size, "unit": "bytes"})
    return figures


def _owed(page: Page, ratio: float) -> dict[str, Any]:
    """Return the target ratio, as a share of the recorded one, and whether it is met."""
    if page.name not in RECORDED:
        return {}
    target = RECORDED[page.name] * (EMPTY_SHARE if page.name == "empty" else SHARE)
    return {"target": round(target, 1), "ok": ratio <= target}


def _environment(folder: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return environment | {"DOANSO_DATA": folder, "DOANSO_DEMO": "1", "DJANGO_SETTINGS_MODULE": "doanso.settings"}


def measure(folder: str) -> list[dict[str, Any]]:
    """Return the figures of the pages of the demo in a folder, requested in a process of its own."""
    command = [sys.executable, "-m", "bench.pages", "--ask"]
    done = subprocess.run(command, env=_environment(folder), stdout=subprocess.PIPE, text=True, check=True)
    return list(json.loads(done.stdout))


def _measure_new(moment: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="doanso-bench-") as folder:
        command = [sys.executable, "-m", "doanso", "demo", "--no-serve", "--moment", moment, "--data", folder]
        subprocess.run(command, stdout=sys.stderr, check=True)
        return measure(folder)


if __name__ == "__main__":
    words = sys.argv[1:]
    if words == ["--ask"]:
        print(json.dumps(_figures()))
    else:
        demo_folder = os.environ.get("DOANSO_BENCH_DEMO")
        figures = measure(demo_folder) if demo_folder else _measure_new(words[0] if words else DEFAULT_MOMENT)
        for figure in figures:
            print(json.dumps({"bench": "pages", **figure}))
