"""`doanso progress --programme CODE`: how far a unit is, as a table, JSON or CSV."""

import csv
import json
import unicodedata
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Refused
from doanso.lib.templatetags.ds import state_name
from doanso.targets import queries, records
from doanso.targets.queries import IndicatorProgress, Overview
from doanso.units.queries import unit_by_code


class Command(BaseCommand):
    help = "Show a unit's progress in a programme. Without --unit the whole programme, without --on today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", required=True, metavar="CODE")
        parser.add_argument("--unit", metavar="CODE")
        parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="for example 2023-11-12")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = queries.programme_or_refuse(options["programme"])
        except Refused as refused:
            raise CommandError(refused.problem.message, returncode=1) from refused
        on = queries.day_of(programme, options["on"])
        unit = unit_by_code(options["unit"]) if options["unit"] else programme.root
        if unit is None or not queries.stands_in(programme, unit, on):
            message = _("No unit of the programme has the code “%(code)s” on that day.") % {"code": options["unit"]}
            raise CommandError(message, returncode=1)
        found = queries.overview(programme, unit, on, children=False)
        {"table": self._table, "json": self._json, "csv": self._csv}[options["format"]](found)

    def _json(self, found: Overview) -> None:
        self.stdout.write(json.dumps(records.overview(found), ensure_ascii=False, indent=2))

    def _csv(self, found: Overview) -> None:
        writer = csv.DictWriter(self.stdout, records.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records.indicator(one) for one in found.indicators)

    def _table(self, found: Overview) -> None:
        heads = [_("Indicator"), _("Figure"), _("Owed"), _("Per week"), _("Forecast"), _("State")]
        rows = [heads, *(_row(one) for one in found.indicators)]
        widths = [max(_width(row[column]) for row in rows) for column in range(len(heads))]
        self.stdout.write(f"{found.programme.title} · {found.unit.code} · {formats.day(found.on)}\n")
        for row in rows:
            cells = [
                _pad(cell, width, left=at in (0, 5)) for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            self.stdout.write("  ".join(cells).rstrip())


def _row(one: IndicatorProgress) -> list[str]:
    if one.is_share:
        figure, forecast = formats.percent(one.percent), formats.percent(one.forecast)
        if one.denominator:
            figure = f"{formats.number(one.value)} / {formats.number(one.denominator)} = {figure}"
    else:
        figure, forecast = formats.number(one.value), formats.number(one.forecast)
    target = formats.goal(one.goal) if one.is_share else formats.number(one.target)
    return [one.short_title, figure, target, formats.number(one.needed_per_week), forecast, state_name(one.state)]


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    blank = " " * (width - _width(text))
    return text + blank if left else blank + text
