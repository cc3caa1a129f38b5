"""The participants of an event: the list, its export, registering somebody, and cancelling a ticket."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import actions, policy
from doanso.events.forms.registrations import ParticipantFilterForm, ParticipantForm
from doanso.events.invitations import invitation_text, reminder_text
from doanso.events.models import EventState
from doanso.events.queries import registrations as queries
from doanso.events.renderers import participants as rendering
from doanso.events.views.lookups import event_or_404, form_page, head_of
from doanso.lib import clock, formats
from doanso.lib.access_codes import format_code
from doanso.lib.form_pages import posted, submit
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7


@login_required
@require_safe
def participants(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show who registered, with the texts to invite and to remind people."""
    event = event_or_404(request, event_id)
    form = ParticipantFilterForm(request.GET)
    form.is_valid()
    text, state = form.cleaned_data.get("q", ""), form.cleaned_data.get("state", "")
    number = page_number(request)
    rows, more = queries.participant_page(request.user, event, number, text=text, state=state)
    summary = ngettext("%(count)s ticket on this page", "%(count)s tickets on this page", len(rows))
    url = request.build_absolute_uri(reverse("events:public-event", args=[event.slug]))
    is_ahead = event.state == EventState.OPEN and event.day >= clock.today()
    head = head_of(request, event, "participants")
    context = {
        **head,
        "may_cancel_tickets": head["may_manage"] and (is_ahead or event.state != EventState.OPEN),
        "form": form,
        "narrowed": bool(text or state),
        "rows": rows,
        "counts": queries.counts_of(event),
        "code": format_code(event.code),
        "invitation": invitation_text(event, url) if is_ahead else None,
        "reminder": reminder_text(event, url) if is_ahead else None,
        "may_register": is_ahead,
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
    }
    return render(request, "events/participants.html", context)


@login_required
@require_safe
def export(request: AuthenticatedRequest, event_id: UUID) -> FileResponse:
    """Export the participants; history says who did."""
    event = event_or_404(request, event_id, policy.MANAGE)
    content = rendering.workbook(event)
    rendering.record_export(actor=request.user, event=event)
    return FileResponse(content, as_attachment=True, filename=f"nguoi-dang-ky-{event.slug}.xlsx")


@login_required
@sensitive_post_parameters("name", "birth_year", "phone", "guardian_name")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Register somebody who asked the office to."""
    event = event_or_404(request, event_id, policy.MANAGE)
    form = ParticipantForm(posted(request), initial={"key": uuid7()})
    if registration := submit(
        form,
        lambda: actions.add_participant(
            actor=request.user, event=event, key=form.cleaned_data["key"], inputs=form.inputs()
        ),
    ):
        if registration.state == "waiting":
            message = _("Ticket %(number)s is on the waiting list.")
        else:
            message = _("Ticket %(number)s is made.")
        messages.success(request, message % {"number": registration.number})
        return redirect("events:participants", event.pk)
    context = {
        "title": _("Register somebody"),
        "event": event,
        "submit": _("Make the ticket"),
        "icon": "user-plus",
        "back": reverse("events:participants", args=[event.pk]),
        "new": True,
    }
    return form_page(request, form, context)


@login_required
@require_POST
def cancel(request: AuthenticatedRequest, event_id: UUID, registration_id: UUID) -> HttpResponse:
    """Cancel a ticket; its holder's data are deleted."""
    event = event_or_404(request, event_id, policy.MANAGE)
    registration = get_object_or_404(event.registrations, pk=registration_id)
    try:
        actions.cancel_registration(actor=request.user, registration=registration)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        message = _("Ticket %(number)s is cancelled; name and phone are deleted.")
        messages.success(request, message % {"number": registration.number})
    return redirect("events:participants", event.pk)
