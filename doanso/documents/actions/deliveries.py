"""Actions on deliveries: adding receivers, opening, assigning, answering and reminding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.documents import policy
from doanso.documents.due_days import answer_day_problem
from doanso.documents.links import link_lookup, seal_link
from doanso.documents.models import ENDED, Delivery, Document, DocumentState
from doanso.documents.queries.received import answers_due_soon
from doanso.documents.rules import deliveries as rules
from doanso.documents.rules.issuing import receivers_problem
from doanso.documents.secrecy import refuse_secret
from doanso.lib import clock
from doanso.lib.access_codes import new_link
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver: exactly one of a unit, a person with an account, or the name of somebody outside."""

    unit: Unit | None = None
    user: User | None = None
    outside: str = ""
    purpose: str = ""
    answer_by: date | None = None


def add_receivers(*, document: Document, receivers: Sequence[Receiver]) -> list[Delivery]:
    """Create a delivery for each receiver that the document does not have yet.

    The caller has locked the document and checked its permission.
    """
    deliveries = []
    units: set[UUID] = set(document.deliveries.exclude(unit=None).values_list("unit_id", flat=True))
    users: set[UUID] = set(document.deliveries.exclude(user=None).values_list("user_id", flat=True))
    for receiver in receivers:
        refuse(rules.receiver_problem(receiver.unit is not None, receiver.user is not None, receiver.outside))
        refuse(answer_day_problem(receiver.answer_by, clock.today()))
        refuse_secret([receiver.outside, receiver.purpose], field="receivers")
        if (receiver.unit is not None and receiver.unit.pk in units) or (
            receiver.user is not None and receiver.user.pk in users
        ):
            continue
        link = new_link() if receiver.outside.strip() else ""
        deliveries.append(
            Delivery(
                document=document,
                unit=receiver.unit,
                user=receiver.user,
                outside=receiver.outside.strip(),
                purpose=receiver.purpose.strip()[:20],
                answer_by=receiver.answer_by,
                link_encrypted=seal_link(link) if link else b"",
                link_lookup=link_lookup(link) if link else None,
            )
        )
        units |= {receiver.unit.pk} if receiver.unit is not None else set()
        users |= {receiver.user.pk} if receiver.user is not None else set()
    return Delivery.objects.bulk_create(deliveries)


@transaction.atomic
def send_to(*, actor: User, document: Document, receivers: Sequence[Receiver]) -> list[Delivery]:
    """Send an issued document to more receivers."""
    fresh = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    policy.ISSUE.require(actor, fresh)
    if fresh.state != DocumentState.ISSUED:
        raise Refused(Problem("document_not_issued", _("Only a document that was issued can be sent on.")))
    refuse(receivers_problem(len(receivers)))
    deliveries = add_receivers(document=fresh, receivers=receivers)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(sent_at=clock.business_now())
    record(actor=actor, action="documents.issue", obj=fresh, unit=fresh.unit_id, changed=["recipients"])
    return deliveries


@transaction.atomic
def open_delivery(*, actor: User | None, delivery: Delivery) -> Delivery:
    """Record the first opening of a document by its receiver; `actor` is None where the link for outside was used."""
    fresh = _lock_delivery(actor, delivery)
    if actor is None and fresh.document.state in ENDED:
        # The link shows only the end of an ended document, so this is no opening.
        return fresh
    if fresh.opened_at is None:
        fresh.opened_at, fresh.opened_by = clock.business_now(), actor
        fresh.save(update_fields=["opened_at", "opened_by"])
        record(actor=actor, action="documents.open", obj=fresh, unit=fresh.unit_id or fresh.document.unit_id)
    return fresh


@transaction.atomic
def assign_delivery(*, actor: User, delivery: Delivery, user: User, answer_by: date | None) -> Delivery:
    """Assign a delivery to a person of the receiving unit, with a day for the answer.

    Without a day the one that the sender set stays.
    """
    fresh = _lock_delivery(actor, delivery)
    refuse(rules.ended_problem(fresh.document.state))
    refuse(answer_day_problem(answer_by, clock.today()))
    if fresh.unit is None or not policy.RECEIVE.allows_for(user, fresh.unit):
        message = _("Choose somebody who receives documents of this unit.")
        raise Refused(Problem("assign_stranger", message, "user"))
    fresh.assigned_to, fresh.assigned_at, fresh.answer_by = user, clock.business_now(), answer_by or fresh.answer_by
    fresh.save(update_fields=["assigned_to", "assigned_at", "answer_by"])
    record(actor=actor, action="documents.assign", obj=fresh, unit=fresh.unit_id, changed=["assigned_to", "answer_by"])
    return fresh


@transaction.atomic
def answer_delivery(*, actor: User, delivery: Delivery, words: str, document: Document | None = None) -> Delivery:
    """Answer a delivery once, in words or with an issued document of the receiving unit. The same answer again is none."""
    fresh = _lock_delivery(actor, delivery)
    refuse(rules.ended_problem(fresh.document.state))
    if fresh.answered_at is not None and (fresh.answer, fresh.answer_document_id) == (
        words.strip(),
        document.pk if document is not None else None,
    ):
        return fresh
    refuse(rules.answered_problem(is_answered=fresh.answered_at is not None))
    refuse(rules.answer_problem(words, document is not None))
    refuse_secret([words], field="words")
    if document is not None:
        policy.require_readable(actor, document)
        if document.state != DocumentState.ISSUED or document.unit_id != (fresh.unit_id or document.unit_id):
            message = _("Choose a document of this unit that was issued and still holds.")
            raise Refused(Problem("answer_unfit", message, "document"))
    fresh.answer, fresh.answer_document = words.strip(), document
    fresh.answered_at, fresh.answered_by = clock.business_now(), actor
    fresh.save(update_fields=["answer", "answer_document", "answered_at", "answered_by"])
    record(actor=actor, action="documents.answer", obj=fresh, unit=fresh.unit_id, changed=["answer"])
    return fresh


@transaction.atomic
def see_end(*, actor: User | None, delivery: Delivery) -> Delivery:
    """Record that the receiver knows that the document was recalled or replaced; `actor` is None where the link was used."""
    fresh = _lock_delivery(actor, delivery)
    if fresh.end_seen_at is None and fresh.document.state in ENDED:
        fresh.end_seen_at = clock.business_now()
        fresh.save(update_fields=["end_seen_at"])
        record(actor=actor, action="documents.see_end", obj=fresh, unit=fresh.unit_id or fresh.document.unit_id)
    return fresh


@transaction.atomic
def remind(*, actor: User, document: Document) -> int:
    """Remind all receivers who have not opened the document, each at most once a day; return how many were reminded."""
    fresh = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    policy.ISSUE.require(actor, fresh)
    if fresh.state != DocumentState.ISSUED:
        raise Refused(Problem("document_not_issued", _("Only a document that was issued can be reminded of.")))
    waiting = fresh.deliveries.select_for_update(of=("self",)).filter(opened_at=None, sent_at__isnull=False)
    return _record_reminders(actor, waiting.select_related("document"))


@transaction.atomic
def remind_of_answers() -> int:
    """Remind receivers whose answer is due soon or overdue, each at most once a day; return how many were reminded.

    Receivers outside have no desk on which a reminder would be shown. A second run on the same day changes nothing.
    """
    today = clock.today()
    waiting = answers_due_soon(Delivery.objects.all(), today).filter(outside="", answer_by__gte=today - rules.LONG_PAST)
    return _record_reminders(None, waiting.select_for_update(of=("self",)).select_related("document"))


def _record_reminders(actor: User | None, waiting: QuerySet[Delivery]) -> int:
    """Record a reminder for those deliveries that have none of today; return how many."""
    today = clock.today()
    unreminded = list(waiting.exclude(reminded_on=today).order_by("id"))
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in unreminded]).update(
        reminded_on=today, reminders=F("reminders") + 1
    )
    note = "" if actor is not None else "remind-of-answers"
    record_many(
        AuditEventInput(actor, "documents.remind", delivery, delivery.unit_id or delivery.document.unit_id, note=note)
        for delivery in unreminded
    )
    return len(unreminded)


def _lock_delivery(actor: User | None, delivery: Delivery) -> Delivery:
    """Lock a delivery for its receiver, or, without an actor, for the reader who has its link."""
    fresh = Delivery.objects.select_for_update(of=("self",)).select_related("document", "unit").get(pk=delivery.pk)
    if actor is not None:
        policy.RECEIVE.require(actor, fresh)
    elif fresh.link_lookup is None:
        raise PermissionDenied(policy.RECEIVE.name)
    if fresh.sent_at is None:
        raise Refused(Problem("delivery_not_sent", _("This document has not been issued yet.")))
    return fresh
