"""Pages of assignments: the list, one assignment, and its forms."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import anywhere_or_404, get_or_404
from doanso.access.queries import history
from doanso.accounts.requests import AuthenticatedRequest
from doanso.assignments import actions, forms, policy, queries
from doanso.assignments.models import Assignment
from doanso.assignments.ports import assignment_kind
from doanso.lib import formats
from doanso.lib.form_pages import posted, submit
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused


@login_required
@require_safe
def assignments(request: AuthenticatedRequest) -> HttpResponse:
    """Show the open assignments, first due first, or the completed ones."""
    anywhere_or_404(request.user, policy.VIEW)
    units = queries.visible_units(request.user)
    form = forms.AssignmentFilterForm(request.GET, units=units)
    # An unknown value of one filter is ignored; the other filters apply.
    form.full_clean()
    cleaned = form.cleaned_data
    filters = queries.AssignmentFilter(
        whose=cleaned.get("whose", ""),
        state=cleaned.get("state", ""),
        kind=cleaned.get("kind", ""),
        unit=next((named_unit for named_unit in units if named_unit.code == cleaned.get("unit")), None),
    )
    number = page_number(request)
    rows, more = queries.assignment_page(request.user, filters, number)
    summary = ngettext("%(count)s assignment on this page", "%(count)s assignments on this page", len(rows))
    return render(
        request,
        "assignments/list.html",
        {
            "form": form,
            "narrowed": any(cleaned.values()),
            "settled": filters.state == "settled",
            "rows": rows,
            "overdue": sum(row.overdue for row in rows),
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
        },
    )


def _to_handle(request: AuthenticatedRequest, assignment_id: UUID) -> Assignment:
    return get_or_404(request.user, policy.HANDLE, queries.all_assignments(), see=policy.VIEW, pk=assignment_id)


@login_required
@require_safe
def assignment(request: AuthenticatedRequest, assignment_id: UUID) -> HttpResponse:
    """Show one assignment: the task, its due day, and the possible actions."""
    assignment = get_or_404(request.user, policy.VIEW, queries.all_assignments(), pk=assignment_id)
    waits = assignment.completed_at is None
    return render(
        request,
        "assignments/assignment.html",
        {
            "row": queries.assignment_rows(request.user, [assignment])[0],
            "assignment": assignment,
            "place": queries.assignment_address(request.user, assignment),
            "may_handle": waits and policy.HANDLE.allows(request.user, assignment),
            "may_complete": waits and queries.may_complete(request.user, assignment),
            "from_above": assignment_kind(assignment.kind).from_above,
            "events": history(request.user, assignment),
        },
    )


@login_required
@require_POST
def take_over(request: AuthenticatedRequest, assignment_id: UUID) -> HttpResponse:
    """Make the user the owner."""
    assignment = _to_handle(request, assignment_id)
    try:
        actions.take_over(actor=request.user, assignment=assignment)
    except Refused as refusal:
        messages.error(request, refusal.problem.message)
    else:
        messages.success(request, _("You see to this now."))
    return redirect("assignments:assignment", assignment.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: AuthenticatedRequest, assignment_id: UUID) -> HttpResponse:
    """Choose another owner."""
    assignment = _to_handle(request, assignment_id)
    form = forms.HandOverForm(posted(request), assignment=assignment)
    page = {
        "title": _("Hand over"),
        "hint": _("Only people with a role that reaches this unit are listed."),
        "submit": _("Hand over"),
        "done": _("Somebody else sees to this now."),
    }
    return _ask(
        request,
        assignment,
        form,
        lambda cleaned: actions.hand_over(
            actor=request.user, assignment=assignment, owner=form.people[cleaned["owner"]][0]
        ),
        page,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def postpone(request: AuthenticatedRequest, assignment_id: UUID) -> HttpResponse:
    """Postpone it, once."""
    assignment = _to_handle(request, assignment_id)
    page = {
        "title": _("Postpone"),
        "hint": _("Once, by a month at most. The unit above reads the reason."),
        "submit": _("Postpone"),
        "done": _("The new day is kept."),
    }
    return _ask(
        request,
        assignment,
        forms.PostponeForm(posted(request)),
        lambda cleaned: actions.postpone(
            actor=request.user, assignment=assignment, until=cleaned["until"], reason=cleaned["reason"]
        ),
        page,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AuthenticatedRequest, assignment_id: UUID) -> HttpResponse:
    """Report what was done, to be checked from a unit above."""
    assignment = _to_handle(request, assignment_id)
    if request.method != "POST" and queries.next_step(request.user, assignment) != "report":
        return redirect("assignments:assignment", assignment.pk)
    page = {
        "title": _("Say what was done"),
        "hint": _("The unit above reads it and closes the assignment."),
        "submit": _("Send"),
        "done": _("Written down; the unit above has a look."),
    }
    return _ask(
        request,
        assignment,
        forms.TellForm(posted(request)),
        lambda cleaned: actions.report_done(actor=request.user, assignment=assignment, words=cleaned["words"]),
        page,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: AuthenticatedRequest, assignment_id: UUID) -> HttpResponse:
    """Complete it with its outcome."""
    assignment = _to_handle(request, assignment_id)
    if request.method != "POST" and queries.next_step(request.user, assignment) != "complete":
        return redirect("assignments:assignment", assignment.pk)
    page = {
        "title": _("Close the assignment"),
        "hint": queries.assignment_rows(request.user, [assignment])[0].sentence,
        "submit": _("Close the assignment"),
        "done": _("The assignment is settled."),
        "after": reverse("assignments:list"),
    }
    return _ask(
        request,
        assignment,
        forms.CompleteForm(posted(request)),
        lambda cleaned: actions.complete(
            actor=request.user, assignment=assignment, outcome=cleaned["outcome"], note=cleaned["note"]
        ),
        page,
    )


def _ask(
    request: AuthenticatedRequest,
    assignment: Assignment,
    form: django_forms.Form,
    act: Callable[[dict[str, Any]], Assignment],
    page: dict[str, Any],
) -> HttpResponse:
    back = reverse("assignments:assignment", args=[assignment.pk])
    if submit(form, lambda: act(form.cleaned_data)):
        messages.success(request, page["done"])
        return redirect(page.get("after", back))
    return render(
        request,
        "assignments/form.html",
        {"form": form, "back": back, "icon": "check", **page},
        status=422 if form.errors else 200,
    )
