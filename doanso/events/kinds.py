"""The kinds of events, read from a TOML file."""

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.lib.committee_files import committee_file
from doanso.lib.problems import Problem
from doanso.lib.schema import toml_tables

SHIPPED = Path(__file__).resolve().parent / "kinds.toml"
FILE = "event-kinds.toml"
"""Name of the committee's own file in the data folder."""
OTHER = "other"
LONGEST_CODE = 40
_LONGEST_NAME = 60
_LONGEST_ABOUT = 200
_LINE = re.compile(r"([01]\d|2[0-3]):([0-5]\d) (\S.*)")


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of events, with the timetable that a new one begins with: time and text of each line, in order."""

    code: str
    name: str
    about: str
    timetable: tuple[tuple[time, str], ...] = ()

    @property
    def hours(self) -> tuple[time, time] | None:
        """From when until when an event of this kind usually lasts; None where the file does not say."""
        return (self.timetable[0][0], self.timetable[-1][0]) if len(self.timetable) > 1 else None


def kinds() -> tuple[EventKind, ...]:
    """Return the kinds of the committee's own file in the data folder, else of the shipped one."""
    path = committee_file(SHIPPED, FILE)
    return _read(path, path.stat().st_mtime_ns)


def kind_named(code: str) -> EventKind:
    """Return a kind; one named by its code, where the file no longer has it."""
    return next((kind for kind in kinds() if kind.code == code), EventKind(code, code, ""))


def kind_problem(code: str) -> Problem | None:
    """Return that the file has no such kind."""
    if code in {kind.code for kind in kinds()}:
        return None
    return Problem("event_kind_unknown", _("Choose what kind of event it is."), "kind")


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> tuple[EventKind, ...]:
    source = toml_tables.read_toml(path)
    found = []
    for entry in source.tables("event", "event"):
        kind = EventKind(
            entry.code("code", LONGEST_CODE),
            entry.text("name", _LONGEST_NAME),
            entry.text("about", _LONGEST_ABOUT, required=False),
            tuple(_line(path.name, line) for line in entry.texts("timetable", 120)),
        )
        entry.finish()
        found.append(kind)
    source.finish()
    codes = [kind.code for kind in found]
    toml_tables.refuse_duplicate_codes(path.name, codes)
    if OTHER not in codes:
        raise toml_tables.refuse(path.name, _("the kind “other” is missing."))
    return tuple(found)


def _line(file: str, line: str) -> tuple[time, str]:
    matched = _LINE.fullmatch(line)
    if matched is None:
        message = _("a line of a timetable is a time and a text, for example “07:30 Khai mạc”.")
        raise toml_tables.refuse(file, message)
    return time(int(matched[1]), int(matched[2])), matched[3]
