"""Pages of a street's house list: the list, doors from the register or by hand, one door."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import personal
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats, vietnamese
from doanso.lib.form_pages import posted, run_action
from doanso.lib.paging import page_number, pages
from doanso.places import policy, queries
from doanso.places.actions import addresses as actions
from doanso.places.forms import registers as forms
from doanso.places.kinds import kind_named
from doanso.places.masking import mask_addresses
from doanso.places.models import Place
from doanso.places.queries import addresses as reads
from doanso.places.queries.register_units import register_unit
from doanso.places.rules.survey import questions_of
from doanso.places.values.remembered import remembered
from doanso.places.views.places import place_or_404
from doanso.places.views.registers import render_form
from doanso.units import queries as units


def _street_or_404(request: AuthenticatedRequest, place_id: UUID, *, manage: bool = False) -> Place:
    street = place_or_404(request, place_id, policy.MANAGE if manage else policy.VIEW)
    if kind_named(street.kind).is_market:
        raise Http404
    return street


@login_required
@require_safe
def address_list(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show the house list, with what is known of each door today."""
    street = _street_or_404(request, place_id)
    segments = queries.segments_of(street)
    form = forms.AddressFilterForm(request.GET, segments=segments)
    filters, shown = form.narrowed(), personal(request.user)
    if not shown.shows(street.unit_id):
        # A hit on a sign that is shown as initials would disclose it.
        filters = replace(filters, text="")
    today, number = clock.today(), page_number(request)
    rows, more = reads.address_rows(street, filters, today, number)
    mask_addresses(shown, street, [row.address for row in rows])
    may_manage = policy.MANAGE.allows(request.user, street, found_by=policy.VIEW)
    counts = remembered(street, ("addresses", today), lambda: reads.list_counts(street, today))
    summary = ngettext("%(count)s door on this page", "%(count)s doors on this page", len(rows))
    return render(
        request,
        "places/addresses.html",
        {
            "place": street,
            "form": form,
            "narrowed": form.is_valid() and any(form.cleaned_data.values()),
            "rows": rows,
            "counts": counts,
            "total": sum(count.now for count in counts),
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
            "may_manage": may_manage,
            "may_record": may_manage or policy.RECORD.allows(request.user, street),
            "segments": segments,
            "bulk": [
                {
                    "name": "operation",
                    "value": "segment",
                    "label": _("Put into the segment"),
                    "icon": "arrows-exchange",
                },
                {"name": "operation", "value": "remove", "label": _("Take out of the list"), "icon": "x"},
            ],
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Choose doors of the ward's register: a street, a side, a range of numbers, then tick."""
    street = _street_or_404(request, place_id, manage=True)
    streets = reads.register_streets(street)
    default = _own_street(street, streets)
    range_form = forms.DoorRangeForm(request.GET or None, streets=streets)
    if default:
        range_form.fields["street"].initial = default
    offer = reads.offered_doors(street, range_form.range(default)) if streets else reads.Offer()
    segments = queries.segments_of(street)
    form = forms.AddDoorsForm(posted(request), offer=offer, segments=segments, place=street)
    if form.is_bound and form.is_valid():
        result = run_action(
            form,
            lambda: actions.add_addresses(actor=request.user, place=street, inputs=form.inputs(), change=form.change()),
        )
        if result is not None:
            text = ngettext("%(n)s door was put into the list.", "%(n)s doors were put into the list.", result.added)
            messages.success(request, text % {"n": formats.number(result.added)})
            return redirect("places:addresses", street.pk)
    ticked = set(request.POST.getlist("doors")) if request.method == "POST" else set()
    shown: dict[str, Any] = {
        "place": street,
        "range_form": range_form,
        "streets": streets,
        "offer": offer,
        "ticked": ticked,
        "most": reads.MOST_OFFERED,
        "imports": f"{reverse('imports:list')}?kind=households",
    }
    return render_form(request, "places/address_add.html", form, **shown)


def _own_street(street: Place, streets: list[reads.RegisterStreet]) -> str:
    """Return the street of the register that the place is named after, else the one with most doors."""
    name = vietnamese.fold(street.name)
    named = [line.key for line in streets if line.street and vietnamese.fold(line.street) in name]
    return next(iter(named), streets[0].key if streets else "")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Put one door into the list by hand."""
    street = _street_or_404(request, place_id, manage=True)
    options: dict[str, Any] = {
        "place": street,
        "segments": queries.segments_of(street),
        "neighbourhoods": units.neighbourhoods(register_unit(street)),
    }
    initial = {"kind": "household", "street": street.name.removeprefix("Đường ").removeprefix("đường ")}
    form = forms.AddressForm(posted(request), initial=initial, **options)
    if form.is_bound and form.is_valid():
        result = run_action(
            form,
            lambda: actions.add_addresses(
                actor=request.user, place=street, inputs=[form.inputs()], change=form.change()
            ),
        )
        if result is not None:
            if result.added:
                messages.success(request, _("The door is in the list."))
            else:
                messages.warning(request, _("This door was in the list already."))
            return redirect("places:addresses", street.pk)
    return render_form(request, "places/address_form.html", form, place=street)


@login_required
@require_POST
def change_many(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Put ticked doors into a segment, or take them out of the list after a page that asks for day and reason."""
    street = _street_or_404(request, place_id, manage=True)
    segments = queries.segments_of(street)
    is_removal = request.POST.get("operation") == "remove"
    keys = reads.keys_in_list(street, request.POST.getlist("doors"))
    form = forms.ChosenAddressesForm(request.POST, keys=keys, segments=segments, asks_reason=is_removal, place=street)
    if not form.is_valid() and not keys:
        messages.error(request, _("Tick at least one door."))
        return redirect("places:addresses", street.pk)
    if is_removal and "confirmed" not in request.POST:
        chosen = {"doors": keys, "on": clock.today()}
        form = forms.ChosenAddressesForm(initial=chosen, keys=keys, segments=segments, place=street)
        return render(request, "places/address_remove.html", {"place": street, "form": form, "count": len(keys)})
    done: int | None = None
    if form.is_valid():
        if is_removal:
            done = run_action(
                form,
                lambda: actions.remove_addresses(
                    actor=request.user, place=street, address_ids=keys, change=form.change()
                ),
            )
        else:
            done = run_action(
                form,
                lambda: actions.move_to_segment(
                    actor=request.user, place=street, address_ids=keys, segment_id=form.segment_id
                ),
            )
    if done is None:
        return render_form(request, "places/address_remove.html", form, place=street, count=len(keys))
    if is_removal:
        text = ngettext("%(n)s door was taken out of the list.", "%(n)s doors were taken out of the list.", done)
    else:
        text = ngettext("%(n)s door was put into the segment.", "%(n)s doors were put into the segment.", done)
    messages.success(request, text % {"n": formats.number(done)})
    return redirect("places:addresses", street.pk)


@login_required
@require_safe
def address(request: AuthenticatedRequest, place_id: UUID, address_id: UUID) -> HttpResponse:
    """Show one door: what is known of it and from where, and how it came into the list."""
    street = _street_or_404(request, place_id)
    chosen = reads.one_address(street, address_id)
    if chosen is None:
        raise Http404
    criteria = queries.criteria_of(street.criteria_set)
    [row] = reads.address_lines(street, [chosen], criteria, clock.today())
    mask_addresses(personal(request.user), street, [chosen])
    return render(
        request,
        "places/address.html",
        {
            "place": street,
            "row": row,
            "address": chosen,
            "checks": reads.checks_of_address(chosen, questions_of(criteria)),
            "shop_url": reads.shop_url(request.user, chosen.business_id),
            "may_manage": chosen.until is None and policy.MANAGE.allows(request.user, street),
        },
    )
