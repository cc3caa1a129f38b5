"""Secrets that are handed over on a slip: a link for a QR, and eight letters and digits for typing.

They are made once, found by keyed hashes, and kept sealed to be shown again. Each kind of slip has contexts of its own.
"""

import base64
import re
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from doanso.lib import sealing

LINK_BYTES: Final = 16
MOMENT_BYTES: Final = 6
"""A dated link begins with them: the moment with which the key of its slip begins, in milliseconds."""
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, no 1, I and L, and no U that is read as V."""
CODE_LENGTH: Final = 8

_LINK = re.compile(r"([A-Za-z0-9_-]{8})?[A-Za-z0-9_-]{21}[AQgw]", re.ASCII)
"""Sixteen bytes in base64url, or twenty-two of a dated link: the last letter holds two bits alone."""
_CODE = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")
_MEANT = str.maketrans({"U": "V"})


def new_link() -> str:
    """128 random bits, as they stand in an address."""
    return _spelled(secrets.token_bytes(LINK_BYTES))


def new_dated_link(key: UUID) -> str:
    """128 random bits behind the moment of the slip's own key."""
    return _spelled(key.bytes[:MOMENT_BYTES] + secrets.token_bytes(LINK_BYTES))


def _spelled(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def is_link(text: str) -> bool:
    """Whether this can be such a link, known or not."""
    return _LINK.fullmatch(text) is not None


def new_code() -> str:
    """Eight letters and digits that can't be mistaken for each other."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def is_code(text: str) -> bool:
    """Whether this can be such a code, as it is kept: without dash, in capitals."""
    return _CODE.fullmatch(text) is not None


def spaced(code: str) -> str:
    """As it stands on the slip: 7KQ2-M4XD."""
    return f"{code[:4]}-{code[4:]}"


def clean_code(typed: str) -> str:
    """What somebody typed, without dashes and spaces, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_MEANT)[: CODE_LENGTH * 2]


@dataclass(frozen=True, slots=True)
class Keys:
    """What stands on a slip; the code only where a year of birth goes with it."""

    link: str
    code: str


@dataclass(frozen=True, slots=True)
class SlipKind:
    """One kind of slip, by the beginning of what its keys are sealed and hashed for."""

    context: str

    def link_lookup(self, link: str) -> str:
        """The hash by which a link is found, 64 hexadecimal digits; a dated link's moment stands before it.

        So hashes of links that were made together are neighbours in their index, and one page of it takes in many.
        """
        hashed = sealing.look_up(link, context=f"{self.context}.link")
        moment = _LINK.fullmatch(link)
        if moment is None or not moment[1]:
            return hashed
        return base64.urlsafe_b64decode(moment[1]).hex() + hashed[2 * MOMENT_BYTES :]

    def code_lookup(self, code: str, birth_year: int) -> str:
        """The hash of a code together with a year of birth, so that either alone is the same miss."""
        return sealing.look_up(f"{code}:{birth_year}", context=f"{self.context}.code")

    def kept(self, link: str, code: str, birth_year: int | None) -> tuple[bytes, str, str]:
        """Sealed keys, and the hashes of link and code. Without a year of birth only the link opens it."""
        sealed = sealing.seal(f"{link} {code}", context=f"{self.context}.keys")
        return sealed, self.link_lookup(link), self.code_lookup(code, birth_year) if birth_year else ""

    def shown(self, sealed: bytes | memoryview, *, with_code: bool) -> Keys | None:
        """The keys to show again; None once they were erased."""
        if not sealed:
            return None
        link, code = sealing.unseal(sealed, context=f"{self.context}.keys").split()
        return Keys(link, spaced(code) if with_code else "")
