"""Views of frozen lists of denominators, and of numbers of households and shops."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.number_field import parse_number
from doanso.targets import actions, forms, policy, queries, rules
from doanso.targets.actions import UnitSizeInput
from doanso.targets.models import SizeKind
from doanso.targets.queries import frozen as kept_lists
from doanso.targets.views.pages import ProgrammeAddresses, requested_place
from doanso.units import queries as units
from doanso.units.models import Unit


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: AuthenticatedRequest, programme: str, indicator: str, unit: str) -> HttpResponse:
    """Freeze the list of a share's denominator as of a day."""
    chosen_programme, place, on = requested_place(request, programme, unit)
    chosen = queries.indicator_of(chosen_programme, indicator)
    if chosen is None or not chosen.asks_members:
        raise Http404
    policy.ALLOCATE.require_at(request.user, place)
    form = forms.FreezeForm(
        request.POST if request.method == "POST" else None,
        initial={"on": queries.day_of(chosen_programme, clock.today())},
    )
    to = ProgrammeAddresses(request, chosen_programme)
    if frozen_list := submit(
        form, lambda: actions.freeze_denominator(actor=request.user, indicator=chosen, unit=place, **form.cleaned_data)
    ):
        messages.success(request, _("The list of %(day)s is kept.") % {"day": formats.day(frozen_list.on)})
        return redirect("targets:frozen", chosen_programme.code, chosen.code, place.code, frozen_list.pk)
    page = {
        "unit": units.named_unit(place, on),
        "title": _("Keep the list of whom this share is asked"),
        "eyebrow": chosen.title,
        "hint": _("Later admissions, moves and exemptions change the live list alone; this one stays beside it."),
        "form": form,
        "submit": _("Keep the list"),
        "icon": "lock",
        "back": to.indicator(chosen.code, place.code),
    }
    return render(request, "targets/form.html", page, status=422 if form.errors else 200)


@login_required
@require_safe
def frozen(request: AuthenticatedRequest, programme: str, indicator: str, unit: str, kept: UUID) -> HttpResponse:
    """Show one frozen list beside the live one: how many are in the denominator, how many exempt and why, and who."""
    chosen_programme, place, on = requested_place(request, programme, unit)
    chosen = queries.indicator_of(chosen_programme, indicator)
    frozen_list = kept_lists.frozen_list(chosen, place, kept) if chosen is not None else None
    if chosen is None or frozen_list is None:
        raise Http404
    exempt = request.GET.get("of") == "exempt"
    after = request.GET.get("after", "0")
    if not (after.isascii() and after.isdecimal() and len(after) < 19):
        raise Http404
    page = kept_lists.frozen_people(request.user, frozen_list, exempt=exempt, after=int(after))
    live = queries.overview(chosen_programme, place, on, children=False, weeks=False).by_code(indicator)
    to = ProgrammeAddresses(request, chosen_programme)
    return render(
        request,
        "targets/frozen.html",
        {
            "unit": units.named_unit(place, on),
            "indicator": chosen,
            "kept": frozen_list,
            "live": live,
            "on": on,
            "reasons": kept_lists.exempt_by_reason(request.user, frozen_list),
            "exempt": exempt,
            "page": page,
            "back": to.indicator(chosen.code, place.code),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sizes(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show how many households and shops each unit below has, or each neighbourhood of the unit itself."""
    unit = queries.unit_to_see(request.user, code)
    if unit is None:
        raise Http404
    policy.ALLOCATE.require_at(request.user, unit)
    lines = _size_lines(unit)
    if request.method == "POST":
        inputs, wrong = _typed_sizes(request, lines)
        if not inputs and not wrong:
            wrong = True
        if not wrong:
            changed_sizes = actions.record_sizes(actor=request.user, inputs=inputs)
            messages.success(
                request,
                ngettext(
                    "%(count)s number was written down.", "%(count)s numbers were written down.", len(changed_sizes)
                )
                % {"count": formats.number(len(changed_sizes))},
            )
            return redirect("targets:sizes", code)
        messages.error(request, _("Nothing was written. Enter whole numbers, for example 1250."))
    own, below = [line for line in lines if line["own"]], [line for line in lines if not line["own"]]
    groups = [
        {"title": _("Neighbourhoods") if own[0]["area"] else "", "lines": own},
        {"title": _("Units below"), "lines": below},
    ]
    context = {"unit": units.named_unit(unit), "groups": groups}
    return render(request, "targets/sizes.html", context, status=422 if request.method == "POST" else 200)


def _size_lines(unit: Unit) -> list[dict[str, Any]]:
    """Return the unit's own neighbourhoods, the whole unit, and the units below; each with an input per kind."""
    areas = units.neighbourhoods(unit)
    below = units.children(unit)
    numbers_by_area = queries.stated_sizes({unit.pk, *(child.id for child in below)})
    totals = {kind: queries.size_by_unit(numbers_by_area, kind) for kind in SizeKind.values}
    rows: list[tuple[UUID, UUID | None, str, bool]] = [(unit.pk, area.pk, area.name, False) for area in areas]
    if not areas:
        rows.append((unit.pk, None, _("The whole unit"), False))
    in_areas = {unit_id for unit_id, area, _kind in numbers_by_area if area is not None}
    rows += [(child.id, None, child.short_name, child.id in in_areas) for child in below]
    return [
        {
            "unit_id": unit_id,
            "area": area,
            "title": title,
            "summed": summed,
            "own": unit_id == unit.pk,
            "cells": [
                {
                    "kind": kind,
                    "name": f"{kind}-{area or unit_id}",
                    "value": totals[kind].get(unit_id) if summed else numbers_by_area.get((unit_id, area, kind)),
                    "typed": "",
                    "error": False,
                }
                for kind in SizeKind.values
            ],
        }
        for unit_id, area, title, summed in rows
    ]


def _typed_sizes(request: AuthenticatedRequest, lines: list[dict[str, Any]]) -> tuple[list[UnitSizeInput], bool]:
    inputs, wrong = [], False
    for line in lines:
        for cell in line["cells"]:
            cell["typed"] = request.POST.get(cell["name"], "").strip()[:20]
            if line["summed"] or not cell["typed"]:
                continue
            number = parse_number(cell["typed"])
            if number is None or number > rules.LARGEST_TARGET:
                cell["error"] = wrong = True
            else:
                inputs.append(UnitSizeInput(line["unit_id"], line["area"], cell["kind"], number))
    return inputs, wrong
