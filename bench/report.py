"""Measure a report: the city's month in every format, and its year with the appendix.

A city of 21 units with members by `doanso grow` and residents helped all year long, with a fixed seed; SQLite in a folder of
its own. Times are CPU time of the one process in which reading, writing of figures and printing run, after one report to warm
up. `python -m bench.report [MEMBERS HELPS]`.
"""

import json
import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any

from bench.measuring import figure, measure_apart

DEFAULT_SIZES = (60_000, 5_000)
QUICK_SIZES = (2_000, 200)
MONTH, YEAR = "2023-10", "2023"
BASE = "https://doanso.example"
LOT = 500
ASKED = 5
MOST_MONTH, MOST_YEAR, MOST_STATEMENTS = 2.0, 5.0, 60


def _helps(city: Any, officer: Any, helps: int) -> None:
    """Record residents helped with the portal, unit after unit, over the days of the year so far."""
    from doanso.people.actions import Particulars
    from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps
    from doanso.units import queries as units

    wards = [child.unit for child in units.children(city)]
    agreed = ConsentInput(("support",), "paper", "2023-09")
    for start in range(0, helps, LOT):
        entries = [
            SupportRecordInput(
                service="portal",
                happened_on=date(2023, 1, 3) + timedelta(days=number % 300),
                person=Particulars(f"Nguyễn Văn {number}", birth_year=1950, phone=f"09{number:08}"),
                helper=Helper("Trần Gia Huy"),
                consent=agreed,
            )
            for number in range(start, min(start + LOT, helps))
        ]
        record_helps(actor=officer, unit=wards[start // LOT % len(wards)], entries=entries)


def _measured(members: int, helps: int) -> list[dict[str, Any]]:
    from bench.dashboard import _prepare

    officer, programme = _prepare()

    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import translation

    from doanso.access.policy import current_role_assignments
    from doanso.home.grow import grow_members
    from doanso.ledger.actions import fold
    from doanso.reports.actions.reports import find_or_assemble_report
    from doanso.reports.assembly import assemble
    from doanso.reports.models import ReportFormat
    from doanso.reports.renderers import render
    from doanso.reports.rules import spans

    translation.activate("vi")
    grow_members(programme, members, 1, lambda text: print(f"  {text}", file=sys.stderr))
    officer.prepared_role_assignments = current_role_assignments(officer)
    _helps(programme.root, officer, helps)
    while fold():
        pass

    def read_report(period: str) -> Any:
        return find_or_assemble_report(actor=None, programme=programme, unit=programme.root, span=spans.read(period))

    def took(period: str, formats: list[str]) -> float:
        began = time.process_time()
        content = assemble(read_report(period))
        for report_format in formats:
            render(content, report_format, base=BASE)
        return time.process_time() - began

    every = [report_format.value for report_format in ReportFormat]
    took(MONTH, every)
    month = statistics.median(took(MONTH, every) for _ in range(ASKED))
    year = statistics.median(took(YEAR, [ReportFormat.PDF.value]) for _ in range(ASKED))
    report = read_report(MONTH)
    with CaptureQueriesContext(connection) as caught:
        assemble(report)
    return [
        figure("cpu_month_in_every_format", month, "s", target=MOST_MONTH),
        figure("cpu_year_with_appendix_as_pdf", year, "s", target=MOST_YEAR),
        figure("statements_of_a_month", len(caught), "statements", target=MOST_STATEMENTS),
    ]


def measure(sizes: tuple[int, int] = DEFAULT_SIZES) -> list[dict[str, Any]]:
    """Return all figures, from a process and a data folder of its own."""
    return measure_apart("bench.report", "--one", *sizes, is_demo=True, DOANSO_SQLITE_SYNCHRONOUS="OFF")


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        print(json.dumps(_measured(int(words[1]), int(words[2]))))
    else:
        chosen = (int(words[0]), int(words[1])) if len(words) >= 2 else DEFAULT_SIZES
        for entry in measure(chosen):
            print(json.dumps({"bench": "report", **entry}))
