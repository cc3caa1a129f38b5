"""Strict reading of JSON messages from phones and other machines.

A refusal has the code `message_invalid` and names the field by its path, such as `people.0.name`. Its readers are developers, and
officers who look at a record that a phone sent.
"""

import json
import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NoReturn
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.reader import MISSING, ObjectReader
from doanso.lib.uuid7 import of_int
from doanso.lib.vietnamese import plain_spaces

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UUID_LENGTH = 36
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_MOMENT = 40
_LONGEST_KEY_SHOWN = 40
# Arithmetic with dates must not leave the years 1 to 9999.
_FIRST_YEAR, _LAST_YEAR = 1971, 9000


@lru_cache(maxsize=4096)
def _uuid(text: str) -> UUID | None:
    # A batch names the same unit, drive and pair in every record, and making a UUID costs as much as finding it four times.
    return of_int(int(text.replace("-", ""), 16)) if _UUID.fullmatch(text) else None


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text.

    Raise `Refused` with the code `json_unreadable` for a duplicate key in an object, NaN, infinity, nesting deeper than the
    interpreter's recursion limit, and any text that is no JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as fault:
        raise Refused(Problem("json_unreadable", _("The message is no readable JSON."))) from fault


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("A key stands twice.")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _invalid(path: str, message: str) -> Refused:
    return Refused(Problem("message_invalid", message % {"field": path}, path))


class JsonObject(ObjectReader):
    """One JSON object of a message; `location` is its path, "" for the whole message.

    Null is refused like a missing key unless the method says that it is read.
    """

    __slots__ = ()

    def __init__(self, value: Any, location: str = "") -> None:
        if not isinstance(value, dict):
            raise _invalid(location or "body", _("“%(field)s” must be an object."))
        super().__init__(value, location)

    def _path(self, name: str) -> str:
        return f"{self.location}.{name}" if self.location else name

    def _missing(self, name: str) -> Refused:
        return _invalid(self._path(name), _("“%(field)s” is missing."))

    def _wrong_type(self, name: str, value: Any, kind: type) -> Refused:
        if value is MISSING or (value is None and kind in {int, bool}):
            return self._missing(name)
        messages = {
            str: _("“%(field)s” must be a text."),
            int: _("“%(field)s” must be a whole number within its bounds."),
            bool: _("“%(field)s” must be true or false."),
            list: _("“%(field)s” must be a list, and not too long a one."),
        }
        return _invalid(self._path(name), messages[kind])

    def _not_allowed(self, name: str, value: Any, allowed: Collection[str]) -> Refused:
        return _invalid(self._path(name), _("“%(field)s” is none of what it may be."))

    def _out_of_bounds(self, name: str, value: int, least: int, most: int) -> Refused:
        return _invalid(self._path(name), _("“%(field)s” must be a whole number within its bounds."))

    def _unknown(self, name: str) -> Refused:
        shown = name[:_LONGEST_KEY_SHOWN]
        # The problem is stored with the record, and no database stores control characters or lone surrogates.
        return _invalid(self._path(shown if shown.isprintable() else "?"), _("“%(field)s” is not known here."))

    def _take_null(self, name: str) -> bool:
        """Take the key and return True if its value is null; a missing key is not null."""
        if self._left.get(name, MISSING) is not None:
            return False
        del self._left[name]
        return True

    def text(self, name: str, most: int, *, least: int = 0) -> str:
        """Take a text of `least` to `most` characters, without spaces around it and without control characters."""
        value = self._left.pop(name, MISSING)
        if not isinstance(value, str):
            raise self._wrong_type(name, value, str)
        if not value and not least:
            return value
        # Some keyboards separate two words by a no-break space, and pasted texts contain others.
        value = plain_spaces(value).strip()
        if not least <= len(value) <= most or not value.isprintable():
            message = _("“%(field)s” is too short, too long, or holds characters that nobody types.")
            raise _invalid(self._path(name), message)
        return value

    def text_or_none(self, name: str, most: int) -> str | None:
        """Take a text of at most `most` characters, or null."""
        return None if self._take_null(name) else self.text(name, most)

    def raw_text(self, name: str, *, default: str | None = None) -> str:
        """Take a text exactly as it came; one with a default may be left out. The caller bounds its length."""
        if default is not None and name not in self._left:
            return default
        return self._take_typed(name, str)

    def value(self, name: str) -> Any:
        """Take a value of any type, null included."""
        return self._take(name)

    def uuid(self, name: str) -> UUID:
        """Take a UUID."""
        value = self.uuid_or_none(name)
        if value is None:
            raise self._missing(name)
        return value

    def uuid_or_none(self, name: str) -> UUID | None:
        """Take a UUID in lower case with dashes, or null."""
        value = self._left.pop(name, MISSING)
        if value is None:
            return None
        if value is MISSING:
            raise self._missing(name)
        uuid = _uuid(value) if isinstance(value, str) and len(value) == _UUID_LENGTH else None
        if uuid is None:
            raise self._not_uuid(name)
        return uuid

    def uuids(self, name: str, most: int) -> list[UUID]:
        """Take a list of at most `most` UUIDs."""
        values = self._take_list(name, most)
        uuids = [_uuid(value) for value in values if isinstance(value, str) and len(value) == _UUID_LENGTH]
        valid = [uuid for uuid in uuids if uuid is not None]
        if len(valid) < len(values):
            raise self._not_uuid(name)
        return valid

    def _not_uuid(self, name: str) -> Refused:
        return _invalid(self._path(name), _("“%(field)s” must be a UUID."))

    def day(self, name: str) -> date:
        """Take a day."""
        value = self.day_or_none(name)
        if value is None:
            raise self._missing(name)
        return value

    def day_or_none(self, name: str) -> date | None:
        """Take a day as YYYY-MM-DD, or null."""
        value = self._take(name)
        if value is None:
            return None
        day = _from_iso(date, value) if isinstance(value, str) and _DAY.fullmatch(value) else None
        if day is None:
            raise _invalid(self._path(name), _("“%(field)s” must be a day, such as 2023-11-12."))
        return day

    def moment(self, name: str) -> datetime:
        """Take a moment in ISO 8601 with its zone; return it in UTC."""
        value = self._take(name)
        moment = _from_iso(datetime, value) if isinstance(value, str) and len(value) <= _LONGEST_MOMENT else None
        if moment is None or moment.tzinfo is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            message = _("“%(field)s” must be a moment with its zone, such as 2023-11-12T08:00:00+07:00.")
            raise _invalid(self._path(name), message)
        # PostgreSQL knows no zone that is sixteen hours away.
        return moment.astimezone(UTC)

    def integer_or_none(self, name: str, least: int, most: int) -> int | None:
        """Take a whole number from `least` to `most`, or null."""
        return None if self._take_null(name) else self.integer(name, least, most)

    def flag_or_none(self, name: str) -> bool | None:
        """Take true, false or null."""
        return None if self._take_null(name) else self.flag(name)

    def object(self, name: str) -> "JsonObject":
        """Take an object within this one."""
        return JsonObject(self._take(name), self._path(name))

    def object_or_none(self, name: str) -> "JsonObject | None":
        """Take an object within this one, or null."""
        return None if self._take_null(name) else self.object(name)

    def object_list(self, name: str, most: int) -> list["JsonObject"]:
        """Take a list of at most `most` objects; the path of each ends with its index."""
        values = self._take_list(name, most)
        return [JsonObject(value, f"{self._path(name)}.{index}") for index, value in enumerate(values)]

    def texts(self, name: str, most: int, *, length: int) -> list[str]:
        """Take a list of at most `most` printable texts of at most `length` characters."""
        values = self._take_list(name, most)
        if not all(isinstance(value, str) and len(value) <= length and value.isprintable() for value in values):
            raise _invalid(self._path(name), _("“%(field)s” must be a list of short texts."))
        return values

    def _take_list(self, name: str, most: int) -> list[Any]:
        values = self._take_typed(name, list)
        if len(values) > most:
            raise self._wrong_type(name, values, list)
        return values


def _from_iso[T: date](kind: type[T], text: str) -> T | None:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        return None
