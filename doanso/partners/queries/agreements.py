"""Reads of agreements: lists with how each stands, and the documents of the store that they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.documents import policy as documents_policy
from doanso.documents.ports import incoming_book
from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.partners import policy, rules
from doanso.partners.models import Agreement, Partner
from doanso.partners.rules import AgreementStatus
from doanso.partners.wording import STATUS_NAMES, STATUS_PILLS, days_words, validity_words
from doanso.units import queries as units
from doanso.units.models import Unit

PAGE_SIZE = 50
MOST_DOCUMENTS = 100
"""Documents of each sort that the form offers."""
RUNNING_OUT, IN_EFFECT, OVER, ALL = "running-out", "in-effect", "over", "all"
STATES = (ALL, RUNNING_OUT, IN_EFFECT, OVER)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement with its status in words; `due` is how far its last day is, where that matters."""

    agreement: Agreement
    status: AgreementStatus
    mark: str
    label: str
    validity: str
    due: str
    unit: str = ""

    @property
    def needs_decision(self) -> bool:
        """Whether it is to be renewed, or written down that it is not."""
        return self.status in (AgreementStatus.EXPIRING, AgreementStatus.EXPIRED)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of the store that an agreement is; `url` is empty where the reader may not open it."""

    name: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class AgreementFilter:
    """How the list of agreements is narrowed; `state` is one of `STATES`."""

    state: str = ALL
    unit: Unit | None = None


def all_agreements() -> QuerySet[Agreement]:
    """Return all agreements with what their page shows, to be narrowed by a policy."""
    return Agreement.objects.select_related(
        "partner", "unit", "file__key", "document", "incoming", "previous", "renewal", "made_by"
    )


def expiring_agreements() -> QuerySet[Agreement]:
    """Return the agreements that run out within 30 days, or ran out, and of which nothing was decided."""
    last = clock.today() + rules.EXPIRING
    return Agreement.objects.filter(ended_on=None, renewal=None, valid_until__lte=last)


def in_effect() -> QuerySet[Agreement]:
    """Return the agreements that are in effect today."""
    today = clock.today()
    rows = Agreement.objects.filter(valid_from__lte=today)
    return rows.filter(Q(valid_until=None) | Q(valid_until__gte=today), Q(ended_on=None) | Q(ended_on__gte=today))


def agreement_row(agreement: Agreement, today: date, unit: str = "") -> AgreementRow:
    """Return the row of an agreement that was read with its `renewal`."""
    is_renewed = getattr(agreement, "renewal", None) is not None
    status = rules.agreement_status(
        agreement.valid_from, agreement.valid_until, agreement.ended_on, is_renewed=is_renewed, today=today
    )
    matters = status in (AgreementStatus.EXPIRING, AgreementStatus.EXPIRED)
    return AgreementRow(
        agreement,
        status,
        STATUS_PILLS[status],
        str(STATUS_NAMES[status]),
        validity_words(agreement),
        days_words(agreement.valid_until, today) if matters and agreement.valid_until is not None else "",
        unit,
    )


def agreement_rows(agreements: QuerySet[Agreement]) -> list[AgreementRow]:
    """Return the rows of these agreements in their order; one statement."""
    today = clock.today()
    return [agreement_row(agreement, today) for agreement in agreements.select_related("renewal", "file__key")]


def agreement_page(actor: User, filters: AgreementFilter, number: int) -> tuple[list[AgreementRow], bool]:
    """Return a page of the agreements that the actor may see, two statements.

    Those in effect are listed by their last day, the nearest first, and those without one after them; others the latest first.
    """
    today = clock.today()
    rows = policy.VIEW.filter(actor, Agreement.objects.all())
    if filters.state == RUNNING_OUT:
        rows = rows.filter(pk__in=expiring_agreements().values("pk"))
    elif filters.state == IN_EFFECT:
        rows = rows.filter(pk__in=in_effect().values("pk"))
    elif filters.state == OVER:
        rows = rows.filter(Q(valid_until__lt=today) | Q(ended_on__lt=today))
    if filters.unit is not None:
        rows = rows.filter(unit__in=records_below([filters.unit.pk]))
    by_last_day = (F("valid_until").asc(nulls_last=True), "pk")
    order = ("-valid_from", "-pk") if filters.state in (ALL, OVER) else by_last_day
    agreements, more = page_rows(rows.select_related("partner", "renewal").order_by(*order), number, PAGE_SIZE)
    names = units.named_units_by_id({agreement.unit_id for agreement in agreements})
    return [agreement_row(agreement, today, names[agreement.unit_id].short_name) for agreement in agreements], more


def stored_document(actor: User, agreement: Agreement) -> StoredDocument | None:
    """Return the document of the store that an agreement is, as far as the reader may open it; at most one statement."""
    document = agreement.document
    if document is not None:
        is_readable = documents_policy.is_readable(actor, document)
        url = reverse("documents:document", args=[document.pk]) if is_readable else ""
        return StoredDocument(document.summary, document.notation, url)
    if agreement.incoming_id is not None:
        entries = incoming_book().entries_by_number(actor=actor, number_ids=[agreement.incoming_id])
        entry = entries.get(agreement.incoming_id)
        if entry is None:
            return StoredDocument("", "", "")
        return StoredDocument(entry.summary, " · ".join(filter(None, (entry.notation, entry.issuer))), entry.url)
    return None


def offered_documents(actor: User) -> tuple[Sequence[tuple[UUID, str]], Sequence[tuple[UUID, str]]]:
    """Return the latest issued documents, and the latest entries of the book by their number, that the actor may read."""
    issued = (
        documents_policy.readable_documents(actor).filter(state__in=documents_policy.OUT).order_by("-issued_on", "-pk")
    )
    documents = [
        (pk, f"{notation} – {summary}" if notation else summary)
        for pk, notation, summary in issued.values_list("pk", "notation", "summary")[:MOST_DOCUMENTS]
    ]
    entries = [
        (entry.number_id, " – ".join(filter(None, (entry.notation, entry.issuer, entry.summary))))
        for entry in incoming_book().latest_entries(actor=actor, most=MOST_DOCUMENTS)
    ]
    return documents, entries


def chain_of(agreement: Agreement) -> list[AgreementRow]:
    """Return the agreements that follow each other by renewal, newest first, without this one; two statements."""
    others = {
        entry.pk: entry
        for entry in Agreement.objects.filter(partner=agreement.partner_id)
        .exclude(pk=agreement.pk)
        .select_related("renewal")
    }
    chain, cursor = [], agreement.previous_id
    while cursor is not None and cursor in others:
        chain.append(others[cursor])
        cursor = others[cursor].previous_id
    newer = []
    following = getattr(agreement, "renewal", None)
    while following is not None and following.pk in others:
        newer.append(others[following.pk])
        following = getattr(others[following.pk], "renewal", None)
    today = clock.today()
    return [agreement_row(entry, today) for entry in [*reversed(newer), *chain]]


def agreement_options(partner: Partner, besides: UUID | None = None) -> list[tuple[UUID, str]]:
    """Return the agreements by which a partner may undertake something, newest first: those not over, and `besides`."""
    today = clock.today()
    running = Q(valid_until=None) | Q(valid_until__gte=today)
    rows = partner.agreements.filter((running & Q(ended_on=None)) | Q(pk=besides)).order_by("-valid_from", "-pk")
    return [(agreement.pk, f"{agreement.title} ({validity_words(agreement)})") for agreement in rows]
