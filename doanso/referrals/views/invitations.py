"""Pages of the invited person: no account and no script, large type; of the member only given name and branch.

A form proves itself by the link's secret, so there is no other token against forged forms: a page that sends no referrer could
not use one anyway. These pages are not indexed, cached or disclosed to other sites. An unknown, used, replaced or expired link
gets the same page.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doanso.accounts import queries as accounts
from doanso.accounts.secret_links import browser_traits, network_of_request, secret_page
from doanso.lib import clock
from doanso.lib.access_codes import clean_code
from doanso.lib.problems import Refused
from doanso.people import queries as people
from doanso.people.consent_texts import require_read
from doanso.referrals import actions, queries, slot_keys
from doanso.referrals.forms import GuidedPersonForm, InvitationCodeForm
from doanso.support import queries as support
from doanso.units import queries as units


@secret_page
@sensitive_post_parameters("code", "birth_year")
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Open an invitation by its code together with the member's year of birth."""
    form = InvitationCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            slot = actions.try_invitation_code(
                code=clean_code(cleaned["code"]), birth_year=cleaned["birth_year"], network=network_of_request(request)
            )
        except Refused as refused:
            form.add_error("code", refused.problem.message)
        else:
            keys = slot_keys.keys_of(slot) if slot is not None else None
            if keys is not None:
                return redirect("referrals:invitation", keys.link)
            form.add_error("code", _("Code and year of birth fit no invitation. Ask the member once more."))
    return render(request, "referrals/invitation_code.html", {"form": form}, status=422 if form.is_bound else 200)


@secret_page
@sensitive_post_parameters("name", "birth_year", "phone", "guardian_name")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, link: str) -> HttpResponse:
    """Show the inviting member, and the form for the services, the person's name and their consent."""
    slot = queries.slot_by_link(link)
    stay = queries.membership_of(slot.person_id) if slot is not None else None
    if slot is None or stay is None:
        return _closed(request)
    text = people.consent_text(clock.today())
    form = GuidedPersonForm(
        request.POST if request.method == "POST" else None,
        services=support.recordable_services(),
        purposes=text.purposes,
        self_reported=True,
    )
    if request.method == "POST" and form.is_valid():
        try:
            require_read(request.POST.get("text_version"), text.version)
            accepted = actions.accept_invitation(
                slot_id=slot.pk,
                guided=form.guided,
                staff_browser=accounts.has_ever_signed_in(request),
                device=browser_traits(request),
            )
        except Refused as refused:
            if refused.problem.code == "slot_closed":
                return _closed(request)
            form.refuse(refused)
        else:
            keys = support.keys_of(accepted.receipt_id)
            if keys is not None:
                return redirect("support:receipt", keys.link)
            return _closed(request)
    return render(
        request,
        "referrals/invitation.html",
        {
            "form": form,
            "called": stay.contact.name.split()[-1],
            "unit": units.named_unit(stay.branch),
            "kind": slot.kind,
            "until": slot.expires_on,
            "text": text,
        },
        status=422 if form.is_bound else 200,
    )


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "referrals/invitation_closed.html", status=404)
