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
class UnitEntry:
    """One unit as the file states it; `where` describes its location in the file in words."""

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
    """A unit file that was read: its entries in their order, and its problems."""

    entries: list[UnitEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, where: str, code: str, message: str) -> None:
        """Add one problem with its location."""
        self.problems.append(Problem(code, f"{where}: {message}"))


def read(content: bytes) -> UnitFile:
    """Return a unit file, parsed. Problems of single entries are detected here, those of the tree by `rules`."""
    unit_file = UnitFile()
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        unit_file.wrong(_("The file"), "units_file_encoding", _("it must be saved as UTF-8."))
        return unit_file
    except tomllib.TOMLDecodeError as fault:
        unit_file.wrong(_("The file"), "units_file_syntax", str(fault))
        return unit_file
    default = document.get("since")
    for key in sorted(set(document) - {"since", "unit"}):
        unit_file.wrong(_("The file"), "units_file_key", _("“%(key)s” is not a word of unit files.") % {"key": key})
    rows = document.get("unit")
    if not isinstance(rows, list) or not rows:
        unit_file.wrong(_("The file"), "units_file_empty", _("it has no [[unit]] at all."))
        return unit_file
    for number, row in enumerate(rows, 1):
        _read_unit(unit_file, number, row, default)
    return unit_file


def _text(unit_file: UnitFile, where: str, row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        unit_file.wrong(where, "units_file_missing", _("“%(key)s” is missing.") % {"key": key})
        return ""
    if not isinstance(value, str) or not value.strip():
        unit_file.wrong(where, "units_file_text", _("“%(key)s” must be a text in quotation marks.") % {"key": key})
        return ""
    text = " ".join(nfc(value).split())
    if (problem := name_problem(text, key)) is not None:
        unit_file.wrong(where, problem.code, f"“{key}”: {problem.message}")
    if len(text) > _LONGEST.get(key, 60):
        words = _("“%(key)s” is longer than %(longest)s characters.")
        unit_file.wrong(where, "units_file_long", words % {"key": key, "longest": _LONGEST.get(key, 60)})
    return text


def _day(unit_file: UnitFile, where: str, key: str, value: Any) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    unit_file.wrong(where, "units_file_day", _("“%(key)s” must be a day such as 2020-01-01.") % {"key": key})
    return None


def _names(unit_file: UnitFile, where: str, row: dict[str, Any]) -> tuple[str, ...]:
    listed = row.get("neighbourhoods", [])
    if not isinstance(listed, list) or not all(isinstance(name, str) and name.strip() for name in listed):
        words = _("“neighbourhoods” must be a list of names in quotation marks.")
        unit_file.wrong(where, "units_file_neighbourhoods", words)
        return ()
    names = tuple(" ".join(nfc(name).split()) for name in listed)
    for problem in filter(None, map(name_problem, names)):
        unit_file.wrong(where, problem.code, f"“neighbourhoods”: {problem.message}")
    for name in sorted({name for name in names if names.count(name) > 1}):
        words = _("the neighbourhood “%(name)s” is listed twice.")
        unit_file.wrong(where, "units_file_neighbourhood_twice", words % {"name": name})
    return names


def _read_unit(unit_file: UnitFile, number: int, row: Any, default: Any) -> None:
    where = _("Unit %(number)s") % {"number": number}
    if not isinstance(row, dict):
        unit_file.wrong(where, "units_file_entry", _("it must be a [[unit]] table."))
        return
    if isinstance(row.get("code"), str):
        where = _("Unit %(number)s (%(code)s)") % {"number": number, "code": row["code"]}
    before = len(unit_file.problems)
    for key in sorted(set(row) - _KEYS):
        unit_file.wrong(where, "units_file_key", _("“%(key)s” is not a word of unit files.") % {"key": key})
    code = _text(unit_file, where, row, "code")
    kind = _text(unit_file, where, row, "kind")
    name = _text(unit_file, where, row, "name")
    short_name = _text(unit_file, where, row, "short_name")
    parent = _text(unit_file, where, row, "parent") if "parent" in row else None
    since = _day(unit_file, where, "since", row.get("since", default))
    until = _day(unit_file, where, "until", row["until"]) if "until" in row else None
    neighbourhoods = _names(unit_file, where, row)
    if code and not _CODE.fullmatch(code):
        unit_file.wrong(where, "units_file_code", _("the code may have only a-z, 0-9 and single hyphens."))
    if kind and kind not in UnitKind.values:
        words = _("the kind “%(kind)s” is unknown; there are %(kinds)s.")
        unit_file.wrong(where, "units_file_kind", words % {"kind": kind, "kinds": ", ".join(UnitKind.values)})
    if since and until and until <= since:
        unit_file.wrong(where, "units_file_days", _("“until” must lie after “since”."))
    branches = row.get("branches", {})
    if not isinstance(branches, dict) or not all(
        isinstance(called, str) and called.strip() for called in branches.values()
    ):
        words = _('“branches” must give each branch a name: kp1 = "Khu phố 1".')
        unit_file.wrong(where, "units_file_branches", words)
        return
    if len(unit_file.problems) > before or since is None:
        return
    entry = UnitEntry(where, code, kind, name, short_name, parent, since, until, neighbourhoods)
    unit_file.entries.append(entry)
    for suffix, called in branches.items():
        _read_branch(unit_file, entry, suffix, called)


def _read_branch(unit_file: UnitFile, unit: UnitEntry, suffix: str, called: str) -> None:
    """Add a branch in the short form: its code and full name are derived from its unit's."""
    where = _("%(unit)s, branch %(suffix)s") % {"unit": unit.where, "suffix": suffix}
    code = f"{unit.code}-{suffix}"
    short_name = " ".join(nfc(called).split())
    name = f"Chi đoàn {short_name}, {unit.short_name}"
    if not _CODE.fullmatch(code):
        unit_file.wrong(where, "units_file_code", _("the code may have only a-z, 0-9 and single hyphens."))
    elif (problem := name_problem(short_name)) is not None:
        unit_file.wrong(where, problem.code, problem.message)
    elif len(code) > _LONGEST["code"] or len(short_name) > _LONGEST["short_name"] or len(name) > _LONGEST["name"]:
        unit_file.wrong(where, "units_file_long", _("the code or the name is too long."))
    else:
        branch = UnitKind.BRANCH.value
        unit_file.entries.append(UnitEntry(where, code, branch, name, short_name, unit.code, unit.since, unit.until))
