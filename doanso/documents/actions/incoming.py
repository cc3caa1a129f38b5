"""Deeds on documents that come in: into the book with a number of arrival, to whoever handles them, settled or sent back."""

from dataclasses import dataclass
from datetime import date
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import families, policy
from doanso.documents.actions.drafts import keep_file
from doanso.documents.actions.numbers import draw, locked_series
from doanso.documents.models import Arrival, ArrivalState, Delivery, Direction, Medium
from doanso.documents.queries.letterheads import frame_of
from doanso.documents.rules import incoming as rules
from doanso.documents.rules.deliveries import ENDED, answer_day_problem
from doanso.documents.secrecy import refuse_secret
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.ledger import actions as ledger
from doanso.lib import clock, vietnamese
from doanso.lib.problems import Problem, Refused, refuse
from doanso.signing.queries.authorities import trust
from doanso.signing.verification import Verdict, verify
from doanso.units.models import Unit

_ACCEPTED = {Kind.PDF, Kind.DOCX}


@dataclass(frozen=True, slots=True)
class IncomingInput:
    """What the clerk reads off a document that came from outside."""

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
    told: IncomingInput,
    source: IO[bytes] | bytes | None = None,
    name: str = "",
    twice: bool = False,
) -> Arrival:
    """Enter a document from outside; its signatures are looked at as it came.

    One with the same number and symbol of the same issuer is refused unless the clerk says that it is meant (`twice`).
    """
    policy.KEEP_BOOK.require_at(actor, unit)
    refuse(rules.told_problem(told.issuer, told.summary, told.dated, told.answer_by, clock.today()))
    refuse_secret([told.summary, told.issuer, told.notation], field="summary")
    if not twice and _known(unit, told):
        message = _(
            "A document with this number of this issuer stands in the book already. Enter it again only if meant."
        )
        raise Refused(Problem("arrival_twice", message, "notation"))
    blob = keep_file(source, name=name, allowed=_ACCEPTED) if source is not None else None
    verdict = _verdict(blob)
    with transaction.atomic():
        return _entered(actor, unit, told, blob=blob, verdict=verdict, delivery=None)


@transaction.atomic
def take_in_delivery(*, actor: User, delivery: Delivery) -> Arrival:
    """Enter a document that a unit sent here; what stands in it is known. A second call gives the same entry.

    One that was recalled or replaced meanwhile is entered all the same, for it came; its entry is settled from the start and
    says why nobody handles it.
    """
    fresh = (
        Delivery.objects.select_for_update(of=("self",)).select_related("document__unit", "unit").get(pk=delivery.pk)
    )
    policy.RECEIVE.require(actor, fresh)
    if fresh.sent_at is None or fresh.unit is None:
        raise Refused(Problem("delivery_not_sent", _("This document has not been issued yet.")))
    policy.KEEP_BOOK.require_at(actor, fresh.unit)
    existing = Arrival.objects.filter(delivery=fresh).first()
    if existing is not None:
        return existing
    document = fresh.document
    inputs = IncomingInput(
        issuer=frame_of(document.unit, document.dated or clock.today()).issuer,
        summary=document.summary,
        notation=document.notation,
        dated=document.dated,
        kind=document.kind,
        urgency=document.urgency,
        medium=document.medium,
        answer_by=fresh.answer_by if document.state not in ENDED else None,
    )
    entered = _entered(actor, fresh.unit, inputs, blob=document.final, verdict=None, delivery=fresh)
    if document.state in ENDED:
        words = f"{document.get_state_display()}: {document.ended_reason}"
        return _ended(actor, entered, ArrivalState.SETTLED, words, "documents.settle_arrival")
    return entered


def _entered(
    actor: User,
    unit: Unit,
    inputs: IncomingInput,
    *,
    blob: Blob | None,
    verdict: Verdict | None,
    delivery: Delivery | None,
) -> Arrival:
    today = clock.today()
    series = locked_series(unit, Direction.IN, dated=today)
    arrival = Arrival.objects.create(
        unit=unit,
        number=draw(actor=actor, series=series, dated=today),
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
        taken_at=clock.now(),
    )
    if blob is not None and delivery is None:
        files.ask_text(blob=blob)
    record(actor=actor, verb="documents.take_in", obj=arrival, unit=unit)
    ledger.count_many(families.came(arrival))
    return arrival


def _known(unit: Unit, inputs: IncomingInput) -> bool:
    notation, issuer = inputs.notation.strip(), vietnamese.fold(inputs.issuer)
    if not notation:
        return False
    same = Arrival.objects.filter(unit=unit, notation=notation).exclude(state=ArrivalState.RETURNED)
    return any(vietnamese.fold(known_issuer) == issuer for known_issuer in same.values_list("issuer", flat=True))


def _verdict(blob: Blob | None) -> Verdict | None:
    if blob is None or not blob.name.lower().endswith(".pdf"):
        return None
    with files.opened(blob) as plain:
        return verify(plain.read(), trust=trust(), moment=clock.now())


@transaction.atomic
def assign_arrival(*, actor: User, arrival: Arrival, user: User, answer_by: date | None) -> Arrival:
    """Give a document that came to somebody of the unit to handle, by a day."""
    fresh = _locked(actor, arrival)
    refuse(rules.open_problem(fresh.state))
    refuse(answer_day_problem(answer_by, clock.today()))
    if not policy.RECEIVE.allows_at(user, fresh.unit):
        message = _("Choose somebody who receives documents of this unit.")
        raise Refused(Problem("assign_stranger", message, "user"))
    fresh.assigned_to, fresh.answer_by, fresh.state = user, answer_by, ArrivalState.ASSIGNED
    fresh.save(update_fields=["assigned_to", "answer_by", "state"])
    record(actor=actor, verb="documents.assign", obj=fresh, unit=fresh.unit_id, changed=["assigned_to", "answer_by"])
    return fresh


@transaction.atomic
def settle_arrival(*, actor: User, arrival: Arrival, words: str) -> Arrival:
    """Say what was done about a document that came."""
    fresh = _locked(actor, arrival)
    refuse(rules.open_problem(fresh.state))
    refuse(rules.words_problem(words))
    return _ended(actor, fresh, ArrivalState.SETTLED, words, "documents.settle_arrival")


@transaction.atomic
def return_arrival(*, actor: User, arrival: Arrival, words: str) -> Arrival:
    """Send a document back to where it came from, for instance because its signature does not hold."""
    fresh = _locked(actor, arrival)
    refuse(rules.open_problem(fresh.state))
    refuse(rules.words_problem(words))
    return _ended(actor, fresh, ArrivalState.RETURNED, words, "documents.return_arrival")


def _ended(actor: User, arrival: Arrival, state: str, words: str, verb: str) -> Arrival:
    refuse_secret([words], field="words")
    arrival.state, arrival.words, arrival.settled_by, arrival.settled_at = state, words.strip(), actor, clock.now()
    arrival.save(update_fields=["state", "words", "settled_by", "settled_at"])
    record(actor=actor, verb=verb, obj=arrival, unit=arrival.unit_id, changed=["state"])
    return arrival


def _locked(actor: User, arrival: Arrival) -> Arrival:
    fresh = Arrival.objects.select_for_update(of=("self",)).select_related("unit").get(pk=arrival.pk)
    policy.KEEP_BOOK.require(actor, fresh)
    return fresh
