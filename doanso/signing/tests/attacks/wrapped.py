"""The signature is moved, copied, wrapped round other bytes, or made so that a reader skips the check."""

import re

from doanso.signing.tests.attacks.making import base, base_objects, double, pdf, pki, sign_field, signed, single, stream
from doanso.signing.tests.attacks.registry import attack
from doanso.signing.verification import VerdictState

_RANGE = re.compile(rb"/ByteRange \[[^\]]*\] *")


def parts(data: bytes) -> tuple[int, int, int, int]:
    """The last signature's byte range."""
    byte_range = re.findall(rb"/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)", data)[-1]
    first, second, third, fourth = (int(number) for number in byte_range)
    return first, second, third, fourth


def with_range(data: bytes, written: bytes) -> bytes:
    """The last signature's byte range written anew in the same room."""
    match = list(_RANGE.finditer(data))[-1]
    return data[: match.start()] + written.ljust(match.end() - match.start()) + data[match.end() :]


def dictionary_of(data: bytes) -> tuple[int, bytes]:
    """The last signature's dictionary: its number and its words."""
    number = int(re.findall(rb"/V (\d+) 0 R", data)[-1])
    begin = data.rindex(b"%d 0 obj" % number)
    return number, data[data.index(b"obj", begin) + 3 : data.index(b"endobj", begin)].strip()


def _ranged(*numbers: int) -> bytes:
    return with_range(single(), b"/ByteRange [" + b" ".join(b"%d" % number for number in numbers) + b"]")


def _in_dictionary(old: bytes, new: bytes) -> bytes:
    """The signature dictionary with a part of it written otherwise, in the same room."""
    data = single()
    position = data.rindex(old)
    return data[:position] + new.ljust(len(old)) + data[position + len(old) :]


@attack(VerdictState.BROKEN, "digest")
def byte_changed_on_the_page() -> bytes:
    return single().replace(b"100.000 dong", b"900.000 dong", 1)


@attack(VerdictState.BROKEN, "digest")
def byte_changed_in_the_catalog() -> bytes:
    return single().replace(b"/SigFlags 3", b"/SigFlags 1", 1)


@attack(VerdictState.BROKEN, "syntax")
def contents_moved_and_new_objects_in_the_gap() -> bytes:
    data = single()
    _zero, first, second, rest = parts(data)
    inserted = b"4 0 obj\n" + stream(b"BT /F1 24 Tf (900.000) Tj ET") + b"\nendobj\n"
    moved = data[:second] + inserted + data[second:]
    return with_range(moved, b"/ByteRange [0 %d %d %d]" % (first, second + len(inserted), rest))


@attack(VerdictState.BROKEN, "stray_bytes")
def signed_tail_moved_behind_another() -> bytes:
    data = single()
    _zero, first, second, rest = parts(data)
    tail = data[second:]
    content = data + tail
    return with_range(content, b"/ByteRange [0 %d %d %d]" % (first, len(data), rest))


@attack(VerdictState.BROKEN, "byte_range")
def gap_wider_than_the_signature() -> bytes:
    _zero, first, second, rest = parts(single())
    return _ranged(0, first - 6, second, rest)


@attack(VerdictState.BROKEN, "byte_range")
def range_beyond_the_end() -> bytes:
    _zero, first, second, rest = parts(single())
    return _ranged(0, first, second, rest + 500)


@attack(VerdictState.BROKEN, "byte_range")
def range_short_of_the_end() -> bytes:
    _zero, first, second, rest = parts(single())
    return _ranged(0, first, second, rest - 10)


@attack(VerdictState.BROKEN, "byte_range")
def range_backwards() -> bytes:
    _zero, first, second, rest = parts(single())
    return _ranged(second, rest, 0, first)


@attack(VerdictState.BROKEN, "byte_range")
def range_negative() -> bytes:
    _zero, first, second, rest = parts(single())
    return _ranged(0, first, second, -rest)


@attack(VerdictState.BROKEN, "byte_range")
def range_from_the_middle() -> bytes:
    _zero, first, second, rest = parts(single())
    return _ranged(8, first - 8, second, rest)


@attack(VerdictState.BROKEN, "byte_range")
def range_of_six_numbers() -> bytes:
    _zero, first, second, _rest = parts(single())
    return _ranged(0, first, second, 9, second + 9, 9)


@attack(VerdictState.BROKEN, "byte_range")
def range_of_two_numbers() -> bytes:
    return _ranged(0, len(single()))


@attack(VerdictState.BROKEN, "byte_range")
def range_null() -> bytes:
    return with_range(single(), b"/ByteRange null")


@attack(VerdictState.BROKEN, "byte_range")
def range_of_nothing() -> bytes:
    return _ranged(0, 0, 0, 0)


@attack(VerdictState.BROKEN, "byte_range")
def range_elsewhere() -> bytes:
    return with_range(single(), b"/ByteRange 4 0 R")


@attack(VerdictState.BROKEN, "byte_range")
def range_missing() -> bytes:
    return with_range(single(), b"")


@attack(VerdictState.BROKEN, "duplicate_key")
def range_twice() -> bytes:
    data = single()
    match = next(_RANGE.finditer(data))
    _zero, first, second, rest = parts(data)
    room = match.end() - match.start()
    written = (b"/ByteRange[0 %d %d %d]/ByteRange[0 1 2 3]" % (first, second, rest)).ljust(room)
    return data[: match.start()] + written + data[match.end() :]


@attack(VerdictState.BROKEN, "duplicate_key")
def range_twice_the_other_time_in_disguise() -> bytes:
    data = single()
    match = next(_RANGE.finditer(data))
    _zero, first, second, rest = parts(data)
    room = match.end() - match.start()
    written = (b"/ByteRange[0 %d %d %d]/Byte#52ange[0 1 2 3]" % (first, second, rest)).ljust(room)
    return data[: match.start()] + written + data[match.end() :]


def _contents(written: bytes) -> bytes:
    data = single()
    _zero, first, second, _rest = parts(data)
    return data[:first] + written.ljust(second - first) + data[second:]


@attack(VerdictState.BROKEN, "byte_range")
def contents_empty() -> bytes:
    return _contents(b"<>")


@attack(VerdictState.BROKEN, "envelope")
def contents_all_zero() -> bytes:
    _zero, first, second, _rest = parts(single())
    return _contents(b"<" + b"0" * (second - first - 2) + b">")


@attack(VerdictState.BROKEN, "byte_range")
def contents_null() -> bytes:
    return _contents(b"null")


@attack(VerdictState.BROKEN, "byte_range")
def contents_missing() -> bytes:
    data = single()
    _zero, first, second, _rest = parts(data)
    position = data.rindex(b"/Contents", 0, first)
    return data[:position] + b" " * (second - position) + data[second:]


@attack(VerdictState.BROKEN, "byte_range")
def contents_with_something_between_the_digits() -> bytes:
    data = single()
    _zero, _first, second, _rest = parts(data)
    return data[: second - 40] + b" " * 20 + data[second - 20 :]


@attack(VerdictState.BROKEN, "envelope")
def contents_with_something_behind_the_signature() -> bytes:
    data = single()
    _zero, _first, second, _rest = parts(data)
    return data[: second - 9] + b"12345678" + data[second - 1 :]


@attack(VerdictState.BROKEN, "signature_kind")
def subfilter_null() -> bytes:
    return _in_dictionary(b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter null")


@attack(VerdictState.BROKEN, "signature_kind")
def subfilter_missing() -> bytes:
    return _in_dictionary(b"/SubFilter /ETSI.CAdES.detached", b"")


@attack(VerdictState.BROKEN, "signature_kind")
def subfilter_of_old_times() -> bytes:
    return _in_dictionary(b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /adbe.pkcs7.sha1")


@attack(VerdictState.BROKEN, "signature_malformed")
def filter_of_nobody() -> bytes:
    return _in_dictionary(b"/Filter /Adobe.PPKLite", b"/Filter /X")


@attack(VerdictState.BROKEN, "signature_malformed")
def field_without_value() -> bytes:
    return pdf({8: sign_field("person", 72).replace(b"/FT", b"/V null /FT")}, before=single())


@attack(VerdictState.BROKEN, "signature_copied")
def signature_copied_into_another_field() -> bytes:
    data = single()
    _number, body = dictionary_of(data)
    held = sign_field("office", 300).replace(b"/FT", b"/V 40 0 R /FT")
    content = pdf({9: held, 40: body}, before=data)
    _zero, first, second, _rest = parts(data)
    position = content.rindex(b"/Contents <") + len(b"/Contents ")
    end = position + (second - first)
    return with_range(content, b"/ByteRange [0 %d %d %d]" % (position, end, len(content) - end))


@attack(VerdictState.BROKEN, "signature_overwritten")
def signature_object_replaced() -> bytes:
    number, body = dictionary_of(single())
    return pdf({number: body}, before=single())


@attack(VerdictState.BROKEN, "digest")
def signature_of_another_file() -> bytes:
    other = base_objects()
    other[4] = stream(b"BT /F1 24 Tf 72 700 Td (Ke hoach so 12: quyen gop 100.001 dong) Tj ET")
    foreign, data = signed(pdf(other), pki().an), single()
    _zero, first, second, _rest = parts(data)
    _z, far, farther, _r = parts(foreign)
    return data[:first] + foreign[far:farther] + data[second:]


@attack(VerdictState.BROKEN, "signature_malformed")
def signature_inside_its_field() -> bytes:
    _number, body = dictionary_of(single())
    return pdf({9: sign_field("office", 300)[:-2] + b"/V " + body + b">>"}, before=single())


@attack(VerdictState.BROKEN, "stray_signature")
def signature_in_no_field() -> bytes:
    _number, body = dictionary_of(single())
    return pdf({40: body}, before=single())


@attack(VerdictState.BROKEN, "duplicate_field")
def two_fields_of_one_name() -> bytes:
    catalog = base_objects()[1].replace(b"9 0 R]", b"9 0 R 30 0 R]", 1)
    return pdf({1: catalog, 30: sign_field("person", 400)}, before=single())


@attack(VerdictState.BROKEN, "duplicate_field")
def two_fields_of_one_name_before_signing() -> bytes:
    objects = base_objects()
    objects[9] = sign_field("person", 400)
    return with_name_twice(pdf(objects))


def with_name_twice(data: bytes) -> bytes:
    """Signed although two fields bear one name: the library will not, so the name is changed in the signed bytes."""
    plain = signed(
        data.replace(b"(person) /F 132 /P 3 0 R /Rect [400", b"(parson) /F 132 /P 3 0 R /Rect [400"), pki().an
    )
    return plain.replace(b"(parson)", b"(person)")


@attack(VerdictState.BROKEN, "digest")
def first_of_two_signatures_broken() -> bytes:
    return double().replace(b"100.000 dong", b"900.000 dong", 1)


@attack(VerdictState.UNSIGNED)
def picture_of_a_signature_only() -> bytes:
    return base()
