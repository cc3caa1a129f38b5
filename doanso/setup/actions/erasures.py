"""Erase personal data by its age, unless the period is shorter or too many are due: then an administrator says yes first."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.setup import policy, queries, rules
from doanso.setup.erasures import ScheduledErasure
from doanso.setup.models import ErasureState
from doanso.units.models import Unit

ERASURE_CHANGED: Final = "erasure_changed"


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """How many were erased, of how many that was refused, and how many wait for a yes; None where nothing waits."""

    erased: int = 0
    held_back: int = 0
    waiting: int | None = None


def carry_out_if_due(erasure: ScheduledErasure, note: str) -> None:
    """Carry it out once a business day, when its period has changed, and after a yes; else read one row."""
    state = ErasureState.objects.filter(pk=erasure.code).first()
    is_done = (
        state is not None
        and state.looked_on == clock.today()
        and state.read_period == erasure.period()
        and (state.waiting_since is not None or state.approved_count is None)
    )
    if not is_done:
        carry_out_erasure(erasure, note)


def carry_out_erasure(erasure: ScheduledErasure, note: str) -> ErasureResult:
    """Erase what is due, or let it wait for a yes. On the day of a restore nothing is erased or written down."""
    if queries.may_be_restored_today():
        return ErasureResult(waiting=erasure.count())
    count, period, today = erasure.count(), erasure.period(), clock.today()
    with transaction.atomic():
        state = ErasureState.objects.select_for_update().filter(pk=erasure.code).first()
        if state is None:
            state = ErasureState(code=erasure.code, period=period)
        state.read_period = period
        if rules.erasure_waits(state.period, period, count, state.approved_count):
            state.looked_on, state.waiting_count = today, count
            state.waiting_since = state.waiting_since or today
            state.save()
            return ErasureResult(waiting=count)
        state.period, state.waiting_since, state.waiting_count = period, None, None
        # Written as looked at only after it was erased, so that what broke off goes on.
        state.looked_on = state.looked_on or clock.today() - rules.A_DAY
        state.save()
    erased, held_back = erasure.erase(note)
    ErasureState.objects.filter(pk=erasure.code).update(looked_on=today, approved_count=None)
    return ErasureResult(erased, held_back)


@transaction.atomic
def approve_erasure(*, actor: User, unit: Unit, code: str, expected_period: int, expected_count: int) -> ErasureState:
    """Let what waits be erased by the worker's next round, under the period and up to the number that were shown.

    Refused where either has changed meanwhile, or nothing waits any more.
    """
    policy.SET_UP.require_at(actor, unit)
    state = queries.waiting_erasures().select_for_update(of=("self",)).filter(pk=code).first()
    if state is None or (state.read_period, state.waiting_count) != (expected_period, expected_count):
        message = _("What waits has changed meanwhile. Read it again, then decide.")
        raise Refused(Problem(ERASURE_CHANGED, message))
    state.period, state.approved_count = expected_period, expected_count
    state.approved_by, state.approved_at = actor, clock.now()
    state.waiting_since = state.waiting_count = None
    state.save()
    record(actor=actor, action="setup.approve_erasure", obj=unit, unit=unit, note=code)
    return state
