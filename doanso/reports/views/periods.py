"""The page of a unit's month, with all actions on it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.queries.unit_positions import UnitPosition
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.problems import Refused
from doanso.reports import period_words as words
from doanso.reports import policy
from doanso.reports.actions import periods as actions
from doanso.reports.deadlines import deadlines
from doanso.reports.forms import periods as forms
from doanso.reports.models import Period, PeriodState, ReportKind
from doanso.reports.queries import periods as queries
from doanso.reports.queries.questions import Question, all_questions
from doanso.reports.queries.reports import newest_frozen
from doanso.reports.queries.unit_months import MonthFigures, unit_month
from doanso.reports.rules import periods as rules
from doanso.reports.rules.spans import span_of
from doanso.reports.views.url_scope import MonthAddress, board_url, crumbs, month_address, month_and_position
from doanso.results import queries as results
from doanso.results.families import REPORTED_FAMILY
from doanso.results.models import ResultState
from doanso.targets import queries as targets
from doanso.targets.models import Indicator, IndicatorGroup
from doanso.units import queries as units


@login_required
@require_safe
def period(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> HttpResponse:
    """Show figures, questions, estimates and steps of a unit's month."""
    return _page(request, *month_and_position(request, programme, month, unit))


def _page(
    request: AuthenticatedRequest,
    place: MonthAddress,
    position: UnitPosition,
    *,
    problem: str = "",
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    reading = unit_month(place.programme, place.indicators, place.month, place.unit)
    period, state, figures, notes = reading.period, reading.state, reading.figures, reading.notes
    over = place.month.last_day < clock.today()
    in_hand = state in rules.TO_SEND
    may = _may(position, place, state, over=over)
    context = {
        "programme": place.programme,
        "month": place.month,
        "unit": position.name(place.month.last_day),
        "is_root": place.is_root,
        "crumbs": crumbs(position, place),
        "period": period,
        "pill": words.pill(state, is_root=place.is_root),
        "state": state,
        "in_hand": in_hand,
        "over": over,
        "facts": _facts(place, period),
        "overdue": in_hand and clock.today() > _due_on(place),
        "groups": _groups(place, figures),
        "changes": [line for line in figures.lines if line.change],
        "until": figures.until,
        "closed_before": figures.closed_before,
        "late": [line for line in figures.lines if any(line.late)],
        "questions": [_question(question, place, typed) for question in reading.questions],
        "estimates": notes.estimates,
        "below_estimates": [line for line in figures.lines if line.estimate],
        "steps": notes.steps,
        "reasons": [] if in_hand else list(notes.reasons.values()),
        "months": _around(position, place),
        "board": board_url(place.programme, place.month, place.unit.code) if reading.has_units_below else "",
        "problem": problem,
        "waiting_results": _waiting_results(place, figures) if in_hand and over else None,
        "closed_report": _closed_report(place, period) if may["report_url"] else "",
        **may,
    }
    return render(request, "reports/period.html", context, status=422 if problem else 200)


def _waiting_results(place: MonthAddress, figures: MonthFigures) -> dict[str, Any] | None:
    """Return the results of the month that nobody has attested: once it is closed they count in the next one."""
    if not any(line.indicator.family == REPORTED_FAMILY for line in figures.lines):
        return None
    month = place.month
    count = results.waiting_of_days(place.programme, place.unit, month.first_day, month.last_day)
    if not count:
        return None
    words = urlencode({"view": results.ALL, "state": ResultState.WAITING, "unit": place.unit.code})
    return {"count": count, "url": f"{reverse('results:list')}?{words}"}


def _due_on(place: MonthAddress) -> Any:
    return deadlines().due_on(place.month, place.unit, is_root=place.is_root)


def _may(position: UnitPosition, place: MonthAddress, state: PeriodState, *, over: bool) -> dict[str, str]:
    """Return the addresses of the actions now open to the actor; "" for the others."""
    in_hand = state in rules.TO_SEND
    decides = position.allows_for(policy.DECIDE, place.unit)
    sends = not place.is_root and position.allows_for(policy.SEND, place.unit)
    # Its own text: officers above the unit return the month instead of writing it.
    tells = sends or (place.is_root and decides)
    sent = decides and not place.is_root and state == PeriodState.SENT
    closes = decides and over and (state == PeriodState.ACCEPTED or (place.is_root and in_hand))
    return {
        "send_url": place.url("send") if sends and in_hand and over else "",
        "explain_url": place.url("explain") if tells and in_hand and over else "",
        "estimate_url": place.url("estimates") if tells and in_hand else "",
        "estimates_url": place.url("estimates") if position.allows_for(policy.WRITE, place.unit) else "",
        "accept_url": place.url("accept") if sent else "",
        "return_url": place.url("return") if sent else "",
        "close_url": place.url("close") if closes else "",
        "report_url": _report_url(place) if tells or decides else "",
    }


def _report_url(place: MonthAddress) -> str:
    """Return the address where the report of the month is begun, or opened if there is a draft."""
    words = f"unit={place.unit.code}&kind=month&day={place.month.first_day.isoformat()}"
    return f"{reverse('reports:new', args=[place.programme.code])}?{words}"


def _closed_report(place: MonthAddress, period: Period | None) -> str:
    """Return the address of the report with the closed figures; "" where the month is open or no report was frozen."""
    if period is None or period.snapshot is None:
        return ""
    span = span_of(ReportKind.MONTH, place.month.first_day)
    report = newest_frozen(place.programme, place.unit, span, period.snapshot)
    return reverse("reports:report", args=[place.programme.code, report.pk]) if report is not None else ""


_SHOWN_OF_HASH = 16


def _facts(place: MonthAddress, period: Period | None) -> list[tuple[str, str]]:
    facts = [
        (_("Days of the month"), f"{formats.day(place.month.first_day)} – {formats.day(place.month.last_day)}"),
        (_("To be closed by") if place.is_root else _("To be sent by"), formats.day(_due_on(place))),
    ]
    if period is not None and period.sent_on is not None:
        facts.append((_("Sent on"), formats.day(period.sent_on)))
    if period is not None and period.snapshot is not None:
        days = f"{formats.day(period.snapshot.since)} – {formats.day(period.snapshot.last_day)}"
        facts += [
            (_("Closed days"), days),
            (_("Hash of what is kept"), period.snapshot.hash[:_SHOWN_OF_HASH] or _("being worked out")),
        ]
    return facts


def _groups(place: MonthAddress, figures: MonthFigures) -> list[dict[str, Any]]:
    groups = []
    for group in IndicatorGroup:
        lines = [
            {
                "line": line,
                "url": reverse("targets:indicator", args=[place.programme.code, line.indicator.code, place.unit.code])
                + f"?on={figures.until.isoformat()}",
            }
            for line in figures.lines
            if line.indicator.group == group
        ]
        if lines:
            groups.append({"title": group.label, "lines": lines})
    return groups


def _question(question: Question, place: MonthAddress, typed: dict[str, str] | None) -> dict[str, Any]:
    sentence = words.question_words(question, place.programme, place.month, place.unit)
    stored_words = question.reason.words if question.reason is not None else ""
    return {"asked": sentence, "open": question.is_open, "words": (typed or {}).get(question.code, stored_words)}


def _around(position: UnitPosition, place: MonthAddress) -> dict[str, Any]:
    """Return the previous and next month, as far as they have begun."""
    begun = queries.months_begun(place.programme)
    index = next((number for number, month in enumerate(begun) if month == place.month), None)
    if index is None:
        return {}
    links: dict[str, Any] = {}
    for name, number in (("before", index + 1), ("after", index - 1)):
        if 0 <= number < len(begun):
            neighbour = MonthAddress(place.programme, begun[number], place.unit)
            if position.is_below(place.programme.root_id, begun[number].last_day):
                links[name] = (begun[number].title, neighbour.url("period"))
    return links


# --- Actions ----------------------------------------------------------------------------------------------------------


def _typed_reasons(request: AuthenticatedRequest) -> dict[str, str]:
    """Return the typed reasons, by the code of their question."""
    return {
        name.removeprefix("reason-"): request.POST.get(name, "").replace("\0", "")[: 2 * rules.LONGEST]
        for name in request.POST
        if name.startswith("reason-")
    }


def _do(request: AuthenticatedRequest, place: MonthAddress, action: Callable[[], object], success: str) -> HttpResponse:
    """Carry out an action, then redirect to the page that requested it: the board, or the month's own page."""
    try:
        action()
    except Refused as refusal:
        messages.error(request, refusal.problem.message)
    else:
        messages.success(request, success)
    if board := request.POST.get("board"):
        return redirect(board_url(place.programme, place.month, board))
    return redirect(place.url("period"))


@login_required
@require_POST
def explain(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> HttpResponse:
    """Store reasons without sending."""
    place, position = month_and_position(request, programme, month, unit)
    policy.WRITE.require_for(request.user, place.unit)
    reasons = _typed_reasons(request)
    try:
        actions.explain(actor=request.user, **place.action_arguments(), reasons=reasons)
    except Refused as refusal:
        return _page(request, place, position, problem=refusal.problem.message, typed=reasons)
    messages.success(request, _("The reasons are kept."))
    return redirect(place.url("period"))


@login_required
@require_POST
def send(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> HttpResponse:
    """Send the month, with the reasons typed beside it."""
    place, position = month_and_position(request, programme, month, unit)
    policy.SEND.require_for(request.user, place.unit)
    reasons = _typed_reasons(request)
    try:
        if reasons:
            actions.explain(actor=request.user, **place.action_arguments(), reasons=reasons)
        actions.send(actor=request.user, **place.action_arguments())
    except Refused as refusal:
        return _page(request, place, position, problem=refusal.problem.message, typed=reasons)
    messages.success(request, _("The figures of %(month)s were sent.") % {"month": place.month.name})
    return redirect(place.url("period"))


@login_required
@require_POST
def accept(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> HttpResponse:
    """Accept a sent month."""
    place = month_address(request, programme, month, unit)
    policy.DECIDE.require_for(request.user, place.unit)
    named = units.named_unit(place.unit).short_name
    success = _("%(unit)s: %(month)s is accepted.") % {"unit": named, "month": place.month.name}
    return _do(request, place, lambda: actions.accept(actor=request.user, **place.action_arguments()), success)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> HttpResponse:
    """Return a sent month with the reason."""
    place = month_address(request, programme, month, unit)
    policy.DECIDE.require_for(request.user, place.unit)
    form = forms.ReturnForm(request.POST if request.method == "POST" else None)
    if submit(
        form,
        lambda: actions.give_back(actor=request.user, **place.action_arguments(), words=form.cleaned_data["words"]),
    ):
        messages.success(request, _("The month went back; the unit reads why and has a date to send it again."))
        return redirect(place.url("period"))
    page = {
        "title": _("Return the month"),
        "hint": _("The unit can change its estimates and reasons, correct its records, and send the month again."),
        "submit": _("Return the month"),
        "icon": "arrow-back-up",
    }
    return _form(request, place, form, page)


def _form(request: AuthenticatedRequest, place: MonthAddress, form: Any, page: dict[str, Any]) -> HttpResponse:
    return render(
        request,
        "reports/period_form.html",
        {
            "form": form,
            "month": place.month,
            "unit": units.named_unit(place.unit, place.month.last_day),
            "back": place.url("period"),
            **page,
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> HttpResponse:
    """Show the effects of closing, then close permanently."""
    place = month_address(request, programme, month, unit)
    policy.DECIDE.require_for(request.user, place.unit)
    problem, reasons = "", _typed_reasons(request)
    if request.method == "POST":
        try:
            # Reasons are kept whether or not the month is closed then.
            if reasons and place.is_root:
                actions.explain(actor=request.user, **place.action_arguments(), reasons=reasons)
            actions.close(actor=request.user, **place.action_arguments())
        except Refused as refusal:
            problem = refusal.problem.message
        else:
            messages.success(request, _("Closed: %(month)s.") % {"month": place.month.name})
            return redirect(place.url("period"))
    state = queries.state_of(queries.period_of(place.programme, place.month, place.unit))
    open_questions = (
        all_questions(place.programme, place.month, place.unit) if place.is_root and state in rules.TO_SEND else []
    )
    late = queries.unaccepted_below(place.programme, place.month, place.unit)
    context = {
        "month": place.month,
        "unit": units.named_unit(place.unit, place.month.last_day),
        "late": [
            {"row": row, "url": MonthAddress(place.programme, place.month, row.unit.unit).url("period")} for row in late
        ],
        "late_direct": sum(row.parent is None for row in late),
        "late_further": sum(row.parent is not None for row in late),
        "is_closed": state == PeriodState.CLOSED,
        "questions": [_question(question, place, reasons or None) for question in open_questions if question.is_open],
        "is_blocked": any(question.is_open and not question.takes_words for question in open_questions),
        "back": place.url("period"),
        "problem": problem,
    }
    return render(request, "reports/period_close.html", context, status=422 if problem else 200)


@login_required
@require_safe
def estimates(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> HttpResponse:
    """Show the indicators for which a unit may state more than it has records, to choose one."""
    place = month_address(request, programme, month, unit)
    policy.WRITE.require_for(request.user, place.unit)
    period = queries.period_of(place.programme, place.month, place.unit)
    by_indicator = {stated.indicator_id: stated for stated in queries.estimates_of(period)}
    lines = [
        {
            "indicator": indicator,
            "estimate": by_indicator.get(indicator.pk),
            "url": place.url("estimate", indicator.code),
        }
        for indicator in place.programme.indicators.all()
    ]
    context = {
        "month": place.month,
        "unit": units.named_unit(place.unit, place.month.last_day),
        "lines": lines,
        "back": place.url("period"),
        "in_hand": queries.state_of(period) in rules.TO_SEND,
    }
    return render(request, "reports/estimates.html", context)


def _indicator(place: MonthAddress, code: str) -> Indicator:
    indicator = targets.indicator_of(place.programme, code)
    if indicator is None:
        raise Http404
    return indicator


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: AuthenticatedRequest, programme: str, month: str, unit: str, indicator: str) -> HttpResponse:
    """State a number without records for one indicator, or delete it."""
    place = month_address(request, programme, month, unit)
    policy.WRITE.require_for(request.user, place.unit)
    chosen = _indicator(place, indicator)
    period = queries.period_of(place.programme, place.month, place.unit)
    if request.method != "POST" and queries.state_of(period) not in rules.TO_SEND:
        return redirect(place.url("estimates"))
    existing = next((stated for stated in queries.estimates_of(period) if stated.indicator_id == chosen.pk), None)
    if request.method == "POST" and request.POST.get("step") == "drop":
        return _do(
            request,
            place,
            lambda: actions.drop_estimate(actor=request.user, **place.action_arguments(), indicator=chosen),
            _("The number without records was taken back."),
        )
    initial = {"value": existing.value, "note": existing.note} if existing is not None else None
    form = forms.EstimateForm(request.POST if request.method == "POST" else None, initial=initial)
    if submit(
        form,
        lambda: actions.estimate(actor=request.user, **place.action_arguments(), indicator=chosen, **form.cleaned_data),
    ):
        messages.success(request, _("The number without records is kept beside the figures."))
        return redirect(place.url("period"))
    page = {
        "title": chosen.title,
        "hint": _("It stands apart as “no records” and is in no figure: record the work, and the figure counts it."),
        "submit": _("Keep"),
        "icon": "check",
        "drop": existing is not None,
    }
    return _form(request, place, form, page)
