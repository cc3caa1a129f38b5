"""A file's XMP description: tools rewrite it at every save, and only other words are refused as a change."""

import pytest
from pyhanko.sign import fields, signers

from doanso.signing.pdf.signature_fields import writer_of
from doanso.signing.testca.issuing import IssuedCertificate
from doanso.signing.tests.attacks.making import base_objects, now, pdf, pki, signer, stream, trusted
from doanso.signing.verification import VerdictState
from doanso.signing.verification.examine import examine
from doanso.signing.verification.metadata import statements

pytestmark = pytest.mark.sqlite_only

NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"'
    ' xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"'
)
TITLE = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Kế hoạch số 12</rdf:li></rdf:Alt></dc:title>'
AUTHORS = "<dc:creator><rdf:Seq><rdf:li>Thành đoàn</rdf:li><rdf:li>Đoàn phường 4</rdf:li></rdf:Seq></dc:creator>"
SAVED = (
    "<xmp:ModifyDate>2026-03-05T08:00:00+07:00</xmp:ModifyDate><pdf:Producer>Typst</pdf:Producer>"
    "<xmpMM:InstanceID>a</xmpMM:InstanceID>"
)
CREATED = "<xmp:CreateDate>2026-03-05T08:00:00+07:00</xmp:CreateDate>"


def described(properties: str, *, attributes: str = "", padding: str = "", program: str = "a") -> bytes:
    """An XMP packet of these properties."""
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{program}">'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" {NAMES} {attributes}>'
        f'{properties}</rdf:Description></rdf:RDF></x:xmpmeta>{padding}<?xpacket end="w"?>'
    ).encode()


FIRST = described(TITLE + AUTHORS + CREATED + SAVED)
SAME = {
    "white space": described(f"\n  {TITLE}\n  {AUTHORS}\n {CREATED} {SAVED}".replace("><", ">\n\t<")),
    "padding and program": described(TITLE + AUTHORS + CREATED + SAVED, padding=" " * 2048 + "\n", program="another"),
    "another order": described(SAVED + CREATED + AUTHORS + TITLE),
    "attributes": described(
        AUTHORS + SAVED, attributes='dc:title="Kế hoạch số 12" xmp:CreateDate="2026-03-05T08:00:00+07:00"'
    ),
    "a plain title": described("<dc:title>Kế hoạch số 12</dc:title>" + AUTHORS + CREATED + SAVED),
    "two descriptions": described(
        f'{TITLE}{CREATED}</rdf:Description><rdf:Description rdf:about="" {NAMES}>{AUTHORS}{SAVED}'
    ),
    "another save": described(
        TITLE + AUTHORS + CREATED + "<xmp:ModifyDate>2026-03-06T09:30:00+07:00</xmp:ModifyDate>"
        "<xmp:MetadataDate>2026-03-06T09:30:00+07:00</xmp:MetadataDate>"
        "<xmpMM:InstanceID>b</xmpMM:InstanceID><xmpMM:DocumentID>c</xmpMM:DocumentID>"
        '<xmpMM:History><rdf:Seq><rdf:li rdf:parseType="Resource"><stEvt:action>saved</stEvt:action></rdf:li></rdf:Seq>'
        "</xmpMM:History>",
        attributes='pdf:Producer="pyHanko"',
    ),
    "the same moment": described(TITLE + AUTHORS + "<xmp:CreateDate>2026-03-05T01:00:00Z</xmp:CreateDate>" + SAVED),
}
OTHER = {
    "title": FIRST.replace("số 12".encode(), "số 99".encode()),
    "no title": described(AUTHORS + CREATED + SAVED),
    "author": FIRST.replace("phường 4".encode(), "phường 5".encode()),
    "authors in another order": described(
        TITLE + "<dc:creator><rdf:Seq><rdf:li>Đoàn phường 4</rdf:li><rdf:li>Thành đoàn</rdf:li></rdf:Seq></dc:creator>"
        + CREATED + SAVED
    ),
    "one author fewer": described(TITLE + AUTHORS.replace("<rdf:li>Đoàn phường 4</rdf:li>", "") + CREATED + SAVED),
    "another language": FIRST.replace(b"x-default", b"en"),
    "keywords": described(TITLE + AUTHORS + CREATED + SAVED + "<pdf:Keywords>khẩn</pdf:Keywords>"),
    "a program of making": described(TITLE + AUTHORS + CREATED + SAVED, attributes='xmp:CreatorTool="Word"'),
    "another day of making": FIRST.replace(b"CreateDate>2026-03-05", b"CreateDate>2026-03-04"),
    "words between": described(TITLE + AUTHORS + CREATED + SAVED + "khẩn"),
    "a title outside": described(TITLE + AUTHORS + CREATED + SAVED).replace(
        b"</rdf:RDF>", f"</rdf:RDF><dc:title {NAMES}>Quyết định</dc:title>".encode()
    ),
    "a producer in a title": FIRST.replace(
        "Kế hoạch số 12".encode(), "Kế hoạch số 12<pdf:Producer>9 tỷ</pdf:Producer>".encode()
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_words_written_otherwise_are_the_same(name):
    assert statements(SAME[name]) == statements(FIRST)


@pytest.mark.parametrize("name", OTHER)
def test_other_words_are_others(name):
    assert statements(OTHER[name]) != statements(FIRST)


def sign(data: bytes, issued: IssuedCertificate, field: str) -> bytes:
    """One more signature by a tool that leaves the description alone."""
    meta = signers.PdfSignatureMetadata(field_name=field, subfilter=fields.SigSeedSubFilter.PADES)
    output = signers.PdfSigner(meta, signer(issued)).sign_pdf(writer_of(data), existing_fields_only=True)
    return output.getvalue()


def rewritten(description: bytes, *, kept_number: bool = True) -> bytes:
    """Signed by a person, then sealed by a tool that rewrites the description, in the same object or a new one."""
    head = b"/Type /Metadata /Subtype /XML"
    extension = b"/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 1 >> >>"
    objects = base_objects(catalog=b"/Metadata 40 0 R " + extension)
    first = sign(pdf({**objects, 40: stream(FIRST, head)}), pki().an, "person")
    if kept_number:
        return sign(pdf({40: stream(description, head)}, before=first), pki().city, "office")
    catalog = objects[1].replace(b"/Metadata 40", b"/Metadata 90")
    return sign(pdf({1: catalog, 90: stream(description, head)}, before=first), pki().city, "office")


@pytest.mark.parametrize("kept_number", [True, False], ids=["in place", "as a new object"])
@pytest.mark.parametrize("name", SAME)
def test_a_seal_with_the_same_words_is_valid(name, kept_number):
    verdict = examine(rewritten(SAME[name], kept_number=kept_number), trusted(), now())
    assert (verdict.state, verdict.notes) == (VerdictState.VALID, ()), verdict


@pytest.mark.parametrize("name", OTHER)
def test_a_seal_with_other_words_is_a_change(name):
    verdict = examine(rewritten(OTHER[name]), trusted(), now())
    assert (verdict.state, "changed" in verdict.codes) == (VerdictState.CHANGED, True), verdict
