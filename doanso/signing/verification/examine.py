"""The complete verification of one file. Anything not understood makes it invalid, with a reason."""

import asyncio
import hashlib
import io
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from doanso.signing import quick_reading
from doanso.signing.verification import added, allowed, envelope, layout, signature_coverage
from doanso.signing.verification.active import attachments, require_still
from doanso.signing.verification.chains import gather_material
from doanso.signing.verification.lexer import Fault
from doanso.signing.verification.signatures import SignatureVerifier
from doanso.signing.verification.trust import Trust
from doanso.signing.verification.verdict import (
    ADDED_LATER,
    INTACT,
    SignatureVerdict,
    Verdict,
    VerdictReason,
    VerdictState,
    worst_state,
)

quick_reading.install()
MOST_BYTES = 50 << 20
_SIMPLY_UNREADABLE = frozenset({"not_pdf", "encrypted", "too_large", "hybrid"})


def examine(
    data: bytes, trust: Trust, moment: datetime, seen_at: datetime | None = None, own_place: str = ""
) -> Verdict:
    """Verify a file in this process. `seen_at` is a moment at which exactly this file provably existed.

    With `own_place`, the field of a signature, the file counts as changed unless that field could also be added to a signed file.
    """
    plain = Verdict(VerdictState.UNREADABLE, hashlib.sha256(data).hexdigest(), len(data))
    try:
        return _judged(data, plain, trust, moment, seen_at, own_place)
    except Fault as fault:
        looks_signed = fault.code not in _SIMPLY_UNREADABLE and (b"ByteRange" in data or b"/SubFilter" in data)
        state = VerdictState.BROKEN if looks_signed else VerdictState.UNREADABLE
        return replace(plain, state=state, reasons=(VerdictReason(fault.code, fault.detail),))
    except (RecursionError, MemoryError):
        return replace(plain, reasons=(VerdictReason("too_large"),))
    except Exception as error:  # noqa: BLE001 (a reader that stumbles over a file has not found it good)
        return replace(plain, state=VerdictState.BROKEN, reasons=(VerdictReason("unexpected", type(error).__name__),))


def _judged(
    data: bytes, plain: Verdict, trust: Trust, moment: datetime, seen_at: datetime | None, own_place: str
) -> Verdict:
    if len(data) > MOST_BYTES:
        raise Fault("too_large")
    file = layout.read(data)
    filled_fields = signature_coverage.find(file)
    notes = (VerdictReason("attachments", str(count)),) if (count := attachments(file)) else ()
    if not filled_fields:
        return replace(plain, state=VerdictState.UNSIGNED, notes=notes)
    require_still(file)
    envelopes = _envelopes(filled_fields)
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    embedded = _agreed(reader, filled_fields)
    verifier = SignatureVerifier(file, filled_fields, envelopes, gather_material(trust, reader), moment, seen_at)
    times, signatures = asyncio.run(verifier.verify_all(embedded))
    signatures = _numbered_by_an_office(file, filled_fields, signatures)
    to_review = _to_review(signatures)
    signatures = [_with_review(signature, to_review) for signature in signatures]
    notes = (*notes, *_later(file, filled_fields, signatures, to_review))
    states = [*(signature.state for signature in signatures), *(time.state for time in times)]
    if any(note.code in ADDED_LATER for note in notes):
        states.append(VerdictState.ADDED)
    if not signatures:
        notes, states = (*notes, VerdictReason("only_times")), [*states, VerdictState.UNSIGNED]
    reasons: tuple[VerdictReason, ...] = ()
    if own_place:
        try:
            own_field = next(field for field in filled_fields if field.name == own_place)
            added.require_own_place(file, own_field, filled_fields)
        except Fault as fault:
            reasons, states = (VerdictReason(fault.code, fault.detail),), [*states, VerdictState.CHANGED]
    verdict = replace(plain, signatures=tuple(signatures), times=tuple(times), notes=notes)
    return replace(verdict, state=worst_state(states), reasons=reasons)


def _added_after(signature: SignatureVerdict) -> set[str]:
    """Return the names of the visible signatures that were added in new fields after a signature."""
    return {name for change in signature.changes if change.kind == "signature_added" for name in change.fields}


def _to_review(signatures: list[SignatureVerdict]) -> set[str]:
    """Return the names of the added signatures that people have to look at.

    A document is complete with its organisation's signature, or with one that permits no change after it; what is added
    before is a signature like any other, and most tools put it into a field of their own.
    """
    complete = [signature for signature in signatures if signature.kind == "organisation" or signature.closes]
    return {name for signature in complete for name in _added_after(signature)}


def _with_review(signature: SignatureVerdict, to_review: set[str]) -> SignatureVerdict:
    """Return the signature as `ADDED` where one that people have to look at was added after it."""
    if not _added_after(signature) & to_review:
        return signature
    return replace(signature, state=worst_state([signature.state, VerdictState.ADDED]))


def _later(
    file: layout.FileLayout,
    filled_fields: list[signature_coverage.SignedField],
    signatures: list[SignatureVerdict],
    to_review: set[str],
) -> list[VerdictReason]:
    """Return warnings beside valid signatures: signatures added in fields of their own, and an unusual order."""
    notes = [
        VerdictReason("signature_added", signature.signer) for signature in signatures if signature.field in to_review
    ]
    unseen = added.invisible_signatures(file, filled_fields)
    notes += [
        VerdictReason("signature_unseen", signature.signer) for signature in signatures if signature.field in unseen
    ]
    kinds = [signature.kind for signature in signatures]
    if (
        kinds
        and kinds[0] == "organisation"
        and any(kind != "organisation" for kind in kinds)
        and all(signature.state in INTACT for signature in signatures)
    ):
        notes.append(VerdictReason("organisation_first"))
    return notes


def _envelopes(filled_fields: list[signature_coverage.SignedField]) -> dict[str, cms.SignedData | Fault]:
    """Check the envelopes before the library parses them; weak ones are reported later with their signer's name."""
    read: dict[str, cms.SignedData | Fault] = {}
    for place in filled_fields:
        try:
            read[place.name] = envelope.require_plain(place)
        except Fault as fault:
            if fault.code == "envelope":
                raise
            read[place.name] = fault
    return read


def _agreed(
    reader: PdfFileReader, filled_fields: list[signature_coverage.SignedField]
) -> dict[str, EmbeddedPdfSignature]:
    """Return the library's view of the same signatures; raise `Fault` where it differs from ours."""
    library_signatures = {signature.field_name: signature for signature in reader.embedded_signatures}
    if len(library_signatures) != len(filled_fields) or len(reader.embedded_signatures) != len(filled_fields):
        raise Fault("readers_differ")
    for place in filled_fields:
        other = library_signatures.get(place.name)
        if other is None or other.pkcs7_content != place.contents or tuple(other.byte_range) != place.byte_range:
            raise Fault("readers_differ", place.name)
        if (other.sig_object_type == "/DocTimeStamp") is not place.is_time:
            raise Fault("readers_differ", place.name)
    return library_signatures


def _numbered_by_an_office(
    file: layout.FileLayout, filled_fields: list[signature_coverage.SignedField], signatures: list[SignatureVerdict]
) -> list[SignatureVerdict]:
    """Require that number and date were filled after a person's signature by a valid signature of an organisation only."""
    by_name = {entry.field: entry for entry in signatures}
    offices = {
        place.revision
        for place in filled_fields
        if not place.is_time
        and (entry := by_name[place.name]).kind == "organisation"
        and entry.chain in ("known", "test")
        and entry.state in INTACT
    }
    judged = []
    for place in (entry for entry in filled_fields if not entry.is_time):
        entry = by_name[place.name]
        later = range(place.revision + 1, len(file.revisions))
        # Filled in the version that the organisation signs, or in the one before it where it signs with another tool.
        signed = {
            n: min((filled.revision for filled in filled_fields if filled.revision >= n), default=-1) for n in later
        }
        if entry.state in INTACT and any(allowed.numbered_in(file, n) for n in later if signed[n] not in offices):
            entry = replace(
                entry, state=VerdictState.CHANGED, reasons=(*entry.reasons, VerdictReason("numbered_without_office"))
            )
        judged.append(entry)
    return judged
