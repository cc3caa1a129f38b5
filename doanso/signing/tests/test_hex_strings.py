"""The quick reader of hexadecimal strings reads what pyHanko's reads, and stops and refuses where it does."""

import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from doanso.signing import hex_strings
from doanso.signing.hex_strings import _read_any, read_hex_string

_DIGITS = st.text("0123456789abcdefABCDEF").map(str.encode)
_ANY = st.lists(st.sampled_from([b"<", b">", b"4", b"aF", b" ", b"\n", b"\0", b"%", b"\r", b"g", b"(", b"fe ff"])).map(
    b"".join
)


def read(reader: Any, data: bytes) -> Any:
    stream = io.BytesIO(b"x" + data)
    stream.seek(1)
    try:
        value = reader(stream)
    except (PdfReadError, ValueError) as error:
        return type(error), str(error)
    return type(value), value, getattr(value, "autodetected_encoding", None), stream.tell()


@given(_DIGITS, st.binary(max_size=5))
@example(b"FEFF00e1", b"")
@example(b"a1" * 5_000 + b"3", b" /ByteRange")
@example(b"0" * (1 << 17), b">")
def test_digits_alone_are_read_at_once_and_alike(digits, behind):
    data = b"<" + digits + b">" + behind
    assert read(read_hex_string, data) == read(_read_any, data)


@given(_ANY)
@example(b"<41 42>")
@example(b"<41%>42\n43>")
@example(b"<41")
@example(b"41>")
@example(b"<4g>")
def test_whatever_else_stands_there_is_pyhankos(data):
    assert read(read_hex_string, data) == read(_read_any, data)


def test_pyhanko_reads_with_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(generic, "read_hex_string_from_stream", _read_any)
    hex_strings.install()
    assert generic.read_hex_string_from_stream is read_hex_string
