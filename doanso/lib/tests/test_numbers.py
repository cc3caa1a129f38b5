import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.numbers import percent_tenths

counts = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("part", "total", "tenths"),
    [
        (0, 5, 0),
        (1, 3, 333),
        (2, 3, 666),
        (914, 1000, 914),
        (9999, 10000, 999),
        (5, 5, 1000),
        (6, 5, 1200),
        (0, 0, None),
        (3, 0, None),
    ],
)
def test_percent_tenths(part, total, tenths):
    assert percent_tenths(part, total) == tenths


@given(counts, counts.filter(bool))
def test_a_share_is_never_flattered(part, total):
    share = percent_tenths(part, total)
    assert share * total <= part * 1000 < (share + 1) * total
    assert (share >= 1000) == (part >= total)
