"""Checks of free text for personal numbers."""

import re

_NUMBER = re.compile(r"\d(?:[\s.\-]?\d){7,}")


def has_long_number(text: str) -> bool:
    """Return whether the text may hold a phone, citizen or account number: eight digits or more, however spaced."""
    return _NUMBER.search(text) is not None
