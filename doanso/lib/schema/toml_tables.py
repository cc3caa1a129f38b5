"""Strict reading of TOML files that people write by hand.

A refusal begins with the entry it is about, such as "indicator vneid2-members: …", and names the key. Its code is `file_entry`,
or `file_unreadable` when the file is no TOML at all.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.reader import ObjectReader

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOTTED = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
LARGEST_FILE = 1_000_000
"""Bytes; a file of targets that people read and write is a small fraction of that."""


def refuse(location: str, message: str, code: str = "file_entry") -> Refused:
    """Return the refusal that names the entry: "indicator vneid2-members: ..."."""
    return Refused(Problem(code, f"{location}: {message}", location))


class TomlTable(ObjectReader):
    """One table of a file; `location` is its name in refusals: the file's name, or the entry's kind and code."""

    __slots__ = ()

    def __init__(self, location: str, values: Mapping[str, Any]) -> None:
        super().__init__(values, location)

    def _missing(self, name: str) -> Refused:
        return refuse(self.location, _("“%(key)s” is missing.") % {"key": name})

    def _wrong_type(self, name: str, value: Any, kind: type) -> Refused:
        kinds = {
            str: _("text in quotes"), int: _("a whole number"), date: _("a date such as 2023-12-31"),
            list: _("a list in square brackets"), dict: _("a table"), bool: _("true or false"),
        }  # fmt: skip
        return refuse(self.location, _("“%(key)s” must be %(kind)s.") % {"key": name, "kind": kinds[kind]})

    def _not_allowed(self, name: str, value: Any, allowed: Collection[str]) -> Refused:
        if not isinstance(value, str):
            return self._wrong_type(name, value, str)
        message = _("“%(key)s” is “%(value)s”; it must be one of: %(known)s.")
        return refuse(self.location, message % {"key": name, "value": value, "known": ", ".join(allowed)})

    def _out_of_bounds(self, name: str, value: int, least: int, most: int) -> Refused:
        message = _("“%(key)s” is %(value)s; it must be from %(least)s to %(most)s.")
        return refuse(self.location, message % {"key": name, "value": value, "least": least, "most": most})

    def _unknown(self, name: str) -> Refused:
        return refuse(self.location, _("nobody knows the key “%(key)s”. Is it misspelt?") % {"key": name})

    def _empty(self, name: str) -> Refused:
        return refuse(self.location, _("“%(key)s” is empty.") % {"key": name})

    def text(self, name: str, longest: int, *, required: bool = True) -> str:
        """Take a text, which may have several lines; "" when it may be missing and is."""
        if not required and name not in self._left:
            return ""
        value = self._take_typed(name, str).strip()
        if required and not value:
            raise self._empty(name)
        if len(value) > longest:
            message = _("“%(key)s” has %(length)s characters; at most %(longest)s fit.")
            raise refuse(self.location, message % {"key": name, "length": len(value), "longest": longest})
        return value

    def code(self, name: str, longest: int = 50, *, required: bool = True, dotted: bool = False) -> str:
        """Take a code: small letters, digits, dashes, and dots where it names a part of something."""
        value = self.text(name, longest, required=required)
        if value and not (_DOTTED if dotted else _CODE).fullmatch(value):
            message = _("“%(key)s” is a code of small letters a-z, digits and dashes, for example vneid2-members.")
            raise refuse(self.location, message % {"key": name})
        return value

    def day(self, name: str) -> date:
        """Take a date; of a date with a time, the date."""
        value = self._take(name)
        if not isinstance(value, date):
            raise self._wrong_type(name, value, date)
        return value.date() if isinstance(value, datetime) else value

    def optional_day(self, name: str) -> date | None:
        """Take a date that may be missing: None when it is."""
        return self.day(name) if name in self._left else None

    def days(self, name: str) -> list[date]:
        """Take a list of dates, sorted; of a date with a time, the date. Empty when it is missing."""
        values = self._take_list(name)
        if not all(isinstance(value, date) for value in values):
            raise refuse(self.location, _("“%(key)s” must be a list of dates such as 2023-12-31.") % {"key": name})
        return sorted(value.date() if isinstance(value, datetime) else value for value in values)

    def texts(self, name: str, longest: int) -> tuple[str, ...]:
        """Take a list of texts of 1 to `longest` characters each; empty when it is missing."""
        values = self._take_list(name)
        numbered = TomlTable(f"{self.location}, {name}", {str(n): value for n, value in enumerate(values, start=1)})
        return tuple(numbered.text(str(n), longest) for n in range(1, len(values) + 1))

    def integers(self, name: str, least: int, most: int) -> tuple[int, ...]:
        """Take a list of whole numbers within bounds; empty if it is missing."""
        numbers = []
        for value in self._take_list(name):
            if not isinstance(value, int) or isinstance(value, bool):
                raise self._wrong_type(name, value, int)
            if not least <= value <= most:
                raise self._out_of_bounds(name, value, least, most)
            numbers.append(value)
        return tuple(numbers)

    def table(self, name: str) -> dict[str, Any]:
        """Take a table as it is; empty when it is missing."""
        return self._take_typed(name, dict) if name in self._left else {}

    def tables(self, name: str, called: str, *, required: bool = True) -> list["TomlTable"]:
        """Take a list of tables; a refusal calls each by `called` and its code, or its number where it has no code."""
        if required and name not in self._left:
            raise self._missing(name)
        values = self._take_list(name)
        if required and not values:
            raise self._empty(name)
        if not all(isinstance(value, dict) for value in values):
            raise self._wrong_type(name, values, dict)
        return [TomlTable(f"{called} {value.get('code') or n}", value) for n, value in enumerate(values, start=1)]

    def _take_list(self, name: str) -> list[Any]:
        return self._take_typed(name, list) if name in self._left else []


def read_toml(path: Path) -> TomlTable:
    """Return the whole file as one table, named after the file; raise `Refused` as `parse_toml` does, or if it cannot be read."""
    try:
        # One byte more than fits shows that the file is too large.
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise refuse(path.name, _("the file cannot be read. Check its name and folder."), "file_unreadable") from error
    return parse_toml(path.name, content)


def parse_toml(name: str, content: bytes) -> TomlTable:
    """Return the content of a file as one table, named `name`.

    Raise `Refused` for content that is larger than 1 MB, is no UTF-8 or no TOML, has a key twice, nests deeper than the
    interpreter's recursion limit, has a number of thousands of digits, or the character U+0000, which no database stores.
    """
    if len(content) > LARGEST_FILE:
        raise refuse(name, _("the file is too large."), "file_unreadable")
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refuse(name, _("the file is not UTF-8 text. Save it again as UTF-8."), "file_unreadable") from error
    except (ValueError, RecursionError) as error:
        raise refuse(name, _syntax_words(error), "file_unreadable") from error
    if _holds_null(values):
        raise refuse(
            name, _("the file holds the character \\u0000, which cannot be stored. Remove it."), "file_unreadable"
        )
    return TomlTable(name, values)


def _syntax_words(error: Exception) -> str:
    """Return where a file stops being TOML, if the reader says so, and what to do; the reader's own words are English."""
    place = re.search(r"at line (\d+), column (\d+)", str(error))
    if place is None:
        return _("the file is not TOML, or ends too early. Download it again and repeat the change.")
    words = {"line": place[1], "column": place[2]}
    return (
        _("the file is not TOML at line %(line)s, character %(column)s. Mend that line and choose the file again.")
        % words
    )


def _holds_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_null(each) for entry in value.items() for each in entry)
    if isinstance(value, list):
        return any(_holds_null(each) for each in value)
    return isinstance(value, str) and "\0" in value


def refuse_duplicate_codes(location: str, codes: Sequence[str]) -> None:
    """Raise `Refused` for the first duplicate code in a list."""
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise refuse(location, _("the code “%(code)s” stands there twice.") % {"code": code})
