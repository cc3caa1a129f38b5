"""What is hashed, and how: pure, so that anyone can recompute it from an export."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

FIRST_LINK = "0" * 64
"""What the first seal of an installation names as its predecessor."""


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _key(key: UUID | None) -> str | None:
    return str(key) if key else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=64)
def _around_object(
    at: datetime,
    actor_id: UUID | None,
    actor_note: str,
    verb: str,
    object_kind: str,
    unit_id: UUID | None,
    changed: tuple[str, ...],
) -> tuple[str, str]:
    """The canonical JSON of an event before and after the object's key, which is all that the events of a deed differ in."""
    before = _ENCODER.encode([_moment(at), _key(actor_id), actor_note, verb, object_kind])
    after = _ENCODER.encode([_key(unit_id), list(changed)])
    return f'{before[:-1]},"', f'",{after[1:]}'


def event_hash(
    *,
    at: datetime,
    actor_id: UUID | None,
    actor_note: str,
    verb: str,
    object_kind: str,
    object_id: UUID,
    unit_id: UUID | None,
    changed: Sequence[str],
) -> str:
    """The hash of one event, over everything but the number the database gave it (the seal covers that): of the canonical JSON
    (no spaces, Unicode as it is) of a list of these values in this order."""
    before, after = _around_object(at, actor_id, actor_note, verb, object_kind, unit_id, tuple(changed))
    return _sha256(f"{before}{object_id}{after}")


def seal_hash(*, at: datetime, previous_hash: str, events: Iterable[tuple[int, str]]) -> str:
    """The hash of a link: over the link before it and the number and hash of each event it covers, in order."""
    return _sha256(_ENCODER.encode([previous_hash, _moment(at), [[number, row_hash] for number, row_hash in events]]))
