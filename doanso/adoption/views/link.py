"""The pages of a personal link: no account, no script, large type, and of the person only the given name.

A form proves itself by the link's secret, so there is no other token against forged forms: a page that sends no referrer could
not use one anyway. These pages are not indexed, cached or disclosed to other sites. An unknown, expired, replaced or used link
gets the same page.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.secret_links import network_of_request, secret_page
from doanso.adoption import actions
from doanso.adoption.models import DeclareLink
from doanso.adoption.queries import self_report as own
from doanso.adoption.queries.self_report import SelfReportedService
from doanso.adoption.views.own import PageSpeaker, chosen_service, service_forms, submit_form
from doanso.members.models import Member
from doanso.units import queries as units


def _wait(request: HttpRequest) -> HttpResponse:
    return render(request, "adoption/link_closed.html", {"wait": True}, status=429)


def _closed(request: HttpRequest, token: str) -> HttpResponse:
    # A link that was valid once is no guess, and a whole class may share one address.
    if not own.link_exists(token):
        actions.count_unknown_link(address=network_of_request(request))
    return render(request, "adoption/link_closed.html", {"wait": False}, status=404)


def _opened(token: str) -> tuple[DeclareLink, Member, list[SelfReportedService]] | None:
    """Return the link with its person and their services, while it can still be used."""
    link = own.link_of(token)
    stay = own.stay_of(link.person_id) if link is not None else None
    if link is None or stay is None:
        return None
    own_services = own.own_services(stay, link=link)
    return (link, stay, own_services) if any(own_service.asks for own_service in own_services) else None


@secret_page
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Show the page after the last declaration; the link is no longer valid."""
    return render(request, "adoption/link_thanks.html")


@secret_page
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """List the services of the link's person."""
    if actions.asks_too_often(address=network_of_request(request)):
        return _wait(request)
    opened = _opened(token)
    if opened is None:
        return _closed(request, token)
    link, stay, own_services = opened
    return render(
        request,
        "adoption/link.html",
        {
            "called": own.given_name(stay.contact.name),
            "unit": units.named_unit(stay.branch),
            "until": link.expires_at,
            "rows": [(own_service, f"{request.path}{own_service.service.pk}/") for own_service in own_services],
        },
    )


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def link_service(request: HttpRequest, token: str, service: str) -> HttpResponse:
    """Show one service behind a link: the guide, and the person's declarations."""
    if actions.asks_too_often(address=network_of_request(request)):
        return _wait(request)
    opened = _opened(token)
    if opened is None:
        return _closed(request, token)
    link, stay, own_services = opened
    own_service = chosen_service(own_services, service)
    status = 200
    if request.method == "POST":
        if not actions.count_sent_form(link=link):
            return _wait(request)
        outcome, forms = submit_form(request, own_service, PageSpeaker(token=token))
        if outcome:
            if _opened(token) is None:
                return redirect("adoption:link-thanks")
            messages.success(request, outcome)
            return redirect("adoption:link", token=token)
        status = 422
    else:
        forms = service_forms(own_service)
    return render(
        request,
        "adoption/link_service.html",
        {
            "called": own.given_name(stay.contact.name),
            "unit": units.named_unit(stay.branch),
            "one": own_service,
            "forms": forms,
            "back": request.path.removesuffix(f"{service}/"),
        },
        status=status,
    )
