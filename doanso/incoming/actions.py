"""Actions on incoming documents: entered in the book with a number, assigned to a person, resolved or returned."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import IO
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.actions.drafts import keep_file
from doanso.documents.actions.numbers import draw_number, lock_series
from doanso.documents.due_days import answer_day_problem
from doanso.documents.models import ENDED, Delivery, Medium, RegisterKind
from doanso.documents.policy import RECEIVE
from doanso.documents.queries.letterheads import letterhead_values
from doanso.documents.secrecy import refuse_secret
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.incoming import families, policy, rules
from doanso.incoming.models import Arrival, ArrivalState
from doanso.ledger import actions as ledger
from doanso.lib import clock, vietnamese
from doanso.lib.form_keys import form_used_refusal, save_once
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.signing.queries.authorities import read_trust
from doanso.signing.verification import Verdict, verify
from doanso.units.models import Unit
from doanso.units.queries import keeping_unit

_ACCEPTED = {Kind.PDF, Kind.DOCX}


@dataclass(frozen=True, slots=True)
class IncomingInput:
    """The data that the clerk reads from a document from outside."""

    issuer: str
    summary: str
    notation: str = ""
    dated: date | None = None
    kind: str = ""
    urgency: str = ""
    medium: str = Medium.DIGITAL
    answer_by: date | None = None


def take_in(
    *,
    actor: User,
    unit: Unit,
    inputs: IncomingInput,
    source: IO[bytes] | bytes | None = None,
    name: str = "",
    twice: bool = False,
    key: UUID | None = None,
) -> Arrival:
    """Enter a document from outside in a unit's book; store the present verdict on its signatures.

    Refuse a second document with the same notation, issuer and year unless `twice` confirms it. `key` becomes the entry's id: the
    same form again makes no second one, and is refused with other values. Called outside a transaction, because the file is
    stored before its entry.
    """
    policy.KEEP_BOOK.require_at(actor, unit)
    file_hash = files.hash_content(source) if source is not None else ""
    if (known := _entered_before(actor, unit, inputs, file_hash, key)) is not None:
        return known
    refuse(rules.input_problem(inputs.issuer, inputs.summary, inputs.dated, inputs.answer_by, clock.today()))
    refuse_secret([inputs.summary, inputs.issuer, inputs.notation], field="summary")
    if not twice and _is_duplicate(unit, inputs):
        message = _(
            "A document with this number of this issuer stands in the book already. Enter it again only if meant."
        )
        raise Refused(Problem("arrival_twice", message, "notation"))
    blob = keep_file(source, name=name, allowed=_ACCEPTED) if source is not None else None
    with files.destroy_on_error(blob):
        verdict = _verdict(blob)
    with files.keep_with_transaction(blob):
        return _enter(actor, unit, inputs, blob=blob, verdict=verdict, delivery=None, key=key)


def _entered_before(actor: User, unit: Unit, inputs: IncomingInput, file_hash: str, key: UUID | None) -> Arrival | None:
    """Return the entry that the same form has made already; refuse a key that made another one."""
    arrival = Arrival.objects.select_related("blob").filter(pk=key).first() if key is not None else None
    if arrival is None:
        return None
    entered = IncomingInput(
        issuer=arrival.issuer,
        summary=arrival.summary,
        notation=arrival.notation,
        dated=arrival.dated,
        kind=arrival.kind,
        urgency=arrival.urgency,
        medium=arrival.medium,
        # Assigning the entry may have changed this one.
        answer_by=arrival.answer_by if arrival.state == ArrivalState.RECEIVED else inputs.answer_by,
    )
    sent = replace(
        inputs, issuer=inputs.issuer.strip(), summary=inputs.summary.strip(), notation=inputs.notation.strip()
    )
    if (
        (arrival.unit_id, arrival.taken_by_id) != (unit.pk, actor.pk)
        or (arrival.blob.sha256 if arrival.blob is not None else "") != file_hash
        or entered != sent
    ):
        raise form_used_refusal()
    return arrival


@transaction.atomic
def take_in_delivery(*, actor: User, delivery: Delivery) -> Arrival:
    """Enter a document that a unit of the system sent; its values are those of the document. Repeating returns the same entry.

    A document that was recalled or replaced meanwhile is entered too, because it was received; its entry is resolved at once
    and states the reason.
    """
    fresh = (
        Delivery.objects.select_for_update(of=("self",)).select_related("document__unit", "unit").get(pk=delivery.pk)
    )
    RECEIVE.require(actor, fresh)
    if fresh.sent_at is None or fresh.unit is None:
        raise Refused(Problem("delivery_not_sent", _("This document has not been issued yet.")))
    # What an ended unit received is entered in the book of the one that keeps its records.
    book_unit = keeping_unit(fresh.unit)
    policy.KEEP_BOOK.require_at(actor, book_unit)
    existing = Arrival.objects.filter(delivery=fresh).first()
    if existing is not None:
        return existing
    document = fresh.document
    inputs = IncomingInput(
        issuer=letterhead_values(document.unit, document.dated or clock.today()).issuer,
        summary=document.summary,
        notation=document.notation,
        dated=document.dated,
        kind=document.kind,
        urgency=document.urgency,
        medium=document.medium,
        answer_by=fresh.answer_by if document.state not in ENDED else None,
    )
    arrival = _enter(actor, book_unit, inputs, blob=document.final, verdict=None, delivery=fresh)
    if document.state in ENDED:
        words = f"{document.get_state_display()}: {document.ended_reason}"
        return _end(actor, arrival, ArrivalState.SETTLED, words, "documents.settle_arrival")
    return arrival


def _enter(
    actor: User,
    unit: Unit,
    inputs: IncomingInput,
    *,
    blob: Blob | None,
    verdict: Verdict | None,
    delivery: Delivery | None,
    key: UUID | None = None,
) -> Arrival:
    today = clock.today()
    series = lock_series(unit, RegisterKind.IN, dated=today)
    file_hash = blob.sha256 if blob is not None else ""
    known = partial(_entered_before, actor, unit, inputs, file_hash, key)
    if (existing := known()) is not None:
        files.destroy_keys(blobs=[blob])
        return existing
    arrival = Arrival(
        id=key or uuid7(),
        unit=unit,
        number=draw_number(actor=actor, series=series, dated=today),
        delivery=delivery,
        arrived_on=today,
        issuer=inputs.issuer.strip(),
        notation=inputs.notation.strip(),
        dated=inputs.dated,
        kind=inputs.kind,
        summary=inputs.summary.strip(),
        folded=vietnamese.fold(f"{inputs.notation} {inputs.issuer} {inputs.summary}")[:800],
        urgency=inputs.urgency,
        medium=inputs.medium,
        blob=blob,
        verdict=verdict.as_json() if verdict is not None else {},
        answer_by=inputs.answer_by,
        taken_by=actor,
        taken_at=clock.business_now(),
    )
    # Under the lock of the series only a form that is sent to another unit can have made an entry with this key.
    save_once(save=partial(arrival.save, force_insert=True), known=known)
    if blob is not None and delivery is None:
        files.ask_text(blob=blob)
    record(actor=actor, action="documents.take_in", obj=arrival, unit=unit)
    ledger.count_many(families.counted_arrival(arrival))
    return arrival


def _is_duplicate(unit: Unit, inputs: IncomingInput) -> bool:
    notation, issuer = inputs.notation.strip(), vietnamese.fold(inputs.issuer)
    if not notation:
        return False
    same_notation = Arrival.objects.filter(unit=unit, notation=notation).exclude(state=ArrivalState.RETURNED)
    if inputs.dated is not None:
        # Offices number by years: each year has its own 12-CV.
        same_notation = same_notation.filter(Q(dated=None) | Q(dated__year=inputs.dated.year))
    return any(
        vietnamese.fold(known_issuer) == issuer for known_issuer in same_notation.values_list("issuer", flat=True)
    )


def _verdict(blob: Blob | None) -> Verdict | None:
    if blob is None or not blob.name.lower().endswith(".pdf"):
        return None
    with files.open_blob(blob) as content:
        return verify(content.read(), trust=read_trust(), moment=clock.now())


@transaction.atomic
def assign_arrival(*, actor: User, arrival: Arrival, user: User, answer_by: date | None) -> Arrival:
    """Assign an entry to a person who receives documents of the unit, with the day by which it is to be answered."""
    fresh = _lock_arrival(actor, arrival)
    refuse(rules.open_problem(fresh.state))
    refuse(answer_day_problem(answer_by, clock.today()))
    if not RECEIVE.allows_for(user, fresh.unit):
        message = _("Choose somebody who receives documents of this unit.")
        raise Refused(Problem("assign_stranger", message, "user"))
    fresh.assigned_to, fresh.answer_by, fresh.state = user, answer_by, ArrivalState.ASSIGNED
    fresh.save(update_fields=["assigned_to", "answer_by", "state"])
    record(actor=actor, action="documents.assign", obj=fresh, unit=fresh.unit_id, changed=["assigned_to", "answer_by"])
    return fresh


@transaction.atomic
def complete_arrival(*, actor: User, arrival: Arrival, words: str) -> Arrival:
    """Resolve an entry with a text of what was done."""
    fresh = _lock_arrival(actor, arrival)
    refuse(rules.open_problem(fresh.state))
    refuse(rules.words_problem(words))
    return _end(actor, fresh, ArrivalState.SETTLED, words, "documents.settle_arrival")


@transaction.atomic
def return_arrival(*, actor: User, arrival: Arrival, words: str) -> Arrival:
    """Return a document to its sender, for instance because its signature is not valid."""
    fresh = _lock_arrival(actor, arrival)
    refuse(rules.open_problem(fresh.state))
    refuse(rules.words_problem(words))
    return _end(actor, fresh, ArrivalState.RETURNED, words, "documents.return_arrival")


def _end(actor: User, arrival: Arrival, state: str, words: str, action: str) -> Arrival:
    refuse_secret([words], field="words")
    arrival.state, arrival.words, arrival.settled_by, arrival.settled_at = (
        state,
        words.strip(),
        actor,
        clock.business_now(),
    )
    arrival.save(update_fields=["state", "words", "settled_by", "settled_at"])
    record(actor=actor, action=action, obj=arrival, unit=arrival.unit_id, changed=["state"])
    return arrival


def _lock_arrival(actor: User, arrival: Arrival) -> Arrival:
    fresh = Arrival.objects.select_for_update(of=("self",)).select_related("unit").get(pk=arrival.pk)
    policy.KEEP_BOOK.require(actor, fresh)
    return fresh
