"""One phone has so many calls in a minute; what comes after has to wait, and nothing of it is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from doanso.lib import clock
from doanso.sync.models import Record
from doanso.sync.tests.conftest import Notes, Phone
from doanso.testing import Tree

AT = datetime(2023, 11, 12, 1, 0, 20, tzinfo=UTC)


@pytest.fixture
def minute(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Three calls a minute; moves real time."""
    settings.PHONE_CALLS = 3
    monkeypatch.setattr(clock, "now", lambda: AT)
    return lambda later: monkeypatch.setattr(clock, "now", lambda: AT + later)


@pytest.fixture
def lans(minute: Any, phone_of: Callable[..., Phone], tree: Tree) -> Phone:
    return phone_of(tree.lan)


def _asked(phone: Phone) -> Any:
    return phone.client.get("/api/v1/sync/records", headers={"Authorization": f"Bearer {phone.token}"})


def test_a_phone_that_asks_in_a_loop_waits_for_the_next_minute(
    lans: Phone, minute: Callable[[timedelta], None], notes: Notes
) -> None:
    note = lans.record()
    assert [_asked(lans).status_code for _ in range(3)] == [200, 200, 200]
    answer = lans.post("/api/v1/sync", {"sent_at": AT.isoformat(), "records": [note]})
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "try_later", "40")
    assert not Record.objects.exists()
    minute(timedelta(seconds=40))
    assert lans.send(note)["acks"][0]["state"] == "applied"


def test_every_address_of_phones_counts_and_every_phone_by_itself(
    lans: Phone, phone_of: Callable[..., Phone], tree: Tree
) -> None:
    other = phone_of(tree.an)
    headers = {"Authorization": f"Bearer {lans.token}"}
    for path in ("/api/v1/pack", "/api/v1/sync/records", "/api/v1/photos/018c0000-0000-7000-8000-000000000001"):
        assert lans.client.get(path, headers=headers).status_code in {200, 404}
    calls = ("/api/v1/sync", "/api/v1/sync/sealed", "/api/v1/photos", "/api/v1/doors/take", "/api/v1/doors/return")
    assert [lans.post(path, {}).status_code for path in calls] == [429] * len(calls)
    assert _asked(other).status_code == 200


def test_without_a_limit_nobody_waits(lans: Phone, settings: Any) -> None:
    settings.PHONE_CALLS = 0
    assert {_asked(lans).status_code for _ in range(9)} == {200}


def test_an_unknown_phone_is_refused_by_name(lans: Phone) -> None:
    lans.token = "khong-co"
    assert [_asked(lans).status_code for _ in range(9)] == [401] * 9
