"""One text for equal values, to be hashed and kept: the same in every release, whatever fields and classes are called.

A persisted hash is one of a tuple that is written out where it is made: a tag, the scheme's version, and values in a fixed
order. Whoever changes what goes in raises the version and keeps the old scheme to compare stored hashes with.
"""

from collections.abc import Iterable
from datetime import date
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID


def _tuple(values: Iterable[Any]) -> str:
    return f"[{','.join([_FORMS.get(type(one), _other)(one) for one in values])}]"


def _other(value: Any) -> str:
    """The text of an enumeration; nothing else that only looks like a plain value."""
    if isinstance(value, str):
        return encode_basestring(str(value))
    raise TypeError(f"{type(value).__name__} has no canonical form: tell it as plain values.")


# By exact type: a named tuple names its parts, and a datetime depends on a zone.
_FORMS: dict[type, Any] = {
    str: encode_basestring,
    int: str,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _value: "null",
    UUID: lambda value: f'"{value}"',
    date: lambda value: f'"{value.isoformat()}"',
    tuple: _tuple,
}


def canonical(tag: str, version: int, *values: Any) -> str:
    """The tuple as JSON without spaces and with Unicode as it is; `TypeError` for what has no form.

    Values are strings, whole numbers, truth values, None, UUIDs, days, and tuples of these: nothing that names its parts, for
    their names would be hashed as well. Written by hand, since every visit needs a few and `json` takes twice as long.
    """
    return _tuple((tag, version, *values))
