"""Whether values reach their criteria, on plain numbers; and the hash of a kept assessment."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.places.formulas import Value
from doanso.places.models import Criterion
from doanso.places.rules import FrozenValue, content_hash, judge, least_numerator

SHARE = Criterion(number=1, threshold_kind="share", threshold=900)
BOTH = Criterion(number=7, threshold_kind="share", threshold=900, second_threshold=700)
COUNT = Criterion(number=6, threshold_kind="count", threshold=3)
YES = Criterion(number=4, threshold_kind="yes", threshold=1)


@pytest.mark.parametrize(
    ("criterion", "value", "passed", "state", "missing"),
    [
        (SHARE, Value(), False, "none", 0),
        (SHARE, Value(0, 0), False, "none", 0),
        (SHARE, Value(36, 40), True, "met", 0),
        (SHARE, Value(35, 40), False, "behind", 1),
        (SHARE, Value(899, 1000), False, "behind", 1),
        (SHARE, Value(10, 40), False, "risk", 26),
        (COUNT, Value(2), False, "risk", 1),
        (COUNT, Value(3), True, "met", 0),
        (YES, Value(0, 1), False, "risk", 1),
        (YES, Value(1, 1), True, "met", 0),
        (BOTH, Value(36, 40, second_numerator=28), True, "met", 0),
        (BOTH, Value(36, 40, second_numerator=27), False, "behind", 0),
        (BOTH, Value(36, 40), False, "risk", 0),
        (BOTH, Value(35, 40, second_numerator=40), False, "behind", 1),
    ],
)
def test_judgements(criterion: Criterion, value: Value, passed: bool, state: str, missing: int) -> None:
    judgement = judge(criterion, value)
    assert (judgement.passed, judgement.state, judgement.missing) == (passed, state, missing)


@given(threshold=st.integers(1, 1000), denominator=st.integers(1, 5000))
def test_the_needed_number_is_the_least_that_reaches_the_threshold(threshold: int, denominator: int) -> None:
    least = least_numerator("share", threshold, denominator)
    assert least * 1000 >= threshold * denominator
    assert (least - 1) * 1000 < threshold * denominator


def test_the_hash_of_scheme_1_never_changes() -> None:
    first, second = UUID(int=1), UUID(int=2)
    value = FrozenValue(UUID(int=3), 7, "share", 900, 700, 36, 28, 40, True, "records", date(2023, 11, 10), None)
    kept = content_hash(first, second, "city", date(2023, 11, 12), [value])
    assert kept == "7fc919498d818b42c74282d0bac46b971f4e57518f1bb36776c20975d0af58ad"
    assert kept != content_hash(first, second, "city", date(2023, 11, 12), [value._replace(numerator=37)])
    assert kept != content_hash(first, second, "recheck", date(2023, 11, 12), [value])
