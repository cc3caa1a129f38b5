"""Requests of persons about their own data, with the statutory terms."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.lib import clock, database, encryption
from doanso.lib.problems import Problem, Refused
from doanso.people import configuration, policy, ports, queries
from doanso.people.actions.consents import end_consents, withdraw_consent
from doanso.people.actions.contacts import change_contact
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.actions.locking import LockedToErase, lock_persons, lock_to_erase
from doanso.people.models import Channel, Contact, Request, RequestKind, RequestState
from doanso.people.particulars import Particulars
from doanso.people.queries import DETAIL

if TYPE_CHECKING:
    from doanso.accounts.models import User

WAITING = (RequestState.OPEN, RequestState.TAKEN)
LONGEST_DETAIL = 1000
RECORD_PURPOSE = "support"
"""The purpose on which it rests that a resident is written down by name."""


@transaction.atomic
def open_request(
    *, actor: "User | None", person_id: UUID, unit_id: UUID, kind: str, channel: str, detail: str = ""
) -> Request:
    """Record what a person asks for, and when it is due. A second request of a kind returns the one that waits.

    Without an actor the person asked by their own link. `detail` is in the person's words (what to correct).
    """
    if kind not in RequestKind.values or channel not in Channel.values:
        raise Refused(Problem("request_unknown", _("Choose what is asked, and how it reached us."), "kind"))
    database.lock([f"people.request:{person_id}"], shared=False)
    waiting = Request.objects.filter(person_id=person_id, kind=kind, state__in=WAITING).first()
    if waiting is not None:
        return waiting
    law, today = configuration.privacy_rules(), clock.today()
    text = detail.strip()[:LONGEST_DETAIL]
    request = Request.objects.create(
        person_id=person_id,
        unit_id=unit_id,
        kind=kind,
        channel=channel,
        detail_encrypted=encryption.encrypt(text, context=DETAIL) if text else b"",
        opened_on=today,
        opened_at=clock.business_now(),
        answer_by=law.answer_by(today),
        due_on=law.due_on(kind, today),
    )
    note = "" if actor is not None else "người dân"
    record(actor=actor, action="people.open_request", obj=request, unit=unit_id, note=note)
    return request


def _fresh(actor: "User", request: Request) -> Request:
    """Lock a request that still waits and that the actor may answer, and return it as it is now."""
    fresh = Request.objects.select_for_update().get(pk=request.pk)
    policy.HANDLE_REQUESTS.require(actor, fresh)
    if fresh.state not in WAITING:
        raise Refused(Problem("request_settled", _("This request was settled already.")))
    return fresh


@transaction.atomic
def take_request(*, actor: "User", request: Request) -> Request:
    """Acknowledge the request and assign it to the actor; another officer may take it over."""
    fresh = _fresh(actor, request)
    fresh.state, fresh.handler = RequestState.TAKEN, actor
    fresh.answered_at = fresh.answered_at or clock.business_now()
    fresh.save(update_fields=["state", "handler", "answered_at"])
    record(actor=actor, action="people.take_request", obj=fresh, unit=fresh.unit_id)
    return fresh


@transaction.atomic
def extend_request(*, actor: "User", request: Request, reason: str) -> Request:
    """Move the due day, once and with a reason that is given to the person."""
    fresh = _fresh(actor, request)
    if fresh.extended_at is not None:
        raise Refused(
            Problem("extended_already", _("The term was extended once already; the law gives no second time."))
        )
    if not reason.strip():
        raise Refused(Problem("reason_missing", _("Say why more time is needed; the person is told."), "reason"))
    if fresh.due_on < clock.today():
        raise Refused(Problem("overdue", _("The term is over; it can't be extended any more. Settle the request now.")))
    fresh.due_on = configuration.privacy_rules().extended(fresh.kind, fresh.due_on)
    fresh.extended_at, fresh.extension_reason = clock.business_now(), reason.strip()[:200]
    fresh.save(update_fields=["due_on", "extended_at", "extension_reason"])
    record(actor=actor, action="people.extend_request", obj=fresh, unit=fresh.unit_id, changed=["due_on"])
    return fresh


@transaction.atomic
def decline_request(*, actor: "User", request: Request, reason: str) -> Request:
    """End a request that can't be fulfilled, with the reason that is given to the person."""
    fresh = _fresh(actor, request)
    if not reason.strip():
        raise Refused(Problem("reason_missing", _("Say why it can't be done; the person is told."), "reason"))
    fresh.decline_reason = reason.strip()[:200]
    return _end(actor, fresh, RequestState.DECLINED)


def _end(actor: "User", fresh: Request, state: RequestState) -> Request:
    fresh.state, fresh.resolved_at = state, clock.business_now()
    fresh.answered_at = fresh.answered_at or fresh.resolved_at
    fresh.handler = fresh.handler or actor
    fresh.save(update_fields=["state", "resolved_at", "answered_at", "handler", "decline_reason"])
    action = "people.decline_request" if state == RequestState.DECLINED else "people.settle_request"
    record(actor=actor, action=action, obj=fresh, unit=fresh.unit_id, changed=[fresh.kind])
    return fresh


def _require_whole(actor: "User", request: Request) -> None:
    """Require a role above all units that keep data of the person, for requests that concern all of it."""
    if not queries.reaches_all_units_of(actor, request.person_id):
        message = _("Other units keep this person's data too. The city's officer settles this request.")
        raise Refused(Problem("city_settles", message))


@transaction.atomic
def resolve_request(*, actor: "User", request: Request, particulars: Particulars | None = None) -> Request:
    """Fulfil a request: withdraw consent, stop what was objected to, correct the record, or note that the copy was handed over.

    Erasing has an action of its own (`erase_person`).
    """
    # Persons before requests and consents, in the order of erasures; a person who withdraws all consent may be erased.
    if request.kind == RequestKind.WITHDRAW:
        locked = lock_to_erase([request.person_id])
        fresh = _fresh(actor, request)
        _forget_without_consent(actor, fresh, locked)
        return _end(actor, fresh, RequestState.SETTLED)
    lock_persons([request.person_id])
    fresh = _fresh(actor, request)
    if fresh.kind == RequestKind.ERASE:
        raise Refused(Problem("erase_first", _("Erase the person to settle this request.")))
    if fresh.kind == RequestKind.OBJECT:
        objected = queries.agreed_purposes(fresh.person_id) - {RECORD_PURPOSE}
        withdraw_consent(actor=actor, person_id=fresh.person_id, purposes=objected, channel=fresh.channel)
    elif fresh.kind == RequestKind.COPY:
        _require_whole(actor, fresh)
    elif particulars is not None:
        _correct(actor, fresh, particulars)
    return _end(actor, fresh, RequestState.SETTLED)


def _forget_without_consent(actor: "User", request: Request, locked: LockedToErase) -> None:
    """Withdraw all consent, and erase the name where there is no other ground for keeping it."""
    if ports.kept_persons(locked.person_ids):
        withdraw_consent(actor=actor, person_id=request.person_id, purposes=None, channel=request.channel)
        return
    _require_whole(actor, request)
    # Erasing destroys all that a withdrawal would, and locks rows that rank before files.
    end_consents(
        actor=actor,
        person_id=request.person_id,
        persons=locked.person_ids,
        purposes=None,
        channel=request.channel,
    )
    erase_everywhere(actor=actor, locked=locked, action="people.erase")


@transaction.atomic
def take_back_consent(*, actor: "User", contact: Contact, purpose: str, channel: str) -> int:
    """Withdraw a person's consent to one purpose at the unit; return how many consents ended.

    Without the consent to be written down the name must be erased: that is a request of its own, with its clock.
    """
    policy.RECORD_CONSENT.require(actor, contact)
    lock_persons([contact.person_id])
    if purpose == RECORD_PURPOSE and purpose in queries.agreed_purposes(contact.person_id):
        # Before the withdrawal, which destroys files.
        open_request(
            actor=actor,
            person_id=contact.person_id,
            unit_id=contact.unit_id,
            kind=RequestKind.WITHDRAW,
            channel=channel,
        )
    return withdraw_consent(actor=actor, person_id=contact.person_id, purposes=[purpose], channel=channel)


def _correct(actor: "User", request: Request, particulars: Particulars) -> None:
    contact = queries.contact_to_correct(request)
    if contact is None:
        raise Refused(Problem("nothing_kept", _("Nothing is kept of this person in your unit.")))
    fresh = Contact.objects.select_for_update().get(pk=contact.pk)
    changed = change_contact(contact=fresh, particulars=particulars)
    if changed:
        record(actor=actor, action="people.correct", obj=fresh, unit=fresh.unit_id, changed=changed)


def erase_person(*, actor: "User", request: Request) -> Request:
    """Erase the person who asked, everywhere, and complete the request. It cannot be undone."""
    with transaction.atomic():
        policy.HANDLE_REQUESTS.require(actor, request)
        _require_whole(actor, request)
        locked = lock_to_erase([request.person_id])
        # This request too, also where it was settled meanwhile: the requests of a person are locked in one statement.
        requests = Request.objects.select_for_update().filter(
            Q(pk=request.pk) | Q(person_id=request.person_id, state__in=WAITING)
        )
        other_requests = [locked_request for locked_request in requests.order_by("pk") if locked_request != request]
        fresh = _fresh(actor, request)
        if fresh.kind != RequestKind.ERASE:
            raise Refused(Problem("not_asked_to_erase", _("The person did not ask to be erased.")))
        erase_everywhere(actor=actor, locked=locked, action="people.erase")
        fresh.refresh_from_db()
        for other in other_requests:
            # Nothing is left to copy, correct or take back.
            other.refresh_from_db()
            _end(actor, other, RequestState.SETTLED)
        return _end(actor, fresh, RequestState.SETTLED)
