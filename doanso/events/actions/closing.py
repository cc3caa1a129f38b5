"""Actions that close an event: what its unit writes, the report with frozen figures, and its count in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.actions.drafts import save_version, start_document
from doanso.documents.models import Document, DocumentState
from doanso.documents.policy import DRAFT
from doanso.documents.secrecy import refuse_secret
from doanso.events import notices, policy, rules
from doanso.events.actions.locking import lock_event, lock_event_row
from doanso.events.families import HELD_FAMILY, held_fact
from doanso.events.models import Event, EventClosing
from doanso.events.queries import closing as queries
from doanso.events.renderers.report import report_draft
from doanso.events.rules import closing as closing_rules
from doanso.events.rules.closing import FrozenFigures
from doanso.ledger import actions as ledger
from doanso.ledger.inputs import FactInput
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind


@dataclass(frozen=True, slots=True)
class ClosingInput:
    """What the unit writes: what went wrong and how it was handled, and what it remarks. Empty where there is nothing."""

    incidents: str = ""
    remarks: str = ""


@transaction.atomic
def write_closing(*, actor: User, event: Event, read: int, inputs: ClosingInput) -> EventClosing:
    """Keep what the unit writes about a held event; `read` is the version that the user has read, 0 if there was none."""
    fresh = lock_event(actor, event.pk)
    return _write(actor, fresh, read, inputs)


def _write(actor: User, event: Event, read: int, inputs: ClosingInput) -> EventClosing:
    """Write the words within the caller's transaction and lock; unchanged words are no new version."""
    refuse(closing_rules.unfit_to_close_problem(event.state, ended=queries.has_ended(event)))
    incidents, remarks = inputs.incidents.strip(), inputs.remarks.strip()
    for field, text in (("incidents", incidents), ("remarks", remarks)):
        refuse(rules.words_problem(text, closing_rules.LONGEST_WORDS, field))
        refuse_secret([text], field=field)
    row = queries.closing_of(event)
    refuse(rules.stale_problem(read, row.version if row is not None else 0))
    _refuse_closed(row)
    now = clock.now()
    if row is None:
        row = EventClosing(event=event, made_by=actor, made_at=now, version=0)
    elif (row.incidents, row.remarks) == (incidents, remarks):
        return row
    row.incidents, row.remarks, row.changed_at = incidents, remarks, now
    row.version += 1
    row.save()
    record(actor=actor, action="events.write_closing", obj=event, unit=event.unit_id, changed=["report"])
    return row


def _refuse_closed(row: EventClosing | None) -> None:
    """Refuse a change of what an issued report, or one on its way to be signed, says already."""
    if row is not None and row.counted_on is not None:
        message = _("The report is issued. To change it, recall or replace the document.")
        raise Refused(Problem("closing_issued", message))
    if row is not None and row.document is not None and row.document.state not in _WRITABLE:
        message = _("The report is on its way to be signed. Call the document back first.")
        raise Refused(Problem("closing_under_way", message))


_WRITABLE = (DocumentState.DRAFT, DocumentState.DISCARDED, DocumentState.RECALLED, DocumentState.REPLACED)


def draft_report(*, actor: User, event: Event, read: int, inputs: ClosingInput) -> Document:
    """Freeze the figures and draft the report from them, in the office of the event's unit or of the next one above it.

    A draft that was not sent on yet gets a new version with today's figures; what somebody wrote there stays in its former one.
    """
    policy.MANAGE.require(actor, event)
    refuse(closing_rules.unfit_to_close_problem(event.state, ended=queries.has_ended(event)))
    with transaction.atomic():
        frozen = _freeze(event)
        draft = report_draft(event, inputs.incidents, inputs.remarks, frozen)
        closing = queries.closing_of(event)
        document = closing.document if closing is not None and _is_draft(closing.document) else None
        if document is not None:
            # Written before the event is locked: documents come first in the order of locks.
            document = save_version(actor=actor, document=document, expected_version=document.version, draft=draft)
        fresh = lock_event(actor, event.pk)
        row = _write(actor, fresh, read, inputs)
        row.document = document or start_document(actor=actor, unit=office_of(actor, fresh), draft=draft)
        _keep(row, actor, frozen)
        row.save()
        record(actor=actor, action="events.draft_report", obj=fresh, unit=fresh.unit_id)
        return row.document


def _freeze(event: Event) -> FrozenFigures:
    figures = queries.figures_of(event)
    return FrozenFigures(figures, closing_rules.content_hash(event.pk, event.day, figures), clock.now())


def _keep(row: EventClosing, actor: User, frozen: FrozenFigures) -> None:
    row.figures, row.hash_version = frozen.figures.as_json(), closing_rules.HASH_VERSION
    row.content_hash, row.frozen_at, row.frozen_by = frozen.content_hash, frozen.at, actor


def _is_draft(document: Document | None) -> bool:
    return document is not None and document.state == DocumentState.DRAFT


def office_of(actor: User, event: Event) -> Unit:
    """Return the unit whose office drafts the report: the event's, else the next one above it where the actor drafts.

    A branch has no office. Raise PermissionDenied where the actor drafts in none of them.
    """
    unit = units.successor_on(event.unit, clock.today())
    for candidate in (unit, *(named.unit for named in reversed(units.ancestors(unit)))):
        if candidate.kind != UnitKind.BRANCH and DRAFT.allows_at(actor, candidate):
            return candidate
    raise PermissionDenied(DRAFT.name)


@transaction.atomic
def use_report(*, actor: User, event: Event, read: int, inputs: ClosingInput, document: Document) -> EventClosing:
    """Take a report that was issued already, on paper or written elsewhere, as the event's; it counts at once."""
    policy.MANAGE.require(actor, event)
    issued = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    fresh = lock_event(actor, event.pk)
    row = _write(actor, fresh, read, inputs)
    if not queries.issued_reports(fresh).filter(pk=issued.pk).exists():
        message = _("Choose a report of this event alone that this unit has issued since its day.")
        raise Refused(Problem("closing_document", message, "document"))
    if _is_draft(row.document):
        message = _("A draft of the report is being written. Throw it away first, or issue it.")
        raise Refused(Problem("closing_draft", message, "document"))
    _keep(row, actor, _freeze(fresh))
    row.document = issued
    ledger.count(_close(actor, row, fresh))
    return row


def _close(actor: User, row: EventClosing, event: Event) -> FactInput:
    """Mark a closing as counted from today; return its fact."""
    row.event = event
    row.unit = units.successor_on(event.unit, event.day)
    row.counted_on, row.counted_at = clock.today(), clock.now()
    row.save()
    record(actor=actor, action="events.close", obj=event, unit=event.unit_id, changed=["report"])
    notices.clear_report_ended(event)
    return held_fact(row)


class ReportListener:
    """Follows the documents that are reports of events; see `documents.ports.DocumentListener`."""

    def on_issue(self, *, actor: User, document: Document) -> Sequence[FactInput]:
        """Count the event whose report was issued."""
        found = EventClosing.objects.filter(document=document, taken_back_on=None, counted_on=None).first()
        if found is None:
            return ()
        event = lock_event_row(found.event_id)
        return [_close(actor, EventClosing.objects.get(pk=found.pk), event)]

    def on_end(self, *, actor: User, document: Document, successor: Document | None) -> None:
        """Take the count back; where another report replaces the document, that one is the event's from now on.

        A report is that of one event, so one that is another event's already takes nothing over.
        """
        goes_on = successor is not None and successor.kind == document.kind
        if EventClosing.objects.filter(document=successor, document__isnull=False, taken_back_on=None).exists():
            goes_on = False
        for found in EventClosing.objects.filter(document=document, taken_back_on=None, counted_on__isnull=False):
            event = lock_event_row(found.event_id)
            row = EventClosing.objects.get(pk=found.pk)
            if goes_on:
                row.document = successor
                row.save(update_fields=["document"])
                continue
            row.taken_back_on, row.taken_back_at = clock.today(), clock.now()
            row.taken_back_reason = document.ended_reason[:300]
            row.save(update_fields=["taken_back_on", "taken_back_at", "taken_back_reason"])
            record(actor=actor, action="events.reopen", obj=event, unit=event.unit_id, changed=["report"])
            notices.notify_report_ended(event, row)
            ledger.take_back(family=HELD_FAMILY, source_id=row.pk)
