"""Registrations: tickets without an account, the waiting list, cancelling, and the end of what is kept of holders.

Every action locks the event's row first, so that numbers and places have one order and nobody is given a place that is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.events import notices, rules, tickets
from doanso.events.actions.locking import lock_event, lock_event_row
from doanso.events.models import Attendance, Event, EventState, Registration, RegistrationSource, RegistrationState
from doanso.lib import clock, encryption, vietnamese
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.people import queries as people
from doanso.support.actions.residents import limit_requests

HOLDER = "người giữ vé"
_FORM_CONTEXT = "events.registration.form"
KEPT_AFTER = timedelta(days=180)
"""How long after the event's day names and phones of registrations are kept."""
_PAGE = 500
_ERASED: Mapping[str, Any] = {"name": "", "folded": "", "birth_year": None, "phone_encrypted": b"", "guardian_name": ""}
"""What a registration holds of its person, and what stands there once it is deleted."""


@dataclass(frozen=True, slots=True)
class RegistrationInput:
    """What somebody who registers enters. Below the guardian's age a parent or guardian is named and agrees."""

    name: str
    birth_year: int
    phone: str = ""
    guardian_name: str = ""
    guardian_agreed: bool = False


def register(
    *, event_id: UUID, key: UUID, inputs: RegistrationInput, source: str, network: str
) -> tuple[Registration, str]:
    """Register somebody without an account; return the ticket and its link. The same form again changes nothing.

    Without a free place the ticket is one of the waiting list. Refused for too many registrations from one network address, and
    for a person who has a ticket under the same phone: that ticket is not shown, since whoever enters these may be a stranger.
    """
    message = _("Too many registrations from this network. Try again in an hour.")
    limit_requests("events", network, rules.REGISTRATIONS_OF_A_PLACE, message=message)
    with transaction.atomic():
        event = lock_event_row(event_id)
        registration = _register(event, key, inputs, RegistrationSource(source), None)
        return registration, tickets.link_of(registration)


@transaction.atomic
def add_participant(*, actor: User, event: Event, key: UUID, inputs: RegistrationInput) -> Registration:
    """Register somebody who asked the office to; refused for a person who has a ticket under the same phone."""
    return _register(lock_event(actor, event.pk), key, inputs, RegistrationSource.OFFICER, actor)


def _register(
    event: Event, key: UUID, inputs: RegistrationInput, source: RegistrationSource, actor: User | None
) -> Registration:
    ticket_id = _ticket_id(key)
    name, guardian = vietnamese.tidy_name(inputs.name), vietnamese.tidy_name(inputs.guardian_name)
    known = partial(sent_before, Registration, ticket_id, event_id=event.pk, name=name, birth_year=inputs.birth_year)
    if (existing := known()) is not None:
        return existing
    today = clock.today()
    refuse(rules.registration_closed_problem(event.state, event.day, today))
    same = _ticket_of_person(event, name, inputs)
    if same is not None:
        raise Refused(rules.registered_problem(same.number if actor is not None else None))
    refuse(rules.words_problem(name, rules.LONGEST_NAME, "name", required=True) or name_problem(name))
    refuse(rules.minimum_age_problem(inputs.birth_year, event.day, event.minimum_age))
    below = people.guardian_age()
    refuse(rules.guardian_problem(inputs.birth_year, today, guardian, below=below, agreed=inputs.guardian_agreed))
    refuse(name_problem(guardian, "guardian_name"))
    if actor is None:
        refuse(rules.hours_over_problem(event.day, event.ends, *clock.business_day_and_time()))
    if event.registrations.filter(state=RegistrationState.WAITING).count() >= rules.MOST_WAITING:
        raise Refused(Problem("registration_full", _("All places are taken, and the waiting list is full too.")))
    event.last_number += 1
    event.save(update_fields=["last_number"])
    registration = Registration(
        pk=ticket_id,
        event=event,
        unit_id=event.unit_id,
        number=event.last_number,
        state=RegistrationState.REGISTERED if _free_places(event) != 0 else RegistrationState.WAITING,
        source=source,
        name=name,
        folded=_folded(name),
        birth_year=inputs.birth_year,
        phone_encrypted=tickets.encrypt_phone(inputs.phone),
        guardian_name=guardian if rules.needs_guardian(inputs.birth_year, today, below) else "",
        **tickets.new_keys(),
        text_version=tickets.TEXT_VERSION,
        made_on=today,
        made_at=clock.now(),
        made_by=actor,
    )
    save_once(save=partial(registration.save, force_insert=True), known=known)
    record(
        actor=actor,
        action="events.register",
        obj=registration,
        unit=event.unit_id,
        note="" if actor is not None else HOLDER,
    )
    return registration


def _ticket_of_person(event: Event, name: str, inputs: RegistrationInput) -> Registration | None:
    """Return the ticket that this person has under this phone for a locked event; None for inputs without a phone.

    Two people may share a name and a year of birth, and a family a phone: only all three together tell who it is.
    """
    if not inputs.phone:
        return None
    active = event.registrations.filter(state__in=(RegistrationState.REGISTERED, RegistrationState.WAITING))
    for ticket in active.filter(folded=_folded(name), birth_year=inputs.birth_year).order_by("number"):
        if vietnamese.may_be_one_name(ticket.name, name) and tickets.phone_of(ticket) == inputs.phone:
            return ticket
    return None


def _folded(name: str) -> str:
    return vietnamese.fold(name)[:120]


def _ticket_id(key: UUID) -> UUID:
    """Return the id of the ticket that a form with this key makes.

    A form sent again is answered with the ticket's link. Booths and desks know ids, and the holders' names: from an id nobody
    may find the key.
    """
    return UUID(encryption.look_up(str(key), context=_FORM_CONTEXT)[:32])


def _free_places(event: Event) -> int | None:
    """Return how many places are free; None without a limit."""
    if event.capacity is None:
        return None
    return max(event.capacity - event.registrations.filter(state=RegistrationState.REGISTERED).count(), 0)


def fill_free_places(event: Event) -> list[Registration]:
    """Give free places of a locked event to the waiting list, in the order of its numbers, and tell the unit whom to call."""
    free = _free_places(event)
    waiting = event.registrations.filter(state=RegistrationState.WAITING).order_by("number")
    moved = list(waiting if free is None else waiting[:free])
    now = clock.now()
    for registration in moved:
        registration.state, registration.moved_up_at = RegistrationState.REGISTERED, now
    Registration.objects.bulk_update(moved, ["state", "moved_up_at"])
    if moved:
        notices.notify_moved_up(event, moved)
    return moved


def cancel_ticket(*, link: str) -> Registration:
    """Cancel a ticket by its holder: name and phone are deleted, the place goes to the waiting list. Once is enough."""
    found = Registration.objects.filter(link_lookup=tickets.link_lookup(link)).first()
    if found is None:
        raise Refused(Problem("ticket_unknown", _("There is no such ticket.")))
    with transaction.atomic():
        return _cancel(lock_event_row(found.event_id), found.pk, None)


@transaction.atomic
def cancel_registration(*, actor: User, registration: Registration) -> Registration:
    """Cancel a ticket by the office; a second call changes nothing."""
    return _cancel(lock_event(actor, registration.event_id), registration.pk, actor)


def _cancel(event: Event, registration_id: UUID, actor: User | None) -> Registration:
    registration = Registration.objects.get(pk=registration_id)
    if registration.state == RegistrationState.CANCELLED:
        return registration
    if event.day < clock.today() and event.state == EventState.OPEN:
        raise Refused(Problem("event_over", _("The day of this event is over.")))
    if Attendance.objects.filter(registration=registration, first_seen_at__isnull=False).exists():
        raise Refused(Problem("ticket_used", _("This ticket was checked in already, so it is not cancelled.")))
    registration.state, registration.erased_at = RegistrationState.CANCELLED, registration.erased_at or clock.now()
    for name, nothing in _ERASED.items():
        setattr(registration, name, nothing)
    # A member whom a gate took for its holder by mistake may come with another ticket.
    registration.member = None
    registration.save(update_fields=["state", "erased_at", "member", *_ERASED])
    note = "" if actor is not None else HOLDER
    record(actor=actor, action="events.cancel_registration", obj=registration, unit=event.unit_id, note=note)
    if event.state == EventState.OPEN:
        fill_free_places(event)
    return registration


def empty_registrations(registrations: QuerySet[Registration]) -> int:
    """Delete what these registrations hold of their holders; return how many there were."""
    return registrations.update(erased_at=clock.now(), **_ERASED)


def forget_registrations(*, dry_run: bool = False) -> int:
    """Delete names, years of birth and phones of registrations some months after their event; return how many. Run once a day.

    A dry run deletes nothing.
    """
    old = Registration.objects.filter(erased_at=None, event__day__lt=clock.today() - KEPT_AFTER)
    if dry_run:
        return old.count()
    forgotten = 0
    while keys := list(old.order_by("pk").values_list("pk", flat=True)[:_PAGE]):
        forgotten += empty_registrations(Registration.objects.filter(pk__in=keys))
    return forgotten
