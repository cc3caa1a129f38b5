"""The unit file: a committee's tree as people write it down, read into plain entries with every fault named.

since = 2020-01-01                    # for every entry that names no day of its own

[[unit]]
code = "28252"
parent = "my-tho"                     # a code of this file or of the tree; a root has none
kind = "grassroots"
name = "Đoàn Phường 4"
short_name = "Phường 4"
neighbourhoods = ["Khu phố 1", "Khu phố 2"]
[unit.branches]                       # branch 28252-kp1, "Chi đoàn Khu phố 1, Phường 4"
kp1 = "Khu phố 1"
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib.names import name_problem
from doanso.lib.problems import Problem
from doanso.lib.vietnamese import nfc
from doanso.units.models import UnitKind

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEYS = {"code", "parent", "kind", "name", "short_name", "since", "until", "neighbourhoods", "branches"}
_LONGEST = {"code": 60, "name": 160, "short_name": 80}


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit as the file states it; `where` says where in the file, for people."""

    where: str
    code: str
    kind: str
    name: str
    short_name: str
    parent: str | None
    since: date
    until: date | None = None
    neighbourhoods: tuple[str, ...] = ()


@dataclass(slots=True)
class UnitFile:
    """What was read: entries in the file's order, and what is wrong."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, where: str, code: str, message: str) -> None:
        """Name one fault and its place."""
        self.problems.append(Problem(code, f"{where}: {message}"))


def read(content: bytes) -> UnitFile:
    """Read a unit file. Faults of a single entry are found here; what concerns the tree is for `rules`."""
    found = UnitFile()
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        found.wrong(_("The file"), "units_file_encoding", _("it must be saved as UTF-8."))
        return found
    except tomllib.TOMLDecodeError as fault:
        found.wrong(_("The file"), "units_file_syntax", str(fault))
        return found
    default = document.get("since")
    for key in sorted(set(document) - {"since", "unit"}):
        found.wrong(_("The file"), "units_file_key", _("“%(key)s” is not a word of unit files.") % {"key": key})
    rows = document.get("unit")
    if not isinstance(rows, list) or not rows:
        found.wrong(_("The file"), "units_file_empty", _("it has no [[unit]] at all."))
        return found
    for number, row in enumerate(rows, 1):
        _read_unit(found, number, row, default)
    return found


def _text(found: UnitFile, where: str, row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        found.wrong(where, "units_file_missing", _("“%(key)s” is missing.") % {"key": key})
        return ""
    if not isinstance(value, str) or not value.strip():
        found.wrong(where, "units_file_text", _("“%(key)s” must be a text in quotation marks.") % {"key": key})
        return ""
    text = " ".join(nfc(value).split())
    if (problem := name_problem(text, key)) is not None:
        found.wrong(where, problem.code, f"“{key}”: {problem.message}")
    if len(text) > _LONGEST.get(key, 60):
        words = _("“%(key)s” is longer than %(longest)s characters.")
        found.wrong(where, "units_file_long", words % {"key": key, "longest": _LONGEST.get(key, 60)})
    return text


def _day(found: UnitFile, where: str, key: str, value: Any) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found.wrong(where, "units_file_day", _("“%(key)s” must be a day such as 2020-01-01.") % {"key": key})
    return None


def _names(found: UnitFile, where: str, row: dict[str, Any]) -> tuple[str, ...]:
    listed = row.get("neighbourhoods", [])
    if not isinstance(listed, list) or not all(isinstance(name, str) and name.strip() for name in listed):
        words = _("“neighbourhoods” must be a list of names in quotation marks.")
        found.wrong(where, "units_file_neighbourhoods", words)
        return ()
    names = tuple(" ".join(nfc(name).split()) for name in listed)
    for problem in filter(None, map(name_problem, names)):
        found.wrong(where, problem.code, f"“neighbourhoods”: {problem.message}")
    for name in sorted({name for name in names if names.count(name) > 1}):
        words = _("the neighbourhood “%(name)s” is listed twice.")
        found.wrong(where, "units_file_neighbourhood_twice", words % {"name": name})
    return names


def _read_unit(found: UnitFile, number: int, row: Any, default: Any) -> None:
    where = _("Unit %(number)s") % {"number": number}
    if not isinstance(row, dict):
        found.wrong(where, "units_file_entry", _("it must be a [[unit]] table."))
        return
    if isinstance(row.get("code"), str):
        where = _("Unit %(number)s (%(code)s)") % {"number": number, "code": row["code"]}
    before = len(found.problems)
    for key in sorted(set(row) - _KEYS):
        found.wrong(where, "units_file_key", _("“%(key)s” is not a word of unit files.") % {"key": key})
    code = _text(found, where, row, "code")
    kind = _text(found, where, row, "kind")
    name = _text(found, where, row, "name")
    short_name = _text(found, where, row, "short_name")
    parent = _text(found, where, row, "parent") if "parent" in row else None
    since = _day(found, where, "since", row.get("since", default))
    until = _day(found, where, "until", row["until"]) if "until" in row else None
    neighbourhoods = _names(found, where, row)
    if code and not _CODE.fullmatch(code):
        found.wrong(where, "units_file_code", _("the code may have only a-z, 0-9 and single hyphens."))
    if kind and kind not in UnitKind.values:
        words = _("the kind “%(kind)s” is unknown; there are %(kinds)s.")
        found.wrong(where, "units_file_kind", words % {"kind": kind, "kinds": ", ".join(UnitKind.values)})
    if since and until and until <= since:
        found.wrong(where, "units_file_days", _("“until” must lie after “since”."))
    branches = row.get("branches", {})
    if not isinstance(branches, dict) or not all(
        isinstance(called, str) and called.strip() for called in branches.values()
    ):
        words = _('“branches” must give each branch a name: kp1 = "Khu phố 1".')
        found.wrong(where, "units_file_branches", words)
        return
    if len(found.problems) > before or since is None:
        return
    entry = Entry(where, code, kind, name, short_name, parent, since, until, neighbourhoods)
    found.entries.append(entry)
    for suffix, called in branches.items():
        _read_branch(found, entry, suffix, called)


def _read_branch(found: UnitFile, unit: Entry, suffix: str, called: str) -> None:
    """A branch in the short form: its code and full name are made from its unit's."""
    where = _("%(unit)s, branch %(suffix)s") % {"unit": unit.where, "suffix": suffix}
    code = f"{unit.code}-{suffix}"
    short_name = " ".join(nfc(called).split())
    name = f"Chi đoàn {short_name}, {unit.short_name}"
    if not _CODE.fullmatch(code):
        found.wrong(where, "units_file_code", _("the code may have only a-z, 0-9 and single hyphens."))
    elif (problem := name_problem(short_name)) is not None:
        found.wrong(where, problem.code, problem.message)
    elif len(code) > _LONGEST["code"] or len(short_name) > _LONGEST["short_name"] or len(name) > _LONGEST["name"]:
        found.wrong(where, "units_file_long", _("the code or the name is too long."))
    else:
        branch = UnitKind.BRANCH.value
        found.entries.append(Entry(where, code, branch, name, short_name, unit.code, unit.since, unit.until))
