"""Actions on reports: begin, write, freeze and discard."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.ledger import queries as ledger_queries
from doanso.ledger.models import Snapshot
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.reports import policy
from doanso.reports.actions.renderings import drop_renderings
from doanso.reports.assembly import assemble
from doanso.reports.content import as_json, numbers
from doanso.reports.models import Passage, Report, ReportForm
from doanso.reports.queries import reports as queries
from doanso.reports.rules import reports as rules
from doanso.reports.rules.spans import ReportSpan
from doanso.reports.sections import sections
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.units.models import Unit


def start_report(
    *, actor: User, programme: Programme, unit: Unit, span: ReportSpan, form: str = ReportForm.DOAN
) -> tuple[Report, bool]:
    """Begin a report of some days, or return the existing draft of them; the flag says whether it is new."""
    policy.WRITE.require_at(actor, unit)
    refuse(_problem(programme, unit, span))
    drafts = Report.objects.filter(
        programme=programme, unit=unit, kind=span.kind, first_day=span.first_day, last_day=span.last_day, frozen_at=None
    )
    try:
        with transaction.atomic():
            existing = drafts.first()
            if existing is not None:
                return existing, False
            report = Report.objects.create(
                programme=programme,
                unit=unit,
                kind=span.kind,
                form=ReportForm(form),
                first_day=span.first_day,
                last_day=span.last_day,
                made_by=actor,
                made_at=clock.now(),
            )
            record(actor=actor, action="reports.start", obj=report, unit=unit)
    except IntegrityError:
        # Another request began the same report at the same moment.
        return drafts.get(), False
    return report, True


def find_or_assemble_report(
    *, actor: User | None, programme: Programme, unit: Unit, span: ReportSpan, form: str | None = None
) -> Report:
    """Return the report of some days for commands: the one frozen last, or an unsaved one.

    A report frozen before its month was closed is ignored, since its figures may differ from the closed ones. `form` is the
    required form of the document: refused if the frozen report has the other one. None takes the frozen report's own, and the
    Union's for an unsaved one.
    """
    if actor is not None:
        policy.VIEW.require_at(actor, unit)
    refuse(_problem(programme, unit, span))
    closing = _closing(programme, unit, span)
    frozen_report = queries.newest_frozen(programme, unit, span, closing)
    if frozen_report is not None:
        refuse(rules.form_problem(frozen_report.form, form))
        return frozen_report
    if closing is not None:
        ledger.complete_snapshot(closing)
    return Report(
        programme=programme,
        unit=unit,
        kind=span.kind,
        form=ReportForm(form or ReportForm.DOAN),
        first_day=span.first_day,
        last_day=span.last_day,
    )


def _problem(programme: Programme, unit: Unit, span: ReportSpan) -> Problem | None:
    """Return why there can be no report of a unit on these days; None if there can."""
    problem = rules.span_problem(span.within(programme.first_day, programme.last_day), clock.today())
    if problem is None and not targets.is_below_root(programme, unit, targets.day_of(programme, span.last_day, unit)):
        message = _("This unit does not stand in the programme on these days. Choose another unit or other days.")
        return Problem("unit_outside", message, "unit")
    return problem


def _writable(actor: User, report: Report) -> Report:
    """Return the report, locked and read again, if the actor may write in it now; the caller opens the transaction."""
    locked_reports = Report.objects.select_for_update(of=("self",)).select_related("programme__book", "unit")
    fresh = locked_reports.filter(pk=report.pk).first()
    if fresh is None:
        raise Refused(Problem("report_gone", _("This report was thrown away meanwhile. Begin another one.")))
    policy.WRITE.require(actor, fresh)
    if fresh.frozen_at is not None:
        message = _("This report is frozen; its words and numbers stay. Begin another one for what is to be added.")
        raise Refused(Problem("report_frozen", message))
    return fresh


@dataclass(frozen=True, slots=True)
class PassageInput:
    """The text typed under one heading; `seen` is the version of what the writer had read there, 0 for nothing."""

    text: str
    seen: int


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The report after writing, the headings now stored as typed, those another writer changed, and those refused.

    `is_changed` says whether the report has a new version by it.
    """

    report: Report
    is_changed: bool
    saved: frozenset[str]
    conflicts: frozenset[str]
    problems: Mapping[str, Problem]


@transaction.atomic
def write_passages(*, actor: User, report: Report, passages: Mapping[str, PassageInput]) -> WriteResult:
    """Store the texts under several headings, in a number of statements that does not grow with them.

    A heading that somebody wrote under since the writer read it is left as it is and named as a conflict; so is one whose text
    is refused. The others are stored. The same text again changes nothing.
    """
    fresh = _writable(actor, report)
    writable_sections = {heading.key for heading in sections(queries.groups_of(fresh.programme)) if heading.written}
    stored = {passage.section: passage for passage in Passage.objects.filter(report=fresh)}
    problems: dict[str, Problem] = {}
    conflicts, changed = set[str](), dict[str, str]()
    for section, typed in passages.items():
        text, before = clean_text(typed.text), stored.get(section)
        if problem := rules.passage_problem(section, typed.text, writable_sections):
            problems[section] = problem
        elif (before.text if before is not None else "") == text:
            continue
        elif before is not None and before.version > typed.seen:
            conflicts.add(section)
        else:
            changed[section] = text
    if changed:
        fresh.version += 1
        fresh.save(update_fields=["version"])
        now = clock.now()
        Passage.objects.bulk_create(
            [
                Passage(
                    report=fresh, section=section, text=text, version=fresh.version, written_by=actor, written_at=now
                )
                for section, text in changed.items()
            ],
            update_conflicts=True,
            unique_fields=["report", "section"],
            update_fields=["text", "version", "written_by", "written_at"],
        )
        record(actor=actor, action="reports.write", obj=fresh, unit=fresh.unit_id)
    saved = frozenset(passages) - conflicts - frozenset(problems)
    return WriteResult(fresh, bool(changed), saved, frozenset(conflicts), problems)


def write_passage(*, actor: User, report: Report, section: str, text: str, version: int) -> Report:
    """Store the text under one heading; refused if somebody wrote there after this version of the report."""
    result = write_passages(actor=actor, report=report, passages={section: PassageInput(text, version)})
    refuse(result.problems.get(section))
    if result.conflicts:
        raise Refused(passage_changed())
    return result.report


def passage_changed() -> Problem:
    """Return the refusal of a text where somebody else wrote meanwhile."""
    message = _("Somebody else wrote here meanwhile. Read their words below, then write yours into them.")
    return Problem("passage_changed", message, "text")


def clean_text(text: str) -> str:
    """Return a text as it is stored: one kind of line break, no spaces around it, no NUL, which PostgreSQL cannot hold."""
    return text.replace("\r\n", "\n").replace("\0", "").strip()


@transaction.atomic
def set_form(*, actor: User, report: Report, form: str) -> tuple[Report, bool]:
    """Choose the form (the Union's or the state's) that the document follows; the flag says whether it changed."""
    fresh = _writable(actor, report)
    if form not in ReportForm.values:
        raise Refused(Problem("form_unknown", _("Choose one of the two forms."), "form"))
    is_changed = fresh.form != form
    if is_changed:
        fresh.form = form
        fresh.version += 1
        fresh.save(update_fields=["form", "version"])
        record(actor=actor, action="reports.write", obj=fresh, unit=fresh.unit_id)
    return fresh, is_changed


def freeze_report(*, actor: User, report: Report, seen_version: int | None = None) -> Report:
    """Freeze the report's figures and text permanently.

    A closed month has its snapshot; for other days one is taken, which closes nothing and to which the report refers from the
    same commit on: if the process is killed between the steps, the next freezing or discarding of the draft finds and removes it.
    Refused while another freezing of the report may still run: waiting for its lock would block all counting; and if the report
    is not, or no longer, of the version that the actor read. Commands, which show no page, give None for it.
    """
    with transaction.atomic():
        fresh = _writable(actor, report)
        refuse(rules.changed_meanwhile(fresh.version, seen_version))
        left = _dead_freezing(fresh)
        snapshot = _begin_freezing(fresh)
    _drop_left(left)
    # Long work, during which no lock is held.
    try:
        ledger.complete_snapshot(snapshot)
    except Snapshot.DoesNotExist:
        # It took so long that another freezing replaced it.
        raise Refused(rules.still_freezing_problem()) from None
    with transaction.atomic():
        fresh = _writable(actor, report)
        if fresh.freezing_id != (None if snapshot.closes else snapshot.pk):
            raise Refused(rules.still_freezing_problem())
        left, fresh.freezing = fresh.freezing_id, None
        problem = rules.changed_meanwhile(fresh.version, seen_version)
        if problem is None:
            _freeze(actor, fresh, snapshot)
        else:
            fresh.save(update_fields=["freezing"])
    if problem is not None:
        _drop_left(left)
        raise Refused(problem)
    return fresh


def _freeze(actor: User, report: Report, snapshot: Snapshot) -> None:
    """Store content, text and hash for ever; the caller has locked the report and completed the snapshot."""
    report.snapshot = snapshot
    report.frozen_at, report.frozen_on = clock.now(), clock.today()
    content = assemble(report)
    report.content = as_json(content)
    report.numbers_hash = hashlib.sha256(numbers(content)).hexdigest()
    report.save(update_fields=["snapshot", "freezing", "frozen_at", "frozen_on", "content", "numbers_hash"])
    # Files of the draft could be mistaken for the report.
    drop_renderings(report)
    record(actor=actor, action="reports.freeze", obj=report, unit=report.unit_id)


def discard_report(*, actor: User, report: Report) -> None:
    """Delete a draft with its texts and files; its audit events remain. Refused while it may be being frozen."""
    with transaction.atomic():
        fresh = _writable(actor, report)
        left = _dead_freezing(fresh)
        record(actor=actor, action="reports.discard", obj=fresh, unit=fresh.unit_id)
        drop_renderings(fresh)
        Passage.objects.filter(report=fresh).delete()
        fresh.delete()
    _drop_left(left)


def _days(programme: Programme, span: ReportSpan) -> tuple[date, date]:
    """Return the days of a span that are in the programme."""
    return span.within(programme.first_day, programme.last_day) or (span.first_day, span.last_day)


def _closing(programme: Programme, unit: Unit, span: ReportSpan) -> Snapshot | None:
    """Return the closing that covers all days of a span, up to its last."""
    first, last = _days(programme, span)
    closing = ledger_queries.snapshot_of_closing(programme.book_id, unit.pk, last)
    return closing if closing is not None and closing.since <= first else None


def _begin_freezing(report: Report) -> Snapshot:
    """Return the closing of the report's month, or a snapshot taken for it now, to which the report refers.

    The caller has locked the report.
    """
    programme, span = report.programme, queries.span_of(report)
    snapshot = _closing(programme, report.unit, span)
    if snapshot is None:
        first, last = _days(programme, span)
        on = min(last, clock.today())
        snapshot = ledger.freeze(book_id=programme.book_id, unit=report.unit, since=first, last_day=on)
    report.freezing = None if snapshot.closes else snapshot
    report.save(update_fields=["freezing"])
    return snapshot


def _dead_freezing(report: Report) -> UUID | None:
    """Return the snapshot that an interrupted freezing of this report left behind.

    The caller has locked the report. Refused while that freezing may still run.
    """
    left = report.freezing_id
    if left is not None:
        begun_at = Snapshot.objects.values_list("made_at", flat=True).get(pk=left)
        refuse(rules.freezing_problem(begun_at, clock.now()))
    return left


def _drop_left(left: UUID | None) -> None:
    """Delete the snapshot that an interrupted freezing left behind.

    Called after the commit that referred to it last, so that no lock is held. If another process works on it,
    `delete_orphaned_snapshots` deletes it later.
    """
    if left is not None:
        ledger.drop_snapshot(left)


def delete_orphaned_snapshots() -> int:
    """Delete snapshots to which no report refers, as a killed process leaves them, and return how many.

    Idempotent. A snapshot that is being completed stays until the next run.
    """
    referring_reports = Report.objects.filter(Q(snapshot=OuterRef("pk")) | Q(freezing=OuterRef("pk")))
    left = Snapshot.objects.filter(~Exists(referring_reports), closes=False)
    keys = list(left.values_list("pk", flat=True))
    return sum(ledger.drop_snapshot(key) for key in keys)
