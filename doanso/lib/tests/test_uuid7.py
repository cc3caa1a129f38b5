"""Keys that sort by time, and are plain UUIDs to everybody."""

import pickle
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.uuid7 import of_int, uuid7


def test_a_key_is_a_uuid_of_version_7_and_sorts_behind_those_of_an_earlier_millisecond(monkeypatch) -> None:
    made = []
    for nanoseconds in (1_700_000_000_000_000_000, 1_700_000_000_001_000_000):
        monkeypatch.setattr("doanso.lib.uuid7.time.time_ns", lambda now=nanoseconds: now)
        made.append(uuid7())
    assert [(one.version, one.variant) for one in made] == [(7, "specified in RFC 4122")] * 2
    assert [one.int >> 80 for one in made] == [1_700_000_000_000, 1_700_000_000_001]
    assert made == sorted(made)


@given(st.integers(0, 2**128 - 1))
def test_what_is_made_of_128_bits_is_what_python_makes_of_them(bits: int) -> None:
    made, theirs = of_int(bits), UUID(int=bits)
    assert (made, hash(made), str(made), made.hex, made.bytes) == (
        theirs, hash(theirs), str(theirs), theirs.hex, theirs.bytes,
    )  # fmt: skip
    assert (type(made), made.is_safe, pickle.loads(pickle.dumps(made))) == (UUID, theirs.is_safe, theirs)
