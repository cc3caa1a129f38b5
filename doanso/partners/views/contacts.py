"""Forms of a partner's contacts."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.form_pages import posted
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners import actions, policy
from doanso.partners.contact_data import contact_numbers
from doanso.partners.forms import ContactForm, initial_contact
from doanso.partners.views.lookups import contact_or_404, form_page, partner_or_404, submit


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, partner_id: UUID) -> HttpResponse:
    """Add a contact."""
    partner = partner_or_404(request, partner_id, policy.MANAGE)
    form = ContactForm(posted(request), initial=initial_contact() | {"key": uuid7()})
    if submit(
        request,
        form,
        lambda: actions.add_contact(
            actor=request.user, partner=partner, inputs=form.inputs(), key=form.cleaned_data["key"]
        ),
    ):
        messages.success(request, _("The contact is added."))
        return redirect("partners:partner", partner.pk)
    context = {
        "title": _("Add a contact"),
        "partner": partner,
        "submit": _("Add the contact"),
        "icon": "check",
        "back": reverse("partners:partner", args=[partner.pk]),
        "new": True,
    }
    return form_page(request, form, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, partner_id: UUID, contact_id: UUID) -> HttpResponse:
    """Change a contact."""
    contact = contact_or_404(request, partner_id, contact_id)
    numbers = contact_numbers(contact)
    initial = {name: getattr(contact, name) for name in ("name", "post", "since", "note")} | numbers._asdict()
    form = ContactForm(posted(request), initial=initial)
    if submit(request, form, lambda: actions.change_contact(actor=request.user, contact=contact, inputs=form.inputs())):
        messages.success(request, _("The changes are kept."))
        return redirect("partners:partner", partner_id)
    context = {
        "title": _("Change the contact"),
        "partner": contact.partner,
        "submit": _("Keep the changes"),
        "icon": "check",
        "back": reverse("partners:partner", args=[partner_id]),
        "remove_url": reverse("partners:remove-contact", args=[partner_id, contact_id]),
    }
    return form_page(request, form, context)


@login_required
@require_POST
def end(request: AuthenticatedRequest, partner_id: UUID, contact_id: UUID) -> HttpResponse:
    """Write down that this person is no longer the contact."""
    contact = contact_or_404(request, partner_id, contact_id)
    try:
        actions.end_contact(actor=request.user, contact=contact)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("This person is no longer the contact."))
    return redirect("partners:partner", partner_id)


@login_required
@require_POST
def remove(request: AuthenticatedRequest, partner_id: UUID, contact_id: UUID) -> HttpResponse:
    """Remove a contact for good."""
    contact = contact_or_404(request, partner_id, contact_id)
    actions.remove_contact(actor=request.user, contact=contact)
    messages.success(request, _("The contact is removed, with name and numbers."))
    return redirect("partners:partner", partner_id)
