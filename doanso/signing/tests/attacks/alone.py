"""What the library says by itself, with the same authorities: to see what the rules of this product add."""

import io
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from doanso.signing.verification import Trust


def library_accepts(data: bytes, trust: Trust, moment: datetime) -> bool:
    """Whether every signature that the library finds is intact, valid and trusted, as its own bottom line says."""

    def context(purpose: str) -> ValidationContext:
        authorities = [item for item in trust.authorities if item.purpose == purpose]
        return ValidationContext(
            trust_roots=[x509.Certificate.load(item.der) for item in authorities if item.is_anchor],
            other_certs=[x509.Certificate.load(item.der) for item in authorities if not item.is_anchor],
            crls=list(trust.revocation_lists),
            moment=moment,
            allow_fetching=False,
        )

    try:
        reader = PdfFileReader(io.BytesIO(data))
        signatures = reader.embedded_regular_signatures
        regular = [validate_pdf_signature(item, context("signing"), context("time")) for item in signatures]
        stamps = [validate_pdf_timestamp(item, context("time")) for item in reader.embedded_timestamp_signatures]
    except Exception:  # noqa: BLE001 (whatever it raises, it does not accept)
        return False
    return bool(regular) and all(item.bottom_line for item in regular) and all(item.bottom_line for item in stamps)
