"""Parts of making a signature: the path to a trusted root, the prepared file, the finished file, its verification."""

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.signing import appearance, pdf, reading, responders, verdict_messages
from doanso.signing.models import Certificate, Session, SessionState, SignerKind
from doanso.signing.pdf import stamping
from doanso.signing.queries.authorities import read_trust
from doanso.signing.queries.certificates import trusted_authorities
from doanso.signing.verification import verify

# Total size of revocation lists that are embedded into a file; some authorities' are enormous.
MOST_REVOCATION = 1 << 20

log = logging.getLogger(__name__)


def trust_path_of(certificate: Certificate, now: datetime) -> reading.TrustPath:
    """Return the current path to a trusted root; raise `Refused` if the certificate can no longer sign."""
    if certificate.ended_at is not None:
        raise Refused(Problem("certificate_ended", _("This certificate is out of use. Choose another one.")))
    own = reading.load(certificate.der)
    reading.require_usable_for_signing(own, now)
    others = [reading.load(der) for der in reading.split_chain(certificate.chain)]
    return reading.find_trust_path(own, others, trusted_authorities(now), now)


def read_stored_file(blob: Blob) -> bytes:
    """Return a stored file's bytes."""
    with files.open_blob(blob) as plain:
        return plain.read()


def _image(certificate: Certificate) -> bytes | None:
    if certificate.image is None:
        return None
    return read_stored_file(certificate.image)


def prepare_signature(
    certificate: Certificate,
    trust_path: reading.TrustPath,
    certificate_status: responders.CertificateStatus,
    content: bytes,
    field: str,
    fills: Mapping[str, str],
    appendix: str,
    now: datetime,
    owner: tuple[str, UUID],
) -> pdf.Prepared:
    """Prepare a file for its signature: placeholder, appearance and, for an organisation, long-term validation data."""
    own = reading.load(certificate.der)
    name = reading.common_name(own)
    is_office = certificate.kind == SignerKind.ORGANISATION
    look = appearance.signature_of(
        kind=certificate.kind,
        name=name,
        image=None if appendix else _image(certificate),
        signing_time=now,
        legal_force=trust_path.legal_force,
        appendix=appendix,
    )
    return pdf.prepare(
        content,
        pdf.SignerCertificate(bytes(certificate.der), trust_path.between),
        field,
        look,
        fills,
        name=name,
        room_for_timestamp=stamping.is_set(),
        long_term=_long_term(certificate, trust_path, certificate_status, owner, now) if is_office else None,
    )


def _long_term(
    certificate: Certificate,
    trust_path: reading.TrustPath,
    own: responders.CertificateStatus,
    owner: tuple[str, UUID],
    now: datetime,
) -> pdf.LongTerm | None:
    """Return certificates, revocation lists and OCSP answers of this and earlier signers, for long-term validation."""
    earlier_sessions = Session.objects.filter(owner_kind=owner[0], owner_id=owner[1], state=SessionState.DONE)
    ways, statuses = [(certificate, trust_path)], [own]
    for earlier in {
        entry.certificate_id: entry.certificate for entry in earlier_sessions.select_related("certificate")
    }.values():
        try:
            entry = trust_path_of(earlier, now)
            statuses.append(responders.ask_status(earlier.der, entry, now))
            ways.append((earlier, entry))
        except Refused:
            # Verification judges the earlier signature; its certificate may have expired without preventing this one.
            continue
    lists = {entry for _certificate, path in ways for entry in path.revocation_lists}
    if sum(map(len, lists)) > MOST_REVOCATION:
        lists = set()
    answers = {answer for entry in statuses for answer in entry.answers}
    if not lists and not answers:
        return None
    certificates = {bytes(entry.der) for entry, _each in ways} | {
        entry for _one, path in ways for entry in path.between
    }
    return pdf.LongTerm(tuple(sorted(certificates)), tuple(sorted(lists)), tuple(sorted(answers)))


def finish_file(prepared: pdf.Prepared, signature: bytes, *, stamps: bool) -> tuple[bytes, bool]:
    """Put the signature into the file, with a time-stamp where an authority answers; return the file and whether it has one."""
    if stamps and stamping.is_set():
        try:
            return pdf.finish(prepared, signature, stamping.time_stamp(signature)), True
        except stamping.FAILURES as error:
            log.warning("no time-stamp: %s", type(error).__name__)
    return pdf.finish(prepared, signature), False


def require_verified(file: bytes, expected_field: str, signed: str) -> None:
    """Verify the finished file as any other; raise `Refused` if it is not valid, so that it is not stored.

    A signature outside the `expected_field` must cover nothing, by the rules for signatures added later.
    """
    own_place = signed if signed != expected_field else ""
    verdict = verify(file, trust=read_trust(), moment=clock.now(), own_place=own_place)
    if own_place and (odd := next((reason for reason in verdict.reasons if reason.code.startswith("added_")), None)):
        message = _(
            "The signature does not stand on empty paper. %(why)s Download the file again, and choose the place “%(wanted)s” "
            "in your tool."
        )
        raise Refused(
            Problem("upload_covers", message % {"why": verdict_messages.reason(odd), "wanted": expected_field}, "file")
        )
    if not verdict.is_intact:
        reasons = [*verdict.reasons, *(reason for signature in verdict.signatures for reason in signature.reasons)]
        why = verdict_messages.reason(reasons[0]) if reasons else ""
        message = _("The signed file does not pass verification. %(why)s")
        raise Refused(Problem("signed_unverified", (message % {"why": why}).strip(), "file"))
