"""The draw of an event at the desk: one page that shows the next step, and the forms behind it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import actions, policy
from doanso.events.forms.draws import DrawForm, DrawMinutesForm, DrawNumberForm, DrawReasonForm
from doanso.events.invitations import draw_result_text
from doanso.events.models import Draw, DrawState, Event
from doanso.events.queries import draws as queries
from doanso.events.queries.attendance import confirmed_numbers
from doanso.events.rules.draw import is_due
from doanso.events.views.lookups import event_or_404, form_page, head_of
from doanso.events.wording import draw_moment, draw_step_words
from doanso.lib import clock, formats, qr
from doanso.lib.form_pages import posted, submit
from doanso.lib.problems import Refused

_STEPS = (DrawState.PREPARED, DrawState.COMMITTED, DrawState.FROZEN, DrawState.DRAWN)


def _draw_or_404(event: Event) -> Draw:
    draw = queries.draw_of(event)
    if draw is None:
        raise Http404
    draw.event = event
    return draw


@login_required
@require_safe
def draw(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show how far the draw is, and what comes next."""
    event = event_or_404(request, event_id)
    return _page(request, event, queries.draw_of(event), DrawNumberForm())


def _page(request: AuthenticatedRequest, event: Event, draw: Draw | None, form: DrawNumberForm) -> HttpResponse:
    context: dict[str, Any] = {
        **head_of(request, event, "draw"),
        "draw": draw,
        "withdrawn": queries.withdrawn_draws(event),
        "form": form,
    }
    if draw is not None:
        draw.event = event
        context |= _draw_context(request, event, draw)
    return render(request, "events/draw.html", context, status=422 if form.is_bound else 200)


def _draw_context(request: AuthenticatedRequest, event: Event, draw: Draw) -> dict[str, Any]:
    details = queries.details_of(draw)
    state = DrawState(draw.state)
    url = request.build_absolute_uri(reverse("events:public-draw", args=[event.slug]))
    entries = queries.entries_of(draw) if state == DrawState.FROZEN else []
    came = len(confirmed_numbers(event)) if state in (DrawState.PREPARED, DrawState.COMMITTED) else draw.ticket_count
    return {
        "details": details,
        "contacts": queries.contacts_of(request.user, details),
        "steps": [draw_step_words(step) for step in _STEPS],
        "now": _STEPS.index(state) + 2,
        "done": [
            (draw_step_words(step), details.steps[step].made_by.display_name, draw_moment(details.steps[step]))
            for step in _STEPS
            if step in details.steps
        ],
        "due": f"{draw.number_time:%H:%M}, {formats.day(draw.number_day)}",
        "is_due": is_due(draw.number_day, draw.number_time, *clock.business_day_and_time()),
        "came": came,
        "has_enough": came >= details.wanted,
        "entries": entries,
        "own_entry": next((entry for entry in entries if entry.made_by_id == request.user.pk), None),
        "differs": len({entry.value for entry in entries}) > 1,
        "is_published": state in queries.PUBLIC_STATES,
        "may_withdraw": state in (DrawState.COMMITTED, DrawState.FROZEN),
        "minutes_form": DrawMinutesForm(initial={"note": draw.minutes_note}) if state == DrawState.DRAWN else None,
        "ready": draw_result_text(event, url, [(row.prize.name, row.number) for row in details.valid_winners])
        if state == DrawState.DRAWN
        else None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Prepare the draw: prizes and the public number."""
    event = event_or_404(request, event_id, policy.MANAGE)
    draw = queries.draw_of(event)
    prizes = list(queries.details_of(draw).prizes) if draw is not None else []
    form = DrawForm(posted(request), draw=draw, prizes=prizes, initial={"number_day": event.day})
    if submit(
        form,
        lambda: actions.prepare_draw(
            actor=request.user, event=event, read=form.cleaned_data["read"], inputs=form.inputs()
        ),
    ):
        messages.success(request, _("The draw is prepared. Read it once more, then commit it."))
        return redirect("events:draw", event.pk)
    context = {"event": event, "form": form, "new": draw is None}
    return render(request, "events/draw_form.html", context, status=422 if form.errors else 200)


def _step(request: AuthenticatedRequest, event: Event, action: Any, message: str, **options: Any) -> HttpResponse:
    """Take a step of the draw, say what became of it, and return to its page."""
    try:
        action(actor=request.user, draw=_draw_or_404(event), **options)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, message)
    return redirect("events:draw", event.pk)


@login_required
@require_POST
def commit(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Commit the draw."""
    event = event_or_404(request, event_id, policy.MANAGE)
    read = request.POST.get("read", "")[:9]
    message = _("Committed: the hash of the seed, the prizes and the public number's name are published.")
    return _step(request, event, actions.commit_draw, message, read=int(read) if read.isdecimal() else 0)


@login_required
@require_POST
def freeze(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Freeze the list of tickets."""
    event = event_or_404(request, event_id, policy.MANAGE)
    message = _("The list is frozen and its hash published. The public number is entered once it is known.")
    return _step(request, event, actions.freeze_draw, message)


@login_required
@require_POST
def number(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Enter the public number; the second officer's entry draws."""
    event = event_or_404(request, event_id, policy.MANAGE)
    draw = _draw_or_404(event)
    form = DrawNumberForm(request.POST)
    entered = submit(
        form, lambda: actions.enter_draw_number(actor=request.user, draw=draw, typed=form.cleaned_data["value"])
    )
    if entered is None:
        return _page(request, event, draw, form)
    if entered.is_drawn:
        messages.success(request, _("Both entries agree: the seed is opened and the prizes are drawn."))
    elif entered.differs:
        messages.error(request, _("Another officer entered another number. Compare both with the published one."))
    else:
        messages.success(request, _("Your entry is kept. Now another officer enters the number too."))
    return redirect("events:draw", event.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Withdraw a committed draw."""
    event = event_or_404(request, event_id, policy.MANAGE)
    draw = _draw_or_404(event)
    form = DrawReasonForm(posted(request))
    if result := submit(
        form, lambda: actions.withdraw_draw(actor=request.user, draw=draw, reason=form.cleaned_data["reason"])
    ):
        if result.state == DrawState.WITHDRAWN:
            messages.success(request, _("The draw is withdrawn; its hashes and the reason stay published."))
        else:
            message = _("Your statement is kept. The draw is withdrawn when another officer states it too.")
            messages.success(request, message)
        return redirect("events:draw", event.pk)
    if draw.state == DrawState.FROZEN and is_due(draw.number_day, draw.number_time, *clock.business_day_and_time()):
        hint = _("The number is due: withdrawing states that none came, and another officer has to state the same.")
    else:
        hint = _(
            "For a number that will not come, or prizes that changed. Everybody sees that it was withdrawn, and why."
        )
    return _reason_page(
        request, form, event, title=_("Withdraw the draw"), hint=hint, submit_label=_("Withdraw the draw")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def redraw(request: AuthenticatedRequest, event_id: UUID, result_id: UUID) -> HttpResponse:
    """Draw another ticket instead of a drawn one."""
    event = event_or_404(request, event_id, policy.MANAGE)
    row = next(
        (row for row in queries.details_of(_draw_or_404(event)).winners if row.result.pk == result_id),
        None,
    )
    if row is None:
        raise Http404
    form = DrawReasonForm(posted(request))
    if result := submit(
        form,
        lambda: actions.redraw_prize(actor=request.user, result=row.result, reason=form.cleaned_data["reason"]),
    ):
        message = _("Ticket %(number)s is drawn instead. Both results stay published.")
        messages.success(request, message % {"number": queries.format_ticket_number(result.ticket_number)})
        return redirect("events:draw", event.pk)
    words = {"prize": row.prize.name, "number": row.number}
    title = _("Draw again instead of ticket %(number)s: %(prize)s") % words
    hint = _("Only for a reason, for example: không đến nhận trong hạn. The first result stays published beside it.")
    return _reason_page(
        request, form, event, title=title, hint=hint, submit_label=_("Draw another ticket"), icon="refresh"
    )


def _reason_page(
    request: AuthenticatedRequest,
    form: DrawReasonForm,
    event: Event,
    *,
    title: str,
    hint: str,
    submit_label: str,
    icon: str = "ban",
) -> HttpResponse:
    """Ask why a published draw or one of its results is taken back."""
    context = {
        "title": title,
        "hint": hint,
        "event": event,
        "submit": submit_label,
        "icon": icon,
        "danger": True,
        "back": reverse("events:draw", args=[event.pk]),
    }
    return form_page(request, form, context)


@login_required
@require_safe
def minutes(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show the minutes of the draw for paper, to be signed."""
    event = event_or_404(request, event_id)
    draw = _draw_or_404(event)
    if draw.state != DrawState.DRAWN:
        raise Http404
    url = request.build_absolute_uri(reverse("events:public-draw", args=[event.slug]))
    context = {
        **head_of(request, event, "draw"),
        **_draw_context(request, event, draw),
        "draw": draw,
        "picture": qr.svg(url, event.title),
        "url": url,
        "entries": [entry for entry in queries.entries_of(draw) if entry.value == draw.public_number],
    }
    return render(request, "events/draw_minutes.html", context)


@login_required
@require_POST
def note(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Note number and signers of the signed minutes."""
    event = event_or_404(request, event_id, policy.MANAGE)
    form = DrawMinutesForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["note"][0]))
        return redirect("events:draw", event.pk)
    message = _("Kept; the public page shows it.")
    return _step(request, event, actions.note_draw_minutes, message, note=form.cleaned_data["note"])
