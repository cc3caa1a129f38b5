"""Write the lists of a unit's data into one ZIP archive, in bounded memory and up to a bounded number of rows."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import clock, formats
from doanso.lib.problems import Problem, Refused
from doanso.lib.spreadsheet import table_file
from doanso.reports.unit_export.lists import ExportList, lists
from doanso.targets import queries as targets
from doanso.units.queries import NamedUnit

MOST_ROWS = 200_000
"""Rows of all lists together; above that a unit's data is exported by the units below it."""
README = "DOC-TRUOC.txt"


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A list in the archive, with the number of its rows."""

    name: str
    title: str
    about: str
    file: str
    rows: int


class _Counter:
    """Counts the rows of all lists and refuses more than the archive may have."""

    def __init__(self, most: int) -> None:
        self._left = most
        self.rows = 0

    def counted(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        self.rows = 0
        for row in rows:
            self.rows += 1
            self._left -= 1
            if self._left < 0:
                message = _("This unit has more rows than one archive holds. Export the units below it one by one.")
                raise Refused(Problem("export_too_large", message))
            yield row


def write_archive(actor: User, unit: NamedUnit, target: IO[bytes]) -> list[WrittenList]:
    """Write the archive as the actor may read the unit, and return its lists; raise `Refused` above the limit of rows."""
    moment = clock.now()
    counter = _Counter(MOST_ROWS)
    written: list[WrittenList] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, entry in enumerate(lists(), start=1):
            file = f"{number:02}-{entry.name}.xlsx"
            _write_list(archive, file, entry, counter.counted(entry.rows(actor, unit)))
            written.append(WrittenList(entry.name, entry.title, entry.about, file, counter.rows))
        archive.writestr(README, _readme(actor, unit, moment, written))
    return written


def _write_list(archive: zipfile.ZipFile, file: str, entry: ExportList, rows: Iterable[Sequence[Any]]) -> None:
    with (
        table_file(columns=entry.columns, rows=rows, sheet_name=entry.title) as table,
        archive.open(file, "w", force_zip64=True) as part,
    ):
        while chunk := table.read(1 << 16):
            part.write(chunk)


def _readme(actor: User, unit: NamedUnit, moment: datetime, written: Sequence[WrittenList]) -> bytes:
    """Return the text that says what the archive is; a byte order mark lets Windows read it as UTF-8."""
    programmes = [
        f"{programme.title} ({formats.day(programme.first_day)} – {formats.day(programme.last_day)})"
        for programme in targets.programmes_at(unit.unit, clock.today())
    ]
    names = {"unit": unit.name, "code": unit.code, "moment": formats.moment(moment), "who": actor.display_name}
    lines = [
        _("Data of %(unit)s (%(code)s)") % names,
        _("Taken at %(moment)s by %(who)s.") % names,
        _("Programmes: %(names)s") % {"names": "; ".join(programmes) or _("none")},
        "",
        _("The files hold what this person could read at that moment, of the unit and the units below it. Names are initials and"
          " numbers are masked wherever the pages mask them; whole personal numbers are never in it."),
        _("It contains personal data: keep it only as long as the work needs it, and give it to nobody else."),
        "",
    ]  # fmt: skip
    for entry in written:
        rows = _("%(count)s rows") % {"count": formats.number(entry.rows)}
        lines.append(f"{entry.file}: {entry.title}, {rows}. {entry.about}")
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def archive_file(actor: User, unit: NamedUnit) -> tuple[IO[bytes], list[WrittenList]]:
    """Return the archive in an anonymous temporary file at its start, and its lists; closing the file deletes it."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the caller closes it
    try:
        written = write_archive(actor, unit, target)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target, written
