"""The quick ways read what pyHanko and asn1crypto read, and stop and refuse where they do."""

import io
from typing import Any

import pytest
from asn1crypto.x509 import NameTypeAndValue
from hypothesis import example, given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from doanso.signing import quick_reading
from doanso.signing.quick_reading import _prepare_any, _read_any, prepare_name, read_hex_string

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


def prepare(way: Any, value: str) -> Any:
    try:
        return way(NameTypeAndValue(), value)
    except ValueError as error:
        return str(error)


@given(st.text(max_size=12) | st.text(min_size=195, max_size=205))
@example("ĐOÀN PHƯỜNG 4")
@example("Root  thử\u00adnghiệm")
@example("\ue000")
@example("a" * 200)
@example("\u0378")
def test_names_are_prepared_alike_the_first_and_the_second_time(value):
    expected = prepare(_prepare_any, value)
    assert [prepare(prepare_name, value), prepare(prepare_name, value)] == [expected, expected]


def test_the_libraries_read_with_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(generic, "read_hex_string_from_stream", _read_any)
    monkeypatch.setattr(NameTypeAndValue, "_ldap_string_prep", _prepare_any)
    quick_reading.install()
    assert generic.read_hex_string_from_stream is read_hex_string
    assert NameTypeAndValue._ldap_string_prep is prepare_name
