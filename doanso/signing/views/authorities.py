"""Views of authorities: the list, one authority, adding one after a preview, its revocation list, ending the trust."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import anywhere_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.signing import policy
from doanso.signing.actions import authorities as actions
from doanso.signing.forms.authorities import AuthorityForm, ConfirmForm, RevocationListForm
from doanso.signing.models import Authority, AuthorityPurpose
from doanso.signing.queries import authorities as queries


@login_required
@require_safe
def authorities(request: AuthenticatedRequest) -> HttpResponse:
    """List the authorities with the age of their revocation lists."""
    anywhere_or_404(request.user, policy.TRUST)
    number = page_number(request)
    lines, more = queries.authority_page(number)
    summary = ngettext("%(count)s authority on this page", "%(count)s authorities on this page", len(lines))
    page = {
        "lines": lines,
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(lines))}),
    }
    return render(request, "signing/authorities.html", page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a certificate, preview it, confirm the trust."""
    anywhere_or_404(request.user, policy.TRUST)
    if request.method == "POST" and "certificate" in request.POST:
        return _confirm(request)
    form = AuthorityForm(request.POST or None, request.FILES or None, initial={"purpose": "signing"})
    if request.method == "POST" and form.is_valid():
        try:
            preview = actions.preview_authority(form.content())
        except Refused as refused:
            form.add_error("file", refused.problem.message)
        else:
            return _seen(
                request,
                preview,
                ConfirmForm(initial=ConfirmForm.written(preview.der, form.cleaned_data)),
                form.cleaned_data,
            )
    return render(
        request, "signing/add_authority.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


def _seen(
    request: AuthenticatedRequest,
    preview: actions.AuthorityPreview,
    form: ConfirmForm,
    data: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    page = {
        "seen": preview,
        "form": form,
        "purpose": AuthorityPurpose(data["purpose"]).label,
        "legal_force": data["legal_force"] == "yes",
    }
    return render(request, "signing/see_authority.html", page, status=status)


def _confirm(request: AuthenticatedRequest) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return redirect("signing:add-authority")
    data = form.cleaned_data
    try:
        preview = actions.preview_authority(data["certificate"])
        authority = actions.add_authority(
            actor=request.user,
            content=data["certificate"],
            purpose=data["purpose"],
            legal_force=data["legal_force"] == "yes",
        )
    except Refused as refused:
        plain = AuthorityForm(initial={"purpose": data["purpose"], "legal_force": data["legal_force"]})
        return render(
            request, "signing/add_authority.html", {"form": plain, "problem": refused.problem.message}, status=422
        )
    messages.success(request, _("From now on %(name)s vouches for signers here.") % {"name": preview.name})
    return redirect("signing:authority", authority.pk)


def _found(request: AuthenticatedRequest, authority_id: UUID) -> Authority:
    anywhere_or_404(request.user, policy.TRUST)
    authority = queries.authority_of(authority_id)
    if authority is None:
        raise Http404
    return authority


def _page(
    request: AuthenticatedRequest, authority: Authority, form: RevocationListForm | None = None, status: int = 200
) -> HttpResponse:
    preview = actions.preview_authority(bytes(authority.der))
    page = {
        "one": authority,
        "seen": preview,
        "state": queries.state_of(authority, clock.now()),
        "newest": queries.newest_list(authority),
        "now": clock.now(),
        "list_form": (form or RevocationListForm()) if authority.ended_at is None else None,
    }
    return render(request, "signing/authority.html", page, status=status)


@login_required
@require_safe
def authority(request: AuthenticatedRequest, authority_id: UUID) -> HttpResponse:
    """Show one authority: its purpose, its end, and the age of its list."""
    return _page(request, _found(request, authority_id))


@login_required
@require_POST
def load_list(request: AuthenticatedRequest, authority_id: UUID) -> HttpResponse:
    """Upload a newer revocation list."""
    authority = _found(request, authority_id)
    form = RevocationListForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.load_list(actor=request.user, authority=authority, content=form.content())
        except Refused as refused:
            form.add_error("file", refused.problem.message)
        else:
            messages.success(request, _("The list is loaded. Verification goes by it from now on."))
            return redirect("signing:authority", authority.pk)
    return _page(request, authority, form, status=422)


@login_required
@require_POST
def end(request: AuthenticatedRequest, authority_id: UUID) -> HttpResponse:
    """End the trust in an authority."""
    authority = _found(request, authority_id)
    actions.end_authority(actor=request.user, authority=authority)
    messages.success(request, _("The authority is not trusted any more. What is proven to be older stays as it was."))
    return redirect("signing:authority", authority.pk)
