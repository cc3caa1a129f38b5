"""The hashes of events and links, as pure functions, so that they can be recomputed from an export."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

FIRST_LINK = "0" * 64
"""The previous hash of an installation's first link."""


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
    action: str,
    object_kind: str,
    unit_id: UUID | None,
    changed: tuple[str, ...],
) -> tuple[str, str]:
    """Return the canonical JSON of an event before and after the object's key, the only part that differs within one action."""
    before = _ENCODER.encode([_moment(at), _key(actor_id), actor_note, action, object_kind])
    after = _ENCODER.encode([_key(unit_id), list(changed)])
    return f'{before[:-1]},"', f'",{after[1:]}'


def event_hash(
    *,
    at: datetime,
    actor_id: UUID | None,
    actor_note: str,
    action: str,
    object_kind: str,
    object_id: UUID,
    unit_id: UUID | None,
    changed: Sequence[str],
) -> str:
    """Return the hash of one event: of the canonical JSON (no spaces, Unicode unescaped) of a list of these values in
    this order.

    The number that the database assigned to the event is not included; the link covers that.
    """
    before, after = _around_object(at, actor_id, actor_note, action, object_kind, unit_id, tuple(changed))
    return _sha256(f"{before}{object_id}{after}")


def link_hash(*, at: datetime, previous_hash: str, events: Iterable[tuple[int, str]]) -> str:
    """Return the hash of a link: of the previous link's hash, its time, and number and hash of each of its events in order."""
    return _sha256(_ENCODER.encode([previous_hash, _moment(at), [[number, row_hash] for number, row_hash in events]]))
