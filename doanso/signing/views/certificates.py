"""Views of certificates: the list, one certificate, adding one, its image, ending its use."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import Permission, anywhere_or_404, current_role_assignments, get_or_404, over_others_or_404
from doanso.accounts.models import User
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.problems import Unavailable
from doanso.files.responses import hand_out
from doanso.lib import clock, formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.signing import actions, policy, reading
from doanso.signing.forms import certificates as forms
from doanso.signing.models import Certificate, SignerKind
from doanso.signing.queries import certificates as queries
from doanso.units import queries as units
from doanso.units.models import Unit


@login_required
@require_safe
def certificates(request: AuthenticatedRequest) -> HttpResponse:
    """List the certificates of the user's units, and their own."""
    anywhere_or_404(request.user, policy.VIEW)
    number = page_number(request)
    lines, more = queries.page_of_certificates(request.user, number)
    summary = ngettext("%(count)s certificate on this page", "%(count)s certificates on this page", len(lines))
    return render(
        request,
        "signing/certificates.html",
        {
            "lines": lines,
            "soon": [line for line in lines if line.state == "soon"],
            "may_add": policy.KEEP.allows_anywhere(request.user),
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(lines))}),
        },
    )


def _own_units(user: User) -> dict[str, Unit]:
    """Return the units at which the user has a role, for the choice of a certificate's unit."""
    return {role_assignment.unit.code: role_assignment.unit for role_assignment in current_role_assignments(user)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a certificate and put it into use."""
    over_others_or_404(request.user, policy.KEEP, see=policy.VIEW)
    own_units = _own_units(request.user)
    kinds = {SignerKind.PERSON.value}
    if any(policy.KEEP.allows_at(request.user, unit) for unit in own_units.values()):
        kinds.add(SignerKind.ORGANISATION.value)
    names = units.named_units_by_id(unit.pk for unit in own_units.values())
    choices = [(code, names[unit.pk].name) for code, unit in own_units.items() if unit.pk in names]
    initial = {"kind": SignerKind.PERSON, "way": "agent"}
    form = forms.CertificateForm(
        request.POST or None, request.FILES or None, units=choices, kinds=kinds, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            new_certificate = actions.add_certificate(
                actor=request.user,
                kind=data["kind"],
                unit=own_units[data["unit"]],
                way=data["way"],
                content=form.content(),
                is_theirs=data["is_theirs"],
                token_label=data.get("token_label", ""),
                key_label=data.get("key_label", ""),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _added_message(new_certificate))
            return redirect("signing:certificate", new_certificate.pk)
    return render(request, "signing/add.html", {"form": form}, status=422 if request.method == "POST" else 200)


def _added_message(certificate: Certificate) -> str:
    if certificate.awaits_confirmation:
        return _(
            "The certificate is kept. An administrator other than you confirms that it is the right one; then it signs."
        )
    if certificate.lacks_trial:
        return _("The certificate is in use. Sign the trial page now, so that your tool is known to fit.")
    return _("The certificate is in use. Give it its picture now, if there is one.")


def _found(request: AuthenticatedRequest, certificate_id: UUID, permission: Permission) -> Certificate:
    return get_or_404(request.user, permission, queries.all_certificates(), see=policy.VIEW, pk=certificate_id)


def _page(request: AuthenticatedRequest, certificate: Certificate, status: int = 200, **more: object) -> HttpResponse:
    now = clock.now()
    own = reading.load(certificate.der)
    may_keep = policy.KEEP.allows(request.user, certificate) and certificate.ended_at is None
    is_own_hand = certificate.kind == SignerKind.ORGANISATION or certificate.user_id == request.user.pk
    width = forms.SEAL_MM if certificate.kind == SignerKind.ORGANISATION else forms.SIGNATURE_MM
    try:
        legal_force, problem = _trust(certificate), ""
    except Refused as refused:
        legal_force, problem = True, refused.problem.message
    page = {
        "one": certificate,
        "state": queries.state_of(certificate, now),
        "name": reading.common_name(own),
        "body": reading.organisation(own),
        "issuer": reading.common_name_of(own.issuer),
        "unit": units.named_unit(certificate.unit).name,
        "legal_force": legal_force,
        "problem": problem if certificate.ended_at is None else "",
        "may_keep": may_keep,
        "may_confirm": certificate.awaits_confirmation
        and policy.TRUST.allows(request.user, certificate)
        and request.user.pk not in (certificate.user_id, certificate.added_by_id),
        "may_try": may_keep and not certificate.awaits_confirmation and policy.may_sign_with(request.user, certificate),
        "image_form": forms.ImageForm(initial={"width_mm": width}) if may_keep and is_own_hand else None,
        "end_form": forms.EndForm() if may_keep else None,
    }
    return render(request, "signing/certificate.html", page | more, status=status)


def _trust(certificate: Certificate) -> bool:
    moment = clock.now()
    others = [reading.load(der) for der in reading.split_chain(certificate.chain)]
    return reading.find_trust_path(
        reading.load(certificate.der), others, queries.trusted_authorities(moment), moment
    ).legal_force


@login_required
@require_safe
def certificate(request: AuthenticatedRequest, certificate_id: UUID) -> HttpResponse:
    """Show one certificate: its holder, issuer, expiry, and its image."""
    return _page(request, _found(request, certificate_id, policy.VIEW))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def image(request: AuthenticatedRequest, certificate_id: UUID) -> HttpResponseBase:
    """Return the image (GET), or replace it (POST)."""
    if request.method != "POST":
        certificate = _found(request, certificate_id, policy.VIEW)
        if certificate.image is None:
            raise Http404
        return hand_out(request, certificate.image, inline=True)
    certificate = _found(request, certificate_id, policy.KEEP)
    form = forms.ImageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.set_image(
                actor=request.user,
                certificate=certificate,
                content=form.content(),
                width_mm=form.cleaned_data["width_mm"],
            )
        except Refused as refused:
            form.add_error("image", refused.problem.message)
        else:
            messages.success(request, _("From now on this picture stands where the certificate signs."))
            return redirect("signing:certificate", certificate.pk)
    return _page(request, certificate, status=422, image_form=form)


@login_required
@require_POST
def try_certificate(request: AuthenticatedRequest, certificate_id: UUID) -> HttpResponse:
    """Begin the trial signature of a certificate, whose page lets the signer download, sign and bring back."""
    certificate = _found(request, certificate_id, policy.KEEP)
    page = reverse("signing:certificate", args=[certificate.pk])
    try:
        begun = actions.begin_trial(actor=request.user, certificate=certificate, back=page)
    except (Refused, Unavailable) as error:
        messages.error(request, error.problem.message)
        return redirect(page)
    return redirect("signing:session", begun.session.pk)


@login_required
@require_POST
def confirm(request: AuthenticatedRequest, certificate_id: UUID) -> HttpResponse:
    """Confirm that a certificate of another name is its holder's."""
    certificate = _found(request, certificate_id, policy.TRUST)
    try:
        actions.confirm_certificate(actor=request.user, certificate=certificate)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("It is noted that the certificate is the right one."))
    return redirect("signing:certificate", certificate.pk)


@login_required
@require_POST
def end(request: AuthenticatedRequest, certificate_id: UUID) -> HttpResponse:
    """End the use of a certificate."""
    certificate = _found(request, certificate_id, policy.KEEP)
    form = forms.EndForm(request.POST)
    if form.is_valid():
        try:
            actions.end_certificate(actor=request.user, certificate=certificate, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error("reason", refused.problem.message)
        else:
            messages.success(request, _("The certificate is out of use. What it has signed stays signed."))
            return redirect("signing:certificate", certificate.pk)
    return _page(request, certificate, status=422, end_form=form)
