"""PDF files made by hand, byte by byte, and signed as the product signs: the ground on which attacks are built."""

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument  # noqa: F401 (its import registers what signers need)
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from doanso.lib import clock
from doanso.signing.testca.issuing import IssuedCertificate
from doanso.signing.tests.pki import Pki, fingerprint, pki
from doanso.signing.verification import Trust, TrustedCertificate

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PAGE = b"BT /F1 24 Tf 72 700 Td (Ke hoach so 12: quyen gop 100.000 dong) Tj ET"
Objects = Mapping[int, bytes]


def stream(content: bytes, head: bytes = b"") -> bytes:
    """A stream object's text."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(content), content)


def pdf(objects: Objects, trailer: bytes = b"/Root 1 0 R", *, before: bytes = b"") -> bytes:
    """A file of these objects, or one more version of a file: bodies, a table of them, and where it is."""
    content = bytearray(before or HEAD)
    places = {}
    for number, body in objects.items():
        places[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(content)
    content += b"xref\n" + (b"" if before else b"0 1\n0000000000 65535 f \n")
    for number, place in sorted(places.items()):
        content += b"%d 1\n%010d 00000 n \n" % (number, place)
    previous = last_table(before) if before else None
    size = max([*objects, *(size_of(before) for _one in [1] if before)]) + 1
    content += b"trailer\n<< /Size %d %s %s >>\n" % (size, trailer, b"/Prev %d" % previous if previous else b"")
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % table)


def last_table(data: bytes) -> int:
    """Where a file says its last table is."""
    return int(re.findall(rb"startxref\s+(\d+)", data)[-1])


def size_of(data: bytes) -> int:
    """The highest /Size said so far, less one."""
    return max(int(size) for size in re.findall(rb"/Size (\d+)", data)) - 1


def text_field(name: str, left: int) -> bytes:
    """An empty place for a word of the office."""
    return (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (%s) /Ff 1 /F 4 /P 3 0 R /Rect [%d 760 %d 780]"
        b" /DA (/F1 12 Tf 0 g) >>" % (name.encode(), left, left + 80)
    )


def sign_field(name: str, left: int) -> bytes:
    """An empty place for a signature."""
    return b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /F 132 /P 3 0 R /Rect [%d 100 %d 180] >>" % (
        name.encode(), left, left + 120,
    )  # fmt: skip


def base_objects(**other: bytes) -> dict[int, bytes]:
    """One page with words, places for number and date, and places for two signatures."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 7 0 R 8 0 R 9 0 R] /SigFlags 3"
        b" /DR << /Font << /F1 5 0 R >> >> /DA (/F1 12 Tf 0 g) >> %s >>" % other.get("catalog", b""),
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R 7 0 R 8 0 R 9 0 R]"
        b" /Resources << /Font << /F1 5 0 R >> >> %s >>" % other.get("page", b""),
        4: stream(PAGE),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: text_field("number", 72),
        7: text_field("day", 300),
        8: sign_field("person", 72),
        9: sign_field("office", 300),
    }


@cache
def base() -> bytes:
    """The unsigned file."""
    return pdf(base_objects())


def signer(issued: IssuedCertificate, *above: IssuedCertificate, **options: Any) -> signers.SimpleSigner:
    """The library's signer with somebody's key and the certificates above it."""
    certificates = [x509.Certificate.load(item) for item in issued.chain] + [
        x509.Certificate.load(item.der) for item in above
    ]
    store = SimpleCertificateStore()
    store.register_multiple(certificates)
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(issued.der),
        signing_key=keys.PrivateKeyInfo.load(issued.key_der),
        cert_registry=store,
        **options,
    )


def stamper(issued: IssuedCertificate, moment: datetime | None = None) -> DummyTimeStamper:
    """A time-stamping authority."""
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(der) for der in issued.chain])
    return DummyTimeStamper(
        x509.Certificate.load(issued.der),
        keys.PrivateKeyInfo.load(issued.key_der),
        certs_to_embed=store,
        fixed_dt=moment,
    )


def signed(
    data: bytes,
    issued: IssuedCertificate,
    field: str = "person",
    *,
    change: Callable[[IncrementalPdfFileWriter], None] | None = None,
    tsa: IssuedCertificate | None = None,
    stamped_at: datetime | None = None,
    digest: str = "sha256",
    subfilter: fields.SigSeedSubFilter = fields.SigSeedSubFilter.PADES,
    new_field: fields.SigFieldSpec | None = None,
    by: signers.SimpleSigner | None = None,
    style: Any = None,
    **metadata: Any,
) -> bytes:
    """One more signature in a file, after what `change` does in the same version."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    if change is not None:
        change(writer)
    signature_metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm=digest, subfilter=subfilter, **metadata
    )
    output = signers.PdfSigner(
        signature_metadata,
        signer=by or signer(issued),
        timestamper=stamper(tsa, stamped_at) if tsa else None,
        new_field_spec=new_field,
        stamp_style=style,
    ).sign_pdf(writer, existing_fields_only=new_field is None)
    return bytes(output.getvalue())


def fill(**words: str) -> Callable[[IncrementalPdfFileWriter], None]:
    """Write words into fields, as the office does in the version that it signs."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        for reference in writer.root["/AcroForm"]["/Fields"]:
            field = reference.get_object()
            word = words.get(str(field["/T"]))
            if word is None:
                continue
            content = b"BT /F1 12 Tf 0 0 Td (%s) Tj ET" % word.encode()
            box = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 80, 20)])
            look = generic.StreamObject(
                {
                    generic.NameObject("/Type"): generic.NameObject("/XObject"),
                    generic.NameObject("/Subtype"): generic.NameObject("/Form"),
                    generic.NameObject("/BBox"): box,
                },
                stream_data=content,
            )
            field[generic.NameObject("/V")] = generic.TextStringObject(word)
            field[generic.NameObject("/AP")] = generic.DictionaryObject(
                {generic.NameObject("/N"): writer.add_object(look)}
            )
            writer.mark_update(reference.reference)

    return change


@cache
def single() -> bytes:
    """Signed by one person."""
    return signed(base(), pki().an)


@cache
def double() -> bytes:
    """Signed by a person, then numbered, dated and signed by the organisation."""
    return signed(single(), pki().city, "office", change=fill(number="12-KH/TD", day="26"))


def trusted(**options: Any) -> Trust:
    """The cast's authorities as an installation trusts them."""
    authority: Pki = pki()
    legal_force = options.get("legal_force", True)
    rows = []
    for purpose in ("signing", "time"):
        for issued, is_anchor in ((authority.root, True), (authority.intermediate, False)):
            der = issued.certificate.public_bytes(Encoding.DER)
            name = issued.certificate.subject.rfc4514_string()
            rows.append(TrustedCertificate(der, name, purpose, is_anchor, legal_force, options.get("ended_at")))
    lists = (authority.root_crl, authority.crl) if options.get("lists", True) else ()
    offices = frozenset({fingerprint(authority.city), fingerprint(authority.ward)})
    return Trust(tuple(rows), lists, options.get("organisations", offices))


def now() -> datetime:
    """The moment of verification: a little later than everything that was made."""
    return clock.now() + timedelta(minutes=2)


def sha256(data: bytes) -> str:
    """The file's name among all files."""
    return hashlib.sha256(data).hexdigest()
