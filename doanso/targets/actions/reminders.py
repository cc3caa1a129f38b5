"""Remind units that are late with an indicator: an assignment for each, which the unit answers and the unit above closes."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.assignments.actions import assign
from doanso.assignments.models import Assignment
from doanso.assignments.queries import sole_handlers
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.free_text import has_long_number
from doanso.lib.problems import Problem, Refused
from doanso.targets import policy
from doanso.targets.models import Indicator
from doanso.targets.queries.phases import phase_today
from doanso.targets.queries.reminders import REMINDER, SOURCE
from doanso.targets.rules.phases import ProgrammePhase
from doanso.units import queries as units
from doanso.units.models import Unit

LONGEST_WORDS = 300
LONGEST_DELAY = timedelta(days=31)


def reminder_id(indicator: Indicator, unit_id: UUID, on: date) -> UUID:
    """Return the key of a reminder: a unit is reminded of an indicator once a day, however often the button is pressed."""
    return uuid5(indicator.pk, f"{unit_id}/{on.isoformat()}")


def _problem(indicator: Indicator, chosen: int, words: str, due_on: date, today: date) -> Problem | None:
    if phase_today(indicator.programme) is not ProgrammePhase.RUNNING:
        return Problem("reminder_over", _("The programme is not running, so nobody is late."))
    if not chosen:
        return Problem("reminder_units", _("Choose at least one unit."), "units")
    if not words:
        return Problem("reminder_words", _("Write what the units are asked to do."), "words")
    if len(words) > LONGEST_WORDS:
        message = _("At most %(longest)s characters fit.") % {"longest": LONGEST_WORDS}
        return Problem("reminder_words", message, "words")
    if has_long_number(words):
        message = _("Write no phone, citizen or account number here; they stay in the person's own record.")
        return Problem("reminder_number", message, "words")
    if not today < due_on <= today + LONGEST_DELAY:
        days = {"first": f"{today + timedelta(days=1):%d/%m/%Y}", "last": f"{today + LONGEST_DELAY:%d/%m/%Y}"}
        return Problem("reminder_due", _("Choose a day between %(first)s and %(last)s.") % days, "due_on")
    return None


@transaction.atomic
def remind_units(
    *, actor: User, indicator: Indicator, unit: Unit, chosen: Collection[UUID], words: str, due_on: date
) -> list[Assignment]:
    """Assign to each of these units directly below `unit` an answer about a late indicator; return the new assignments.

    A unit that was reminded of it today already gets no second one. The indicator's row is locked before the reminders of
    today are read, so that two officers who press at once write one reminder and one audit event.
    """
    policy.ALLOCATE.require_at(actor, unit)
    indicator = Indicator.objects.select_for_update(of=("self",)).select_related("programme").get(pk=indicator.pk)
    today, words = clock.today(), words.strip()
    below = {child.id: child.unit for child in units.children(unit)}
    reminded = [below[unit_id] for unit_id in sorted(chosen) if unit_id in below]
    problem = _problem(indicator, len(reminded), words, due_on, today)
    if problem is not None:
        raise Refused(problem)
    source_ids = {child.pk: reminder_id(indicator, child.pk, today) for child in reminded}
    existing = set(
        Assignment.objects.filter(source_kind=SOURCE, source_id__in=source_ids.values()).values_list(
            "source_id", flat=True
        )
    )
    owners = sole_handlers(source_ids)
    parameters = {
        "programme": indicator.programme.code,
        "indicator": indicator.code,
        "title": indicator.short_title,
        "words": words,
    }
    created = [
        assign(
            actor=actor,
            unit=child,
            title_code=REMINDER,
            parameters=parameters,
            owner=owners.get(child.pk),
            due_on=due_on,
            source_kind=SOURCE,
            source_id=source_ids[child.pk],
        )
        for child in reminded
        if source_ids[child.pk] not in existing
    ]
    if created:
        record(actor=actor, action="targets.remind", obj=indicator.programme, unit=unit.pk, changed=[indicator.code])
    return created
