"""The hash of a kept assessment: over the place, the stage, the day and every value with its threshold."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from doanso.lib.canonical import canonical

HASH_VERSION = 1


class FrozenValue(NamedTuple):
    """A value as it is hashed, in this order."""

    criterion_id: UUID
    number: int
    threshold_kind: str
    threshold: int
    second_threshold: int | None
    numerator: int | None
    second_numerator: int | None
    denominator: int | None
    passed: bool
    known_from: str
    known_on: date | None
    check_id: UUID | None


def content_hash(place_id: UUID, criteria_set_id: UUID, stage: str, on: date, values: Sequence[FrozenValue]) -> str:
    """Return the SHA-256 in hex of the canonical text, scheme 1; values are given in the order of their numbers."""
    text = canonical(
        "places.assessment",
        HASH_VERSION,
        place_id,
        criteria_set_id,
        stage,
        on,
        tuple(tuple(value) for value in values),
    )
    return hashlib.sha256(text.encode()).hexdigest()
