"""Pages of partners: the list and its export, one partner, and its forms."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.actions.exports import record_export
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners import actions, policy
from doanso.partners.contact_data import contact_numbers
from doanso.partners.forms import EndForm, PartnerFilterForm, PartnerForm
from doanso.partners.kinds import kind_name
from doanso.partners.models import Partner, PartnerContact
from doanso.partners.ports import PartnerPage, partner_panels
from doanso.partners.queries import partners as queries
from doanso.partners.renderers import partner_list as rendering
from doanso.partners.views.lookups import form_page, partner_or_404, show_refusal, submit
from doanso.partners.wording import kind_icon
from doanso.units import queries as units


class _PartnerList:
    """The filters in the list's address, with the units that they offer."""

    def __init__(self, request: AuthenticatedRequest) -> None:
        access.anywhere_or_404(request.user, policy.VIEW)
        self.units = queries.units_to_see(request.user)
        self.form = PartnerFilterForm(request.GET, units=self.units)
        # An unknown value of one filter is ignored; the other filters apply.
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        self.filters = queries.PartnerFilter(
            text=cleaned.get("q", ""),
            kind=cleaned.get("kind", ""),
            unit=next((unit.unit for unit in self.units if unit.code == cleaned.get("unit")), None),
            state=cleaned.get("state") or queries.RUNNING,
        )

    @property
    def is_narrowed(self) -> bool:
        return self.filters != queries.PartnerFilter()


@login_required
@require_safe
def partner_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the partners that the reader may see, by name, and the names of those of the units above."""
    listing = _PartnerList(request)
    number = page_number(request)
    rows, more = queries.partner_page(request.user, listing.filters, number)
    summary = ngettext("%(count)s partner on this page", "%(count)s partners on this page", len(rows))
    context = {
        "form": listing.form,
        "narrowed": listing.is_narrowed,
        "rows": rows,
        "several_units": len(listing.units) > 1,
        "above": queries.partners_above(request.user) if not listing.is_narrowed and number == 1 else [],
        "may_manage": policy.MANAGE_AT.allows_anywhere(request.user),
        "query": request.GET.urlencode(),
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
    }
    return render(request, "partners/list.html", context)


@login_required
@require_safe
def export(request: AuthenticatedRequest) -> FileResponse:
    """Export the filtered list with agreements and undertakings, without the contacts."""
    listing = _PartnerList(request)
    content = rendering.workbook(queries.matching_partners(request.user, listing.filters))
    record_export(actor=request.user, action="partners.export", permission=policy.VIEW, unit=listing.filters.unit)
    return FileResponse(content, as_attachment=True, filename=f"doi-tac-{clock.today().isoformat()}.xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest) -> HttpResponse:
    """Enter a partner."""
    access.over_others_or_404(request.user, policy.MANAGE_AT, see=policy.VIEW_AT)
    offered = queries.units_to_manage(request.user)
    kind = request.GET.get("kind", "")
    initial = {"key": uuid7(), "unit": offered[0].code if offered else "", "kind": kind}
    form = PartnerForm(posted(request), units=offered, initial=initial)
    if form.is_bound and form.is_valid():
        unit = next(unit.unit for unit in offered if unit.code == form.cleaned_data["unit"])
        try:
            partner = actions.create_partner(
                actor=request.user,
                unit=unit,
                inputs=form.inputs(),
                key=form.cleaned_data["key"],
                confirmed=form.cleaned_data["confirmed"],
            )
        except Refused as refused:
            show_refusal(request, form, refused)
            if refused.problem.code == "partner_twice":
                form.offer_confirmation()
        else:
            messages.success(request, _("The partner is entered. Add whom to ask there, and what you agreed on."))
            return redirect("partners:partner", partner.pk)
    context = {
        "title": _("New partner"),
        "submit": _("Enter the partner"),
        "icon": "check",
        "back": reverse("partners:list"),
        "new": True,
    }
    return form_page(request, form, context)


@login_required
@require_safe
def partner(request: AuthenticatedRequest, partner_id: UUID) -> HttpResponse:
    """Show a partner: what it undertakes, agreements, contacts, and what other parts of the product do with it."""
    partner = partner_or_404(request, partner_id)
    details = queries.details_of(partner)
    may_manage = policy.MANAGE.allows(request.user, partner, found_by=policy.VIEW)
    shows_contacts = access.sees_personal(request.user, partner.unit_id)
    agreements = [row.agreement for row in details.agreements]
    undertakings = [row.undertaking for row in details.undertakings]
    context = {
        "partner": partner,
        "kind": kind_name(partner.kind),
        "icon": kind_icon(partner.kind),
        "unit": units.named_unit(partner.unit),
        "website": _website_url(partner),
        "details": details,
        "to_decide": [row for row in details.agreements if row.needs_decision],
        "contacts": [_contact(contact, shows=shows_contacts) for contact in details.contacts],
        "former_contacts": [_contact(contact, shows=shows_contacts) for contact in details.former_contacts],
        "is_masked": not shows_contacts,
        "may_manage": may_manage,
        "may_add": may_manage and partner.ended_on is None,
        "panels": partner_panels.panels(request.user, PartnerPage(partner, clock.today())),
        "events": access_queries.joint_history(request.user, [partner, *agreements[:50], *undertakings[:50]]),
    }
    return render(request, "partners/partner.html", context)


def _website_url(partner: Partner) -> str:
    if not partner.website:
        return ""
    return partner.website if partner.website.lower().startswith("http") else f"https://{partner.website}"


def _contact(contact: PartnerContact, *, shows: bool) -> dict[str, Any]:
    numbers = contact_numbers(contact)
    return {
        "contact": contact,
        "name": contact.name if shows else access.masked_name(contact.name),
        "phone": numbers.phone if shows else "",
        "email": numbers.email if shows else "",
        "note": contact.note if shows else "",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, partner_id: UUID) -> HttpResponse:
    """Change what is written down of a partner."""
    partner = partner_or_404(request, partner_id, policy.MANAGE)
    form = PartnerForm(posted(request), partner=partner)
    if submit(
        request,
        form,
        lambda: actions.change_partner(
            actor=request.user, partner=partner, read=form.cleaned_data["read"] or 0, inputs=form.inputs()
        ),
    ):
        messages.success(request, _("The changes are kept."))
        return redirect("partners:partner", partner.pk)
    context = {
        "title": _("Change the partner"),
        "partner": partner,
        "submit": _("Keep the changes"),
        "icon": "check",
        "back": reverse("partners:partner", args=[partner.pk]),
    }
    return form_page(request, form, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: AuthenticatedRequest, partner_id: UUID) -> HttpResponse:
    """End the work with a partner."""
    partner = partner_or_404(request, partner_id, policy.MANAGE)
    form = EndForm(posted(request), initial={"read": partner.version})
    if submit(
        request,
        form,
        lambda: actions.end_partner(
            actor=request.user, partner=partner, read=form.cleaned_data["read"], reason=form.cleaned_data["reason"]
        ),
    ):
        messages.success(request, _("The work with this partner has ended. What was done stays written down."))
        return redirect("partners:partner", partner.pk)
    context = {
        "title": _("End the work with the partner"),
        "hint": _("Its agreements end today, and what it still had to do is dropped, for the same reason."),
        "partner": partner,
        "submit": _("End it"),
        "icon": "ban",
        "danger": True,
        "back": reverse("partners:partner", args=[partner.pk]),
    }
    return form_page(request, form, context)


@login_required
@require_POST
def resume(request: AuthenticatedRequest, partner_id: UUID) -> HttpResponse:
    """Take the work with a partner up again."""
    partner = partner_or_404(request, partner_id, policy.MANAGE)
    try:
        actions.resume_partner(actor=request.user, partner=partner, read=partner.version)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The work goes on. Agreements that ended stay ended."))
    return redirect("partners:partner", partner.pk)
