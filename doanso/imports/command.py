"""Shared base of the commands that import one kind of list, by the same steps as the pages."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.imports import queries
from doanso.imports.actions import run_import
from doanso.imports.heads import NamedColumns
from doanso.imports.models import Import, ImportState
from doanso.imports.ports import list_kind
from doanso.lib import formats
from doanso.lib.problems import Refused
from doanso.units.queries import unit_by_code

REJECTED = 1
UNREADABLE = 2


def _named_columns(arguments: list[str], sheet: str, head_row: int | None) -> NamedColumns | None:
    if not arguments:
        if sheet or head_row is not None:
            raise CommandError(_("--sheet and --head-row say where --column is meant; give --column too."))
        return None
    pairs = [argument.rpartition("=") for argument in arguments]
    wrong = next(
        (
            argument
            for argument, (name, sign, _field) in zip(arguments, pairs, strict=True)
            if not sign or not name.strip()
        ),
        None,
    )
    if wrong is not None:
        message = _('“%(text)s” is not COLUMN=FIELD; write for example --column "Điện thoại=phone".')
        raise CommandError(message % {"text": wrong}, returncode=UNREADABLE)
    return NamedColumns(tuple((name.strip(), field.strip()) for name, _sign, field in pairs), sheet, head_row)


class ImportCommand(BaseCommand):
    """Base command. Exit code 0 when nothing was rejected, 1 when something was, 2 when the file can't be read."""

    kind = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", required=True, metavar="CODE")
        parser.add_argument("--as", required=True, dest="actor", metavar="USER")
        parser.add_argument("--dry-run", action="store_true", help="compare only")
        parser.add_argument(
            "--skip-rejected", action="store_true", help="import the good rows although others are rejected"
        )
        parser.add_argument("--report", type=Path, metavar="OUT.json")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            dest="columns",
            help=f"what a column of the file holds: its heading or its letter, and a field ({', '.join(self._fields())});"
            " nothing behind “=” passes it over. Repeat it for more columns; the unit remembers them",
        )
        parser.add_argument(
            "--sheet", default="", help="the sheet of which --column speaks; else the first with a list"
        )
        parser.add_argument("--head-row", type=int, metavar="N", help="the row of headings of which --column speaks")

    def _fields(self) -> list[str]:
        return [column.code for column in list_kind(self.kind).columns] if self.kind else []

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(username=options["actor"].strip().lower(), is_active=True).first()
        if actor is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": options["actor"]}, returncode=UNREADABLE)
        unit = unit_by_code(options["unit"])
        if unit is None:
            raise CommandError(_("There is no unit “%(code)s”.") % {"code": options["unit"]}, returncode=UNREADABLE)
        try:
            job = run_import(
                actor=actor,
                kind=self.kind,
                unit=unit,
                path=options["file"],
                skip_rejected=options["skip_rejected"],
                dry_run=options["dry_run"],
                columns=_named_columns(options["columns"], options["sheet"], options["head_row"]),
            )
        except Refused as refusal:
            raise CommandError(refusal.problem.message, returncode=UNREADABLE) from None
        except PermissionDenied:
            message = _("%(name)s may not import this list here.") % {"name": actor.username}
            raise CommandError(message, returncode=UNREADABLE) from None
        except OSError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from None
        report = queries.row_counts(job)
        if options["report"] is not None:
            options["report"].write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self._report(job, report, dry_run=options["dry_run"])
        if report["rejected"]:
            sys.exit(REJECTED)

    def _report(self, job: Import, report: dict[str, Any], *, dry_run: bool) -> None:
        counts = {name: formats.number(report[name]) for name in ("rows", "created", "updated", "unchanged")}
        counts["rejected"] = formats.number(job.rejected_count + job.question_count)
        self.stdout.write(
            _("%(rows)s rows: %(created)s new, %(updated)s changed, %(unchanged)s unchanged, %(rejected)s rejected")
            % counts
        )
        if "people_new" in report:
            people = {name: formats.number(report[name]) for name in ("people_new", "people_known", "questions")}
            self.stdout.write(_("%(people_new)s people new, %(people_known)s known, %(questions)s questions") % people)
        for name, heading in (("rejected", _("Rejected")), ("warnings", _("Warnings"))):
            for entry in report[name]:
                place = _("row %(row)s, %(column)s") % entry if entry["column"] else _("row %(row)s") % entry
                self.stdout.write(f"{heading}: {place}: {entry['message']}")
        for note in queries.file_notes(job):
            self.stdout.write(f"{_('File')}: {note}")
        if dry_run:
            self.stdout.write(_("Nothing was written (--dry-run)."))
        elif job.state != ImportState.APPLIED and (report["created"] or report["updated"]):
            self.stdout.write(
                _("Nothing was written. Correct the rejected rows, or import the good ones with --skip-rejected.")
            )
