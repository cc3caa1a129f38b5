"""The lines of an event: timetable, partners, booths, budget, things to prepare."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import time
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.events import rules
from doanso.events.actions.locking import lock_event
from doanso.events.models import Booth, BudgetLine, Event, EventPartner, Material, TimetableLine
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.partners.queries.choices import offered_partners


@dataclass(frozen=True, slots=True)
class TimetableInput:
    """A line of the timetable."""

    at: time
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class EventPartnerInput:
    """A partner's part."""

    partner_id: UUID
    role: str
    goal: str = ""


@dataclass(frozen=True, slots=True)
class BoothInput:
    """A booth; without `event_partner_id` it is the unit's own."""

    number: int
    name: str
    event_partner_id: UUID | None = None
    service_id: str | None = None
    staff: int | None = None
    goal: int | None = None
    goal_count: str = ""


@dataclass(frozen=True, slots=True)
class BudgetInput:
    """A line of the budget."""

    text: str
    amount: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class MaterialInput:
    """Something to prepare."""

    text: str
    quantity: str = ""
    keeper: str = ""
    is_ready: bool = False


type PartInput = TimetableInput | EventPartnerInput | BoothInput | BudgetInput | MaterialInput
type Part = TimetableLine | EventPartner | Booth | BudgetLine | Material

_WORDS = {
    "text": (rules.LONGEST_TEXT, True),
    "note": (rules.LONGEST_TEXT, False),
    "role": (rules.LONGEST_TEXT, True),
    "goal": (rules.LONGEST_TEXT, False),
    "name": (rules.LONGEST_NAME, True),
    "goal_count": (rules.LONGEST_COUNT, False),
    "source": (rules.LONGEST_NAME, False),
    "quantity": (rules.LONGEST_SHORT, False),
    "keeper": (rules.LONGEST_NAME, False),
}


@transaction.atomic
def add_part(*, actor: User, event: Event, inputs: PartInput, key: UUID | None = None) -> Part:
    """Add a line; `key` becomes its id, so that a form sent twice adds one."""
    fresh = lock_event(actor, event.pk)
    model, field, check = _SORTS[type(inputs)]
    known: Callable[[], Part | None] = partial(sent_before, model, key, event_id=fresh.pk)
    if (existing := known()) is not None:
        return existing
    refuse(rules.cancelled_problem(fresh.state))
    if model.objects.filter(event=fresh).count() >= rules.MOST_PARTS:
        raise Refused(Problem("event_parts", _("There are too many lines already. Put some together.")))
    part: Part = model(pk=key or uuid7(), event=fresh)
    values = _sound(inputs)
    check(actor, fresh, part, values)
    _write(part, values, known=known)
    record(actor=actor, action="events.add_part", obj=fresh, unit=fresh.unit_id, changed=[field])
    return part


@transaction.atomic
def change_part(*, actor: User, part: Part, inputs: PartInput) -> Part:
    """Change a line to these values."""
    fresh = lock_event(actor, part.event_id)
    refuse(rules.cancelled_problem(fresh.state))
    model, field, check = _SORTS[type(inputs)]
    current: Part | None = model.objects.filter(pk=part.pk, event=fresh).first()
    if current is None:
        raise Refused(Problem("event_part_gone", _("Somebody has removed this line meanwhile.")))
    values = _sound(inputs)
    if all(getattr(current, name) == value for name, value in values.items()):
        return current
    check(actor, fresh, current, values)
    _write(current, values)
    record(actor=actor, action="events.change_part", obj=fresh, unit=fresh.unit_id, changed=[field])
    return current


@transaction.atomic
def remove_part(*, actor: User, part: Part) -> None:
    """Remove a line; a second call changes nothing. A partner with booths is refused: its booths go first."""
    fresh = lock_event(actor, part.event_id)
    refuse(rules.cancelled_problem(fresh.state))
    if isinstance(part, EventPartner) and Booth.objects.filter(event_partner=part.pk).exists():
        message = _("This partner has booths here. Give them to somebody else or remove them first.")
        raise Refused(Problem("event_partner_booths", message))
    if isinstance(part, Booth) and (part.codes.exists() or part.reports.exists()):
        message = _(
            "This booth has worked already: it has a code or totals, and stays for the records that lead to it."
        )
        raise Refused(Problem("event_booth_used", message))
    field = next(field for model, field, _check in _SORTS.values() if isinstance(part, model))
    removed, _by_model = type(part).objects.filter(pk=part.pk, event=fresh).delete()
    if removed:
        record(actor=actor, action="events.remove_part", obj=fresh, unit=fresh.unit_id, changed=[field])


def _sound(inputs: PartInput) -> dict[str, Any]:
    """Return the values of a line, texts with single spaces; refused where a text cannot be kept."""
    values: dict[str, Any] = asdict(inputs)
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = " ".join(value.split())
            if name in _WORDS:
                longest, required = _WORDS[name]
                refuse(rules.words_problem(values[name], longest, name, required=required))
                refuse_secret([values[name]], field=name)
    return values


def _write(part: Part, values: dict[str, Any], *, known: Callable[[], Part | None] | None = None) -> None:
    """Save a line with these values; a new one with `known`, by which a form's key is asked for again."""
    for name, value in values.items():
        setattr(part, name, value)
    try:
        if known is None:
            with transaction.atomic():
                part.save()
        else:
            save_once(save=partial(part.save, force_insert=True), known=known)
    except IntegrityError:
        raise Refused(Problem("event_part_twice", _("This stands here already."))) from None


def _check_line(_actor: User, _event: Event, _part: Part, _values: dict[str, Any]) -> None:
    """Nothing beyond the texts."""


def _check_partner(actor: User, event: Event, part: Part, values: dict[str, Any]) -> None:
    kept = isinstance(part, EventPartner) and part.partner_id == values["partner_id"]
    if not kept and not offered_partners(actor).filter(pk=values["partner_id"]).exists():
        raise Refused(Problem("event_partner_unknown", _("Choose a partner from the list."), "partner"))
    twice = EventPartner.objects.filter(event=event, partner=values["partner_id"]).exclude(pk=part.pk)
    if twice.exists():
        raise Refused(Problem("event_partner_twice", _("This partner takes part already."), "partner"))


def _check_booth(_actor: User, event: Event, part: Part, values: dict[str, Any]) -> None:
    refuse(rules.number_problem(values["number"], 1, rules.MOST_BOOTH, "number"))
    refuse(rules.number_problem(values["staff"], 1, rules.MOST_WANTED, "staff"))
    refuse(rules.number_problem(values["goal"], 1, rules.MOST_GOAL, "goal"))
    if values["goal"] is None:
        values["goal_count"] = ""
    elif not values["goal_count"]:
        message = _("Write what is counted, for example tài khoản, giao dịch.")
        raise Refused(Problem("event_goal_count", message, "goal_count"))
    if Booth.objects.filter(event=event, number=values["number"]).exclude(pk=part.pk).exists():
        raise Refused(Problem("event_booth_twice", _("Another booth has this number."), "number"))
    owner = values["event_partner_id"]
    if owner is not None and not EventPartner.objects.filter(pk=owner, event=event).exists():
        raise Refused(Problem("event_partner_unknown", _("Choose a partner from the list."), "event_partner"))
    service = values["service_id"] = values["service_id"] or None
    if isinstance(part, Booth) and service != part.service_id and part.stamps.exclude(state="undone").exists():
        message = _(
            "Visitors were recorded at this booth with its service already. Set up another booth for another one."
        )
        raise Refused(Problem("event_booth_used", message, "service"))
    if service is not None and not Service.objects.filter(pk=service).exists():
        raise Refused(Problem("event_service_unknown", _("Choose a service from the list."), "service"))


def _check_budget(_actor: User, _event: Event, _part: Part, values: dict[str, Any]) -> None:
    # An amount is digits, so the rule against long numbers does not apply.
    if not values["amount"]:
        raise Refused(Problem("event_text_missing", _("Write it in a few words."), "amount"))
    refuse(rules.length_problem(values["amount"], rules.LONGEST_SHORT, "amount"))


type _Check = Callable[[User, Event, Part, dict[str, Any]], None]

_SORTS: dict[type, tuple[Any, str, _Check]] = {
    TimetableInput: (TimetableLine, "timetable", _check_line),
    EventPartnerInput: (EventPartner, "partners", _check_partner),
    BoothInput: (Booth, "booths", _check_booth),
    BudgetInput: (BudgetLine, "budget", _check_budget),
    MaterialInput: (Material, "materials", _check_line),
}
"""Model, name in history, and check of each sort of lines."""
