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


@lru_cache(maxsize=8)
def _moment(at: datetime) -> str:
    # All rows of a deed have one moment.
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@lru_cache(maxsize=8)
def _key(key: UUID | None) -> str | None:
    # They have one actor, and nearly always one unit.
    return str(key) if key else None


def _sha256(value: object) -> str:
    """Canonical JSON (no spaces, Unicode as it is), hashed."""
    return hashlib.sha256(_ENCODER.encode(value).encode()).hexdigest()


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
    """The hash of one event, over everything but the number the database gave it (the seal covers that)."""
    return _sha256(
        [
            _moment(at),
            _key(actor_id),
            actor_note,
            verb,
            object_kind,
            str(object_id),
            _key(unit_id),
            list(changed),
        ]
    )


def seal_hash(*, at: datetime, previous_hash: str, events: Iterable[tuple[int, str]]) -> str:
    """The hash of a link: over the link before it and the number and hash of each event it covers, in order."""
    return _sha256([previous_hash, _moment(at), [[number, row_hash] for number, row_hash in events]])
