"""The six steps of a month as its page shows them: reminded, sent, checked, closed, reported, issued."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.documents.models import DocumentState
from doanso.lib import clock, formats
from doanso.reports.deadlines import deadlines
from doanso.reports.models import PeriodState, Report
from doanso.reports.queries.months import MonthCorrections, MonthOverview
from doanso.reports.queries.periods import BoardRow
from doanso.reports.queries.questions import MonthQuestionKind
from doanso.reports.rules import periods as rules

_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class StepButton:
    """What a step offers to do: a page to open, or with `fields` an action to carry out at once."""

    label: str
    url: str
    icon: str
    fields: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class MonthStep:
    """One step: `done`, `now` (the one to do next) or `later`."""

    number: int
    title: str
    note: str = ""
    state: str = "later"
    aside: str = ""
    button: StepButton | None = None
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class MonthRights:
    """What the reader may do with the month: remind and decide below, close or send it, write its report, draft a document."""

    decides_below: bool
    closes: bool
    sends: bool
    writes: bool
    drafts: bool


def month_steps(overview: MonthOverview, rights: MonthRights) -> list[MonthStep]:
    """Return the steps of a month; the first one that is not done and can be done is marked as the next."""
    is_over = overview.month.last_day < clock.today()
    steps = [
        _reminded(overview),
        _sent(overview, rights, is_over=is_over),
        _checked(overview, rights, is_over=is_over),
        _closed(overview, rights, is_over=is_over),
        _reported(overview, rights, is_over=is_over),
        _issued(overview, rights),
    ]
    undone = [number for number, (is_done, _step) in enumerate(steps, 1) if not is_done and is_over and number > 1]
    following = undone[0] if undone else 0
    # Nothing is closed by the main button before every unit is checked.
    main = next((number for number in undone if steps[number - 1][1].button is not None), 0)
    main = 0 if main >= _CLOSING and following < _CLOSING else main
    return [
        replace(
            step,
            number=number,
            state="done" if is_done else "now" if number == following else "later",
            is_main=number == main,
        )
        for number, (is_done, step) in enumerate(steps, 1)
    ]


_CLOSING = 4
type _Step = tuple[bool, MonthStep]


def _reminded(overview: MonthOverview) -> _Step:
    due = [row.due_on for row in overview.rows]
    if overview.reminded:
        first = min(overview.reminded.values())
        count = len(overview.reminded)
        note = ngettext("%(count)s unit was reminded", "%(count)s units were reminded", count) % {"count": count}
        return True, MonthStep(1, _("Remind before the date"), note, aside=formats.short_day(first))
    begins = min(due, default=overview.month.last_day) - timedelta(days=deadlines().remind_before)
    if clock.today() > begins or not overview.rows:
        return True, MonthStep(1, _("Remind before the date"), _("No unit had to be reminded."))
    note = _("The system reminds by itself from %(day)s on.") % {"day": formats.day(begins)}
    return False, MonthStep(1, _("Remind before the date"), note)


def _sent(overview: MonthOverview, rights: MonthRights, *, is_over: bool) -> _Step:
    missing = [row for row in overview.rows if row.state in rules.TO_SEND or _is_closed_unsent(row)]
    count, whole = len(overview.rows) - len(missing), len(overview.rows)
    title = _("Units sent their figures: %(count)s / %(whole)s") % {"count": count, "whole": whole}
    if not missing:
        return True, MonthStep(2, title, _("Every unit below has sent."))
    if all(row.state == PeriodState.CLOSED for row in missing):
        return True, MonthStep(2, title, _("Closed late without having sent: %(units)s") % {"units": _named(missing)})
    due_on = max(row.due_on for row in overview.rows)
    if not is_over:
        note = _("They can send from %(day)s on, and are due by %(due)s.") % {
            "day": formats.day(overview.month.last_day + timedelta(days=1)),
            "due": formats.day(due_on),
        }
        return False, MonthStep(2, title, note)
    note = _("Due by %(day)s. Left: %(units)s") % {"day": formats.day(due_on), "units": _named(missing)}
    unreminded = [row for row in missing if row.unit.id not in overview.reminded]
    button = None
    if rights.decides_below and unreminded and overview.state != PeriodState.CLOSED:
        label = ngettext("Remind %(count)s unit", "Remind %(count)s units", len(unreminded))
        button = StepButton(
            label % {"count": len(unreminded)},
            reverse("reports:many", args=[overview.programme.code, overview.month.code]),
            "bell",
            (
                ("operation", "remind"),
                ("board", overview.unit.code),
                *(("units", row.unit.code) for row in unreminded),
            ),
        )
    return False, MonthStep(2, title, note, button=button)


def _checked(overview: MonthOverview, rights: MonthRights, *, is_over: bool) -> _Step:
    waiting = [row for row in overview.rows if row.state == PeriodState.SENT]
    # The questions of a month that still runs are not settled: its figures grow.
    doubtful = [row for row in overview.rows if is_over and _has_doubtful_figure(row)]
    own = sum(question.is_open for question in overview.own_questions) if is_over else 0
    answered = all(row.state in rules.ANSWERED_FOR for row in overview.rows)
    notes = []
    if doubtful:
        notes.append(_("Figures to be explained: %(units)s") % {"units": _named(doubtful)})
    if own:
        notes.append(
            ngettext("%(count)s question about this unit", "%(count)s questions about this unit", own) % {"count": own}
        )
    button = None
    if waiting:
        title = ngettext("Check and accept: %(count)s waits", "Check and accept: %(count)s wait", len(waiting)) % {
            "count": len(waiting)
        }
        if rights.decides_below:
            button = StepButton(_("See who waits"), "#units", "checks")
    else:
        title = _("Check and accept")
        if own and (rights.closes or rights.sends):
            button = StepButton(_("Answer the questions"), _period_url(overview), "message-circle")
    if not is_over:
        return False, MonthStep(3, _("Check and accept"), _("After step 2"))
    if answered and not own:
        late = [row for row in overview.rows if _is_closed_unaccepted(row)]
        if late:
            note = _("Closed late without having been accepted: %(units)s") % {"units": _named(late)}
            return True, MonthStep(3, title, note)
        return True, MonthStep(3, title, _("Every unit is accepted, and no figure is open."))
    return False, MonthStep(3, title, "; ".join(notes) or ("" if waiting else _("After step 2")), button=button)


def _is_closed_unsent(row: BoardRow) -> bool:
    """Return whether the unit above closed the unit's month along with its own before it was ever sent."""
    return _is_closed_unaccepted(row) and row.period is not None and row.period.sent_on is None


def _is_closed_unaccepted(row: BoardRow) -> bool:
    """Return whether the month was closed although nobody had accepted it; one that came late and was accepted is not."""
    period = row.period
    if period is None or period.state != PeriodState.CLOSED or not period.late:
        return False
    return period.sent_on is None or period.sent_on <= row.due_on


def _has_doubtful_figure(row: BoardRow) -> bool:
    """Return whether a figure of the unit waits for an explanation; units missing below it are its own affair."""
    return any(question.is_open and question.kind != MonthQuestionKind.MISSING for question in row.questions)


def _closed(overview: MonthOverview, rights: MonthRights, *, is_over: bool) -> _Step:
    name = overview.month.name
    period, state = overview.period, overview.state
    if state == PeriodState.CLOSED:
        closed_on = overview.closed_on.get(period.pk) if period is not None else None
        aside = formats.short_day(closed_on) if closed_on is not None else ""
        corrections = overview.corrections.get(overview.unit.pk, MonthCorrections())
        note = _("The figures stay as they are.")
        if corrections.more or corrections.less:
            note = _("Changed since: %(change)s, counted in the months after.") % {"change": change_words(corrections)}
        return True, MonthStep(4, _("Figures of %(month)s are closed") % {"month": name}, note, aside=aside)
    due_on = deadlines().due_on(overview.month, overview.unit, is_root=overview.is_root)
    due = _("Due by %(day)s. From then on the figures do not change.") % {"day": formats.day(due_on)}
    if overview.is_root:
        title = _("Close the figures of %(month)s") % {"month": name}
        button = None
        if rights.closes and is_over:
            button = StepButton(title, _url(overview, "close"), "lock")
        return False, MonthStep(4, title, due, button=button)
    if state in rules.TO_SEND:
        title = _("Send %(month)s to the unit above") % {"month": name}
        button = StepButton(title, _period_url(overview), "send") if rights.sends and is_over else None
        return False, MonthStep(4, title, _("Due by %(day)s.") % {"day": formats.day(due_on)}, button=button)
    title = _("The unit above closes %(month)s") % {"month": name}
    note = _("It was accepted.") if state == PeriodState.ACCEPTED else _("It was sent and waits to be accepted.")
    return False, MonthStep(4, title, note)


def _reported(overview: MonthOverview, rights: MonthRights, *, is_over: bool) -> _Step:
    report, title = overview.report, _("Report of the month")
    if report is None:
        note = _("The figures come by themselves; a few words under each heading are left to write.")
        if overview.outdated_report is not None:
            note = _("The report of %(day)s was frozen before the closing. Begin another one with the closed figures.")
            note %= {"day": formats.day(overview.outdated_report.frozen_on)}
        begin = f"{reverse('reports:new', args=[overview.programme.code])}?unit={overview.unit.code}"
        address = f"{begin}&period={overview.month.code}"
        button = StepButton(_("Begin the report"), address, "file-text") if rights.writes and is_over else None
        return False, MonthStep(5, title, note, button=button)
    if report.frozen_at is None:
        return False, MonthStep(
            5, title, _("A draft is begun."), button=StepButton(_("Open the draft"), report_url(report), "file-text")
        )
    note = _("Frozen on %(day)s") % {"day": formats.day(report.frozen_on)}
    return True, MonthStep(5, title, note, button=StepButton(_("Open the report"), report_url(report), "file-text"))


def _issued(overview: MonthOverview, rights: MonthRights) -> _Step:
    document, report, title = overview.document, overview.report, _("Sign and issue")
    if report is None or report.frozen_at is None:
        return False, MonthStep(6, title, _("After step 5"))
    if document is None:
        make = reverse("reports:document", args=[overview.programme.code, report.pk])
        button = StepButton(_("Make the document to be signed"), make, "signature", ()) if rights.drafts else None
        return False, MonthStep(6, title, _("No document was made of the report."), button=button)
    button = (
        StepButton(_("Open the document"), reverse("documents:document", args=[document.pk]), "file-text")
        if rights.drafts or document.state == DocumentState.ISSUED
        else None
    )
    if document.state == DocumentState.ISSUED:
        note = _("Issued as %(notation)s; anybody can verify it.") % {"notation": document.notation}
        return True, MonthStep(6, title, note, button=button)
    return False, MonthStep(6, title, str(document.get_state_display()), button=button)


def change_words(corrections: MonthCorrections) -> str:
    """Return what came and went after a closing: +4 −1."""
    more = f"+{formats.number(corrections.more)}" if corrections.more else ""
    less = f"−{formats.number(corrections.less)}" if corrections.less else ""
    return " ".join(filter(None, [more, less])) or "0"


def report_url(report: Report) -> str:
    """Return the address of a report."""
    return reverse("reports:report", args=[report.programme.code, report.pk])


def last_step(row: BoardRow, overview: MonthOverview) -> str:
    """Return what was last done with a unit's month, in words."""
    period, reminded = row.period, overview.reminded
    if row.state == PeriodState.CLOSED and period is not None and period.pk in overview.closed_on:
        return _("closed %(day)s") % {"day": formats.short_day(overview.closed_on[period.pk])}
    if row.state == PeriodState.RETURNED:
        return _("returned, to be sent again")
    if period is not None and period.sent_on is not None:
        return _("sent %(day)s") % {"day": formats.short_day(period.sent_on)}
    if row.unit.id in reminded:
        return _("reminded %(day)s") % {"day": formats.short_day(reminded[row.unit.id])}
    return _("due by %(day)s") % {"day": formats.short_day(row.due_on)}


def _named(rows: Collection[BoardRow]) -> str:
    names = [row.unit.short_name for row in rows]
    shown = ", ".join(names[:_MOST_NAMED])
    left = len(names) - _MOST_NAMED
    return _("%(names)s and %(count)s more") % {"names": shown, "count": left} if left > 0 else shown


def _url(overview: MonthOverview, name: str) -> str:
    return reverse(f"reports:{name}", args=[overview.programme.code, overview.month.code, overview.unit.code])


def _period_url(overview: MonthOverview) -> str:
    return _url(overview, "period")
