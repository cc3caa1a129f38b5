"""Codes of booths' shifts, by which staff without an account work there."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.events import booth_keys, policy
from doanso.events.actions.locking import lock_event_row
from doanso.events.models import BoothCode, EventState, Shift
from doanso.events.queries.booth_codes import code_by_letters
from doanso.events.rules import booths as rules
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.support.actions import take_try, try_key


@transaction.atomic
def make_code(*, actor: User, shift: Shift, volunteer_id: UUID) -> BoothCode:
    """Make the code of a shift at a booth; a former one ends. `volunteer_id` says which volunteer on duty helps there.

    Refused before the event is announced, for a shift at no booth, and for who is not on duty in it.
    """
    event = lock_event_row(shift.event_id)
    fresh = event.shifts.filter(pk=shift.pk, removed_at=None).select_related("event", "unit", "booth").first()
    if fresh is None:
        raise Refused(Problem("event_part_gone", _("Somebody has removed this line meanwhile.")))
    policy.require_code(actor, fresh)
    if event.state != EventState.OPEN:
        raise Refused(Problem("booth_code_state", _("Codes are made once the event is announced.")))
    if fresh.booth is None:
        raise Refused(Problem("booth_code_no_booth", _("This shift is at no booth. Choose its booth first.")))
    volunteer = fresh.volunteers.filter(pk=volunteer_id).first()
    if volunteer is None:
        message = _("Put somebody on duty first: what the booth records is helped by a volunteer.")
        raise Refused(Problem("booth_code_helper", message, "volunteer"))
    now = clock.now()
    fresh.codes.filter(ended_at=None).update(ended_at=now, ended_by=actor)
    code = BoothCode.objects.create(
        shift=fresh,
        booth=fresh.booth,
        member_id=volunteer.member_id,
        teammate_id=volunteer.teammate_id,
        made_at=now,
        made_by=actor,
        **booth_keys.new_keys(),
    )
    record(actor=actor, action="events.make_code", obj=fresh, unit=fresh.unit_id)
    return code


@transaction.atomic
def end_code(*, actor: User, shift: Shift) -> None:
    """End the code of a shift at once; what was stamped with it stays. A second call changes nothing."""
    event = lock_event_row(shift.event_id)
    fresh = event.shifts.select_related("event", "unit").get(pk=shift.pk)
    policy.require_code(actor, fresh)
    if fresh.codes.filter(ended_at=None).update(ended_at=clock.now(), ended_by=actor):
        record(actor=actor, action="events.end_code", obj=fresh, unit=fresh.unit_id)


def try_booth_code(*, typed: str, network: str) -> BoothCode:
    """Return the code that the staff of a booth typed; refused for an unknown one, and after many wrong ones from one address."""
    code = code_by_letters(typed)
    limits = {try_key("booth", network): rules.CODE_TRIES_OF_A_PLACE}
    if take_try(limits, missed=code is None):
        raise Refused(
            Problem("too_many_tries", _("Too many tries. Wait an hour, or scan the code with a phone."), "code")
        )
    if code is None:
        message = _("There is no such code. It has eight letters and digits, for example 7KQ2-M4XD.")
        raise Refused(Problem("booth_code_unknown", message, "code"))
    return code
