"""`doanso progress --programme CODE`: the progress of a unit, as a table, JSON or CSV."""

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
            programme = queries.require_programme(options["programme"])
        except Refused as refused:
            raise CommandError(refused.problem.message, returncode=1) from refused
        unit = unit_by_code(options["unit"]) if options["unit"] else programme.root
        on = queries.day_of(programme, options["on"], unit)
        if unit is None or not queries.is_below_root(programme, unit, on):
            message = _("No unit of the programme has the code “%(code)s” on that day.") % {"code": options["unit"]}
            raise CommandError(message, returncode=1)
        overview = queries.overview(programme, unit, on, children=options["below"])
        {"table": self._table, "json": self._json, "csv": self._csv}[options["format"]](overview)

    def _json(self, overview: Overview) -> None:
        self.stdout.write(json.dumps(records.overview_record(overview), ensure_ascii=False, indent=2))

    def _csv(self, overview: Overview) -> None:
        # With the units below, each row names its unit.
        columns = ("unit", *records.COLUMNS) if overview.children else records.COLUMNS
        writer = csv.DictWriter(self.stdout, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for unit, indicators in _everybody(overview):
            writer.writerows({"unit": unit, **records.indicator_record(progress)} for progress in indicators)

    def _table(self, overview: Overview) -> None:
        heads = [_("Indicator"), _("Figure"), _("Goal"), _("Given below"), _("Per week"), _("Forecast"), _("State")]
        for unit, indicators in _everybody(overview):
            rows = [heads, *(_row(progress) for progress in indicators)]
            widths = [max(_width(row[column]) for row in rows) for column in range(len(heads))]
            self.stdout.write(f"{overview.programme.title} · {unit} · {formats.day(overview.on)}\n")
            for row in rows:
                cells = [
                    _pad(cell, width, left=index in (0, len(heads) - 1))
                    for index, (cell, width) in enumerate(zip(row, widths, strict=True))
                ]
                self.stdout.write("  ".join(cells).rstrip())


def _everybody(overview: Overview) -> list[tuple[str, list[IndicatorProgress]]]:
    """Return the unit with its indicators, then those below it."""
    return [
        (overview.unit.code, overview.indicators),
        *((child.unit.code, child.indicators) for child in overview.children),
    ]


def _row(progress: IndicatorProgress) -> list[str]:
    if progress.is_share:
        figure, forecast = formats.percent(progress.percent), formats.percent(progress.forecast)
        if progress.denominator:
            figure = f"{formats.number(progress.value)} / {formats.number(progress.denominator)} = {figure}"
    else:
        figure, forecast = formats.number(progress.value), formats.number(progress.forecast)
    target = formats.goal(progress.goal) if progress.is_share else formats.number(progress.target)
    sum_text = (
        wording.sum_words(progress.sum_check, progress.unit_of_count).word if progress.sum_check is not None else ""
    )
    return [
        progress.short_title,
        figure,
        target,
        sum_text,
        formats.number(progress.needed_per_week),
        forecast,
        state_name(progress.state),
    ]


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    blank = " " * (width - _width(text))
    return text + blank if left else blank + text
