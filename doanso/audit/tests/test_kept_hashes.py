"""Hashes of audit events of written-out values.

The values are those of the release that stored them first and must not be adapted: a change of what is hashed needs a new version
beside the old one.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from doanso.audit import rules as audit

ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)
AT = datetime(2023, 11, 12, 1, 2, 3, 456789, tzinfo=UTC)


def _event(**more: object) -> str:
    values = {
        "at": AT,
        "actor_id": ONE,
        "actor_note": "",
        "action": "support.record",
        "object_kind": "support.help",
        "object_id": TWO,
        "unit_id": THREE,
        "changed": ["grade", "Tên"],
    } | more
    return audit.event_hash(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kept", "now"),
    [
        ("a33bf15d5d00b146cf93a0ab1ae018a108f66a589bd388d962ff77aaf1f213c8", _event),
        (
            "43fee77169e4dac56ff004345e1775faf3f9c2710875846048cfafe6358bf887",
            lambda: _event(actor_id=None, actor_note="worker", unit_id=None, changed=[]),
        ),
        (
            "8b0b81a75121f385b68de8e6af822785c6f2bd3786753ee0d864ebdb87508825",
            lambda: audit.link_hash(at=AT, previous_hash=audit.FIRST_LINK, events=[(1, "a" * 64), (2, "b" * 64)]),
        ),
    ],
)
def test_history_is_verified_by_the_hashes_it_had(kept: str, now: Callable[[], str]) -> None:
    assert now() == kept
