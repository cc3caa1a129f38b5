"""Publish a draft by the function that loads files, and take over into a draft what was published meanwhile."""

import time
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.ledger.books import fill_book, fill_page
from doanso.ledger.models import Book
from doanso.ledger.queries import subject_count
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.task_references import TaskReference
from doanso.lib.uuid7 import least_of
from doanso.targets.actions.drafts import has_begun, lock_draft
from doanso.targets.actions.loading import (
    Publication,
    end_unseen_counting,
    newest_revision,
    open_plan,
    write_plan,
)
from doanso.targets.models import DraftIndicator, DraftState, Programme, ProgrammeDraft, ProgrammeRevision
from doanso.targets.plans import IndicatorPlan, ProgrammePlan, indicator_problem, indicator_values, programme_of_values
from doanso.targets.queries.new_families import newly_served
from doanso.targets.queries.plans import changes_between, draft_stamp, indicator_plan_of, plan_of, plan_of_draft

LONGEST_REASON = 1000
_LONGEST_REFUSAL = 500
FILLED_AT_ONCE = 2000
"""Subjects of the ledger up to which a book is filled within the request that publishes: a quarter of a second of CPU."""
STALLED_AFTER = timedelta(minutes=2)
ABANDONED_AFTER = timedelta(days=1)
"""The age from which a book without a programme belongs to no publication that is still under way."""
PUBLISH_TASK = TaskReference("doanso.targets.tasks.publish_draft")


def publish_draft(*, actor: User, draft_id: UUID, stamp: int, reason: str = "") -> Programme | None:
    """Publish a draft as it was read (`stamp`, of `queries.plans.draft_stamp`) and return the programme.

    Where more than `FILLED_AT_ONCE` subjects were recorded before the draft's new measures, the rest is left to the worker, and
    the answer is None. The draft is first marked, so that nobody saves in it meanwhile, and is open again if anything is refused;
    what is refused before anything is counted is refused here in both cases, and what was counted before a refusal is removed. If
    the process dies, publishing it again continues.
    """
    draft, plan = _claim(actor, draft_id, stamp, reason.strip())
    try:
        opened = open_plan(actor=actor, plan=plan, publication=_publication(draft, stamp))
        if opened.is_unfilled:
            total = subject_count()
            if total > FILLED_AT_ONCE:
                _hand_over(draft_id, total)
                return None
            fill_book(opened.book)
        return write_plan(actor=actor, opened=opened)
    except (Refused, PermissionDenied, Http404):
        _release(draft_id)
        end_unseen_counting(plan.code)
        raise


def _publication(draft: ProgrammeDraft, stamp: int) -> Publication:
    return Publication(
        origin=draft.origin,
        reason=draft.publish_reason,
        base_number=draft.base_number,
        finish=lambda programme: _finish(draft.pk, stamp, programme),
    )


@transaction.atomic
def _hand_over(draft_id: UUID, total: int) -> None:
    unpublished = ProgrammeDraft.objects.filter(pk=draft_id, state=DraftState.PUBLISHING)
    if unpublished.update(fill_total=total, stepped_at=clock.now()):
        PUBLISH_TASK.enqueue_on_commit(draft_id)


def continue_publication(draft_id: UUID, *, until: float) -> bool:
    """Go on publishing a draft that was handed over, until this reading of `time.monotonic`; return whether it is done with.

    A refusal opens the draft again, stays readable in it and ends what its book counted. Two workers at once do no harm: the book
    counts nothing twice, and the programme is written once.
    """
    rows = ProgrammeDraft.objects.select_related("root", "programme__root", "publisher")
    draft = rows.filter(pk=draft_id, state=DraftState.PUBLISHING, publisher__isnull=False).first()
    if draft is None:
        return True
    indicators = list(draft.indicators.all())
    publication = _publication(draft, draft_stamp(draft, indicators))
    try:
        opened = open_plan(actor=draft.publisher, plan=plan_of_draft(draft, indicators), publication=publication)
        if opened.is_unfilled and not _fill(draft, opened.book, until):
            return False
        write_plan(actor=draft.publisher, opened=opened)
    except Refused as refused:
        _release(draft_id, refused.problem.message)
    except (PermissionDenied, Http404):
        _release(draft_id, _("Whoever published it may not do so any more. Publish it anew."))
    else:
        return True
    end_unseen_counting(draft.code)
    return True


def _fill(draft: ProgrammeDraft, book: Book, until: float) -> bool:
    """Fill the book from where the last try stopped; return whether it is full, or else the time is over."""
    while (page := fill_page(book, after=draft.filled_after)) is not None:
        draft.filled_after, draft.filled_count = page.last_id, draft.filled_count + page.subjects
        ProgrammeDraft.objects.filter(pk=draft.pk, state=DraftState.PUBLISHING).update(
            filled_after=draft.filled_after, filled_count=draft.filled_count, stepped_at=clock.now()
        )
        if time.monotonic() >= until:
            return False
    return True


def end_abandoned_books() -> int:
    """Remove the books that a publication opened more than a day ago and no programme shows, and return how many."""
    codes = Book.objects.filter(programme=None, pk__lt=least_of(clock.now() - ABANDONED_AFTER)).values_list(
        "code", flat=True
    )
    return sum(end_unseen_counting(code) for code in codes)


def resume_publications() -> int:
    """Enqueue publications on which no worker or request seems to work, and return how many."""
    publishing = ProgrammeDraft.objects.filter(state=DraftState.PUBLISHING, publisher__isnull=False)
    woken = 0
    for draft in publishing.filter(stepped_at__lt=clock.now() - STALLED_AFTER):
        with transaction.atomic():
            # Marked as moving, so that the next run does not enqueue it again before it has begun.
            if publishing.filter(pk=draft.pk, stepped_at=draft.stepped_at).update(stepped_at=clock.now()):
                PUBLISH_TASK.enqueue_on_commit(draft.pk)
                woken += 1
    return woken


@transaction.atomic
def _claim(actor: User, draft_id: UUID, stamp: int, reason: str) -> tuple[ProgrammeDraft, ProgrammePlan]:
    draft = lock_draft(actor, draft_id, states=(DraftState.OPEN, DraftState.PUBLISHING))
    rows = list(draft.indicators.all())
    if draft_stamp(draft, rows) != stamp:
        message = _("Somebody saved in the draft after you had opened this page. Read it again, then publish.")
        raise Refused(Problem("draft_newer", message))
    plan = plan_of_draft(draft, rows)
    problem = plan_problem(draft, plan) or _reason_problem(draft, plan, reason)
    if problem is not None:
        raise Refused(problem)
    if draft.state == DraftState.OPEN:
        draft.filled_after = draft.filled_count = draft.fill_total = 0
        record(actor=actor, action="targets.publish_draft", obj=draft, unit=draft.root_id)
    draft.state, draft.publisher, draft.publish_reason = DraftState.PUBLISHING, actor, reason
    draft.stepped_at, draft.refusal = clock.now(), ""
    draft.save(
        update_fields=[
            "state", "publisher", "publish_reason", "filled_after", "filled_count", "fill_total", "stepped_at", "refusal",
        ]
    )  # fmt: skip
    return draft, plan


def plan_problem(draft: ProgrammeDraft, plan: ProgrammePlan) -> Problem | None:
    """Return what keeps a draft from being published, as far as the plan alone shows it."""
    if draft.root.until is not None:
        message = _(
            "The unit of this draft has ended. Begin a programme for the unit that goes on, with this draft's file."
        )
        return Problem("draft_unit_ended", message)
    if not plan.indicators:
        return Problem("draft_empty", _("Add at least one indicator."))
    for indicator in plan.indicators:
        problem = indicator_problem(indicator, plan.first_day, plan.last_day)
        if problem is not None:
            return Problem(problem.code, f"{indicator.short_title}: {problem.message}", indicator.code)
    same = draft.programme is not None and not changes_between(plan_of(draft.programme), plan)
    # A plan that says the same begins to count what only this version of the product can.
    if same and draft.programme is not None and not newly_served(draft.programme):
        return Problem("draft_same", _("Nothing is changed yet."))
    return None


def _reason_problem(draft: ProgrammeDraft, plan: ProgrammePlan, reason: str) -> Problem | None:
    if draft.programme is not None and has_begun(draft.programme) and not reason:
        return Problem("draft_reason", _("Say why the programme is changed; units read it."), "reason")
    if len(reason) > LONGEST_REASON:
        message = _("At most %(longest)s characters fit.") % {"longest": LONGEST_REASON}
        return Problem("draft_reason", message, "reason")
    return None


def _finish(draft_id: UUID, stamp: int, programme: Programme) -> None:
    """Mark the draft as published, in the transaction that writes the programme."""
    draft = ProgrammeDraft.objects.select_for_update(of=("self",)).get(pk=draft_id)
    if draft.state != DraftState.PUBLISHING or draft_stamp(draft, draft.indicators.all()) != stamp:
        raise Refused(Problem("draft_newer", _("The draft was changed while it was being published. Read it again.")))
    draft.state, draft.programme, draft.changed_at = DraftState.PUBLISHED, programme, clock.now()
    draft.save(update_fields=["state", "programme", "changed_at"])


@transaction.atomic
def _release(draft_id: UUID, refusal: str = "") -> None:
    """Open a draft again that could not be published; `refusal` is kept for its authors, who are not there to read it."""
    draft = ProgrammeDraft.objects.select_for_update(of=("self",)).get(pk=draft_id)
    if draft.state == DraftState.PUBLISHING:
        draft.state, draft.refusal = DraftState.OPEN, refusal[:_LONGEST_REFUSAL]
        draft.save(update_fields=["state", "refusal"])
        record(actor=draft.publisher, action="targets.refuse_draft", obj=draft, unit=draft.root_id)


@transaction.atomic
def take_over_changes(*, actor: User, draft_id: UUID) -> ProgrammeDraft:
    """Bring into a draft what was published after it was made; what the draft itself changed stays as it says."""
    draft = lock_draft(actor, draft_id)
    if draft.programme is None or (number := newest_revision(draft.programme)) == draft.base_number:
        return draft
    base_row = ProgrammeRevision.objects.filter(programme=draft.programme, number=draft.base_number).first()
    current = plan_of(draft.programme)
    base = programme_of_values(base_row.plan) if base_row is not None else current
    if draft.title == base.title:
        draft.title = current.title
    _take_over_indicators(actor, draft, base, current)
    draft.base_number, draft.version = number, draft.version + 1
    draft.changed_by, draft.changed_at = actor, clock.now()
    draft.save(update_fields=["title", "base_number", "version", "changed_by", "changed_at"])
    record(actor=actor, action="targets.write_draft", obj=draft, unit=draft.root_id, changed=["indicators"])
    return draft


def _take_over_indicators(actor: User, draft: ProgrammeDraft, base: ProgrammePlan, current: ProgrammePlan) -> None:
    base_by_code = {indicator.code: indicator for indicator in base.indicators}
    all_rows = list(draft.indicators.all())
    rows = {row.code: row for row in all_rows if not row.removed}
    # Behind the removed ones too: two of one position could not be moved past each other once they are restored.
    last = max((row.position for row in all_rows), default=0)
    for indicator in current.indicators:
        row = rows.get(indicator.code)
        if row is None:
            last += 1
            row = DraftIndicator(draft=draft, code=indicator.code, position=last, version=0)
            merged = indicator
        else:
            merged = _merged(base_by_code.get(indicator.code), indicator_plan_of(row), indicator)
            if merged == indicator_plan_of(row):
                continue
        values = indicator_values(merged)
        del values["code"]
        row.values, row.version, row.changed_by, row.changed_at = values, row.version + 1, actor, clock.now()
        row.save()


def _merged(base: IndicatorPlan | None, own: IndicatorPlan, current: IndicatorPlan) -> IndicatorPlan:
    """Return the draft's indicator with those fields of the published one that the draft has not changed itself."""
    if base is None:
        return own
    base_values, own_values, values = indicator_values(base), indicator_values(own), indicator_values(current)
    taken = [name for name in values if own_values[name] == base_values[name]]
    return replace(own, **{name: getattr(current, name) for name in taken})
