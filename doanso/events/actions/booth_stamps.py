"""Stamps: the staff of a booth says that the holder of a ticket was helped, or takes that back."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.events.models import BoothCode, BoothStamp, Registration, StampState
from doanso.events.queries import booth_codes as queries
from doanso.events.rules import booths as rules
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.support.actions import limit_requests

STAFF = "gian"
"""Actor's name in the history for the staff of a booth, who have no account."""


def find_ticket(*, code: BoothCode, typed: str, gate_code: str, network: str) -> Registration:
    """Return the ticket that the staff scanned or typed; refused when it is unknown here, and for very many from one address."""
    refuse(queries.stamping_problem(code))
    message = _("Too many at once from this network. Wait an hour.")
    limit_requests("booth-ticket", network, rules.STAMPS_OF_A_PLACE, message=message, field="ticket")
    ticket = queries.ticket_of(code.shift.event, typed, gate_code=gate_code)
    if ticket is None:
        message = _(
            "No ticket of this event has this number. Look at the ticket once more, or send the visitor to the gate."
        )
        raise Refused(Problem("ticket_unknown", message, "ticket"))
    return ticket


@transaction.atomic
def stamp_ticket(*, link: str, key: UUID, registration_id: UUID, kind: str, to_business: bool) -> BoothStamp:
    """Stamp a ticket; the same booth, ticket, kind and receiver again give the stamp that is there.

    Nothing is counted and nobody is written down yet: the holder is asked on the ticket's page (`confirm_stamp`). Refused when
    the code does not work, the booth does not do this, or the holder said before that it is not so.
    """
    code = _locked_code(link)
    refuse(queries.stamping_problem(code))
    return add_stamp(code=code, key=key, registration_id=registration_id, kind=kind, to_business=to_business)


@transaction.atomic
def add_stamp(*, code: BoothCode, key: UUID, registration_id: UUID, kind: str, to_business: bool) -> BoothStamp:
    """Do the same as `stamp_ticket` for a caller that has asked whether the code works; the demo tells of a day that is over."""
    event, booth = code.shift.event, code.booth
    if kind not in rules.kinds_of(booth.service_id):
        raise Refused(Problem("stamp_kind", _("This booth does not record that.")))
    registration = Registration.objects.filter(pk=registration_id, event=event).first()
    if registration is None or registration.state == "cancelled":
        raise Refused(Problem("ticket_unknown", _("This ticket was cancelled.")))
    existing = BoothStamp.objects.filter(
        booth=booth, registration=registration, kind=kind, to_business=to_business
    ).exclude(state=StampState.UNDONE)
    if (stamp := existing.first()) is not None:
        if stamp.state == StampState.DENIED:
            message = _(
                "The visitor said that this is not so; nothing is counted. If it was a mistake, they answer anew on the ticket."
            )
            raise Refused(Problem("stamp_denied", message))
        return stamp
    if code.stamps.count() >= rules.MOST_STAMPS:
        raise Refused(
            Problem("stamps_full", _("This code has made a thousand records. Ask the organiser for a new one."))
        )
    # A key that was used before is that of a stamp taken back meanwhile.
    stamp = BoothStamp(booth=booth, code=code, registration=registration, kind=kind, to_business=to_business)
    if not BoothStamp.objects.filter(pk=key).exists():
        stamp.pk = key
    stamp.made_at = clock.now()
    stamp.save(force_insert=True)
    record(actor=None, action="events.stamp", obj=registration, unit=event.unit_id, note=STAFF)
    return stamp


@transaction.atomic
def undo_stamp(*, link: str, stamp_id: UUID) -> BoothStamp:
    """Take back a stamp of this code within ten minutes, unless the holder has answered; a second call changes nothing."""
    code = _locked_code(link)
    refuse(queries.stamping_problem(code))
    stamp = code.stamps.select_for_update(of=("self",)).select_related("registration").filter(pk=stamp_id).first()
    if stamp is None:
        raise Refused(Problem("stamp_unknown", _("This is not a record of this booth.")))
    if stamp.state == StampState.UNDONE:
        return stamp
    refuse(rules.undo_problem(stamp.state, stamp.made_at, clock.now()))
    stamp.state, stamp.ended_at = StampState.UNDONE, clock.now()
    stamp.save(update_fields=["state", "ended_at"])
    record(actor=None, action="events.undo_stamp", obj=stamp.registration, unit=code.shift.event.unit_id, note=STAFF)
    return stamp


def _locked_code(link: str) -> BoothCode:
    """Return the code of a link with its booth's row locked, so that the two codes of a booth cannot stamp one ticket twice."""
    code = queries.code_by_link(link)
    if code is None:
        raise Refused(
            Problem("booth_code_over", _("This code does not work any more. Ask the organiser for a new one."))
        )
    list(BoothCode.objects.select_for_update(of=("self",)).filter(booth=code.booth_id).order_by("pk").values_list("pk"))
    return queries.all_codes().get(pk=code.pk)
