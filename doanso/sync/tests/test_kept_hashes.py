"""The hashes by which phones and server know a record, of values that are written out.

The values are those of the release that stored them first. Nobody puts them right: who changes what is hashed gives it a new
version, and keeps the old one to compare with.
"""

from collections.abc import Callable
from uuid import UUID

import pytest

from doanso.sync import rules as sync

ONE = UUID(int=1)


@pytest.mark.parametrize(
    ("kept", "now"),
    [
        (
            "3d4da3a6ecd62eabcb6b84c1a3d3677b65e93602d8cf5259c68f8489c1739606",
            lambda: sync.content_hash('{"kind": "outreach.visit", "a": "Bảy"}'),
        ),
        ("3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0", lambda: sync.token_hash("token")),
        (
            "28078b6f012a27103f0df4ffbfb7a77e11c8aff535def1b175b27a163fbf7ecc",
            lambda: sync.acknowledgement(sync.acknowledgement_key("token"), ONE, "a" * 64, 7),
        ),
    ],
)
def test_what_is_kept_is_found_again(kept: str, now: Callable[[], str]) -> None:
    assert now() == kept
