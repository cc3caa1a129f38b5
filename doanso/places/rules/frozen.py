"""The hash of a kept assessment: over the place, the stage, the day and every value with its threshold."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID

from doanso.lib.canonical import canonical
from doanso.places.models import Criterion

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


class HashedValue(Protocol):
    """A value as it was computed or kept."""

    @property
    def numerator(self) -> int | None: ...
    @property
    def second_numerator(self) -> int | None: ...
    @property
    def denominator(self) -> int | None: ...
    @property
    def known_from(self) -> str: ...
    @property
    def known_on(self) -> date | None: ...
    @property
    def check_id(self) -> UUID | None: ...


def frozen_value(criterion: Criterion, value: HashedValue, *, passed: bool) -> FrozenValue:
    """Return a criterion's value as it is hashed: the same when it is kept and when the kept one is proved."""
    return FrozenValue(
        criterion_id=criterion.pk,
        number=criterion.number,
        threshold_kind=str(criterion.threshold_kind),
        threshold=criterion.threshold,
        second_threshold=criterion.second_threshold,
        numerator=value.numerator,
        second_numerator=value.second_numerator,
        denominator=value.denominator,
        passed=passed,
        known_from=str(value.known_from),
        known_on=value.known_on,
        check_id=value.check_id,
    )


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
