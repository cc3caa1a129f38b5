"""The canonical text of values for persisted hashes: equal in every release, independent of names of fields and classes.

A persisted hash is that of a tuple written out in the code: a tag, the scheme's version, and values in a fixed order. A change
of the values needs a new version, and the old scheme stays to compare stored hashes with.
"""

from collections.abc import Iterable
from datetime import date
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID


def _tuple_text(values: Iterable[Any]) -> str:
    return f"[{','.join([_FORMS.get(type(value), _enumeration_text)(value) for value in values])}]"


def _enumeration_text(value: Any) -> str:
    """Return the text of a string enumeration; raise `TypeError` for any other subclass of a plain type."""
    if isinstance(value, str):
        return encode_basestring(str(value))
    raise TypeError(f"{type(value).__name__} has no canonical form: give plain values.")


# By exact type: a named tuple has names of fields, and a datetime depends on a zone.
_FORMS: dict[type, Any] = {
    str: encode_basestring,
    int: str,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _value: "null",
    UUID: lambda value: f'"{value}"',
    date: lambda value: f'"{value.isoformat()}"',
    tuple: _tuple_text,
}


def canonical(tag: str, version: int, *values: Any) -> str:
    """Return the tuple as JSON without spaces and with unescaped Unicode; raise `TypeError` for a value without a form.

    Values are strings, whole numbers, booleans, None, UUIDs, dates, and tuples of these; nothing with named parts, whose names
    would be hashed as well. Written by hand, since every visit needs a few and `json` takes twice as long.
    """
    return _tuple_text((tag, version, *values))
