"""Checks before a signed file is stored: of the raw signature, the finished file, and an uploaded file."""

from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
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
from doanso.signing.pdf.signature_fields import fields_of, name_of, reader_of
from doanso.signing.verification import metadata

SMALLEST: Final = 4
"""Points; narrower or lower fields are unreadable for people."""
_HIDING: Final = 1 | 2 | 32


def is_signature_of(certificate: bytes, data: bytes, signature: bytes) -> bool:
    """Return whether a raw signature (RSA PKCS#1 1.5 or ECDSA as DER) over the data's SHA-256 matches the certificate's key."""
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
    """Return whether the signed bytes are unchanged and no forbidden change followed; the signer is checked elsewhere."""
    signature.compute_integrity_info()
    summary = signature.summarise_integrity_info()
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
    )
    covers = SignatureCoverageLevel.ENTIRE_FILE if is_last else SignatureCoverageLevel.ENTIRE_REVISION
    return bool(intact and valid and summary["docmdp_ok"] and summary["coverage"] >= covers)


def require_whole(file: bytes, certificate: bytes) -> str:
    """Return the field name of the last signature; raise `Refused` unless it covers the whole file.

    All signatures must be intact, and the last one must be that certificate's.
    """
    reader = reader_of(file)
    try:
        signatures = reader.embedded_regular_signatures
        holds = bool(signatures) and all(
            _holds(signature, is_last=signature is signatures[-1]) for signature in signatures
        )
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


def _unsigned() -> Refused:
    message = _(
        "This file has no new signature in it yet. Sign the downloaded file with your tool, save it, and bring the "
        "signed one."
    )
    return Refused(Problem("upload_unsigned", message, "file"))


def require_only_signed(base: bytes, file: bytes, certificate: bytes, field: str, *, own_place: bool) -> str:
    """Return the field name of the one new signature in an uploaded file; raise `Refused` if it adds anything else to
    the base.

    The signature must be that certificate's. The base's bytes must be unchanged at the beginning of the file; the rest is
    compared with it. The signature must be in `field`; with `own_place` it may be in a new visible field instead; verification
    checks what that covers.
    """
    if b"%PDF-" not in file[:1024]:
        raise Refused(
            Problem("upload_no_pdf", _("This is not a PDF file. Choose the PDF that your tool signed."), "file")
        )
    # The downloaded file, a version before it, or one that another program rewrote without signing.
    if base.startswith(file) or b"/ByteRange" not in file:
        raise _unsigned()
    if not file.startswith(base):
        message = _(
            "This is not the file that was downloaded here: its own bytes were changed. Download it again, and sign it with a "
            "tool that appends the signature instead of writing the file anew."
        )
        raise Refused(Problem("upload_other_file", message, "file"))
    before, after = reader_of(base), reader_of(file)
    _require_place(before, after, field, own_place=own_place)
    signed = require_whole(file, certificate)
    if len(after.embedded_signatures) != len(before.embedded_signatures) + 1:
        message = _("The file has to bring exactly one new signature.")
        raise Refused(Problem("upload_not_one", message, "file"))
    base_revision = before.xrefs.total_revisions - 1
    difference = _difference(after, base_revision)
    if (
        difference is None
        or difference.modification_level > ModificationLevel.FORM_FILLING
        or difference.changed_form_fields - {signed}
    ):
        message = _(
            "Besides the signature something else was changed in this file. Sign the downloaded file, unchanged."
        )
        raise Refused(Problem("upload_changed", message, "file"))
    if not metadata.is_described_alike(after, base_revision):
        message = _(
            "Your tool changed the title, the author or another entry by which the file describes itself. Download the file "
            "again and let your tool sign only, without changing the file's properties."
        )
        raise Refused(Problem("upload_described", message, "file"))
    return signed


def _require_place(before: PdfFileReader, after: PdfFileReader, field: str, *, own_place: bool) -> None:
    """Raise `Refused` for a signature in another one's field, in a new field where its own exists, or in an invisible one."""
    try:
        fields_by_name = {name_of(annotation): annotation.get_object() for annotation in fields_of(after.root)}
        signatures = [str(embedded.field_name) for embedded in after.embedded_regular_signatures]
        shown = bool(signatures) and signatures[-1] in fields_by_name and is_visible(fields_by_name[signatures[-1]])
    except (PdfError, SigningError, SignatureValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _broken() from error
    if len(after.embedded_signatures) <= len(before.embedded_signatures):
        raise _unsigned()
    if not signatures or signatures[-1] not in fields_by_name:
        raise _broken()
    signed = signatures[-1]
    if signed != field and signed in {name_of(annotation) for annotation in fields_of(before.root)}:
        message = _(
            "The signature stands in the place “%(found)s”, which is kept for another signature. Download the file again, and "
            "choose the place “%(wanted)s” in your tool."
        )
        raise Refused(Problem("upload_other_place", message % {"found": signed, "wanted": field}, "file"))
    if signed != field and not own_place:
        message = _(
            "The file has a place for this signature, and your tool made another one. Download the file again, and choose the "
            "place “%(wanted)s” in your tool."
        )
        raise Refused(Problem("upload_own_place", message % {"wanted": field}, "file"))
    if not shown:
        message = _(
            "The signature is not to be seen on any page. Download the file again, and let your tool show the signature in the "
            "place “%(wanted)s”."
        )
        raise Refused(Problem("upload_unseen", message % {"wanted": field}, "file"))


def is_visible(field: Any) -> bool:
    """Return whether a signature field is visible: it has an area, an appearance, and no flag that hides it."""
    left, bottom, right, top = _box(field)
    flags = _value(field, "/F", 0)
    is_hidden = not isinstance(flags, int) or bool(flags & _HIDING)
    appearance = _value(field, "/AP", {})
    has_look = "/N" in appearance and isinstance(appearance["/N"], generic.StreamObject)
    return right - left >= SMALLEST and top - bottom >= SMALLEST and has_look and not is_hidden and "/P" in field


def _value(field: Any, key: str, default: Any) -> Any:
    """Return the value of a key with references resolved, which the library's `get` leaves as they are."""
    if key not in field:
        return default
    return field[key]


def _box(field: Any) -> tuple[float, float, float, float]:
    """Return a field's rectangle, lower left corner first; an empty one where it has none."""
    x1, y1, x2, y2 = (float(coordinate) for coordinate in _value(field, "/Rect", (0, 0, 0, 0)))
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def require_open(file: bytes, field: str) -> None:
    """Raise `Refused` where the field of that name is missing or already signed."""
    fields_by_name = {name_of(reference): reference.get_object() for reference in fields_of(reader_of(file).root)}
    place = fields_by_name.get(field)
    if place is None or place["/FT"] != "/Sig" or "/V" in place:
        message = _(
            "The place of this signature in the signed file is taken or missing, so it cannot be signed there. Have the "
            "document signed once more."
        )
        raise Refused(Problem("place_taken", message))


def _difference(reader: PdfFileReader, since: int) -> DiffResult | None:
    try:
        result = DEFAULT_DIFF_POLICY.review_file(reader, since)
    except (SuspiciousModification, PdfError, ValueError, TypeError, KeyError):
        return None
    return result if isinstance(result, DiffResult) else None
