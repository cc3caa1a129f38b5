"""Measure a signature: our two steps against the bare library in one, with the same keys, appearance, texts and lists.

Each document is signed by the person, then numbered and sealed for the organisation, both with pictures; half of the documents
with elliptic-curve keys. Ours prepares, lets the key sign the attributes, checks the raw signature and finishes; the bare one
is the library's own `sign_pdf` on the same fields. The two alternate in one run, in a changing order. CPU time. `python -m
bench.sign [PAPERS]`.
"""

import io
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.measuring import measure_apart

DEFAULT_PAPERS = 60
QUICK_PAPERS = 4
MOST_RATIO = 1.2


def _picture(colour: str, width: int, height: int) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, width - 4, height - 4), outline=colour, width=8)
    target = io.BytesIO()
    image.save(target, "PNG", dpi=(300, 300))
    return target.getvalue()


def _bare(base: bytes, issued: Any, field: str, look: Any, fills: dict[str, str], later: Any) -> bytes:
    """Sign with the library alone: the same field, appearance, texts and lists."""
    from asn1crypto import crl, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    from doanso.signing.pdf import preparing
    from doanso.signing.pdf.appearance import Style
    from doanso.signing.tests.pki import sign

    registry = SimpleCertificateStore()
    registry.register_multiple([x509.Certificate.load(der) for der in issued.chain])

    class Loaded(signers.Signer):
        """A key object loaded once, as ours is: reading a key anew costs more than signing with it."""

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            return sign(issued, data)

    signer = Loaded(signing_cert=x509.Certificate.load(issued.der), cert_registry=registry, embed_roots=False)
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    fonts = preparing._Fonts(writer)
    preparing._fill(writer, fonts, fills)
    if later is not None:
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=[x509.Certificate.load(der) for der in later.certificates],
            crls=[crl.CertificateList.load(der) for der in later.revocation_lists],
        )  # fmt: skip
    is_first = field == "person"
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=is_first,
        docmdp_permissions=MDPPerm.FILL_FORMS if is_first else MDPPerm.NO_CHANGES,
    )  # fmt: skip
    style = Style(look=look, over=preparing._over(writer, field), fonts=fonts)
    # The same reserved space as ours, so that nothing is signed twice only to measure it.
    output = signers.PdfSigner(meta, signer, stamp_style=style).sign_pdf(writer, bytes_reserved=8192)
    return bytes(output.getvalue())


def _ours(base: bytes, issued: Any, field: str, look: Any, fills: dict[str, str], later: Any) -> bytes:
    from doanso.signing.pdf import finish, prepare
    from doanso.signing.pdf.checking import is_signature_of
    from doanso.signing.tests.pki import sign, signer_of

    prepared = prepare(base, signer_of(issued), field, look, fills, long_term=later)
    signature = sign(issued, prepared.to_sign)
    if not is_signature_of(issued.der, prepared.to_sign, signature):
        raise SystemExit("The key did not sign.")
    return finish(prepared, signature)


def _both(
    make: Callable[..., bytes], papers: bytes, person: Any, office: Any, looks: tuple[Any, Any], fills: Any, later: Any
) -> float:
    began = time.process_time()
    signed = make(papers, person, "person", looks[0], {}, None)
    make(signed, office, "organisation", looks[1], fills, later)
    return time.process_time() - began


def _measured(papers: int) -> list[dict[str, Any]]:
    import django

    django.setup()
    from doanso.signing.pdf import Appearance, LongTerm
    from doanso.signing.pdf.checking import require_whole
    from doanso.signing.tests.pki import FILLS, opened_pdf, pki, signed_pdf

    authority = pki()
    looks = (Appearance(image=_picture("blue", 600, 200)), Appearance(image=_picture("red", 425, 425), size=(102, 102)))
    later = LongTerm((authority.intermediate.der,), (authority.crl, authority.root_crl))
    pairs = ((authority.an, authority.city), (authority.binh, authority.ward))
    took = {_bare: 0.0, _ours: 0.0}
    for make in took:
        _both(make, opened_pdf(), *pairs[0], looks, FILLS, later)
    for number in range(papers):
        paper = opened_pdf(f"Đẩy mạnh chuyển đổi số, bản {number}. " * 20)
        for make in (_bare, _ours) if number % 2 else (_ours, _bare):
            took[make] += _both(make, paper, *pairs[number // 2 % 2], looks, FILLS, later)
    began = time.process_time()
    for _turn in range(papers):
        require_whole(signed_pdf(), authority.city.der)
    looked = time.process_time() - began
    ratio = round(took[_ours] / took[_bare], 2)
    bare, own = (round(took[make] / papers / 2 * 1000, 1) for make in (_bare, _ours))
    return [
        {
            "metric": "cpu_against_the_library", "value": ratio, "unit": "times", "target": MOST_RATIO,
            "ok": ratio <= MOST_RATIO, "reference": f"the library alone, {bare} ms each", "ratio": ratio,
        },
        {"metric": "cpu_of_a_signature", "value": own, "unit": "ms", "target": None, "ok": None},
        {
            "metric": "cpu_of_looking_at_the_file", "value": round(looked / papers * 1000, 1), "unit": "ms",
            "target": None, "ok": None,
        },
    ]  # fmt: skip


def measure(papers: int = DEFAULT_PAPERS) -> list[dict[str, Any]]:
    """Return all figures, from a process and a data folder of its own."""
    return measure_apart("bench.sign", "--one", papers, PYTHONWARNINGS="ignore")


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        print(json.dumps(_measured(int(words[1]))))
    else:
        for figure in measure(int(words[0]) if words else DEFAULT_PAPERS):
            print(json.dumps({"bench": "sign", **figure}))
