"""Handmade files, malicious and honest."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "application/vnd.openxmlformats-officedocument"
WORD_MAIN = f"{_OFFICE}.wordprocessingml.document.main+xml"
EXCEL_MAIN = f"{_OFFICE}.spreadsheetml.sheet.main+xml"
COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")


def types(main: str, part: str = "/word/document.xml") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="{part}" ContentType="{main}"/></Types>'
    )


def body(*paragraphs: str) -> str:
    return (
        f'<w:document xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{''.join(paragraphs)}</w:body></w:document>"
    )


def paragraph(text: str, inside: str = "") -> str:
    return f"<w:p>{inside}<w:r><w:t>{text}</w:t></w:r></w:p>"


def parts(**more: str | bytes) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": types(WORD_MAIN),
        "word/document.xml": body(paragraph("Kế hoạch")),
        **{name.replace("__", "/"): content for name, content in more.items()},
    }


def packed(files: Mapping[str, str | bytes], *, level: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", level) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def docx(*paragraphs: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    return packed({**parts(), "word/document.xml": body(*paragraphs), **(more or {})})


def xlsx(*cells: str) -> bytes:
    """Return a workbook of this many cells, each with text."""
    shared = "".join(f"<si><t>{text}</t></si>" for text in cells)
    return packed(
        {
            "[Content_Types].xml": types(EXCEL_MAIN, "/xl/workbook.xml"),
            "xl/sharedStrings.xml": f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{shared}</sst>',
        }
    )


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R", text: str = "Ke hoach so 12") -> bytes:
    """Return a PDF of one page; further objects are numbered from 6."""
    content = f"BT /F1 14 Tf 72 770 Td ({text}) Tj ET".encode("latin-1")
    all_of_them = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    return assembled(all_of_them, trailer)


def assembled(objects: list[bytes], trailer: bytes) -> bytes:
    target, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(target))
        target += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(target)
    target += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    target += b"".join(b"%010d 00000 n \n" % place for place in places)
    target += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(target)


def with_catalog(more: bytes, *objects: bytes) -> bytes:
    return pdf(*objects).replace(b"/Type /Catalog /Pages 2 0 R", b"/Type /Catalog /Pages 2 0 R " + more)


def attachment(name: bytes, content: bytes) -> bytes:
    return with_catalog(
        b"/Names << /EmbeddedFiles << /Names [(%s) 6 0 R] >> >>" % name,
        b"<< /Type /Filespec /F (%s) /UF (%s) /EF << /F 7 0 R >> >>" % (name, name),
        b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(wide: int = 2, high: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def jpeg(wide: int = 2, high: int = 2) -> bytes:
    frame = struct.pack(">HBHHB", 11, 8, high, wide, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"\0\0" + b"\xff\xc0" + frame + b"\xff\xda\0\0\xff\xd9"


def lying_size(content: bytes, name: str, size: int) -> bytes:
    """Return the same zip with another unpacked size in its directory for one part."""
    position = content.rindex(name.encode()) - 46
    return content[: position + 24] + struct.pack("<I", size) + content[position + 28 :]


def overlapping() -> bytes:
    """Return a zip with two entries of the directory that point at one part."""
    content = bytearray(packed(parts(word__a="x" * 100, word__b="y" * 100)))
    first = content.rindex(b"word/a") - 46
    second = content.rindex(b"word/b") - 46
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return bytes(content)
