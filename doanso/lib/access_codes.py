"""Access codes on paper: a secret link for a QR, and a code of eight letters and digits for typing.

They are generated once, found by keyed hashes, and stored encrypted so that they can be shown again. Each kind of paper has
encryption contexts of its own.
"""

import base64
import re
import secrets
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from doanso.lib import encryption

LINK_BYTES: Final = 16
MOMENT_BYTES: Final = 6
"""A dated link begins with as many bytes of its owner's UUIDv7: the moment in milliseconds."""
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, no 1, I and L, and no U that is read as V."""
CODE_LENGTH: Final = 8

_LINK = re.compile(r"([A-Za-z0-9_-]{8})?[A-Za-z0-9_-]{21}[AQgw]", re.ASCII)
"""Sixteen bytes in base64url, or twenty-two of a dated link: the last letter has two bits alone."""
_CODE = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")
_MEANT = str.maketrans({"U": "V"})


def new_link() -> str:
    """Return 128 random bits in base64url."""
    return _as_base64url(secrets.token_bytes(LINK_BYTES))


def new_dated_link(key: UUID) -> str:
    """Return the moment of a UUIDv7 followed by 128 random bits, in base64url."""
    return _as_base64url(key.bytes[:MOMENT_BYTES] + secrets.token_bytes(LINK_BYTES))


def _as_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def is_link(text: str) -> bool:
    """Return whether the text has the form of a link."""
    return _LINK.fullmatch(text) is not None


def new_code() -> str:
    """Return eight random letters and digits that cannot be mistaken for each other."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def is_code(text: str) -> bool:
    """Return whether the text has the stored form of a code: without dash, in capitals."""
    return _CODE.fullmatch(text) is not None


def format_code(code: str) -> str:
    """Return a code as it is printed: 7KQ2-M4XD."""
    return f"{code[:4]}-{code[4:]}"


def clean_code(typed: str) -> str:
    """Return a typed code in its stored form, cut to twice a code's length, so that a wrong length is still noticed."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_MEANT)[: CODE_LENGTH * 2]


@dataclass(frozen=True, slots=True)
class AccessCodes:
    """The link and code printed on one paper; `code` is empty unless a year of birth goes with it."""

    link: str
    code: str


class EncryptedCodes(NamedTuple):
    """Link and code as they are stored; `code_lookup` is empty, so that the code opens nothing, without a year of birth."""

    encrypted: bytes
    link_lookup: str
    code_lookup: str


@dataclass(frozen=True, slots=True)
class AccessCodeKind:
    """One kind of paper; `context` is the prefix of its contexts for encryption and hashing."""

    context: str

    def link_lookup(self, link: str) -> str:
        """Return the hash under which a link is stored, 64 hexadecimal digits; that of a dated link begins with its moment.

        Hashes of links made together are therefore neighbours in the index, and one page of it holds many.
        """
        hashed = encryption.look_up(link, context=f"{self.context}.link")
        moment = _LINK.fullmatch(link)
        if moment is None or not moment[1]:
            return hashed
        return base64.urlsafe_b64decode(moment[1]).hex() + hashed[2 * MOMENT_BYTES :]

    def code_lookup(self, code: str, birth_year: int) -> str:
        """Return the hash of a code together with a year of birth: a wrong code and a wrong year give the same miss."""
        return encryption.look_up(f"{code}:{birth_year}", context=f"{self.context}.code")

    def encrypt_codes(self, link: str, code: str, birth_year: int | None) -> EncryptedCodes:
        """Return link and code encrypted, with their hashes; the year of birth is in the code's hash alone."""
        encrypted = encryption.encrypt(f"{link} {code}", context=f"{self.context}.keys")
        code_lookup = self.code_lookup(code, birth_year) if birth_year else ""
        return EncryptedCodes(encrypted, self.link_lookup(link), code_lookup)

    def decrypt_codes(self, encrypted: bytes | memoryview, *, with_code: bool) -> AccessCodes | None:
        """Decrypt link and code to show them again; None once they were erased."""
        if not encrypted:
            return None
        link, code = encryption.decrypt(encrypted, context=f"{self.context}.keys").split()
        return AccessCodes(link, format_code(code) if with_code else "")
