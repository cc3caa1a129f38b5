"""Actions on certificates of attendance."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.events.actions.locking import lock_event, lock_event_row
from doanso.events.actions.registrations import HOLDER
from doanso.events.models import Attendance, AttendanceCertificate, Event, Registration
from doanso.events.queries import certificates as queries
from doanso.events.queries.closing import has_ended
from doanso.events.rules.certificates import certificate_problem
from doanso.lib import clock
from doanso.lib.problems import refuse
from doanso.signing.verification_codes import new_code

_TRIES = 5


def give_certificate(*, registration: Registration) -> AttendanceCertificate:
    """Return the certificate of a ticket, made the first time that its holder asks for it; once is enough."""
    with transaction.atomic():
        event = lock_event_row(registration.event_id)
        fresh = Registration.objects.get(pk=registration.pk)
        came = Attendance.objects.filter(registration=fresh, first_seen_at__isnull=False).exists()
        refuse(certificate_problem(event.state, fresh.name, came=came, ended=has_ended(event)))
        made = _make([fresh])
        if made:
            record(actor=None, action="events.give_certificate", obj=fresh, unit=event.unit_id, note=HOLDER)
    return AttendanceCertificate.objects.get(registration=fresh)


@transaction.atomic
def give_certificates(*, actor: User, event: Event) -> int:
    """Make the certificates of everybody who came and has a name and none yet; return how many."""
    fresh = lock_event(actor, event.pk)
    refuse(certificate_problem(fresh.state, "-", came=True, ended=has_ended(fresh)))
    made = _make(queries.tickets_without_certificate(fresh))
    if made:
        record(actor=actor, action="events.give_certificates", obj=fresh, unit=fresh.unit_id)
    return len(made)


def _make(registrations: Sequence[Registration]) -> list[AttendanceCertificate]:
    """Make the missing certificates of these tickets within the caller's transaction and lock of their event."""
    given = set(
        AttendanceCertificate.objects.filter(registration__in=[row.pk for row in registrations]).values_list(
            "registration_id", flat=True
        )
    )
    missing = [row for row in registrations if row.pk not in given]
    if not missing:
        return []
    today, now = clock.today(), clock.now()
    for attempt in range(_TRIES):
        made = [
            AttendanceCertificate(registration=row, code=new_code(), issued_on=today, issued_at=now) for row in missing
        ]
        try:
            with transaction.atomic():
                return AttendanceCertificate.objects.bulk_create(made)
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
    return []
