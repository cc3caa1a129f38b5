"""Certificates of attendance: the office's files, the holder's own, and the page that confirms one by its code."""

from itertools import islice
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.accounts.secret_links import network_of_request, secret_page
from doanso.audit.actions import record
from doanso.events import actions, policy
from doanso.events.forms.certificates import CertificateNameForm
from doanso.events.models import Event
from doanso.events.queries import certificates as queries
from doanso.events.queries import closing
from doanso.events.queries.registrations import ticket_by_link
from doanso.events.renderers.certificate import render_certificates
from doanso.events.rules.certificates import certificate_problem, is_printed_name
from doanso.events.views.lookups import event_or_404, head_of
from doanso.events.wording import day_words
from doanso.files.responses import hand_out_made
from doanso.lib import formats
from doanso.lib.form_pages import posted
from doanso.lib.problems import Refused
from doanso.lib.site_url import site_url
from doanso.signing.actions import tries
from doanso.signing.verification_codes import format_code, read_code
from doanso.units import queries as units

PART = 250
"""Certificates in one file: about a second and a half of computing."""
_PDF = "application/pdf"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show who has a certificate and the files to print; make those that are missing."""
    event = event_or_404(request, event_id, policy.MANAGE if request.method == "POST" else policy.VIEW)
    if request.method == "POST":
        try:
            count = actions.give_certificates(actor=request.user, event=event)
        except Refused as refused:
            messages.error(request, refused.problem.message)
        else:
            message = ngettext("%(count)s certificate is made.", "%(count)s certificates are made.", count)
            messages.success(request, message % {"count": formats.number(count)})
        return redirect("events:certificates", event.pk)
    counts = queries.counts_of_certificates(event)
    problem = certificate_problem(event.state, "-", came=True, ended=closing.has_ended(event))
    firsts = range(1, counts.printable + 1, PART)
    context = {
        **head_of(request, event, "participants"),
        "counts": counts,
        "problem": problem.message if problem is not None else "",
        "missing": counts.named - counts.printable,
        "nameless": counts.came - counts.named,
        "parts": [
            {
                "url": reverse("events:certificates-part", args=[event.pk, number]),
                "first": first,
                "last": min(first + PART - 1, counts.printable),
            }
            for number, first in enumerate(firsts, 1)
        ],
    }
    return render(request, "events/certificates.html", context)


@login_required
@require_safe
def part(request: AuthenticatedRequest, event_id: UUID, part: int) -> HttpResponseBase:
    """Send one file of certificates, a page for each; history says who took them."""
    event = event_or_404(request, event_id, policy.MANAGE)
    texts = list(islice(queries.texts_of(event), (part - 1) * PART, part * PART)) if 0 < part < 1000 else []
    if not texts:
        raise Http404
    content = render_certificates(event, queries.letterhead_of_event(event), texts, base=site_url(request))
    record(actor=request.user, action="events.export_certificates", obj=event, unit=event.unit_id)
    return hand_out_made(content, name=f"giay-chung-nhan-{event.slug}-{part}.pdf", media=_PDF)


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, link: str) -> HttpResponseBase:
    """Make the certificate of a ticket on its holder's request, and send its file."""
    registration = ticket_by_link(link)
    if registration is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.give_certificate(registration=registration)
        except Refused:
            # The ticket's page offers it only where nothing refuses.
            return redirect("events:ticket", link)
        return redirect("events:certificate", link)
    certificate = queries.certificate_of(registration)
    if certificate is None:
        raise Http404
    event: Event = registration.event
    content = render_certificates(
        event, queries.letterhead_of_event(event), [queries.text_of(certificate)], base=site_url(request)
    )
    return hand_out_made(content, name=f"giay-chung-nhan-{event.slug}-{registration.number:04d}.pdf", media=_PDF)


def _compare_name(
    request: HttpRequest, form: CertificateNameForm, found: queries.VerifiedCertificate
) -> tuple[bool | None, int]:
    """Return whether the typed name is that of the certificate, None where it was not compared, and the status of the answer."""
    if not form.is_valid():
        return None, 422
    is_named = queries.is_printable(found.certificate) and is_printed_name(
        form.cleaned_data["name"], found.certificate.registration.name
    )
    try:
        tries.take_proof_try(network=network_of_request(request), code=found.certificate.code, missed=not is_named)
    except Refused as refused:
        form.add_error("name", refused.problem.message)
        return None, 429
    return is_named, 200


@secret_page
@sensitive_post_parameters("name")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm a certificate by its code: initials, event, day, unit and number; with the full name, sent by POST, whose it is."""
    plain = read_code(code)
    found = queries.verified_certificate(plain) if plain is not None else None
    try:
        tries.take_code_try(network=network_of_request(request), missed=found is None)
    except Refused as refused:
        return render(request, "events/certificate_page.html", {"problem": refused.problem.message}, status=429)
    if found is None:
        problem = _("No certificate was given under this code. Look at it once more.")
        return render(request, "events/certificate_page.html", {"problem": problem}, status=404)
    form, is_named, status = CertificateNameForm(posted(request)), None, 200
    if request.method == "POST":
        is_named, status = _compare_name(request, form, found)
    event = found.event
    unit = units.named_unit(event.unit, event.day)
    place = f"{event.place}, {event.address}" if event.address else event.place
    context = {
        "found": found,
        "event": event,
        "unit": unit,
        "when": day_words(event.day),
        "place": place,
        "code": format_code(found.certificate.code),
        "form": form,
        "is_named": is_named,
    }
    return render(request, "events/certificate_page.html", context, status=status)
