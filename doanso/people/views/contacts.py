"""Pages of contacts: the list, a person's card, consents and requests."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import Permission, anywhere_or_404, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted
from doanso.lib.paging import page_number, pages
from doanso.people import actions, desk, forms, policy, queries
from doanso.people.actions import PersonConsent
from doanso.people.consent_texts import require_read
from doanso.people.models import Channel, Contact
from doanso.people.views.pages import ask, do


@login_required
@require_safe
def people(request: AuthenticatedRequest) -> HttpResponse:
    """List the contacts of the actor's units."""
    anywhere_or_404(request.user, policy.VIEW)
    scope = desk.visible_units(request.user)
    form = forms.ContactFilterForm(request.GET, units=scope)
    number, more = page_number(request), False
    lines: list[desk.PersonLine] = []
    if form.is_valid():
        filters = form.cleaned_data
        unit = next((entry for entry in scope if entry.code == filters["unit"]), None)
        lines, more = desk.contact_page(request.user, text=filters["q"], unit=unit, page=number)
    # Several records of a unit that are of one person are one.
    count = len({min(entry.pk for entry in (line.contact, *line.same_as)) for line in lines})
    summary = ngettext("%(count)s person on this page", "%(count)s people on this page", count)
    return render(
        request,
        "people/list.html",
        {
            "form": form,
            "lines": lines,
            "narrowed": any(request.GET.get(name) for name in ("q", "unit")),
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(count)}),
        },
    )


def _contact(request: AuthenticatedRequest, contact_id: UUID, permission: Permission) -> Contact:
    return get_or_404(request.user, permission, queries.all_contacts(), see=policy.VIEW, pk=contact_id)


@login_required
@require_safe
def person(request: AuthenticatedRequest, contact_id: UUID) -> HttpResponse:
    """Show a person's card, as its own unit reads it."""
    contact = _contact(request, contact_id, policy.VIEW)
    return render(
        request,
        "people/person.html",
        {
            "card": desk.contact_card(contact),
            "may_record": policy.RECORD_CONSENT.allows(request.user, contact),
            "may_handle": policy.HANDLE_REQUESTS.allows(request.user, contact),
            "may_settle": policy.SETTLE.allows(request.user, contact),
        },
    )


def _of(contact: Contact) -> dict[str, Any]:
    back = reverse("people:person", args=[contact.pk])
    return {"back": back, "of": contact.name}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: AuthenticatedRequest, contact_id: UUID) -> HttpResponse:
    """Record a person's consent, purpose by purpose."""
    contact = _contact(request, contact_id, policy.RECORD_CONSENT)
    text = queries.consent_text(clock.today())
    form = forms.ConsentForm(posted(request), text=text)

    def act(data: dict[str, Any]) -> None:
        require_read(request.POST.get("text_version"), text.version)
        consent_given = PersonConsent(
            person_id=contact.person_id,
            unit_id=contact.unit_id,
            purposes=tuple(data["purposes"]),
            channel=data["channel"],
            text_version=text.version,
            taken_on=clock.today(),
            guardian_name=data["guardian_name"],
        )
        with transaction.atomic():
            actions.give_consents(actor=request.user, entries=[consent_given])

    page = {
        **_of(contact),
        "title": _("Write down what the person agrees to"),
        "text": text,
        "submit": _("Keep what was agreed to"),
        "icon": "check",
        "done": _("What the person agreed to is written down."),
    }
    return ask(request, form, act, page)


@login_required
@require_POST
def withdraw(request: AuthenticatedRequest, contact_id: UUID) -> HttpResponse:
    """Withdraw the consent to one purpose."""
    contact = _contact(request, contact_id, policy.RECORD_CONSENT)
    form = forms.WithdrawForm(request.POST)
    back = reverse("people:person", args=[contact.pk])
    if not form.is_valid():
        messages.error(request, _("Choose what is taken back."))
        return redirect(back)
    return do(
        request,
        lambda: actions.take_back_consent(
            actor=request.user, contact=contact, purpose=form.cleaned_data["purpose"], channel=Channel.VOICE
        ),
        _("It is taken back; what was done until now stays lawful."),
        back,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_request(request: AuthenticatedRequest, contact_id: UUID) -> HttpResponse:
    """Record a person's request about their data; the statutory term begins."""
    contact = _contact(request, contact_id, policy.HANDLE_REQUESTS)
    form = forms.RequestForm(posted(request))

    def act(data: dict[str, Any]) -> None:
        actions.open_request(
            actor=request.user,
            person_id=contact.person_id,
            unit_id=contact.unit_id,
            kind=data["kind"],
            channel=data["channel"],
            detail=data["detail"],
        )

    page = {
        **_of(contact),
        "title": _("Write down a request"),
        "hint": _("Answer within two working days that it has come; the day by which it is done stands on its page."),
        "submit": _("Open the request"),
        "icon": "plus",
        "done": _("The request is open."),
        "after": reverse("people:requests"),
    }
    return ask(request, form, act, page)
