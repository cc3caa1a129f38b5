"""The doors of a drive in walking order: on the screen, and on paper for a day without phones."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats, qr
from doanso.lib.form_pages import posted
from doanso.lib.paging import page_number, pages
from doanso.outreach import policy
from doanso.outreach.actions import doors as actions
from doanso.outreach.actions import drives as drive_actions
from doanso.outreach.forms import drives as forms
from doanso.outreach.models import Drive
from doanso.outreach.queries import drives as queries
from doanso.outreach.views.drives import get_drive
from doanso.outreach.views.form_actions import run_action
from doanso.units import queries as units


def _filter_form(request: AuthenticatedRequest, drive: Drive, now: datetime, today: date) -> forms.DoorFilterForm:
    """Return the filter of a drive's doors, with its streets and those who hold doors."""
    holders = queries.named_holders(request.user, drive, now=now)
    return forms.DoorFilterForm(
        request.GET,
        streets=queries.street_rows(drive, now=now, today=today),
        holders=[(holder.user_id, holder.name) for holder in holders],
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def door_list(request: AuthenticatedRequest, drive_id: UUID) -> HttpResponse:
    """Show the drive's doors by street and state; an officer assigns chosen ones or takes them back."""
    drive = get_drive(request, drive_id, policy.MANAGE if request.method == "POST" else queries.SEE)
    now, today = clock.now(), clock.today()
    narrow = _filter_form(request, drive, now, today)
    narrowed = narrow.narrowed()
    number = page_number(request)
    lines, more = queries.door_rows(request.user, drive, narrowed, page=number, now=now, today=today)
    may_manage = drive.ended_at is None and policy.MANAGE.allows(request.user, drive)
    form = forms.DoorsForm(
        posted(request),
        visitors=queries.visitors_of_unit(drive.unit) if may_manage else (),
        keys=[line.door.pk for line in lines],
        initial={"days": 1},
    )
    if request.method == "POST" and form.is_valid():
        message = run_action(form, lambda: _do(request, drive, form))
        if message is not None:
            messages.success(request, message)
            return redirect(request.get_full_path())
    summary = ngettext("%(count)s door on this page", "%(count)s doors on this page", len(lines))
    return render(
        request,
        "outreach/door_list.html",
        {
            "drive": drive,
            "form": narrow,
            "actions": form,
            "bulk": _bulk(),
            "narrowed": narrowed != queries.DoorFilter(),
            "lines": lines,
            "may_manage": may_manage,
            "paper": f"{reverse('outreach:print-doors', args=[drive.pk])}?{request.GET.urlencode()}",
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(lines))}),
        },
        status=422 if form.is_bound else 200,
    )


def _bulk() -> list[dict[str, Any]]:
    """Return the buttons of the bar over the list."""
    return [
        {"name": "operation", "value": "assign", "label": pgettext("door", "Give"), "icon": "user-check", "main": True},
        {"name": "operation", "value": "take-back", "label": _("Take back"), "icon": "arrow-back-up"},
        {"name": "operation", "value": "gone", "label": _("Gone"), "icon": "circle-x"},
        {"name": "operation", "value": "drop", "label": _("Out of the drive"), "icon": "x", "danger": True},
    ]


def _do(request: AuthenticatedRequest, drive: Drive, form: forms.DoorsForm) -> str:
    """Run the chosen action; return its message."""
    keys, actor = form.cleaned_data["doors"], request.user
    match form.cleaned_data["operation"]:
        case "assign":
            days = form.cleaned_data["days"]
            count = actions.assign_doors(actor=actor, drive=drive, door_ids=keys, to=form.visitor, days=days)
            message = ngettext("%(n)s door is with %(name)s now.", "%(n)s doors are with %(name)s now.", count)
            return message % {"n": formats.number(count), "name": form.visitor.display_name}
        case "take-back":
            count = actions.take_back(actor=actor, drive=drive, door_ids=keys)
            message = ngettext("%(n)s door is nobody's now.", "%(n)s doors are nobody's now.", count)
        case "gone":
            count = drive_actions.mark_gone(actor=actor, drive=drive, door_ids=keys)
            message = ngettext("%(n)s door is marked as gone.", "%(n)s doors are marked as gone.", count)
        case _:
            count = drive_actions.drop_doors(actor=actor, drive=drive, door_ids=keys)
            message = ngettext(
                "%(n)s door is out of the drive. One at which somebody was stays.",
                "%(n)s doors are out of the drive. Those at which somebody was stay.",
                count,
            )
    return message % {"n": formats.number(count)}


@never_cache
@login_required
@require_safe
def paper(request: AuthenticatedRequest, drive_id: UUID) -> HttpResponse:
    """Show the list for a day on paper: by street in walking order, with boxes to tick. Names only for readers of the unit's
    people.
    """
    drive = get_drive(request, drive_id)
    now, today = clock.now(), clock.today()
    narrow = _filter_form(request, drive, now, today)
    with_names = queries.may_print_names(request.user, drive)
    sheets, cut = queries.door_sheets(
        drive, narrow.narrowed(), names=with_names and "names" in request.GET, now=now, today=today
    )
    query = request.GET.copy()
    query.pop("names", None)
    address = request.build_absolute_uri(reverse("outreach:drive", args=[drive.pk]))
    return render(
        request,
        "outreach/door_paper.html",
        {
            "drive": drive,
            "unit": units.named_unit(drive.unit),
            "sheets": sheets,
            "cut": cut,
            "most": queries.MOST_PRINTED,
            "picture": qr.svg(address, _("Open the drive")),
            "with_names": with_names,
            "names": with_names and "names" in request.GET,
            "plain": f"?{query.urlencode()}",
            "named": f"?{query.urlencode()}&names=1" if query else "?names=1",
            "back": f"{reverse('outreach:doors', args=[drive.pk])}?{query.urlencode()}",
        },
    )
