"""What belongs into nobody's free words."""

import re

_NUMBER = re.compile(r"\d(?:[\s.\-]?\d){7,}")


def has_long_number(text: str) -> bool:
    """Whether a phone, citizen or account number may stand in it: eight digits or more, however they are spaced."""
    return _NUMBER.search(text) is not None
