"""Pages of the office on booths: the code of a booth's shift, and totals that a booth reported in words."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import actions, booth_keys, policy
from doanso.events.forms.booths import BoothReportForm, HandOutCodeForm
from doanso.events.invitations import booth_text, unanswered_text
from doanso.events.models import EventState, Shift, StampKind
from doanso.events.queries import booth_codes as queries
from doanso.events.queries import events as event_queries
from doanso.events.queries.booths import (
    COUNTED,
    DENIED,
    STAMPED,
    UNANSWERED,
    reports_of,
    stamp_page,
    unanswered_numbers,
)
from doanso.events.queries.parts import part_rows, shift_rows
from doanso.events.views.booth_desk import report_lines
from doanso.events.views.lookups import event_or_404, form_page, head_of
from doanso.events.wording import day_words, hours_words
from doanso.lib import formats, qr
from doanso.lib.form_pages import posted, submit
from doanso.lib.paging import page_number, pages
from doanso.units import queries as units


def _shift_or_404(request: AuthenticatedRequest, shift_id: UUID) -> Shift:
    """Return a shift at a booth whose code the reader may make; for anybody else there is no such page."""
    shift = get_object_or_404(event_queries.all_shifts().select_related("booth__service"), pk=shift_id)
    if not policy.may_hand_out_code(request.user, shift):
        if policy.VIEW.allows(request.user, shift):
            raise PermissionDenied
        raise Http404
    return shift


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_out_code(request: AuthenticatedRequest, shift_id: UUID) -> HttpResponse:
    """Show the code of a booth's shift to be printed, shown or sent, and make one."""
    shift = _shift_or_404(request, shift_id)
    [row] = shift_rows(request.user, event_queries.all_shifts().filter(pk=shift.pk))
    volunteers = [(str(one.volunteer.pk), one.name) for one in row.volunteers]
    form = HandOutCodeForm(posted(request), volunteers=volunteers)
    if submit(
        form,
        lambda: actions.make_code(actor=request.user, shift=shift, volunteer_id=form.cleaned_data["volunteer"]),
    ):
        messages.success(request, _("The code is made. It ends with the shift."))
        return redirect("events:booth-code", shift.pk)
    code = queries.active_code_of(shift)
    keys = booth_keys.keys_of(code) if code is not None else None
    address = request.build_absolute_uri(reverse("events:booth-desk", args=[keys.link])) if keys is not None else ""
    typed_at = request.build_absolute_uri(reverse("events:enter-booth-code"))
    problem = queries.stamping_problem(code) if code is not None else None
    context = {
        "shift": shift,
        "event": shift.event,
        "booth": shift.booth,
        "unit": units.named_unit(shift.event.unit),
        "when": f"{day_words(shift.event.day)}, {hours_words(shift.begins, shift.ends)}",
        "hours": hours_words(shift.begins, shift.ends),
        "form": form,
        "volunteers": volunteers,
        "is_open": shift.event.state == EventState.OPEN and shift.removed_at is None,
        "code": code,
        "may_open_shift": policy.VIEW.allows(request.user, shift),
        "letters": keys.code if keys is not None else "",
        "ready": booth_text(shift, keys.code, address, typed_at) if keys is not None else None,
        "picture": qr.svg(address, _("Page of the booth")) if address else "",
        "typed_at": typed_at,
        "state": problem.message if problem is not None else "",
        "helper": queries.helper_name(code) if code is not None else "",
    }
    return render(request, "events/shift_code.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end_code(request: AuthenticatedRequest, shift_id: UUID) -> HttpResponse:
    """End the code of a booth's shift at once."""
    shift = _shift_or_404(request, shift_id)
    actions.end_code(actor=request.user, shift=shift)
    messages.success(request, _("The code is ended: its page records nothing any more."))
    return redirect("events:booth-code", shift.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AuthenticatedRequest, event_id: UUID, booth_id: UUID) -> HttpResponse:
    """Record the totals that a booth reported, and show what was reported before."""
    event = event_or_404(request, event_id, policy.MANAGE)
    booth = get_object_or_404(part_rows(event, "booths"), pk=booth_id)
    reports = reports_of(booth)
    form = BoothReportForm(posted(request), booth=booth, report=reports[0] if reports else None)
    if submit(form, lambda: actions.report_totals(actor=request.user, booth=booth, inputs=form.inputs())):
        messages.success(request, _("The totals are kept."))
        return redirect("events:booths", event.pk)
    context = {
        "title": _("Totals of booth %(number)s") % {"number": booth.number},
        "hint": _("What the booth counts in its own books until now. Every change stays with its time and its author."),
        "event": event,
        "submit": _("Keep the totals"),
        "icon": "check",
        "back": reverse("events:booths", args=[event.pk]),
        "versions": [
            {
                "lines": [f"{formats.number(figure)} {words}" for figure, words in report_lines(row)],
                "made_at": row.made_at,
                "who": row.made_by.display_name if row.made_by is not None else _("the booth's staff"),
            }
            for row in reports
        ],
    }
    return form_page(request, form, context)


@login_required
@require_safe
def stamps(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show the stamps behind a figure of the booths, each with its ticket and its record."""
    event = event_or_404(request, event_id)
    typed = request.GET.get("booth", "")
    booth = event.booths.filter(number=int(typed)).first() if typed.isdecimal() and len(typed) < 5 else None
    kind, sort = request.GET.get("kind", ""), request.GET.get("sort", "")
    kind = kind if kind in StampKind.values else ""
    number = page_number(request)
    rows, more = stamp_page(
        request.user, event, number, booth=booth.number if booth is not None else None, kind=kind, sort=sort
    )
    summary = ngettext("%(count)s stamp on this page", "%(count)s stamps on this page", len(rows))
    words = {
        STAMPED: _("Recorded on tickets"),
        COUNTED: _("Confirmed by visitors"),
        DENIED: pgettext("stamp", "Denied by visitors"),
        UNANSWERED: pgettext("stamp", "Not answered by visitors yet"),
    }
    narrowed = [
        f"{booth.number}. {booth.name}" if booth is not None else "",
        str(StampKind(kind).label) if kind else "",
        words.get(sort, ""),
    ]
    context = {
        **head_of(request, event, "booths"),
        "rows": rows,
        "reminder": unanswered_text(event, unanswered_numbers(event))
        if sort == UNANSWERED and rows and not queries.stamps_are_over(event)
        else None,
        "narrowed": " · ".join(filter(None, narrowed)),
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
    }
    return render(request, "events/stamps.html", context)
