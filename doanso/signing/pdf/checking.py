"""What is looked at before a signed file is kept: the raw signature, the file we finished, the file somebody brought."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from doanso.lib.problems import Problem, Refused
from doanso.signing.pdf.places import reader_of


def is_signature_of(certificate: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the certificate's key made this raw signature (RSA PKCS#1 1.5 or ECDSA as DER) over the data's SHA-256."""
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _holds(signature: EmbeddedPdfSignature, *, is_last: bool) -> bool:
    """Whether the bytes are what was signed, and nothing came after that was not allowed. Who signed is asked elsewhere."""
    signature.compute_integrity_info()
    told = signature.summarise_integrity_info()
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
    )
    covers = SignatureCoverageLevel.ENTIRE_FILE if is_last else SignatureCoverageLevel.ENTIRE_REVISION
    return bool(intact and valid and told["docmdp_ok"] and told["coverage"] >= covers)


def require_whole(file: bytes, certificate: bytes) -> str:
    """Refuse a file whose signatures do not all hold, or whose last one is not that certificate's over all of it.

    Returns the name of the last one's place.
    """
    reader = reader_of(file)
    try:
        signatures = reader.embedded_regular_signatures
        holds = bool(signatures) and all(_holds(one, is_last=one is signatures[-1]) for one in signatures)
        is_theirs = holds and signatures[-1].signer_cert.dump() == certificate
    except (PdfError, SignatureValidationError, SigningError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _broken() from error
    if not holds:
        raise _broken()
    if not is_theirs:
        message = _("This file is signed with another certificate than the one chosen here. Sign it with that one.")
        raise Refused(Problem("upload_other_certificate", message, "file"))
    return str(signatures[-1].field_name)


def _broken() -> Refused:
    message = _(
        "The signature in this file does not hold, or something was changed. Sign the downloaded file once more."
    )
    return Refused(Problem("upload_broken", message, "file"))


def require_only_signed(base: bytes, file: bytes, certificate: bytes) -> str:
    """Refuse an uploaded file unless it is the base and one new signature of that certificate, and nothing else.

    The base's bytes stand unchanged at its beginning; what was appended is read by difference. Returns the place's name.
    """
    if len(file) <= len(base) or not file.startswith(base):
        message = _(
            "This is not the file that was downloaded here: its own bytes were changed. Download it again, and sign it with a "
            "tool that appends the signature instead of writing the file anew."
        )
        raise Refused(Problem("upload_other_file", message, "file"))
    field = require_whole(file, certificate)
    before, after = reader_of(base), reader_of(file)
    if len(after.embedded_signatures) != len(before.embedded_signatures) + 1:
        message = _("The file has to bring exactly one new signature.")
        raise Refused(Problem("upload_not_one", message, "file"))
    told = _difference(after, before.xrefs.total_revisions - 1)
    if told is None or told.modification_level > ModificationLevel.FORM_FILLING or told.changed_form_fields - {field}:
        message = _(
            "Besides the signature something else was changed in this file. Sign the downloaded file, unchanged."
        )
        raise Refused(Problem("upload_changed", message, "file"))
    return field


def _difference(reader: PdfFileReader, since: int) -> DiffResult | None:
    try:
        told = DEFAULT_DIFF_POLICY.review_file(reader, since)
    except (SuspiciousModification, PdfError, ValueError, TypeError, KeyError):
        return None
    return told if isinstance(told, DiffResult) else None
