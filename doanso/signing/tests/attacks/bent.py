"""The file is bent so that two readers see two files: tables, duplicates, stray bytes, several ends, polyglots."""

import io
import re
import zipfile
import zlib

from doanso.signing.tests.attacks.making import (
    HEAD,
    base,
    base_objects,
    last_table,
    pdf,
    pki,
    signed,
    single,
    size_of,
    stream,
)
from doanso.signing.tests.attacks.registry import attack
from doanso.signing.verification import VerdictState

_OTHER = stream(b"BT /F1 24 Tf 72 700 Td (Ke hoach so 12: quyen gop 900.000 dong) Tj ET")


def _table(before: bytes, entries: bytes, more: bytes = b"") -> bytes:
    """One more table at the end of a file, written as it is given."""
    position = len(before)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Prev %d %s >>\n" % (size_of(before) + 10, last_table(before), more)
    return before + b"xref\n" + entries + trailer + b"startxref\n%d\n%%%%EOF\n" % position


@attack(VerdictState.BROKEN, "duplicate_object")
def object_twice_in_one_version() -> bytes:
    content = pdf({4: _OTHER}, before=single())
    position = content.rindex(b"xref\n0 ") if b"xref\n0 " in content[-200:] else content.rindex(b"\nxref\n") + 1
    extra = b"4 0 obj\n<< >>\nendobj\n"
    return (
        content[:position]
        + extra
        + content[position:].replace(b"startxref\n%d" % position, b"startxref\n%d" % (position + len(extra)))
    )


@attack(VerdictState.BROKEN, "stray_bytes")
def object_appended_without_table() -> bytes:
    return single() + b"4 0 obj\n" + _OTHER + b"\nendobj\n"


@attack(VerdictState.BROKEN, "table_elsewhere")
def object_appended_with_the_old_table() -> bytes:
    data = single()
    return (
        data
        + b"4 0 obj\n"
        + _OTHER
        + b"\nendobj\nxref\n0 0\ntrailer\n<< /Size 40 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (last_table(data))
    )


@attack(VerdictState.BROKEN, "hidden_object")
def object_appended_that_the_table_does_not_list() -> bytes:
    data = single() + b"4 0 obj\n" + _OTHER + b"\nendobj\n"
    return _table_at(data, single(), b"0 0\n")


def _table_at(content: bytes, before: bytes, entries: bytes) -> bytes:
    position = len(content)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Prev %d >>\n" % (size_of(before) + 10, last_table(before))
    return content + b"xref\n" + entries + trailer + b"startxref\n%d\n%%%%EOF\n" % position


@attack(VerdictState.BROKEN, "duplicate_entry")
def table_lists_an_object_twice() -> bytes:
    data = single()
    first = len(data)
    content = data + b"4 0 obj\n" + _OTHER + b"\nendobj\n"
    second = len(content)
    content += b"4 0 obj\n" + _OTHER + b"\nendobj\n"
    return _table_at(content, data, b"4 1\n%010d 00000 n \n4 1\n%010d 00000 n \n" % (first, second))


def _shadowed() -> tuple[bytes, int]:
    """Signed with a second content hidden in a stream that nothing shows."""
    objects = base_objects()
    hidden = b"4 0 obj\n" + _OTHER + b"\nendobj\n"
    objects[10] = stream(hidden)
    data = signed(pdf(objects), pki().an)
    return data, data.index(hidden)


@attack(VerdictState.BROKEN, "entry_elsewhere")
def table_leads_into_a_stream() -> bytes:
    data, place = _shadowed()
    return _table(data, b"4 1\n%010d 00000 n \n" % place)


@attack(VerdictState.BROKEN, "entry_elsewhere")
def table_leads_back_to_an_older_version() -> bytes:
    data = single()
    return _table(data, b"4 1\n%010d 00000 n \n" % data.index(b"5 0 obj"))


@attack(VerdictState.BROKEN, "entry_elsewhere")
def table_leads_past_the_end() -> bytes:
    return _table(single(), b"4 1\n0009999999 00000 n \n")


@attack(VerdictState.CHANGED, "changed")
def object_freed() -> bytes:
    return _table(single(), b"4 1\n0000000000 00001 f \n")


@attack(VerdictState.CHANGED, "changed")
def object_freed_and_written_anew() -> bytes:
    data = single()
    freed = _table(data, b"4 1\n0000000000 00001 f \n")
    content = freed + b"4 1 obj\n" + _OTHER + b"\nendobj\n"
    return _table_at(content, freed, b"4 1\n%010d 00001 n \n" % len(freed))


@attack(VerdictState.BROKEN, "table_chain")
def table_skips_the_signed_version() -> bytes:
    data = single()
    content = data + b"4 0 obj\n" + _OTHER + b"\nendobj\n"
    position = len(content)
    first = int(re.findall(rb"startxref\s+(\d+)", data)[0])
    trailer = b"trailer\n<< /Size 40 /Root 1 0 R /Prev %d >>\n" % first
    return content + b"xref\n4 1\n%010d 00000 n \n" % len(data) + trailer + b"startxref\n%d\n%%%%EOF\n" % position


@attack(VerdictState.BROKEN, "table_chain")
def table_goes_round_in_circles() -> bytes:
    data = single()
    position = len(data)
    return data + b"xref\n0 0\ntrailer\n<< /Size 40 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        position,
        position,
    )


@attack(VerdictState.UNREADABLE, "hybrid")
def table_with_a_second_table_for_others() -> bytes:
    return _table(single(), b"0 0\n", b"/XRefStm %d" % last_table(single()))


@attack(VerdictState.BROKEN, "root_moved")
def catalog_swapped_by_the_trailer() -> bytes:
    objects = {30: base_objects()[1].replace(b"/Pages 2 0 R", b"/Pages 31 0 R"), 31: base_objects()[2]}
    return pdf(objects, b"/Root 30 0 R", before=single())


@attack(VerdictState.UNREADABLE, "encrypted")
def encrypted_by_the_trailer() -> bytes:
    secret = b"<< /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >>" % (b"o" * 32, b"u" * 32)
    return pdf({30: secret}, b"/Root 1 0 R /Encrypt 30 0 R /ID [(a) (a)]", before=single())


@attack(VerdictState.BROKEN, "stray_bytes")
def words_behind_the_end() -> bytes:
    return single() + b"The sum is 900.000\n"


@attack(VerdictState.BROKEN, "stray_bytes")
def blanks_behind_the_end() -> bytes:
    return single() + b" " * 2000


@attack(VerdictState.BROKEN, "stray_bytes")
def second_end_mark() -> bytes:
    return single() + b"%%EOF\n"


@attack(VerdictState.BROKEN, "stray_bytes")
def end_mark_in_a_comment_between_objects() -> bytes:
    data = single()
    position = data.rindex(b"\nxref\n") + 1
    extra = b"% startxref 9 %%EOF\n"
    return (
        data[:position]
        + extra
        + data[position:].replace(b"startxref\n%d" % position, b"startxref\n%d" % (position + len(extra)))
    )


@attack(VerdictState.BROKEN, "stray_bytes")
def another_pdf_behind_it() -> bytes:
    return single() + base()


@attack(VerdictState.BROKEN, "stray_bytes")
def zip_archive_behind_it() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.html", "<script>1</script>")
    return single() + packed.getvalue()


@attack(VerdictState.UNREADABLE, "not_pdf")
def page_of_html_before_it() -> bytes:
    return b"<script>/*" + single()


@attack(VerdictState.UNREADABLE, "not_pdf")
def blank_before_it() -> bytes:
    return b"\n" + single()


@attack(VerdictState.BROKEN, "stray_bytes")
def words_between_objects() -> bytes:
    objects = pdf(base_objects()).replace(b"endobj\n5 0 obj", b"endobj\nfoo 5 0 obj", 1)
    return objects.replace(b"/SigFlags 3", b"/SigFlags 3 /X (/ByteRange)")


@attack(VerdictState.BROKEN, "stream_length")
def stream_longer_than_it_says() -> bytes:
    data = single()
    match = re.search(rb"/Length (\d+)", data)
    assert match is not None
    short = b"/Length %d" % (int(match.group(1)) - 4)
    return data[: match.start()] + short.ljust(match.end() - match.start()) + data[match.end() :]


@attack(VerdictState.BROKEN, "stream_length")
def stream_that_ends_beyond_the_file() -> bytes:
    return single().replace(b"/Length 6", b"/Length 9", 1)


def _with_object_stream(listed: int) -> bytes:
    """A version whose objects stand in a stream, of which the table lists only some."""
    data = single()
    inner = [(30, b"<< /A 1 >>"), (31, b"<< /B 2 >>")]
    head, body = b"", b""
    for number, content in inner:
        head += b"%d %d " % (number, len(body))
        body += content + b" "
    packed = zlib.compress(head + body)
    holder = stream(packed, b"/Type /ObjStm /N 2 /First %d /Filter /FlateDecode" % len(head))
    position = len(data)
    made = data + b"40 0 obj\n" + holder + b"\nendobj\n"
    table_at = len(made)
    rows = [(1, position, 0, 40), *((2, 40, index, number) for index, (number, _one) in enumerate(inner[:listed]))]
    rows.append((1, table_at, 0, 41))
    rows.sort(key=lambda row: row[3])
    raw = b"".join(bytes([kind]) + first.to_bytes(4, "big") + bytes([second]) for kind, first, second, _n in rows)
    index = b" ".join(b"%d 1" % row[3] for row in rows)
    head = b"/Type /XRef /Size 50 /Root 1 0 R /Prev %d /W [1 4 1] /Index [%s]" % (last_table(data), index)
    made += b"41 0 obj\n" + stream(raw, head) + b"\nendobj\n"
    return made + b"startxref\n%d\n%%%%EOF\n" % table_at


@attack(VerdictState.BROKEN, "hidden_object")
def packed_object_that_the_table_does_not_list() -> bytes:
    return _with_object_stream(1)


@attack(VerdictState.CHANGED, "changed")
def packed_objects_added() -> bytes:
    return _with_object_stream(2)


@attack(VerdictState.BROKEN, "structure_stream")
def packed_objects_without_end() -> bytes:
    data = single()
    bomb = zlib.compress(b"\0" * (80 << 20), 9)
    position = len(data)
    holder = stream(bomb, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    content = data + b"40 0 obj\n" + holder + b"\nendobj\n"
    table_at = len(content)
    rows = [(2, 40, 0), (1, position, 0), (1, table_at, 0)]
    raw = b"".join(bytes([kind]) + first.to_bytes(4, "big") + bytes([second]) for kind, first, second in rows)
    head = b"/Type /XRef /Size 50 /Root 1 0 R /Prev %d /W [1 4 1] /Index [30 1 40 2]" % last_table(data)
    content += b"41 0 obj\n" + stream(raw, head) + b"\nendobj\n"
    return content + b"startxref\n%d\n%%%%EOF\n" % table_at


@attack(VerdictState.BROKEN, "syntax")
def dictionaries_within_dictionaries() -> bytes:
    objects = base_objects()
    objects[10] = b"<< /ByteRange " + b"[" * 5000 + b"]" * 5000 + b" >>"
    return pdf(objects)


@attack(VerdictState.BROKEN, "syntax")
def number_that_readers_read_differently() -> bytes:
    objects = base_objects()
    objects[10] = b"<< /ByteRange [0 1--2 3 4] >>"
    return pdf(objects)


@attack(VerdictState.BROKEN, "duplicate_key")
def key_twice_in_the_page() -> bytes:
    objects = base_objects(page=b"/Contents 5 0 R")
    return signed_anyway(objects)


def signed_anyway(objects: dict[int, bytes]) -> bytes:
    """Signed with a harmless key, which is then written over in the signed file."""
    plain = dict(objects) | {3: objects[3].replace(b"/Contents 5 0 R", b"/Contenta 5 0 R")}
    return signed(pdf(plain), pki().an).replace(b"/Contenta", b"/Contents")


@attack(VerdictState.UNREADABLE, "not_pdf")
def nothing_at_all() -> bytes:
    return b""


@attack(VerdictState.UNREADABLE, "stray_bytes")
def head_alone() -> bytes:
    return HEAD


@attack(VerdictState.BROKEN, "syntax")
def cut_off() -> bytes:
    return single()[:-40]
