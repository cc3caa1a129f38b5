"""A quick reader of hexadecimal strings for pyHanko, which reads the 16 KB of a signature byte by byte at each opening."""

import binascii
import re
from typing import IO

from pyhanko.pdf_utils import generic

_PLAIN = re.compile(rb"<([0-9A-Fa-f]*)>")
# A word, a signature, a signature with the answers about its certificates.
_LENGTHS = (256, 1 << 16, 1 << 20)
_read_any = generic.read_hex_string_from_stream


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


def install() -> None:
    """Let pyHanko's reader use it, in this process."""
    generic.read_hex_string_from_stream = read_hex_string
