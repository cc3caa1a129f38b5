"""Reading a TOML file that people write by hand: every mistake is refused with the entry and the key it is about."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOTTED = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_LARGEST = 1_000_000
"""Bytes; a file of targets that people read and write is a small fraction of that."""


def refuse(where: str, message: str, code: str = "file_entry") -> Refused:
    """The refusal that names the entry: "indicator vneid2-members: ..."."""
    return Refused(Problem(code, f"{where}: {message}", where))


class Entry:
    """One table of the file. Each key is read once; `finish` refuses keys that nobody has read, which are misspelt."""

    def __init__(self, where: str, data: Mapping[str, Any]) -> None:
        self.where = where
        self._data = data
        self._seen: set[str] = set()

    def _take(self, key: str, kind: type, *, required: bool) -> Any:
        self._seen.add(key)
        value = self._data.get(key)
        if value is None:
            if required:
                raise refuse(self.where, _("“%(key)s” is missing.") % {"key": key})
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            kinds = {
                str: _("text in quotes"), int: _("a whole number"), date: _("a date such as 2023-12-31"),
                list: _("a list in square brackets"), dict: _("a table"), bool: _("true or false"),
            }  # fmt: skip
            raise refuse(self.where, _("“%(key)s” must be %(kind)s.") % {"key": key, "kind": kinds[kind]})
        return value

    def text(self, key: str, longest: int, *, required: bool = True) -> str:
        """A line of text; "" when it may be missing and is."""
        value = (self._take(key, str, required=required) or "").strip()
        if required and not value:
            raise refuse(self.where, _("“%(key)s” is empty.") % {"key": key})
        if len(value) > longest:
            raise refuse(
                self.where,
                _("“%(key)s” has %(length)s characters; at most %(longest)s fit.")
                % {"key": key, "length": len(value), "longest": longest},
            )
        return value

    def code(self, key: str, longest: int = 50, *, required: bool = True, dotted: bool = False) -> str:
        """A code: small letters, digits, dashes, and dots where it names a part of something."""
        value = self.text(key, longest, required=required)
        if value and not (_DOTTED if dotted else _CODE).fullmatch(value):
            raise refuse(
                self.where,
                _("“%(key)s” is a code of small letters a-z, digits and dashes, for example vneid2-members.")
                % {"key": key},
            )
        return value

    def one_of(self, key: str, known: Sequence[str]) -> str:
        """One of the known words."""
        value = self.text(key, 60)
        if value not in known:
            raise refuse(
                self.where,
                _("“%(key)s” is “%(value)s”; it must be one of: %(known)s.")
                % {"key": key, "value": value, "known": ", ".join(known)},
            )
        return value

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number between two others."""
        value = self._take(key, int, required=default is None)
        if value is None:
            assert default is not None  # noqa: S101 - a required number was refused above
            return default
        if not least <= value <= most:
            raise refuse(
                self.where,
                _("“%(key)s” is %(value)s; it must be from %(least)s to %(most)s.")
                % {"key": key, "value": value, "least": least, "most": most},
            )
        return int(value)

    def day(self, key: str) -> date:
        """A date."""
        value: date = self._take(key, date, required=True)
        return value.date() if isinstance(value, datetime) else value

    def days(self, key: str) -> list[date]:
        """A list of dates, perhaps empty."""
        values = self._take(key, list, required=False) or []
        if not all(isinstance(value, date) for value in values):
            raise refuse(self.where, _("“%(key)s” must be a list of dates such as 2023-12-31.") % {"key": key})
        return sorted(values)

    def texts(self, key: str, longest: int) -> tuple[str, ...]:
        """A list of lines of text, perhaps empty."""
        lines = self._take(key, list, required=False) or []
        numbered = Entry(f"{self.where}, {key}", {str(place): line for place, line in enumerate(lines, start=1)})
        return tuple(numbered.text(str(place), longest) for place in range(1, len(lines) + 1))

    def yes_or_no(self, key: str, *, default: bool) -> bool:
        """`true` or `false`."""
        value = self._take(key, bool, required=False)
        return default if value is None else bool(value)

    def table(self, key: str) -> dict[str, Any]:
        """A table, perhaps empty."""
        return dict(self._take(key, dict, required=False) or {})

    def entries(self, key: str, called: str, *, required: bool = True) -> list["Entry"]:
        """A list of tables, each named by its code so that a mistake in it can be found."""
        found = self._take(key, list, required=required) or []
        if required and not found:
            raise refuse(self.where, _("“%(key)s” is empty.") % {"key": key})
        below = []
        for number, data in enumerate(found, start=1):
            if not isinstance(data, dict):
                raise refuse(self.where, _("“%(key)s” must be %(kind)s.") % {"key": key, "kind": _("a table")})
            below.append(Entry(f"{called} {data.get('code') or number}", data))
        return below

    def finish(self) -> None:
        """Every key was read."""
        unknown = sorted(set(self._data) - self._seen)
        if unknown:
            raise refuse(self.where, _("nobody knows the key “%(key)s”. Is it misspelt?") % {"key": unknown[0]})


def read(path: Path) -> Entry:
    """The whole file as one entry named by the file."""
    try:
        if path.stat().st_size > _LARGEST:
            raise refuse(path.name, _("the file is too large."), "file_unreadable")
        return Entry(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise refuse(path.name, _("the file cannot be read. Check its name and folder."), "file_unreadable") from error
    except UnicodeDecodeError as error:
        raise refuse(path.name, _("the file is not UTF-8 text. Save it again as UTF-8."), "file_unreadable") from error
    except tomllib.TOMLDecodeError as error:
        raise refuse(path.name, _("the file is not TOML: %(error)s") % {"error": error}, "file_unreadable") from error


def no_doubles(where: str, codes: Sequence[str]) -> None:
    """Codes of one list are told apart."""
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise refuse(where, _("the code “%(code)s” stands there twice.") % {"code": code})
