"""Verification of each signature: integrity, signer, time, and trust."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel, TimestampSignatureStatus

from doanso.signing.verification import added, allowed, chains, envelope
from doanso.signing.verification.chains import SIGNING, TIME, ValidationMaterial
from doanso.signing.verification.layout import FileLayout
from doanso.signing.verification.lexer import Fault
from doanso.signing.verification.signature_coverage import SignedField
from doanso.signing.verification.trust import TrustedCertificate
from doanso.signing.verification.verdict import DocumentTime, SignatureVerdict, VerdictReason, VerdictState, worst_state

_CLOCKS_DIFFER = timedelta(days=1)
_UNPROVEN = (AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND, AdESIndeterminate.OUT_OF_BOUNDS_NO_POE)
_CHAINS = {"known": VerdictState.VALID, "test": VerdictState.TEST, "unknown": VerdictState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class _Moment:
    """A proven upper bound of the time of signing."""

    at: datetime
    legal_force: bool
    by: str


@dataclass(slots=True)
class SignatureVerifier:
    """Verifies all signatures and time-stamps of one file: integrity, signer, time and trust."""

    file: FileLayout
    places: list[SignedField]
    envelopes: dict[str, cms.SignedData | Fault]
    held: ValidationMaterial
    moment: datetime
    seen_at: datetime | None

    async def verify_all(
        self, embedded: dict[str, EmbeddedPdfSignature]
    ) -> tuple[list[DocumentTime], list[SignatureVerdict]]:
        """Return the verdicts of the document time-stamps, which prove when earlier signatures existed, and of the signatures."""
        times: list[DocumentTime] = []
        proofs: list[tuple[SignedField, _Moment]] = []
        for place in (candidate for candidate in self.places if candidate.is_time):
            document_time, proof = await self._time(place, embedded[place.name])
            times.append(document_time)
            proofs += [(place, proof)] if proof else []
        signatures = []
        for place in (candidate for candidate in self.places if not candidate.is_time):
            over = [proof for stamp, proof in proofs if stamp.covered > place.covered]
            signatures.append(await self._signature(place, embedded[place.name], over))
        return times, signatures

    def _envelope(self, place: SignedField) -> cms.SignedData:
        read = self.envelopes[place.name]
        if isinstance(read, Fault):
            raise read
        return read

    async def _time(self, place: SignedField, source: EmbeddedPdfSignature) -> tuple[DocumentTime, _Moment | None]:
        document_time = DocumentTime(place.name, VerdictState.BROKEN, covered=place.covered)
        try:
            self._envelope(place)
            validation_time = self.seen_at or self.moment
            status = await async_validate_pdf_timestamp(
                source, self.held.context(TIME, validation_time), diff_policy=allowed.POLICY
            )
            document_time = replace(
                document_time, at=_aware(status.timestamp), by=chains.subject_of(status.signing_cert)["signer"]
            )
            if not (status.intact and status.valid) or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
                raise Fault("digest")
            if not allowed.is_allowed(status.diff_result) and not self._added(source, place):
                return replace(document_time, state=VerdictState.CHANGED, reasons=(VerdictReason("changed"),)), None
            trusted = self._vouched(status, validation_time)
        except Fault as fault:
            return replace(document_time, reasons=(VerdictReason(fault.code, fault.detail),)), None
        except Exception as error:  # noqa: BLE001
            return replace(document_time, reasons=(VerdictReason("unexpected", type(error).__name__),)), None
        if trusted is None or document_time.at is None:
            # An untrusted time-stamp proves nothing and invalidates nothing.
            return replace(document_time, state=VerdictState.UNKNOWN, reasons=(VerdictReason("time_unknown"),)), None
        legal = all(source.legal_force for source in trusted)
        return replace(document_time, state=VerdictState.VALID if legal else VerdictState.TEST), _Moment(
            document_time.at, legal, document_time.by
        )

    def _vouched(self, status: Any, moment: datetime) -> list[TrustedCertificate] | None:
        """Return the trusted authorities of a time-stamp; None where there are none."""
        if not status.trusted or status.signing_cert is None:
            # An expired time-stamping certificate proves nothing and invalidates nothing.
            if status.trust_problem_indic not in _UNPROVEN:
                raise Fault("time_broken")
            return None
        path = list(status.validation_path.iter_certs(include_root=True))
        for certificate in path:
            chains.require_strong(certificate)
        recall = chains.find_revocation(self.held, path, moment)
        if recall.revoked_at is not None and recall.revoked_at <= moment:
            raise Fault("time_broken", "revoked")
        authorities = self.held.authorities_of(path, TIME)
        return (
            None
            if any(authority.ended_at is not None and authority.ended_at <= moment for authority in authorities)
            else authorities
        )

    async def _signature(
        self, place: SignedField, embedded: EmbeddedPdfSignature, over: list[_Moment]
    ) -> SignatureVerdict:
        signature = SignatureVerdict(place.name, covered=place.covered)
        try:
            signed = self._envelope(place)
            certificate = _certificate(embedded)
            signature = self._with_subject(signature, certificate, embedded)
            if not envelope.names_exactly(signed["signer_infos"][0], certificate):
                raise Fault("envelope", "certificate")
            embedded.compute_integrity_info(allowed.POLICY)
            if embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
                raise Fault("byte_range", "coverage")
            signature = replace(signature, coverage="file" if place.covers_file else "revision")
            if embedded.sig_object.get("/SubFilter") == "/ETSI.CAdES.detached" and not envelope.requires_certificate(
                signed["signer_infos"][0]
            ):
                raise Fault("envelope", "certificate")
            return await self._judged(signature, place, embedded, certificate, over)
        except Fault as fault:
            return replace(
                signature,
                state=VerdictState.BROKEN,
                reasons=(*signature.reasons, VerdictReason(fault.code, fault.detail)),
            )
        except Exception as error:  # noqa: BLE001
            reason = VerdictReason("unexpected", type(error).__name__)
            return replace(signature, state=VerdictState.BROKEN, reasons=(*signature.reasons, reason))

    def _with_subject(
        self, signature: SignatureVerdict, certificate: x509.Certificate, embedded: EmbeddedPdfSignature
    ) -> SignatureVerdict:
        subject = chains.subject_of(certificate)
        key, fingerprint = certificate.public_key, certificate.sha256.hex()
        trust = self.held.trust
        kind = (
            "organisation" if fingerprint in trust.organisations
            else "person" if fingerprint in trust.persons
            else subject["kind"]
        )  # fmt: skip
        claimed = _aware(embedded.self_reported_timestamp)
        return replace(
            signature, signer=subject["signer"], organisation=subject["organisation"], office=subject["office"], kind=kind,
            certificate=fingerprint, serial=f"{certificate.serial_number:X}", issuer=subject["issuer"],
            not_before=_aware(certificate.not_valid_before), not_after=_aware(certificate.not_valid_after),
            signed_at=claimed, time_source="own_clock" if claimed else "none",
            algorithm=f"{key.algorithm.upper()} {key.bit_size}, {embedded.md_algorithm.upper()}",
        )  # fmt: skip

    async def _status(self, embedded: EmbeddedPdfSignature, moment: datetime) -> PdfSignatureStatus:
        stamps = self.held.context(TIME, self.seen_at or self.moment)
        signers = self.held.context(SIGNING, moment)
        return await async_validate_pdf_signature(
            embedded, signers, stamps, diff_policy=allowed.POLICY, key_usage_settings=chains.USAGE, skip_diff=True
        )

    async def _judged(
        self,
        signature: SignatureVerdict,
        place: SignedField,
        embedded: EmbeddedPdfSignature,
        certificate: x509.Certificate,
        over: list[_Moment],
    ) -> SignatureVerdict:
        status = await self._status(embedded, self.moment)
        if not status.intact:
            raise Fault("digest")
        if not status.valid:
            raise Fault("signature")
        chains.require_fit(certificate)
        proofs = list(over)
        if status.timestamp_validity is not None:
            signature, proof = self._stamped(signature, status.timestamp_validity)
            proofs += [proof] if proof else []
        if status.content_timestamp_validity is not None:
            raise Fault("envelope", "content time")
        if self.seen_at is not None:
            proofs.append(_Moment(self.seen_at, legal_force=True, by=""))
        signature = await self._vouched_for(signature, embedded, certificate, status, proofs)
        if signature.state is not VerdictState.BROKEN:
            chains.require_whole(
                self.held, [certificate, *embedded.other_embedded_certs], signature.chain in ("known", "test")
            )
        is_allowed = allowed.is_allowed(embedded.diff_result) and status.docmdp_ok is not False
        names: tuple[str, ...] = ()
        if not is_allowed:
            try:
                names = self._added(embedded, place)
                is_allowed = bool(names)
            except Fault as fault:
                signature = replace(signature, reasons=(*signature.reasons, VerdictReason(fault.code, fault.detail)))
        signature = replace(signature, closes=embedded.docmdp_level is MDPPerm.NO_CHANGES)
        changes = allowed.changes(self.file, place, self.places, is_allowed, names)
        if not is_allowed or status.seed_value_constraint_error is not None:
            return replace(
                signature,
                state=worst_state([signature.state, VerdictState.CHANGED]),
                changes=changes,
                reasons=(*signature.reasons, VerdictReason("changed")),
            )
        return replace(signature, changes=changes)

    def _added(self, embedded: EmbeddedPdfSignature, place: SignedField) -> tuple[str, ...]:
        """Return the names of the signatures in new visible fields if nothing else was added; raise `Fault` where one may hide
        something."""
        return added.require_plain(self.file, place, self.places) if allowed.has_only_added(embedded) else ()

    def _stamped(
        self, signature: SignatureVerdict, stamp: TimestampSignatureStatus
    ) -> tuple[SignatureVerdict, _Moment | None]:
        """Return the signature with its time-stamp's moment and source, and that moment if it is proven.

        A broken time-stamp raises `Fault`; an untrusted one proves nothing.
        """
        if not (stamp.intact and stamp.valid) or stamp.md_algorithm not in ("sha256", "sha384", "sha512"):
            raise Fault("time_broken")
        by, stamped_at = chains.subject_of(stamp.signing_cert)["signer"], _aware(stamp.timestamp)
        trusted = self._vouched(stamp, self.seen_at or self.moment)
        if stamped_at is None or stamped_at > self.moment + _CLOCKS_DIFFER:
            raise Fault("clock", "future")
        if trusted is None:
            return replace(signature, signed_at=stamped_at, time_source="unknown_authority", time_by=by), None
        legal = all(authority.legal_force for authority in trusted)
        source = "authority" if legal else "test_authority"
        return replace(signature, signed_at=stamped_at, time_source=source, time_by=by), _Moment(stamped_at, legal, by)

    async def _vouched_for(
        self,
        signature: SignatureVerdict,
        embedded: EmbeddedPdfSignature,
        certificate: x509.Certificate,
        now: PdfSignatureStatus,
        proofs: list[_Moment],
    ) -> SignatureVerdict:
        """Return the signature judged by its signer's certificate at the relevant moment, with the certificate's authority."""
        first = min((proof.at for proof in proofs), default=None)
        judged = await self._judge_at(signature, embedded, certificate, now, first)
        if judged.chain == "known" and any(not proof.legal_force for proof in proofs):
            # A test authority's time-stamp proves nothing for a signature with legal force.
            legal = min((proof.at for proof in proofs if proof.legal_force), default=None)
            judged = await self._judge_at(signature, embedded, certificate, now, legal)
        if judged.state is not VerdictState.BROKEN:
            _require_clock(embedded, certificate, proofs, self.moment)
        return judged

    async def _judge_at(
        self,
        signature: SignatureVerdict,
        embedded: EmbeddedPdfSignature,
        certificate: x509.Certificate,
        now: PdfSignatureStatus,
        proven: datetime | None,
    ) -> SignatureVerdict:
        moment = proven or self.moment
        if _aware(certificate.not_valid_before) > moment:  # type: ignore[operator]
            return _broken(signature, "not_yet_valid")
        if _aware(certificate.not_valid_after) < moment:  # type: ignore[operator]
            return _broken(signature, "expired")
        status = now if moment == self.moment else await self._status(embedded, moment)
        if status.revocation_details is not None:
            when = _aware(status.revocation_details.revocation_date)
            return replace(_broken(signature, "revoked"), revocation="revoked_before", revoked_at=when)
        problem = status.trust_problem_indic
        if problem is AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND:
            if chains.is_impostor(self.held, certificate, embedded.other_embedded_certs):
                return _broken(signature, "impostor")
            unknown = replace(signature, chain="unknown", revocation="unknown", state=VerdictState.UNKNOWN)
            return replace(unknown, reasons=(*signature.reasons, VerdictReason("chain_unknown")))
        if problem is not None or status.validation_path is None:
            return _broken(signature, "chain_broken", getattr(problem, "name", ""))
        path = list(status.validation_path.iter_certs(include_root=True))
        for authority in path[1:]:
            chains.require_strong(authority)
        return self._recalled(signature, path, moment, proven)

    def _recalled(
        self, signature: SignatureVerdict, path: list[x509.Certificate], moment: datetime, proven: datetime | None
    ) -> SignatureVerdict:
        authorities = self.held.authorities_of(path, SIGNING)
        signature = replace(signature, anchor=authorities[0].name if authorities else "")
        recall = chains.find_revocation(self.held, path, moment)
        if recall.revoked_at is not None and (proven is None or recall.revoked_at <= moment):
            return replace(_broken(signature, "revoked"), revocation="revoked_before", revoked_at=recall.revoked_at)
        revocation = "revoked_after" if recall.revoked_at else "good" if recall.is_covered else "no_data"
        signature = replace(signature, revocation=revocation, revoked_at=recall.revoked_at)
        if not authorities or any(
            authority.ended_at is not None and (proven is None or authority.ended_at <= moment)
            for authority in authorities
        ):
            ended = replace(signature, chain="unknown", state=VerdictState.UNKNOWN)
            return replace(ended, reasons=(*signature.reasons, VerdictReason("authority_ended")))
        chain = "known" if all(authority.legal_force for authority in authorities) else "test"
        return replace(signature, chain=chain, state=_CHAINS[chain])


def _certificate(embedded: EmbeddedPdfSignature) -> x509.Certificate:
    try:
        return embedded.signer_cert
    except SignatureValidationError:
        raise Fault("envelope", "certificate") from None


def _broken(signature: SignatureVerdict, code: str, detail: str = "") -> SignatureVerdict:
    return replace(
        signature, state=VerdictState.BROKEN, chain="bad", reasons=(*signature.reasons, VerdictReason(code, detail))
    )


def _aware(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC; one without a zone is taken as UTC."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _require_clock(
    embedded: EmbeddedPdfSignature, certificate: x509.Certificate, proofs: Iterable[_Moment], moment: datetime
) -> None:
    """Raise `Fault` if the claimed time of signing is in the future, after a proof, or before the certificate's validity.

    Clocks may differ by `_CLOCKS_DIFFER`.
    """
    claimed = _aware(embedded.self_reported_timestamp)
    if claimed is None:
        return
    latest = min([moment, *(proof.at for proof in proofs)]) + _CLOCKS_DIFFER
    earliest = _aware(certificate.not_valid_before)
    if claimed > latest or (earliest is not None and claimed < earliest - _CLOCKS_DIFFER):
        raise Fault("clock")
