"""Agreements with partners: entered with their paper, changed, renewed, ended; and the daily notices of those that run out."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import IO, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.documents import policy as documents_policy
from doanso.documents.actions.drafts import keep_file
from doanso.documents.ports import incoming_book
from doanso.documents.secrecy import refuse_secret
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.lib import clock
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.next_year import years_later
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.partners import notices, policy, rules
from doanso.partners.actions.locking import changed_fields, lock_partner, save_version
from doanso.partners.models import Agreement, Partner, Undertaking
from doanso.partners.queries.agreements import expiring_agreements

ACCEPTED = {Kind.PDF, Kind.DOCX, Kind.PNG, Kind.JPEG, Kind.WEBP}


class AgreementPaper(NamedTuple):
    """An uploaded file with the name that its sender gave it."""

    name: str
    source: IO[bytes] | bytes


@dataclass(frozen=True, slots=True)
class AgreementInput:
    """What an agreement says, and the document of the store that it is: an issued one, or an entry of the book by its number."""

    title: str
    valid_from: date
    valid_until: date | None = None
    signed_on: date | None = None
    number: str = ""
    terms: str = ""
    document_id: UUID | None = None
    incoming_id: UUID | None = None

    def stripped(self) -> "AgreementInput":
        """Return the same without space around the texts."""
        values = asdict(self)
        values |= {"title": " ".join(self.title.split()), "number": " ".join(self.number.split())}
        return AgreementInput(**values | {"terms": self.terms.strip()})


def add_agreement(
    *,
    actor: User,
    partner: Partner,
    inputs: AgreementInput,
    paper: AgreementPaper | None = None,
    key: UUID | None = None,
) -> Agreement:
    """Enter an agreement. Called outside a transaction, because its file is stored first; `key` becomes its id."""
    policy.MANAGE.require(actor, partner)
    refuse(rules.ended_problem(partner.ended_on))
    data = _sound(actor, inputs)
    blob = _keep(paper)
    with files.keep_with_transaction(blob):
        fresh = lock_partner(actor, partner.pk)
        known = partial(sent_before, Agreement, key, partner_id=fresh.pk)
        if (existing := known()) is not None:
            files.destroy_keys(blobs=[blob])
            return existing
        refuse(rules.ended_problem(fresh.ended_on))
        agreement = save_once(save=lambda: _insert(actor, fresh, data, blob, key), known=known)
        record(actor=actor, action="partners.add_agreement", obj=agreement, unit=fresh.unit_id)
        return agreement


def change_agreement(
    *,
    actor: User,
    agreement: Agreement,
    read: int,
    inputs: AgreementInput,
    paper: AgreementPaper | None = None,
) -> Agreement:
    """Change an agreement; a new file takes the place of the former, which is erased. Called outside a transaction."""
    policy.MANAGE.require(actor, agreement)
    refuse(rules.stale_problem(read, agreement.version))
    data = _sound(actor, inputs, known_to=agreement)
    blob = _keep(paper)
    with files.keep_with_transaction(blob):
        partner = lock_partner(actor, agreement.partner_id)
        return _change(actor, partner, agreement, read, data, blob)


def _change(
    actor: User, partner: Partner, agreement: Agreement, read: int, data: AgreementInput, blob: Blob | None
) -> Agreement:
    fresh = _fresh(agreement)
    refuse(rules.stale_problem(read, fresh.version))
    renewal = Agreement.objects.filter(previous=fresh).first()
    if renewal is not None and (data.valid_until is None or data.valid_until >= renewal.valid_from):
        message = _("It was renewed: the newer one begins before this day.")
        raise Refused(Problem("agreement_overlap", message, "valid_until"))
    changed = changed_fields(fresh, asdict(data))
    for name in changed:
        setattr(fresh, name, getattr(data, name))
    old = fresh.file
    if blob is not None:
        fresh.file = blob
        changed.append("file")
    if not changed:
        return fresh
    save_version(fresh, *changed)
    record(
        actor=actor,
        action="partners.change_agreement",
        obj=fresh,
        unit=partner.unit_id,
        changed=[name.removesuffix("_id") for name in changed],
    )
    if "valid_until" in changed:
        # The notice names the former day.
        notices.clear_expiring(fresh)
    if blob is not None and old is not None:
        files.destroy_key(blob=old)
    return fresh


def renew_agreement(
    *,
    actor: User,
    agreement: Agreement,
    read: int,
    inputs: AgreementInput,
    paper: AgreementPaper | None = None,
    key: UUID | None = None,
) -> Agreement:
    """Enter the agreement that follows one, and return it; the former stays as it is. Called outside a transaction."""
    policy.MANAGE.require(actor, agreement)
    data = _sound(actor, inputs)
    blob = _keep(paper)
    with files.keep_with_transaction(blob):
        partner = lock_partner(actor, agreement.partner_id)
        known = partial(sent_before, Agreement, key, partner_id=partner.pk, previous_id=agreement.pk)
        if (existing := known()) is not None:
            files.destroy_keys(blobs=[blob])
            return existing
        return save_once(save=lambda: _renew(actor, partner, agreement, read, data, blob, key), known=known)


@transaction.atomic
def repeat_agreement(
    *,
    actor: User,
    agreement: Agreement,
    read: int,
    inputs: AgreementInput,
    undertaking_ids: Collection[UUID],
    key: UUID | None = None,
) -> Agreement:
    """Renew an agreement for the next year and return the renewal; the chosen undertakings are open again, their days moved.

    Its paper, its number and what became of the undertakings are not copied.
    """
    policy.MANAGE.require(actor, agreement)
    data = _sound(actor, inputs)
    partner = lock_partner(actor, agreement.partner_id)
    known = partial(sent_before, Agreement, key, partner_id=partner.pk, previous_id=agreement.pk)
    if (existing := known()) is not None:
        return existing

    def insert() -> Agreement:
        renewal = _renew(actor, partner, agreement, read, data, None, key)
        _repeat_undertakings(actor, agreement, renewal, undertaking_ids)
        return renewal

    return save_once(save=insert, known=known)


def _repeat_undertakings(
    actor: User, agreement: Agreement, renewal: Agreement, undertaking_ids: Collection[UUID]
) -> None:
    years = max(1, renewal.valid_from.year - agreement.valid_from.year)
    now = clock.now()
    copies = [
        Undertaking(
            pk=uuid7(),
            partner_id=renewal.partner_id,
            unit_id=renewal.unit_id,
            agreement=renewal,
            kind=undertaking.kind,
            text=undertaking.text,
            quantity=undertaking.quantity,
            unit_of_count=undertaking.unit_of_count,
            due_on=years_later(undertaking.due_on, years) if undertaking.due_on is not None else None,
            made_by=actor,
            made_at=now,
            changed_at=now,
        )
        for undertaking in agreement.undertakings.filter(pk__in=list(undertaking_ids)).order_by("pk")
    ]
    Undertaking.objects.bulk_create(copies)
    record_many(AuditEventInput(actor, "partners.add_undertaking", copy, renewal.unit_id) for copy in copies)


def _renew(
    actor: User,
    partner: Partner,
    agreement: Agreement,
    read: int,
    data: AgreementInput,
    blob: Blob | None,
    key: UUID | None,
) -> Agreement:
    refuse(rules.ended_problem(partner.ended_on))
    fresh = _fresh(agreement)
    refuse(rules.stale_problem(read, fresh.version))
    is_renewed = Agreement.objects.filter(previous=fresh).exists()
    refuse(rules.renewal_problem(fresh.valid_until, fresh.ended_on, data.valid_from, is_renewed=is_renewed))
    renewal = _insert(actor, partner, data, blob, key, previous=fresh)
    record(actor=actor, action="partners.renew_agreement", obj=renewal, unit=partner.unit_id)
    notices.clear_expiring(fresh)
    return renewal


@transaction.atomic
def end_agreement(*, actor: User, agreement: Agreement, read: int, reason: str, on: date | None = None) -> Agreement:
    """End an agreement early, or write down that one which ran out is not renewed; `on` is its last day, by default today."""
    partner = lock_partner(actor, agreement.partner_id)
    fresh = _fresh(agreement)
    refuse(rules.stale_problem(read, fresh.version))
    today = clock.today()
    last = on or rules.last_day(fresh.valid_until, today)
    is_renewed = Agreement.objects.filter(previous=fresh).exists()
    refuse(
        rules.end_agreement_problem(
            fresh.valid_from, fresh.valid_until, fresh.ended_on, last, is_renewed=is_renewed, today=today
        )
    )
    refuse(rules.reason_problem(reason))
    refuse_secret([reason], field="reason")
    fresh.ended_on, fresh.ended_reason = last, reason.strip()
    save_version(fresh, "ended_on", "ended_reason")
    record(actor=actor, action="partners.end_agreement", obj=fresh, unit=partner.unit_id)
    notices.clear_expiring(fresh)
    return fresh


@transaction.atomic
def resume_agreement(*, actor: User, agreement: Agreement, read: int) -> Agreement:
    """Undo the end of an agreement that was ended by mistake."""
    partner = lock_partner(actor, agreement.partner_id)
    fresh = _fresh(agreement)
    refuse(rules.stale_problem(read, fresh.version))
    refuse(rules.ended_problem(partner.ended_on))
    if fresh.ended_on is None:
        raise Refused(Problem("agreement_running", _("This agreement was not ended.")))
    fresh.ended_on, fresh.ended_reason = None, ""
    save_version(fresh, "ended_on", "ended_reason")
    record(actor=actor, action="partners.resume_agreement", obj=fresh, unit=partner.unit_id)
    return fresh


@transaction.atomic
def erase_file(*, actor: User, agreement: Agreement) -> None:
    """Make the file of an agreement unreadable for good; documents of the store are not touched."""
    partner = lock_partner(actor, agreement.partner_id)
    fresh = _fresh(agreement)
    if fresh.file is None:
        return
    record(actor=actor, action="partners.erase_file", obj=fresh, unit=partner.unit_id)
    files.destroy_key(blob=fresh.file)


def notify_of_expiring() -> int:
    """Tell the units which agreements run out within 30 days, each once; return how many there are. Run once a day."""
    rows = expiring_agreements().filter(valid_until__gte=clock.today())
    agreements = list(rows.select_related("partner").order_by("pk"))
    with transaction.atomic():
        notices.notify_expiring(agreements)
    return len(agreements)


def _sound(actor: User, inputs: AgreementInput, known_to: Agreement | None = None) -> AgreementInput:
    data = inputs.stripped()
    problem = rules.agreement_problem(data.title, data.signed_on, data.valid_from, data.valid_until, clock.today())
    refuse(problem or rules.open_text_problem(data.terms, rules.LONGEST_TERMS, "terms"))
    refuse_secret([data.title, data.number, data.terms], field="terms")
    if data.document_id is not None and data.incoming_id is not None:
        message = _("Choose one document: an issued one, or one that came.")
        raise Refused(Problem("agreement_two_documents", message, "document"))
    # A document that is linked already stays, even if this reader may not see it.
    if data.document_id is not None and (known_to is None or data.document_id != known_to.document_id):
        readable = documents_policy.readable_documents(actor).filter(
            pk=data.document_id, state__in=documents_policy.OUT
        )
        if not readable.exists():
            raise _no_document()
    if data.incoming_id is not None and (known_to is None or data.incoming_id != known_to.incoming_id):
        if data.incoming_id not in incoming_book().entries_by_number(actor=actor, number_ids=[data.incoming_id]):
            raise _no_document()
    return data


def _no_document() -> Refused:
    return Refused(Problem("agreement_document", _("Choose a document from the list."), "document"))


def _keep(paper: AgreementPaper | None) -> Blob | None:
    if paper is None:
        return None
    try:
        return keep_file(paper.source, name=paper.name, allowed=ACCEPTED)
    except Refused as error:
        raise Refused(Problem(error.problem.code, error.problem.message, "paper")) from error


def _fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("file__key").get(pk=agreement.pk)


def _insert(
    actor: User,
    partner: Partner,
    data: AgreementInput,
    blob: Blob | None,
    key: UUID | None,
    previous: Agreement | None = None,
) -> Agreement:
    now = clock.now()
    return Agreement.objects.create(
        pk=key or uuid7(),
        partner=partner,
        unit_id=partner.unit_id,
        **asdict(data),
        file=blob,
        previous=previous,
        made_by=actor,
        made_at=now,
        changed_at=now,
    )
