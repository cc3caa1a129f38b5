"""What a machine can tell of somebody's numbers in free words."""

import pytest

from doanso.lib.free_text import has_long_number


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("gọi 0909 123 456", True),
        ("082.051.000.123", True),
        ("1234-5678", True),
        ("12345678", True),
        ("ngày 12/11/2023, 7 nhà", False),
        ("1234567", False),
        ("12 nhà, 34 người, 5678 lượt", False),
        ("", False),
    ],
)
def test_eight_digits_however_they_are_spaced(text: str, has: bool) -> None:
    assert has_long_number(text) is has
