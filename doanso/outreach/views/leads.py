"""The ward's day, arranged visits, and the plan of a neighbourhood, for leaders."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_choices import unit_choices
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.outreach import policy
from doanso.outreach.actions.doors import assign_doors
from doanso.outreach.forms.visits import FollowUpFilterForm, GiveForm, PlanFilterForm, UnitForm
from doanso.outreach.models import Drive
from doanso.outreach.queries import follow_ups as arranged
from doanso.outreach.queries import plan as plans
from doanso.outreach.queries import today
from doanso.outreach.rules import doors as door_rules
from doanso.support import queries as support
from doanso.units.models import UnitKind
from doanso.units.queries import NamedUnit


class PageUnit:
    """The unit of a page: that of the address, or the first of the reader's."""

    def __init__(self, request: AuthenticatedRequest) -> None:
        visible_units = support.permitted_units(request.user, policy.VIEW)
        if not visible_units:
            raise Http404
        # Doors belong to wards; a branch has none of its own.
        self.units = [
            named_unit for named_unit in visible_units if named_unit.unit.kind != UnitKind.BRANCH
        ] or visible_units[:1]
        code = request.GET.get("unit", "")
        named = [named_unit for named_unit in self.units if named_unit.code == code] if code else self.units[:1]
        if not named:
            raise Http404
        self.named: NamedUnit = named[0]
        self.unit = self.named.unit

    @property
    def query(self) -> str:
        """Return the query string that keeps this unit."""
        return f"?unit={self.unit.code}"

    def choices(self) -> list[tuple[str, str]]:
        """Return code and name of each unit to choose from; empty where there is only one."""
        if len(self.units) < 2:
            return []
        return unit_choices(self.units, short=True)


@login_required
@require_safe
def day(request: AuthenticatedRequest) -> HttpResponse:
    """Show today's work from door to door; a reader of only their own visits is redirected to those."""
    access.anywhere_or_404(request.user, policy.VIEW)
    if not policy.VIEW.roots(request.user):
        return redirect("outreach:visits")
    place, on = PageUnit(request), clock.today()
    pairs = today.pairs(request.user, place.unit, on)
    drives = today.running_drives(request.user, place.unit, on)
    due = arranged.follow_ups(request.user, place.unit, on)
    outside = arranged.arranged_outside(request.user, place.unit, on)
    lines = [*arranged.follow_up_lines(request.user, due[: today.FEW + 1], on), *outside]
    flags = today.open_questions(request.user, place.unit)
    records = today.records_waiting(request.user, place.unit)
    return render(
        request,
        "outreach/today.html",
        {
            "place": place,
            "form": UnitForm({"unit": place.unit.code}, units=place.choices()) if place.choices() else None,
            "on": on,
            "pairs": pairs[: today.MOST_PAIRS],
            "more_pairs": len(pairs) > today.MOST_PAIRS,
            "sums": _sums(pairs),
            "drives": drives,
            "follow_ups": lines[: today.FEW],
            "more_follow_ups": len(lines) > today.FEW,
            "due": sum(drive.due for drive in drives) + len(outside),
            "asked": flags[: today.FEW],
            "more_asked": len(flags) > today.FEW,
            "records": _records(records),
            "may_manage": policy.MANAGE.allows_at(request.user, place.unit),
            "may_record": policy.RECORD.allows_at(request.user, place.unit),
        },
    )


def _sums(pairs: list[today.PairRow]) -> dict[str, int]:
    return {
        "out": sum(pair.out for pair in pairs),
        "doors": sum(pair.doors for pair in pairs),
        "opened": sum(pair.opened for pair in pairs),
        "short": sum(pair.short for pair in pairs),
    }


def _records(count: int) -> str:
    if not count:
        return ""
    message = ngettext("%(count)s record needs a decision", "%(count)s records need a decision", count)
    return message % {"count": formats.number(count) if count < 100 else "99+"}


# --- Arranged visits ------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def follow_ups(request: AuthenticatedRequest) -> HttpResponse:
    """Show doors with an arranged visit: those due first."""
    access.anywhere_or_404(request.user, policy.VIEW)
    if not policy.VIEW.roots(request.user):
        return redirect("outreach:visits")
    place, on = PageUnit(request), clock.today()
    form = FollowUpFilterForm(request.GET, units=place.choices())
    form.is_valid()
    when = form.cleaned_data.get("when") or arranged.WHEN[0]
    number = page_number(request)
    arranged_doors = arranged.follow_ups(request.user, place.unit, on, when)
    lines, more = arranged.follow_up_page(request.user, arranged_doors, number, on)
    message = ngettext("%(count)s door on this page", "%(count)s doors on this page", len(lines))
    return render(
        request,
        "outreach/follow_ups.html",
        {
            "place": place,
            "form": form,
            "narrowed": when != arranged.WHEN[0],
            "lines": lines,
            "outside": arranged.arranged_outside(request.user, place.unit, on, when) if number == 1 else [],
            "may_manage": policy.MANAGE.allows_at(request.user, place.unit),
            "pages": pages(request, number, more=more, summary=message % {"count": formats.number(len(lines))}),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: AuthenticatedRequest, door_id: UUID) -> HttpResponse:
    """Assign a door with an arranged visit, until that day is over."""
    door = get_or_404(request.user, policy.MANAGE, arranged.all_doors(), see=today.SEE, pk=door_id)
    form = GiveForm(request.POST if request.method == "POST" else None, visitors=arranged.visiting_accounts(door.unit))
    back = f"{reverse('outreach:follow-ups')}?unit={door.unit.code}"
    if form.is_bound and form.is_valid():
        days = min(door_rules.days_to_keep(door.follow_up_on, clock.today()), door_rules.MOST_DAYS)
        try:
            count = assign_doors(actor=request.user, drive=door.drive, door_ids=[door.pk], to=form.chosen, days=days)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            if count:
                messages.success(request, _("%(name)s goes there now.") % {"name": form.chosen.display_name})
            else:
                messages.info(request, _("This door is done by now; nobody has to go there."))
            return redirect(back)
    [line] = arranged.follow_up_lines(request.user, arranged.all_doors().filter(pk=door.pk), clock.today())
    return render(
        request,
        "outreach/follow_up_give.html",
        {"door": door, "line": line, "form": form, "back": back},
        status=422 if form.errors else 200,
    )


# --- The plan -------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def plan(request: AuthenticatedRequest) -> HttpResponse:
    """Show a neighbourhood's doors by street in walking order, with their outcomes; a script draws them as well."""
    access.anywhere_or_404(request.user, policy.VIEW)
    if not policy.VIEW.roots(request.user):
        return redirect("outreach:visits")
    place = PageUnit(request)
    drives = plans.drives_of(request.user, place.unit, clock.today())
    chosen = _chosen_drives(drives, request.GET.get("drive", ""))
    areas = plans.neighbourhoods_with_doors(request.user, chosen)
    area = request.GET.get("neighbourhood", "")
    keys = [str(area.pk) if area is not None else "" for area, _done, _whole in areas]
    index = keys.index(area) if area in keys else 0
    chosen_area = areas[index] if areas else None
    area_plan = (
        plans.plan(request.user, chosen, chosen_area[0].pk if chosen_area[0] is not None else None)
        if chosen_area is not None
        else None
    )
    form = PlanFilterForm(
        {"unit": place.unit.code, "neighbourhood": keys[index] if areas else "", "drive": request.GET.get("drive", "")},
        units=place.choices(),
        areas=[(key, _area_words(area)) for key, area in zip(keys, areas, strict=True)],
        drives=drives,
    )
    return render(
        request,
        "outreach/plan.html",
        {
            "place": place,
            "form": form,
            "plan": area_plan,
            "area": chosen_area[0].name if chosen_area is not None and chosen_area[0] is not None else "",
            "drive": chosen[0] if len(chosen) == 1 else None,
            "key": _key(area_plan),
            "drives": drives,
        },
    )


def _chosen_drives(drives: list[Drive], key: str) -> list[Drive]:
    named = [drive for drive in drives if str(drive.pk) == key]
    return named or drives


def _area_words(area: Any) -> str:
    neighbourhood, done, total = area
    name = neighbourhood.name if neighbourhood is not None else _("Without a neighbourhood")
    return _("%(name)s: %(done)s of %(whole)s doors done") % {
        "name": name,
        "done": formats.number(done),
        "whole": formats.number(total),
    }


def _key(area_plan: plans.AreaPlan | None) -> list[dict[str, Any]]:
    """Return every mark with its word and number of doors."""
    if area_plan is None:
        return []
    return [
        {"mark": mark, "word": plans.mark_word(mark), "count": area_plan.marks.get(mark, 0)} for mark in plans.MARKS
    ]
