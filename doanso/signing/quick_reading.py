"""Quick ways through two steps of the libraries that read signed files: hexadecimal strings and names of certificates.

pyHanko reads the 16 KB of a signature byte by byte whenever a file is opened. asn1crypto prepares every name for comparison
(RFC 4518) letter by letter, a dozen times for one signature, and the same few authorities stand in nearly all of them.
"""

import binascii
import re
from functools import lru_cache
from typing import IO

from asn1crypto.x509 import NameTypeAndValue
from pyhanko.pdf_utils import generic

_PLAIN = re.compile(rb"<([0-9A-Fa-f]*)>")
# A word, a signature, a signature with the answers about its certificates.
_LENGTHS = (256, 1 << 16, 1 << 20)
# Longer names are in no honest certificate, and would fill the memory.
_LONGEST_KEPT = 200
_read_any = generic.read_hex_string_from_stream
_prepare_any = NameTypeAndValue._ldap_string_prep


def read_hex_string(stream: IO[bytes]) -> generic.ByteStringObject | generic.TextStringObject:
    """Read a string that consists of digits alone at once; leave every other to pyHanko."""
    begin = stream.tell()
    for length in _LENGTHS:
        match = _PLAIN.match(stream.read(length))
        stream.seek(begin)
        if match is not None:
            stream.seek(begin + match.end())
            digits = match[1]
            return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))
    return _read_any(stream)


@lru_cache(2_000)
def _prepared(value: str) -> str:
    # The method reads nothing of its object.
    prepared: str = _prepare_any(None, value)
    return prepared


def prepare_name(name: NameTypeAndValue, value: str) -> str:
    """Return a part of a name as it is compared; raise `ValueError` for letters that no name may hold."""
    if len(value) > _LONGEST_KEPT:
        prepared: str = _prepare_any(name, value)
        return prepared
    return _prepared(value)


def install() -> None:
    """Let both libraries use these ways, in this process."""
    generic.read_hex_string_from_stream = read_hex_string
    NameTypeAndValue._ldap_string_prep = prepare_name
