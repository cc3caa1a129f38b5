"""Contents of stored records, read again from their bytes for pages and for a later decision."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import parse_json
from doanso.sync import ports, sealed
from doanso.sync.models import Record

MOST_LINES = 80
MOST_DEEP = 12
"""Deepest level shown of a record of unknown kind; the parser accepts thousands of levels, a page does not."""
_SECRET = frozenset({"receipt", "proof"})
"""Keys of a body whose values open a receipt or stand for a signature; no page shows them."""


def envelope_of(record: Record) -> Mapping[str, Any] | None:
    """Return the record's envelope; None once its bytes were erased."""
    payload = sealed.payload_of(record)
    if payload is None:
        return None
    envelope: Mapping[str, Any] = parse_json(payload)
    return envelope


def read_record(record: Record) -> tuple[ports.RecordKind, UUID | None, Any]:
    """Return a record's kind, unit id and content; raise `Refused` when it is erased, of unknown kind or invalid."""
    envelope = envelope_of(record)
    if envelope is None:
        message = _("The bytes of this record were erased; it can only be left out.")
        raise Refused(Problem("bytes_gone", message))
    kind = ports.record_kind(record.kind)
    if kind is None or record.version not in kind.versions:
        message = _("This server does not know records of this kind yet.")
        raise Refused(Problem("kind_unknown", message, "kind"))
    unit = envelope["unit"]
    return kind, UUID(unit) if unit is not None else None, kind.read(envelope["body"], record.version)


def lines_of(record: Record) -> list[tuple[str, str]]:
    """Return titles and texts of a record's content in its owner's words or, where the owner cannot read it, key by key."""
    try:
        kind, _unit, content = read_record(record)
    except Refused:
        envelope = envelope_of(record)
        return [] if envelope is None else list(_raw(envelope["body"]))[:MOST_LINES]
    return [(str(title), str(text)) for title, text in kind.lines(content)]


def _raw(value: Any, name: str = "", deep: int = 0) -> Iterator[tuple[str, str]]:
    if deep > MOST_DEEP:
        yield _shown(name, 80), "…"
    elif isinstance(value, Mapping):
        for key, value_inside in value.items():
            if key not in _SECRET:
                yield from _raw(value_inside, f"{name}.{key}" if name else str(key), deep + 1)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, value_inside in enumerate(value):
            yield from _raw(value_inside, f"{name}.{index + 1}", deep + 1)
    elif value not in (None, ""):
        yield _shown(name, 80), _shown(str(value), 200)


def _shown(text: str, most: int) -> str:
    """Return at most `most` characters of a text, lone surrogates replaced."""
    return text[:most].encode(errors="replace").decode()
