"""Moments of a phone by the server's clock."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from doanso.sync.ports import IncomingRecord

START = datetime(2023, 11, 12, 7, tzinfo=UTC)


def test_only_a_clock_that_is_wrong_is_corrected() -> None:
    arrived = START + timedelta(hours=3)

    def by_server(moment: datetime, skew: int) -> datetime:
        record = IncomingRecord(UUID(int=1), "", "", None, None, arrived, skew, UUID(int=2))
        return record.server_moment(moment)

    assert by_server(START, 59) == by_server(START, -3) == START
    assert by_server(START, 3600) == START - timedelta(hours=1)
    assert by_server(START, -3600) == START + timedelta(hours=1)
    assert by_server(START + timedelta(days=9), 5) == arrived
