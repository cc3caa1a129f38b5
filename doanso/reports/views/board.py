"""The board of the units below: which have sent, which are late, and which await a decision."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from doanso.access.policy import anywhere_or_404, current_role_assignments
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.problems import Refused
from doanso.reports import period_words as words
from doanso.reports import policy
from doanso.reports.actions import periods as actions
from doanso.reports.deadlines import deadlines
from doanso.reports.forms import periods as forms
from doanso.reports.models import PeriodState
from doanso.reports.queries import periods as queries
from doanso.reports.rules import periods as rules
from doanso.reports.views.url_scope import MonthAddress, board_url, crumbs, month_of, programme_of, unit_of
from doanso.targets import queries as targets
from doanso.units import queries as units


@login_required
@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """Show the board of the unit of the reader's own role, in the programme that runs there."""
    anywhere_or_404(request.user, policy.VIEW)
    for role_assignment in current_role_assignments(request.user):
        for programme in targets.programmes_at(role_assignment.unit):
            return redirect(board_url(programme, queries.month_to_close(programme), role_assignment.unit.code))
    return render(request, "reports/no_programme.html")


@login_required
@require_safe
def board(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show the state of a month of the units directly below; without any, the unit's own page."""
    chosen_programme = programme_of(programme)
    month_code = request.GET.get("month", "")
    month = month_of(chosen_programme, month_code) if month_code else queries.month_to_close(chosen_programme)
    place = MonthAddress(
        chosen_programme,
        month,
        unit_of(request, chosen_programme, month, request.GET.get("unit", "") or chosen_programme.root.code),
    )
    rows = queries.board(chosen_programme, month, place.unit)
    if not rows:
        return redirect(place.url("period"))
    named = units.name(place.unit, month.last_day)
    choices = [(begun_month.code, begun_month.title) for begun_month in queries.months_begun(chosen_programme)]
    ids = [row.unit.id for row in rows]
    decides = policy.held_at(request.user, policy.DECIDE, ids)
    sends = policy.held_at(request.user, policy.SEND, ids)
    lines = [_row(place, row, decides=row.unit.id in decides, sends=row.unit.id in sends) for row in rows]
    return render(
        request,
        "reports/board.html",
        {
            "programme": chosen_programme,
            "month": month,
            "unit": named,
            "crumbs": crumbs(request, place),
            "form": forms.MonthForm(initial={"month": month.code, "unit": place.unit.code}, months=choices),
            "stats": _stats(rows),
            "own": _own(place, request),
            "lines": lines,
            "actions": _bulk(lines),
            "can_tick": any(line["tick"] for line in lines),
            "many": reverse("reports:many", args=[chosen_programme.code, month.code]),
        },
    )


def _row(place: MonthAddress, row: queries.BoardRow, *, decides: bool, sends: bool) -> dict[str, Any]:
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
    }


_ON_TOP = (
    PeriodState.CLOSED,
    PeriodState.ACCEPTED,
    PeriodState.SENT,
    PeriodState.RETURNED,
    PeriodState.DRAFT,
)


def _stats(rows: list[queries.BoardRow]) -> list[dict[str, Any]]:
    count = {state: sum(row.state == state for row in rows) for state in PeriodState}
    return [
        *({"count": count[state], "pill": words.pill(state)} for state in _ON_TOP),
        {"count": sum(row.late for row in rows), "pill": words.Pill("behind", pgettext("month", "Late"))},
    ]


def _bulk(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bulk_actions = []
    if any(line["acceptable"] for line in lines):
        bulk_actions.append(
            {"name": "operation", "value": "accept", "label": _("Accept"), "icon": "check", "main": True}
        )
    if any(line["sendable"] for line in lines):
        bulk_actions.append(
            {"name": "operation", "value": "send", "label": _("Send for"), "icon": "send", "main": not bulk_actions}
        )  # fmt: skip
    return bulk_actions


def _own(place: MonthAddress, request: AuthenticatedRequest) -> dict[str, Any]:
    """Return the month of the unit whose board is shown."""
    period = queries.period_of(place.programme, place.month, place.unit)
    state = queries.state_of(period)
    closes = place.is_root and state != PeriodState.CLOSED and policy.DECIDE.allows_at(request.user, place.unit)
    due_on = deadlines().due_on(place.month, place.unit, is_root=place.is_root)
    return {
        "state": state,
        "pill": words.pill(state, is_root=place.is_root),
        "url": place.url("period"),
        "close": place.url("close") if closes and place.month.last_day < clock.today() else "",
        "due_on": due_on,
    }


@login_required
@require_POST
def many(request: AuthenticatedRequest, programme: str, month: str) -> HttpResponse:
    """Accept, or send for, the units selected on a board."""
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
        if request.POST.get("operation") == "send":
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
