"""Reading a JSON object of a machine strictly: each key by name and type, and none left over.

Messages say which key, and what stands in it instead; whoever reads them is a developer or an officer with a phone's record.
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
from doanso.lib.uuid7 import of_int
from doanso.lib.vietnamese import plain_spaces

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UUID_LENGTH = 36
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MISSING = object()


@lru_cache(maxsize=4096)
def _uuid(text: str) -> UUID | None:
    # A batch names the same unit, drive and pair in every record, and making a UUID costs as much as finding it four times.
    return of_int(int(text.replace("-", ""), 16)) if _UUID.fullmatch(text) else None


def parse(text: str | bytes) -> Any:
    """The value of a JSON text. Keys told twice, NaN and numbers beyond sense are refused like any other fault."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        raise Refused(Problem("json_unreadable", _("The message is no readable JSON."))) from fault


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A key stands twice.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Fields:
    """One object. Ask for every key, then call `done`: whatever is left over is refused."""

    __slots__ = ("_at", "_left")

    def __init__(self, value: Any, at: str = "") -> None:
        if not isinstance(value, dict):
            _refuse(at or "body", _("“%(field)s” must be an object."))
        self._left: dict[str, Any] = value.copy()
        self._at = at

    def _take(self, name: str) -> Any:
        value = self._left.pop(name, _MISSING)
        if value is _MISSING:
            _refuse(self._name(name), _("“%(field)s” is missing."))
        return value

    def _wrong(self, name: str, value: Any, message: str) -> NoReturn:
        """What was taken is not what it must be, or was never there."""
        _refuse(self._name(name), _("“%(field)s” is missing.") if value is _MISSING else message)

    def _name(self, name: str) -> str:
        return f"{self._at}.{name}" if self._at else name

    def text(self, name: str, most: int, *, least: int = 0) -> str:
        """A text of so many characters, without spaces around it and without control characters."""
        value = self._left.pop(name, _MISSING)
        if not isinstance(value, str):
            self._wrong(name, value, _("“%(field)s” must be a text."))
        if not value and not least:
            return value
        # Some keyboards part two words by a no-break space, and what was pasted holds others.
        value = plain_spaces(value).strip()
        if not least <= len(value) <= most or not value.isprintable():
            _refuse(self._name(name), _("“%(field)s” is too short, too long, or holds characters that nobody types."))
        return value

    def text_or_none(self, name: str, most: int) -> str | None:
        """A text of at most so many characters, or null."""
        if self._left.get(name, _MISSING) is None:
            del self._left[name]
            return None
        return self.text(name, most)

    def raw_text(self, name: str) -> str:
        """A text exactly as it came; whoever asks bounds it."""
        value = self._take(name)
        if not isinstance(value, str):
            _refuse(self._name(name), _("“%(field)s” must be a text."))
        return value

    def value(self, name: str) -> Any:
        """Whatever stands there."""
        return self._take(name)

    def choice(self, name: str, known: Collection[str]) -> str:
        """One of these."""
        value = self._left.pop(name, _MISSING)
        if not isinstance(value, str) or value not in known:
            self._wrong(name, value, _("“%(field)s” is none of what it may be."))
        return value

    def key(self, name: str) -> UUID:
        """A UUID."""
        found = self.key_or_none(name)
        if found is None:
            _refuse(self._name(name), _("“%(field)s” is missing."))
        return found

    def key_or_none(self, name: str) -> UUID | None:
        """A UUID in lower case with dashes, or null."""
        value = self._left.pop(name, _MISSING)
        if value is None:
            return None
        found = _uuid(value) if isinstance(value, str) and len(value) == _UUID_LENGTH else None
        if found is None:
            self._wrong(name, value, _("“%(field)s” must be a UUID."))
        return found

    def day(self, name: str) -> date:
        """A day."""
        found = self.day_or_none(name)
        if found is None:
            _refuse(self._name(name), _("“%(field)s” is missing."))
        return found

    def day_or_none(self, name: str) -> date | None:
        """A day as YYYY-MM-DD, or null."""
        value = self._take(name)
        if value is None:
            return None
        found = _read(date, value) if isinstance(value, str) and _DAY.fullmatch(value) else None
        if found is None:
            _refuse(self._name(name), _("“%(field)s” must be a day, such as 2023-11-12."))
        return found

    def moment(self, name: str) -> datetime:
        """A moment in ISO 8601 with its zone, in a year that dates can be reckoned in."""
        value = self._take(name)
        found = _read(datetime, value) if isinstance(value, str) and len(value) <= 40 else None
        if found is None or found.tzinfo is None or not 1971 <= found.year <= 9000:
            message = _("“%(field)s” must be a moment with its zone, such as 2023-11-12T08:00:00+07:00.")
            _refuse(self._name(name), message)
        # PostgreSQL knows no zone that is sixteen hours away.
        return found.astimezone(UTC)

    def whole_or_none(self, name: str, least: int, most: int) -> int | None:
        """A whole number within bounds, or null."""
        value = self._take(name)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            _refuse(self._name(name), _("“%(field)s” must be a whole number within its bounds."))
        return value

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number within bounds."""
        found = self.whole_or_none(name, least, most)
        if found is None:
            _refuse(self._name(name), _("“%(field)s” is missing."))
        return found

    def flag(self, name: str) -> bool:
        """True or false."""
        found = self.flag_or_none(name)
        if found is None:
            _refuse(self._name(name), _("“%(field)s” is missing."))
        return found

    def flag_or_none(self, name: str) -> bool | None:
        """True, false or null."""
        value = self._take(name)
        if value is not None and type(value) is not bool:
            _refuse(self._name(name), _("“%(field)s” must be true or false."))
        return value

    def object(self, name: str) -> "Fields":
        """An object within."""
        return Fields(self._take(name), self._name(name))

    def object_or_none(self, name: str) -> "Fields | None":
        """An object within, or null."""
        value = self._take(name)
        return None if value is None else Fields(value, self._name(name))

    def each(self, name: str, most: int) -> list["Fields"]:
        """A list of objects, at most so many."""
        return [Fields(one, f"{self._name(name)}.{at}") for at, one in enumerate(self._list(name, most))]

    def texts(self, name: str, most: int, *, length: int) -> list[str]:
        """A list of texts, at most so many."""
        found = self._list(name, most)
        if not all(isinstance(one, str) and len(one) <= length and one.isprintable() for one in found):
            _refuse(self._name(name), _("“%(field)s” must be a list of short texts."))
        return found

    def keys(self, name: str, most: int) -> list[UUID]:
        """A list of UUIDs, at most so many."""
        found = self._list(name, most)
        keys = [_uuid(one) for one in found if isinstance(one, str) and len(one) == _UUID_LENGTH]
        told = [one for one in keys if one is not None]
        if len(told) < len(found):
            _refuse(self._name(name), _("“%(field)s” must be a UUID."))
        return told

    def _list(self, name: str, most: int) -> list[Any]:
        value = self._take(name)
        if not isinstance(value, list) or len(value) > most:
            _refuse(self._name(name), _("“%(field)s” must be a list, and not too long a one."))
        return value

    def done(self) -> None:
        """Nothing may be left over."""
        if self._left:
            name = next(iter(self._left))[:40]
            # What nobody can type no database keeps either, and the problem is kept.
            _refuse(self._name(name if name.isprintable() else "?"), _("“%(field)s” is not known here."))


def _read[T: date](kind: type[T], text: str) -> T | None:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        return None


def _refuse(field: str, message: str) -> NoReturn:
    raise Refused(Problem("message_invalid", message % {"field": field}, field))
