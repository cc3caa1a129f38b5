"""The page of a month: its six steps, the units below with what awaits a decision, and the months and reports beside it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from doanso.access.policy import UnitReach, anywhere_or_404, current_role_assignments
from doanso.access.queries.unit_positions import UnitPosition
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy as documents
from doanso.lib import clock, formats
from doanso.lib.problems import Refused
from doanso.reports import period_words as words
from doanso.reports import policy
from doanso.reports.actions import periods as actions
from doanso.reports.actions.reminders import remind_units
from doanso.reports.models import PeriodState
from doanso.reports.month_steps import MonthRights, change_words, last_step, month_steps, report_url
from doanso.reports.queries import periods as queries
from doanso.reports.queries import reports as report_queries
from doanso.reports.queries.months import MonthCorrections, MonthOverview, month_overview
from doanso.reports.rules import periods as rules
from doanso.reports.views.url_scope import MonthAddress, board_url, crumbs, month_of, position_of, programme_of
from doanso.targets import queries as targets
from doanso.targets.queries.plans import no_programme


@login_required
@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """Show the board of the unit of the reader's own role, in the programme that runs there."""
    anywhere_or_404(request.user, policy.VIEW)
    for role_assignment in current_role_assignments(request.user):
        for programme in targets.programmes_at(role_assignment.unit):
            month = queries.first_month_to_close(programme, role_assignment.unit)
            return redirect(board_url(programme, month, role_assignment.unit.code))
    return render(
        request,
        "reports/no_programme.html",
        {"no_programme": no_programme(request.user), "heading": pgettext("navigation", "Close figures")},
    )


@login_required
@require_safe
def board(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show the state of a month of the units directly below; without any, the unit's own page."""
    chosen_programme = programme_of(programme)
    month_code = request.GET.get("month", "")
    month = month_of(chosen_programme, month_code) if month_code else queries.month_to_close(chosen_programme)
    position = position_of(request, chosen_programme, month, request.GET.get("unit", "") or chosen_programme.root.code)
    place = MonthAddress(chosen_programme, month, position.unit)
    overview = month_overview(request.user, chosen_programme, month, place.unit)
    if not overview.rows:
        return redirect(place.url("period"))
    below = UnitReach(request.user, [row.unit.unit for row in overview.rows])
    rows = [
        (row, below.allows(policy.DECIDE, row.unit.unit), below.allows(policy.SEND, row.unit.unit))
        for row in sorted(overview.rows, key=lambda row: _URGENCY.index(row.state))
    ]
    rights = _rights(position, place, decides_below=any(decides for _row, decides, _sends in rows))
    lines = [_row(place, row, overview, decides=decides, sends=sends) for row, decides, sends in rows]
    today = clock.today()
    return render(
        request,
        "reports/month.html",
        {
            "programme": chosen_programme,
            "month": month,
            "unit": position.name(month.last_day),
            "crumbs": crumbs(position, place),
            "steps": month_steps(overview, rights),
            "has_begun": month.first_day <= today,
            "is_over": month.last_day < today,
            "has_ended": chosen_programme.last_day < today,
            "own_pill": words.pill(overview.state, is_root=place.is_root),
            "own_url": place.url("period"),
            "months": _months(place, overview),
            "other_reports": [
                {"title": report_queries.title_of(report), "url": report_url(report), "report": report}
                for report in overview.other_reports
            ],
            "may_write": rights.writes,
            "lines": lines,
            "has_closed": any(line["row"].state == PeriodState.CLOSED for line in lines),
            "actions": _bulk(lines),
            "can_act": any(line["accept"] or line["close"] for line in lines),
            "can_tick": any(line["tick"] for line in lines),
            "many": reverse("reports:many", args=[chosen_programme.code, month.code]),
        },
    )


_URGENCY = (
    PeriodState.RETURNED,
    PeriodState.DRAFT,
    PeriodState.SENT,
    PeriodState.ACCEPTED,
    PeriodState.CLOSED,
)
"""The order of units on the board: those that somebody must do something about first."""


def _rights(position: UnitPosition, place: MonthAddress, *, decides_below: bool) -> MonthRights:
    """Return what the reader may do with the unit's month."""
    return MonthRights(
        decides_below=decides_below,
        closes=place.is_root and position.allows(policy.DECIDE, place.unit),
        sends=not place.is_root and position.allows(policy.SEND, place.unit),
        writes=position.allows(policy.WRITE, place.unit),
        drafts=position.allows(documents.DRAFT, place.unit),
    )


def _months(place: MonthAddress, overview: MonthOverview) -> list[dict[str, Any]]:
    """Return the months that have begun, newest first, with their state in words and their report."""
    rows: list[dict[str, Any]] = []
    missing = sum(row.state in rules.TO_SEND for row in overview.rows)
    for row in overview.months:
        word, pill = "", None
        if not row.is_over:
            pill = words.Pill("none", pgettext("month", "Being recorded"))
        elif row.period is not None and row.period.pk in overview.closed_on:
            closed_on = formats.short_day(overview.closed_on[row.period.pk])
            word = pgettext("month", "Closed %(day)s") % {"day": closed_on}
        elif row.month == overview.month and missing:
            counts = {"count": len(overview.rows) - missing, "whole": len(overview.rows)}
            pill = words.Pill("behind", pgettext("month", "%(count)s / %(whole)s sent") % counts)
        else:
            pill = words.pill(row.state, is_root=place.is_root)
        rows.append(
            {
                "title": row.month.title,
                "url": board_url(place.programme, row.month, place.unit.code),
                "is_current": row.month == overview.month,
                "word": word,
                "pill": pill,
                "report": report_url(row.report) if row.report is not None else "",
            }
        )
    return rows


def _row(
    place: MonthAddress, row: queries.BoardRow, overview: MonthOverview, *, decides: bool, sends: bool
) -> dict[str, Any]:
    unit_place = MonthAddress(place.programme, place.month, row.unit.unit)
    over = rules.over_problem(place.month, clock.today()) is None
    acceptable = decides and row.state == PeriodState.SENT
    sendable = sends and over and row.state in rules.TO_SEND and not row.open_questions
    return {
        "row": row,
        "pill": words.pill(row.state),
        "url": unit_place.url("period"),
        "tick": acceptable or sendable,
        "sendable": sendable,
        "acceptable": acceptable,
        "accept": unit_place.url("accept") if acceptable else "",
        "give_back": unit_place.url("return") if acceptable else "",
        "close": unit_place.url("close") if decides and row.state == PeriodState.ACCEPTED else "",
        "questions": row.open_questions,
        "last": last_step(row, overview),
        "change": change_words(overview.corrections.get(row.unit.id, MonthCorrections()))
        if row.state == PeriodState.CLOSED
        else "",
    }


def _bulk(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bulk_actions = []
    if any(line["acceptable"] for line in lines):
        bulk_actions.append({"name": "operation", "value": "accept", "label": _("Accept"), "icon": "check"})
    if any(line["sendable"] for line in lines):
        bulk_actions.append({"name": "operation", "value": "send", "label": _("Send for"), "icon": "send"})
    return bulk_actions


@login_required
@require_POST
def act_on_selected(request: AuthenticatedRequest, programme: str, month: str) -> HttpResponse:
    """Accept, send for, or remind the units selected on a board."""
    chosen_programme = programme_of(programme)
    chosen_month = month_of(chosen_programme, month)
    codes = set(request.POST.getlist("units"))
    ids = queries.ids_to_see(request.user, chosen_programme, chosen_month, codes)
    if len(ids) < len(codes):
        raise Http404
    back = redirect(
        board_url(chosen_programme, chosen_month, request.POST.get("board", "") or chosen_programme.root.code)
    )
    if not ids:
        messages.info(request, _("Choose units first."))
        return back
    try:
        if request.POST.get("operation") == "remind":
            changed = remind_units(actor=request.user, programme=chosen_programme, month=chosen_month, unit_ids=ids)
            message = ngettext("%(count)s unit was reminded.", "%(count)s units were reminded.", changed)
        elif request.POST.get("operation") == "send":
            changed = len(
                actions.send_many(actor=request.user, programme=chosen_programme, month=chosen_month, unit_ids=ids)
            )
            message = ngettext("%(count)s month was sent.", "%(count)s months were sent.", changed)
        else:
            changed = len(
                actions.accept_many(actor=request.user, programme=chosen_programme, month=chosen_month, unit_ids=ids)
            )
            message = ngettext("%(count)s month was accepted.", "%(count)s months were accepted.", changed)
    except Refused as refusal:
        messages.error(request, refusal.problem.message)
        return back
    messages.success(request, message % {"count": formats.number(changed)})
    if left := len(ids) - changed:
        remainder = ngettext("%(count)s was left as it was.", "%(count)s were left as they were.", left)
        messages.info(request, remainder % {"count": formats.number(left)})
    return back
