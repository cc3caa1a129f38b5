"""`doanso report --programme CODE --period 2023-10 --out FOLDER`: a unit's report as files, without the pages."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.accounts.queries import user_by_username
from doanso.lib.problems import Refused
from doanso.reports.actions.reports import find_or_assemble_report
from doanso.reports.assembly import assemble
from doanso.reports.content import numbers
from doanso.reports.models import ReportForm, ReportFormat
from doanso.reports.renderers import MEDIA, render
from doanso.reports.rules import spans
from doanso.targets import queries as targets
from doanso.units.models import Unit
from doanso.units.queries import unit_by_code

WRITTEN = (ReportFormat.PDF, ReportFormat.DOCX, ReportFormat.XLSX, ReportFormat.JSON)


class Command(BaseCommand):
    help = (
        "Write a unit's report of some days as PDF, DOCX, XLSX and JSON: the one that was frozen last, else the closed "
        "figures, else those of now. Exit 1: refused; 2: unknown user, unit or period, or the folder can't be written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", required=True, metavar="CODE")
        parser.add_argument("--unit", metavar="CODE", help="without it the programme's root")
        parser.add_argument(
            "--period",
            required=True,
            metavar="PERIOD",
            help="2023-10, 2023-W41, 2023-Q3, 2023-H1, 2023 or 2023-10-01..2023-10-15",
        )
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER")
        parser.add_argument("--as", dest="user", help="act as this user; without it the server itself does it")
        parser.add_argument(
            "--form",
            choices=ReportForm.values,
            help="form of the document, else that of the frozen report, else doan; refused if the frozen report has another",
        )
        parser.add_argument(
            "--base",
            metavar="URL",
            help="what the links of the files begin with, else this installation's name; without either there are none",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._write(options)
        except PermissionDenied as error:
            raise CommandError(_("This user may not see reports of that unit."), returncode=1) from error
        except Refused as refused:
            code = 2 if refused.problem.code in {"period_unreadable", "period_backwards", "programme_unknown"} else 1
            raise CommandError(refused.problem.message, returncode=code) from refused
        except OSError as error:
            message = _("The folder can't be written: %(why)s") % {"why": error.strerror or error}
            raise CommandError(message, returncode=2) from error

    def _write(self, options: dict[str, Any]) -> None:
        programme = targets.require_programme(options["programme"])
        unit = self._unit(options["unit"]) if options["unit"] else programme.root
        report = find_or_assemble_report(
            actor=self._user(options["user"]) if options["user"] else None,
            programme=programme,
            unit=unit,
            span=spans.read(options["period"]),
            form=options["form"],
        )
        content = assemble(report)
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        base = (options["base"] or _own_address()).rstrip("/")
        for file_format in WRITTEN:
            path = folder / f"bao-cao-{unit.code}-{options['period'].strip()}.{MEDIA[file_format].extension}"
            _put(path, render(content, file_format, base=base))
            self.stdout.write(str(path))
        digest = hashlib.sha256(numbers(content)).hexdigest()
        state = _("frozen figures") if content.frozen_hash else _("figures of now, not frozen")
        self.stdout.write(_("Numbers (SHA-256): %(hash)s, %(state)s") % {"hash": digest, "state": state})

    def _unit(self, code: str) -> Unit:
        unit = unit_by_code(code)
        if unit is None:
            raise CommandError(_("There is no unit “%(code)s”.") % {"code": code}, returncode=2)
        return unit

    def _user(self, name: str) -> User:
        user = user_by_username(name)
        if user is None:
            raise CommandError(_("Nobody has the user name “%(name)s”.") % {"name": name}, returncode=2)
        return user


def _own_address() -> str:
    """Return this installation's address from the settings; "" where the settings name this machine only.

    A link to localhost would lead readers of the file to their own machine.
    """
    hosts = [
        host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*", "[", "127.")) and host != "localhost"
    ]
    return f"{'https' if settings.HTTPS else 'http'}://{hosts[0]}" if hosts else ""


def _put(path: Path, content: bytes) -> None:
    """Write the file atomically, so that nobody opens an incomplete one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
