"""The reorganisation file: the actions of a decision in order. The format's key `deed` is fixed.

on = 2025-07-01                        # for every action that names no day of its own
decision = "1663/NQ-UBTVQH15"

[[deed]]
kind = "merge"                         # into an existing unit, or into a new one: code, name, short_name
units = ["28252", "28282"]
into = "28249"
name = "Đoàn phường Đạo Thạnh"
short_name = "Phường Đạo Thạnh"
roles = true                           # roles at the ended units are given to their holders at the successor

[[deed]]
kind = "move"                          # unit, parent
[[deed]]
kind = "rename"                        # unit, name, short_name
[[deed]]
kind = "split"                         # unit, code, name, short_name, children
[[deed]]
kind = "end"                           # unit, successor, roles
"""

import tomllib
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.lib.vietnamese import nfc
from doanso.organisation.models import ChangeKind
from doanso.organisation.plans import AnyPlan, EndPlan, MergePlan, MovePlan, RenamePlan, SplitPlan
from doanso.units.models import Unit
from doanso.units.queries import units_by_code

_WORDS: dict[str, tuple[set[str], set[str]]] = {
    ChangeKind.MOVE: ({"unit", "parent"}, set()),
    ChangeKind.RENAME: ({"unit", "name", "short_name"}, set()),
    ChangeKind.MERGE: ({"units"}, {"into", "code", "name", "short_name", "roles"}),
    ChangeKind.SPLIT: ({"unit", "code", "name", "short_name", "children"}, set()),
    ChangeKind.END: ({"unit"}, {"successor", "roles"}),
}
_LISTS = {"units", "children"}


def _wrong(message: str, **words: object) -> Refused:
    return Refused(Problem("file-faulty", message % words))


def read(content: bytes) -> list[dict[str, Any]]:
    """Return the file's actions as plain tables, each with its day and decision. Raise `Refused` for the first
    malformed entry."""
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise Refused(Problem("file-unreadable", _("The file can't be read: %(fault)s") % {"fault": fault})) from fault
    entries = document.get("deed")
    if not isinstance(entries, list) or not entries:
        raise _wrong(_("The file has no [[deed]] at all."))
    head = {"on": document.get("on"), "decision": document.get("decision", "")}
    return [_checked(number, head | entry) for number, entry in enumerate(entries, 1)]


def _checked(number: int, entry: dict[str, Any]) -> dict[str, Any]:
    kind = entry.get("kind")
    if kind not in _WORDS:
        raise _wrong(_("Deed %(number)s: its kind must be one of %(kinds)s."), number=number, kinds=", ".join(_WORDS))
    needed, possible = _WORDS[kind]
    given_keys = set(entry) - {"kind", "on", "decision"}
    if missing := needed - given_keys:
        raise _wrong(_("Deed %(number)s: “%(key)s” is missing."), number=number, key=min(missing))
    if unknown := given_keys - needed - possible:
        raise _wrong(_("Deed %(number)s: “%(key)s” says nothing here."), number=number, key=min(unknown))
    if not isinstance(entry["on"], date) or isinstance(entry["on"], datetime):
        raise _wrong(_("Deed %(number)s: “on” must be a day such as 2025-07-01."), number=number)
    for key in given_keys | {"decision"}:
        value, is_list = entry[key], key in _LISTS
        texts = value if is_list and isinstance(value, list) else [value]
        if key == "roles":
            fits = isinstance(value, bool)
        else:
            fits = isinstance(value, list) == is_list and all(isinstance(text, str) for text in texts)
        if not fits:
            raise _wrong(_("Deed %(number)s: “%(key)s” has the wrong form."), number=number, key=key)
    return {key: nfc(value) if isinstance(value, str) else value for key, value in entry.items()}


def codes_of(entries: list[dict[str, Any]]) -> set[str]:
    """Return the codes of all units that the file names, to be locked before the first action."""
    single = {entry[key] for entry in entries for key in ("unit", "parent", "into", "successor") if key in entry}
    return single | {code for entry in entries for key in _LISTS if key in entry for code in entry[key]}


def _units(codes: list[str]) -> list[Unit]:
    units = units_by_code(codes)
    if missing := [code for code in codes if code not in units]:
        raise _wrong(_("There is no unit with the code “%(code)s”."), code=missing[0])
    return [units[code] for code in codes]


def plan_of(entry: dict[str, Any]) -> AnyPlan:
    """Return the plan of one action; its units are looked up now, so it may name a unit that an earlier action created."""
    base: dict[str, Any] = {"on": entry["on"], "decision": entry["decision"]}
    texts = {key: entry[key] for key in ("code", "name", "short_name") if key in entry}
    match entry["kind"]:
        case ChangeKind.MOVE:
            unit, parent = _units([entry["unit"], entry["parent"]])
            return MovePlan(**base, unit=unit, parent=parent)
        case ChangeKind.RENAME:
            return RenamePlan(**base, unit=_units([entry["unit"]])[0], **texts)
        case ChangeKind.MERGE:
            into = _units([entry["into"]])[0] if "into" in entry else None
            return MergePlan(
                **base, units=_units(entry["units"]), into=into, all_roles=entry.get("roles", False), **texts
            )
        case ChangeKind.SPLIT:
            return SplitPlan(**base, unit=_units([entry["unit"]])[0], children=_units(entry["children"]), **texts)
        case _:
            successor = _units([entry["successor"]])[0] if "successor" in entry else None
            return EndPlan(
                **base, unit=_units([entry["unit"]])[0], successor=successor, all_roles=entry.get("roles", False)
            )
