"""A signature in two steps: the file with a placeholder and the bytes to sign, then the file with the signature."""

import asyncio
import hashlib
import io
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from doanso.lib.problems import Problem, Refused
from doanso.signing.pdf import text_rendering
from doanso.signing.pdf.appearance import Appearance, Style, image_box
from doanso.signing.pdf.signature_fields import fields_of, name_of, writer_of
from doanso.signing.pdf.stamping import FixedTimeStamper
from doanso.signing.pdf.text_rendering import Font, Letters

DIGEST = "sha256"
# Reserved size of a time-stamp with its certificates, in bytes.
_TIMESTAMP_ROOM = 10_240
# Reserved size of attributes, names and a signature of up to 4096 bits, in bytes.
_CMS_ROOM = 2_048


@dataclass(frozen=True)
class SignerCertificate:
    """A certificate and its intermediates (DER)."""

    der: bytes
    chain: tuple[bytes, ...] = ()

    @property
    def parsed(self) -> x509.Certificate:
        """The parsed certificate."""
        return x509.Certificate.load(self.der)


@dataclass(frozen=True)
class LongTerm:
    """Long-term validation data: certificates, revocation lists and OCSP answers (DER)."""

    certificates: tuple[bytes, ...] = ()
    revocation_lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A prepared file whose signature is still missing.

    The key signs `to_sign` (the signed attributes, DER) with SHA-256; they hold `digest`, the SHA-256 of the whole file except
    the placeholder from `start` to `end`.
    """

    file: bytes
    to_sign: bytes
    digest: bytes
    start: int
    end: int
    certificate: SignerCertificate


def at_once[T](coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine of the library; in a thread of its own where this one already runs a loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class _Fonts:
    """The fonts of a revision, each embedded at most once."""

    def __init__(self, writer: IncrementalPdfFileWriter) -> None:
        self._writer = writer
        self._made: dict[Font, Letters] = {}

    def __call__(self, font: Font) -> Letters:
        if font not in self._made:
            self._made[font] = Letters(self._writer, font)
        return self._made[font]


def _fields(writer: IncrementalPdfFileWriter) -> dict[str, Any]:
    return {name_of(reference): reference for reference in fields_of(writer.root)}


def _fill(writer: IncrementalPdfFileWriter, fonts: _Fonts, fills: Mapping[str, str]) -> None:
    fields = _fields(writer)
    for name, text in fills.items():
        field = fields[name].get_object()
        if field.get("/FT") != "/Tx" or "/V" in field:
            raise ValueError(f"{name} is no empty text field")
        left, bottom, right, top = (float(coordinate) for coordinate in field["/Rect"])
        face, size = _written_in(str(field["/DA"]))
        drawn = text_rendering.one_line(
            fonts(face), text, width=right - left, height=top - bottom, size=size, align=int(field.get("/Q", 0))
        )
        if drawn is None:
            message = _("“%(text)s” does not fit into its place on the page. Shorten it.")
            raise Refused(Problem("text_too_long", message % {"text": text}, name))
        field[pdf_name("/V")] = generic.TextStringObject(text)
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(drawn)})
        writer.mark_update(fields[name])


def _written_in(appearance: str) -> tuple[Font, float]:
    name, size, *_rest = appearance.split()
    return Font(name.removeprefix("/Tinos").lower()), float(size)


def fill(base: bytes, fills: Mapping[str, str]) -> bytes:
    """Fill empty text fields of a file as one revision, for signers with another tool."""
    writer = writer_of(base)
    _fill(writer, _Fonts(writer), fills)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _over(writer: IncrementalPdfFileWriter, field: str) -> tuple[float, float, float, float] | None:
    """Return the box of a signed person's image on the field's page, relative to the field's lower left corner."""
    own, others = _signed_beside(writer, field)
    left, bottom, *_rest = (float(coordinate) for coordinate in own["/Rect"])
    for other in others:
        if box := image_box(other):
            return box[0] - left, box[1] - bottom, box[2], box[3]
    return None


def _name_below(writer: IncrementalPdfFileWriter, field: str) -> float:
    """Return how far the field extends below a signed field beside it, where the signer's name is printed."""
    own, others = _signed_beside(writer, field)
    bottom, top = float(own["/Rect"][1]), float(own["/Rect"][3])
    feet = (float(other["/Rect"][1]) for other in others)
    return max((foot - bottom for foot in feet if bottom < foot < top), default=0.0)


def _signed_beside(writer: IncrementalPdfFileWriter, field: str) -> tuple[Any, list[Any]]:
    """Return the field, and the signed fields on its page."""
    fields_by_name = {name: reference.get_object() for name, _value, reference in enumerate_sig_fields(writer)}
    own = fields_by_name.pop(field)
    return own, [
        other for other in fields_by_name.values() if "/V" in other and other.raw_get("/P") == own.raw_get("/P")
    ]


def _permission(writer: IncrementalPdfFileWriter, field: str) -> MDPPerm:
    """Return the changes that the field's lock permits after its signature; form filling if the lock does not say."""
    own = {name: reference.get_object() for name, _value, reference in enumerate_sig_fields(writer)}[field]
    try:
        return MDPPerm(int(own["/Lock"]["/P"]))
    except (KeyError, ValueError):
        return MDPPerm.FILL_FORMS


def prepare(
    base: bytes,
    certificate: SignerCertificate,
    field: str,
    appearance: Appearance,
    fills: Mapping[str, str] | None = None,
    *,
    name: str = "",
    room_for_timestamp: bool = False,
    long_term: LongTerm | None = None,
) -> Prepared:
    """Return a file with the placeholder of a signature in an empty field, together with its texts, as one revision."""
    writer = writer_of(base)
    signatures = {field_name: value for field_name, value, _reference in enumerate_sig_fields(writer)}
    if field not in signatures:
        raise Refused(Problem("no_such_place", _("This file has no place of that name to sign in.")))
    if signatures[field] is not None:
        raise Refused(Problem("place_signed", _("This place is signed already.")))
    is_first = all(value is None for value in signatures.values())
    fonts = _Fonts(writer)
    _fill(writer, fonts, fills or {})
    if long_term is not None:
        _supply_long_term(writer, long_term)
    signer = _signer(certificate)
    meta = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        name=name or None,
        certify=is_first,
        docmdp_permissions=_permission(writer, field),
    )
    room = _CMS_ROOM + len(certificate.der) + sum(map(len, certificate.chain))
    room += _TIMESTAMP_ROOM if room_for_timestamp else 0
    try:
        digest, _document, output = at_once(
            PdfSigner(
                meta,
                signer,
                stamp_style=Style(
                    look=appearance, over=_over(writer, field), name_below=_name_below(writer, field), fonts=fonts
                ),
            ).async_digest_doc_for_signing(writer, existing_fields_only=True, bytes_reserved=2 * room)
        )
    except SigningError as error:
        raise Refused(Problem("place_locked", _("An earlier signature does not allow this one any more."))) from error
    attributes = at_once(signer.signed_attrs(digest.document_digest, DIGEST, use_pades=True))
    return Prepared(
        file=output.getvalue(),  # type: ignore[attr-defined]
        to_sign=attributes.dump(),
        digest=digest.document_digest,
        start=digest.reserved_region_start,
        end=digest.reserved_region_end,
        certificate=certificate,
    )


def _supply_long_term(writer: IncrementalPdfFileWriter, long_term: LongTerm) -> None:
    """Put into the file what proves the certificate's validity for long."""
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in long_term.certificates],
        crls=[crl.CertificateList.load(der) for der in long_term.revocation_lists],
        ocsps=[ocsp.OCSPResponse.load(der) for der in long_term.answers],
    )


def _signer(certificate: SignerCertificate, signature: bytes | None = None) -> ExternalSigner:
    registry = SimpleCertificateStore()
    registry.register_multiple([x509.Certificate.load(der) for der in certificate.chain])
    return ExternalSigner(certificate.parsed, registry, signature_value=signature, embed_roots=False)


def finish(prepared: Prepared, signature: bytes, timestamp: bytes | None = None) -> bytes:
    """Fill the placeholder with the key's signature over `to_sign` (ECDSA as DER) and a time-stamp token, if any."""
    if hashlib.sha256(prepared.file[: prepared.start] + prepared.file[prepared.end :]).digest() != prepared.digest:
        raise ValueError("the prepared file is not what it was")
    signer = _signer(prepared.certificate, signature)
    attributes = cms.CMSAttributes.load(prepared.to_sign)
    stamper = FixedTimeStamper(timestamp) if timestamp is not None else None
    container = at_once(signer.async_sign_prescribed_attributes(DIGEST, attributes, timestamper=stamper))
    output = io.BytesIO(prepared.file)
    PreparedByteRangeDigest(prepared.digest, prepared.start, prepared.end).fill_with_cms(output, container)
    return output.getvalue()
