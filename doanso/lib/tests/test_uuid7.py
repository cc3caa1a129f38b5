"""Keys that sort by time, and are plain UUIDs to everybody."""

import pickle
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.uuid7 import least_of, of_int, uuid7


def test_a_key_is_a_uuid_of_version_7_and_sorts_behind_those_of_an_earlier_millisecond(monkeypatch) -> None:
    made = []
    for nanoseconds in (1_700_000_000_000_000_000, 1_700_000_000_001_000_000):
        monkeypatch.setattr("doanso.lib.uuid7.time.time_ns", lambda now=nanoseconds: now)
        made.append(uuid7())
    assert [(one.version, one.variant) for one in made] == [(7, "specified in RFC 4122")] * 2
    assert [one.int >> 80 for one in made] == [1_700_000_000_000, 1_700_000_000_001]
    assert made == sorted(made)


def test_the_least_key_of_a_moment_lies_between_those_made_before_and_from_then_on(monkeypatch) -> None:
    monkeypatch.setattr("doanso.lib.uuid7.time.time_ns", lambda: 1_700_000_000_001_000_000)
    made, moment = uuid7(), datetime.fromtimestamp(1_700_000_000, UTC) + timedelta(milliseconds=1)
    assert least_of(moment) < made < least_of(moment + timedelta(milliseconds=1))


@given(st.integers(0, 2**128 - 1))
def test_what_is_made_of_128_bits_is_what_python_makes_of_them(bits: int) -> None:
    made, theirs = of_int(bits), UUID(int=bits)
    assert (made, hash(made), str(made), made.hex, made.bytes) == (
        theirs, hash(theirs), str(theirs), theirs.hex, theirs.bytes,
    )  # fmt: skip
    assert (type(made), made.is_safe, pickle.loads(pickle.dumps(made))) == (UUID, theirs.is_safe, theirs)
