"""Fields of a payment code: a tag of two digits, a length of two digits in characters, the value."""

import binascii
import re
from collections.abc import Iterable

from doanso.lib.vietqr.problems import VietQRProblem

LONGEST_VALUE = 99
_DIGITS = re.compile("[0-9]{2}")


def read_fields(text: str, within: str = "") -> dict[str, str]:
    """Return the fields of a text in their order, by tag; `within` is the tag of the template around them.

    Raise `VietQRProblem` for a tag or a length that is not two digits, a length that is 0 or runs past the end, and a tag that
    stands twice. Lengths count characters, so a value in UTF-8 is as long as it looks.
    """
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        name = f"{within}.{tag}" if within else tag
        if not _DIGITS.fullmatch(tag):
            raise VietQRProblem("bad_tag", tag=name)
        if not _DIGITS.fullmatch(length) or length == "00":
            raise VietQRProblem("bad_length", tag=name)
        at += 4
        value = text[at : at + int(length)]
        if len(value) != int(length):
            raise VietQRProblem("bad_length", tag=name)
        if tag in fields:
            raise VietQRProblem("duplicate_tag", tag=name)
        fields[tag] = value
        at += len(value)
    return fields


def write_fields(fields: Iterable[tuple[str, str]], within: str = "") -> str:
    """Return the fields as text in the order of their tags, without those that are empty.

    Raise `VietQRProblem` for a tag that is not two digits or stands twice, and for a value of more than 99 characters.
    """
    parts = []
    last = ""
    for tag, value in sorted(fields):
        name = f"{within}.{tag}" if within else tag
        if not _DIGITS.fullmatch(tag):
            raise VietQRProblem("bad_tag", tag=name)
        if tag == last:
            raise VietQRProblem("duplicate_tag", tag=name)
        if len(value) > LONGEST_VALUE:
            raise VietQRProblem("value_too_long", tag=name, value=value, longest=LONGEST_VALUE)
        if value:
            parts.append(f"{tag}{len(value):02}{value}")
            last = tag
    return "".join(parts)


def checksum(text: str) -> str:
    """Return the four capital hexadecimal digits of CRC-16/CCITT-FALSE over the text's UTF-8.

    The polynomial is 0x1021 from 0xFFFF, not reflected; "123456789" gives 29B1. It covers the whole code including `6304`.
    """
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"
