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
from doanso.targets import queries, records, wording
from doanso.targets.queries import IndicatorProgress, Overview
from doanso.units.queries import unit_by_code


class Command(BaseCommand):
    help = "Show a unit's progress in a programme. Without --unit the whole programme, without --on today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", required=True, metavar="CODE")
        parser.add_argument("--unit", metavar="CODE")
        parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="for example 2023-11-12")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

        parser.add_argument("--below", action="store_true", help="the units directly below, too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = queries.programme_or_refuse(options["programme"])
        except Refused as refused:
            raise CommandError(refused.problem.message, returncode=1) from refused
        unit = unit_by_code(options["unit"]) if options["unit"] else programme.root
        on = queries.day_of(programme, options["on"], unit)
        if unit is None or not queries.stands_in(programme, unit, on):
            message = _("No unit of the programme has the code “%(code)s” on that day.") % {"code": options["unit"]}
            raise CommandError(message, returncode=1)
        found = queries.overview(programme, unit, on, children=options["below"])
        {"table": self._table, "json": self._json, "csv": self._csv}[options["format"]](found)

    def _json(self, found: Overview) -> None:
        self.stdout.write(json.dumps(records.overview(found), ensure_ascii=False, indent=2))

    def _csv(self, found: Overview) -> None:
        # With the units below each row says whose it is.
        columns = ("unit", *records.COLUMNS) if found.children else records.COLUMNS
        writer = csv.DictWriter(self.stdout, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for unit, indicators in _everybody(found):
            writer.writerows({"unit": unit, **records.indicator(one)} for one in indicators)

    def _table(self, found: Overview) -> None:
        heads = [_("Indicator"), _("Figure"), _("Goal"), _("Given below"), _("Per week"), _("Forecast"), _("State")]
        for unit, indicators in _everybody(found):
            rows = [heads, *(_row(one) for one in indicators)]
            widths = [max(_width(row[column]) for row in rows) for column in range(len(heads))]
            self.stdout.write(f"{found.programme.title} · {unit} · {formats.day(found.on)}\n")
            for row in rows:
                cells = [
                    _pad(cell, width, left=at in (0, len(heads) - 1))
                    for at, (cell, width) in enumerate(zip(row, widths, strict=True))
                ]
                self.stdout.write("  ".join(cells).rstrip())


def _everybody(found: Overview) -> list[tuple[str, list[IndicatorProgress]]]:
    """The unit, then those below it."""
    return [(found.unit.code, found.indicators), *((one.unit.code, one.indicators) for one in found.children)]


def _row(one: IndicatorProgress) -> list[str]:
    if one.is_share:
        figure, forecast = formats.percent(one.percent), formats.percent(one.forecast)
        if one.denominator:
            figure = f"{formats.number(one.value)} / {formats.number(one.denominator)} = {figure}"
    else:
        figure, forecast = formats.number(one.value), formats.number(one.forecast)
    target = formats.goal(one.goal) if one.is_share else formats.number(one.target)
    given = wording.sum_words(one.sum_check, one.unit_of_count).word if one.sum_check is not None else ""
    return [
        one.short_title,
        figure,
        target,
        given,
        formats.number(one.needed_per_week),
        forecast,
        state_name(one.state),
    ]


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    blank = " " * (width - _width(text))
    return text + blank if left else blank + text
