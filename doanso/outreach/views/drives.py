"""Pages of drives: the list, one drive street by street, and adding doors."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import Permission, get_or_404
from doanso.access.unit_roles import term_words
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted
from doanso.lib.paging import page_number, pages
from doanso.outreach import policy
from doanso.outreach.actions import doors as door_actions
from doanso.outreach.actions import drives as actions
from doanso.outreach.forms import drives as forms
from doanso.outreach.models import Drive
from doanso.outreach.queries import drives as queries
from doanso.outreach.queries.register import read_register
from doanso.outreach.queries.teams import units_to_manage
from doanso.outreach.views.form_actions import redirect_after, render_form, run_action
from doanso.support import queries as support
from doanso.units import queries as units


def get_drive(request: AuthenticatedRequest, drive_id: UUID, permission: Permission = queries.SEE) -> Drive:
    """Return the drive, if the user has this permission on it."""
    return get_or_404(request.user, permission, queries.all_drives(), see=queries.SEE, pk=drive_id)


@login_required
@require_safe
def drive_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the drives the reader may see, the next to end first."""
    access.anywhere_or_404(request.user, policy.VIEW)
    visible_units = access_queries.units_to_see(request.user)
    form = forms.DriveFilterForm(request.GET, units=visible_units)
    cleaned = form.cleaned_data if form.is_valid() else {}
    unit = next((named.unit for named in visible_units if named.code == cleaned.get("unit")), None)
    number = page_number(request)
    lines, more = queries.find_drives(request.user, unit=unit, over=cleaned.get("state") == "over", page=number)
    summary = ngettext("%(count)s drive on this page", "%(count)s drives on this page", len(lines))
    return render(
        request,
        "outreach/drive_list.html",
        {
            "form": form,
            "narrowed": bool(unit or cleaned.get("state")),
            "lines": lines,
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(lines))}),
            "may_make": bool(policy.MANAGE.roots(request.user)),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_drive(request: AuthenticatedRequest) -> HttpResponse:
    """Make a drive; doors are added on the page after."""
    access.over_others_or_404(request.user, policy.MANAGE, see=queries.SEE)
    offered: dict[str, Any] = {"units": units_to_manage(request.user), "services": support.recordable_services()}
    if request.method == "POST":
        form = forms.NewDriveForm(request.POST, **offered)
        if form.is_valid():
            drive = run_action(
                form,
                lambda: actions.make_drive(actor=request.user, unit=form.chosen_unit, inputs=form.inputs()),
            )
            if drive is not None:
                messages.success(request, _("The drive is made. Now choose its streets."))
                return redirect("outreach:fill-drive", drive.pk)
    else:
        form = forms.NewDriveForm(initial={"since": clock.today()}, **offered)
    return render_form(request, "outreach/drive_form.html", form, drive=None)


@login_required
@require_safe
def drive(request: AuthenticatedRequest, drive_id: UUID) -> HttpResponse:
    """Show one drive: its progress by street, and the holders of doors."""
    drive = get_drive(request, drive_id)
    now, today = clock.now(), clock.today()
    streets = queries.street_rows(drive, now=now, today=today)
    services = ", ".join(service.short_name for service in drive.services.all())
    return render(
        request,
        "outreach/drive.html",
        {
            "drive": drive,
            "progress": queries.sum_progress(street.progress for street in streets)
            if streets
            else queries.DriveProgress(),
            "state": queries.drive_state(drive, today),
            "streets": streets,
            "holders": queries.named_holders(request.user, drive, now=now),
            "facts": [
                (_("Unit"), units.named_unit(drive.unit).name),
                (_("Days"), term_words(drive.since, drive.until)),
                (_("What the drive brings"), services),
                (_("Made by"), access.personal(request.user).name(drive.made_by.display_name, drive.unit_id)),
            ],
            "may_manage": drive.ended_at is None and policy.MANAGE.allows(request.user, drive),
            "events": access_queries.history(request.user, drive),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_drive(request: AuthenticatedRequest, drive_id: UUID) -> HttpResponse:
    """Change name, days, goal or services."""
    drive = get_drive(request, drive_id, policy.MANAGE)
    offered = {"services": support.recordable_services()}
    form = forms.DriveForm(posted(request), initial=forms.DriveForm.of(drive), **offered)
    after = redirect_after(
        request,
        form,
        lambda: actions.change_drive(actor=request.user, drive=drive, inputs=form.inputs()),
        message=_("The drive is changed."),
        to="outreach:drive",
        key=drive.pk,
    )
    return after or render_form(request, "outreach/drive_form.html", form, drive=drive)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_drive(request: AuthenticatedRequest, drive_id: UUID) -> HttpResponse:
    """Ask once, then end the drive."""
    drive = get_drive(request, drive_id, policy.MANAGE)
    if request.method == "POST":
        actions.end_drive(actor=request.user, drive=drive)
        messages.success(request, _("The drive has ended. What was done in it stays counted."))
        return redirect("outreach:drive", drive.pk)
    progress = queries.progress_of_drives([drive.pk], now=clock.now(), today=clock.today())[drive.pk]
    return render(request, "outreach/drive_end.html", {"drive": drive, "progress": progress})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fill_drive(request: AuthenticatedRequest, drive_id: UUID) -> HttpResponse:
    """Choose streets of the register, all of them or some."""
    drive = get_drive(request, drive_id, policy.MANAGE)
    register = read_register(drive)
    form = forms.FillForm(posted(request), register=register, initial={"kinds": "all"})
    if request.method == "POST" and form.is_valid():
        kinds = form.cleaned_data["kinds"]
        added = run_action(
            form,
            lambda: actions.fill_drive(
                actor=request.user,
                drive=drive,
                stretches=form.stretches(),
                homes=kinds != "shops",
                shops=kinds != "homes",
            ),
        )
        if added is not None:
            message = ngettext("%(count)s door came in.", "%(count)s doors came in.", added)
            messages.success(request, message % {"count": formats.number(added)})
            return redirect("outreach:drive", drive.pk)
    ticked = request.POST.getlist("streets")
    return render_form(request, "outreach/drive_fill.html", form, drive=drive, register=register, ticked=ticked)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_door(request: AuthenticatedRequest, drive_id: UUID) -> HttpResponse:
    """Add one home or shop to the drive by hand."""
    drive = get_drive(request, drive_id, policy.MANAGE)
    form = forms.DoorForm(posted(request), neighbourhoods=units.neighbourhoods(drive.unit))
    if request.method == "POST" and form.is_valid():
        added = run_action(form, lambda: actions.add_door(actor=request.user, drive=drive, inputs=form.inputs()))
        if added is not None:
            messages.success(
                request, _("The door is in the drive.") if added else _("The door was in the drive already.")
            )
            return redirect("outreach:add-door", drive.pk)
    return render_form(request, "outreach/drive_add.html", form, drive=drive)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: AuthenticatedRequest, drive_id: UUID) -> HttpResponse:
    """Hand over everything one user has in the unit's drives to another."""
    drive = get_drive(request, drive_id, policy.MANAGE)
    givers = queries.holders_of_doors(drive.unit, now=clock.now(), today=clock.today())
    form = forms.HandOverForm(
        posted(request),
        givers=givers,
        takers=queries.visitors_of_unit(drive.unit),
        initial={"giver": request.GET.get("giver", "")},
    )
    if request.method == "POST" and form.is_valid():
        handed_over = run_action(
            form,
            lambda: door_actions.hand_over_area(
                actor=request.user, unit=drive.unit, giver=form.chosen("giver"), taker=form.chosen("taker")
            ),
        )
        if handed_over is not None:
            message = ngettext(
                "%(count)s door is with %(name)s now, %(arranged)s of them with a visit arranged.",
                "%(count)s doors are with %(name)s now, %(arranged)s of them with a visit arranged.",
                handed_over.doors,
            )
            values = {
                "count": formats.number(handed_over.doors),
                "name": form.chosen("taker").display_name,
                "arranged": formats.number(handed_over.follow_ups),
            }
            messages.success(request, message % values)
            return redirect("outreach:drive", drive.pk)
    return render_form(request, "outreach/drive_hand_over.html", form, drive=drive, nobody=not givers)
