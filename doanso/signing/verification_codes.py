"""The short id by which anybody verifies a signed file: it stands on every page, with the same address as a QR."""

import re
import secrets
from typing import Final

# Without 0 O, 1 I L and U: nobody mistakes one letter for another, and no code is a word.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
GROUP: Final = 4
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_code() -> str:
    """A code that nobody has yet: 58 random bits, so that trying leads nowhere behind a throttle."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def read_code(typed: str) -> str | None:
    """A code as somebody typed it, with or without spaces and dashes; none where it is none."""
    code = re.sub(r"[\s\-–.]", "", typed).upper()
    return code if _CODE.fullmatch(code) else None


def spaced(code: str) -> str:
    """A code as it is printed: "7KQ2-M4XD-9RTB"."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def address_of(code: str, *, base: str) -> str:
    """The address of a code's page, for the QR; `base` is this installation's, without a slash at its end."""
    return f"{base}/verify/{code}/"
