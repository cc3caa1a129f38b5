"""Reads of certificates of attendance: who has one, what is printed on them, and what the page of a code shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from doanso.access import policy as access
from doanso.documents.queries.letterheads import LetterheadValues, letterhead_values
from doanso.events.models import AttendanceCertificate, Event, Registration
from doanso.units import queries as units

_CAME = Q(attendance__first_seen_at__isnull=False)


@dataclass(frozen=True, slots=True)
class CertificateCounts:
    """How many came, how many of them have a name, and how many of these have a certificate."""

    came: int
    named: int
    printable: int


@dataclass(frozen=True, slots=True)
class CertificateText:
    """What is printed on one certificate; `number` is that of the ticket."""

    name: str
    number: int
    code: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class VerifiedCertificate:
    """What the public page of a code shows: initials, empty once the name is deleted, and whether its holder was there."""

    certificate: AttendanceCertificate
    event: Event
    initials: str
    holds: bool


def counts_of_certificates(event: Event) -> CertificateCounts:
    """Return the counts for the office; one statement."""
    rows = list(event.registrations.filter(_CAME).values_list("name", "certificate__registration_id"))
    named = [given for name, given in rows if name]
    return CertificateCounts(len(rows), len(named), sum(given is not None for given in named))


def tickets_without_certificate(event: Event) -> list[Registration]:
    """Return the tickets of those who came and have a name and no certificate."""
    rows = event.registrations.filter(_CAME, certificate=None).exclude(name="")
    return list(rows.order_by("number"))


def texts_of(event: Event) -> Iterator[CertificateText]:
    """Yield the certificates of an event by number, without those whose name was deleted or who was never there."""
    rows: QuerySet[AttendanceCertificate] = AttendanceCertificate.objects.select_related("registration").filter(
        registration__event=event, registration__attendance__first_seen_at__isnull=False
    )
    for row in rows.exclude(registration__name="").order_by("registration__number"):
        yield text_of(row)


def text_of(certificate: AttendanceCertificate) -> CertificateText:
    """Return what is printed on a certificate."""
    registration = certificate.registration
    return CertificateText(registration.name, registration.number, certificate.code, certificate.issued_on)


def certificate_of_code(code: str) -> AttendanceCertificate | None:
    """Return the certificate of a code with its ticket, event and attendance; one statement."""
    rows = AttendanceCertificate.objects.select_related("registration__event__unit", "registration__attendance")
    return rows.filter(code=code).first()


def is_printable(certificate: AttendanceCertificate) -> bool:
    """Return whether a certificate still has a name, and its holder was there."""
    return bool(certificate.registration.name) and _was_there(certificate)


def certificate_of(registration: Registration) -> AttendanceCertificate | None:
    """Return the certificate of a ticket whose holder came and has a name; one statement."""
    rows = AttendanceCertificate.objects.select_related("registration").filter(registration=registration)
    return rows.filter(registration__attendance__first_seen_at__isnull=False).exclude(registration__name="").first()


def letterhead_of_event(event: Event) -> LetterheadValues:
    """Return the head of the event's unit, or of the one that carried on its work on the event's day."""
    return letterhead_values(units.successor_on(event.unit, event.day), event.day)


def verified_certificate(code: str) -> VerifiedCertificate | None:
    """Return what a code shows; one statement."""
    row = certificate_of_code(code)
    if row is None:
        return None
    initials = access.masked_name(row.registration.name) if row.registration.name else ""
    return VerifiedCertificate(row, row.registration.event, initials, _was_there(row))


def _was_there(certificate: AttendanceCertificate) -> bool:
    attendance = getattr(certificate.registration, "attendance", None)
    return attendance is not None and attendance.first_seen_at is not None
