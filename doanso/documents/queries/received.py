"""Documents that units of the system sent to the reader, and deliveries by their links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.links import link_lookup
from doanso.documents.models import ENDED, Attachment, Delivery, Document, DocumentState
from doanso.documents.queries.documents import kind_names
from doanso.documents.rules import deliveries as rules
from doanso.lib.paging import page_rows
from doanso.units import queries as units
from doanso.units.models import Unit

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """One page of received documents, newest first."""

    lines: Sequence["ReceivedLine"]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """A received document with its sender and receiver."""

    delivery: Delivery
    sender: str
    receiver: str
    kind: str


def deliveries_with_details(actor: User) -> QuerySet[Delivery]:
    """Return the deliveries to the reader and the reader's units, with the relations that pages show."""
    return policy.received_deliveries(actor).select_related(
        "document__unit",
        "document__final",
        "document__public",
        "document__number",
        "document__mandate__user",
        "unit",
        "user",
        "assigned_to",
        "answered_by",
    )


def received_page(actor: User, *, state: str = "", number: int = 1) -> ReceivedPage:
    """Return one page in a fixed number of statements; `state` is "new" (unopened), "open" (answer outstanding) or "" for all."""
    matches = deliveries_with_details(actor).select_related(None).select_related("document", "assigned_to")
    if state == "new":
        matches = matches.filter(opened_at=None)
    elif state == "open":
        matches = matches.filter(answered_at=None, answer_by__isnull=False, document__state=DocumentState.ISSUED)
    rows, more = page_rows(matches.order_by("-sent_at", "-id"), number, PAGE)
    ids = {delivery.document.unit_id for delivery in rows} | {
        delivery.unit_id for delivery in rows if delivery.unit_id is not None
    }
    names = units.named_units_by_id(ids) if ids else {}
    kinds = kind_names()
    lines = [
        ReceivedLine(
            delivery,
            names[delivery.document.unit_id].short_name,
            names[delivery.unit_id].short_name if delivery.unit_id is not None else "",
            kinds.get(delivery.document.kind, delivery.document.kind),
        )
        for delivery in rows
    ]
    return ReceivedPage(lines, number, more)


def answers_due_soon(candidates: QuerySet[Delivery], on: date) -> QuerySet[Delivery]:
    """Narrow deliveries to those whose answer is due soon or overdue on a day, of documents still in effect."""
    return candidates.filter(
        answered_at=None,
        answer_by__lte=on + rules.NEAR,
        sent_at__isnull=False,
        document__state=DocumentState.ISSUED,
    )


def ends_unseen(candidates: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Narrow deliveries to those of recalled or replaced documents that the receiver has not noted yet."""
    return candidates.filter(end_seen_at=None, sent_at__isnull=False, document__state__in=ENDED)


def replacement_of(document: Document) -> Document | None:
    """Return the document that replaces this one."""
    return Document.objects.filter(replaces=document).select_related("public").first()


def delivery_of_link(link: str) -> Delivery | None:
    """Return the delivery of a link for outside, once its document is issued."""
    return (
        Delivery.objects.filter(link_lookup=link_lookup(link), sent_at__isnull=False)
        .select_related("document__unit", "document__final", "document__public")
        .first()
    )


def sealed_attachments(delivery: Delivery) -> QuerySet[Attachment]:
    """Return the document's attachments that the organisation has signed."""
    beside = delivery.document.attachments.exclude(signed=None)
    return beside.select_related("signed__key").order_by("added_at", "id")


def delivery_handlers(unit: Unit) -> list[User]:
    """Return the users who can be assigned what a unit received; for an ended one those of the unit that keeps its records."""
    return list(policy.people_at(policy.RECEIVE, units.keeping_unit(unit)))
