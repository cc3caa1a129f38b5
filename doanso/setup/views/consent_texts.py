"""The words of consent: read and approve them, or put words of one's own in their place."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.people import consent_texts
from doanso.people import queries as people
from doanso.setup import actions, queries
from doanso.setup.forms import ConsentApprovalForm, ConsentTextForm
from doanso.setup.policy import administrator_role_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent_text(request: AuthenticatedRequest) -> HttpResponse:
    """Show the words in use with who approved them; approve them."""
    role_assignment = administrator_role_or_404(request.user)
    words = consent_texts.consent_words(clock.today())
    form = ConsentApprovalForm(request.POST if request.method == "POST" else None, initial={"version": words.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.approve_consent_text(
                actor=request.user,
                unit=role_assignment.unit,
                version=form.cleaned_data["version"],
                decided_by=form.cleaned_data["decided_by"],
            )
        except Refused as refused:
            if refused.problem.field:
                form.add_error(refused.problem.field, refused.problem.message)
            else:
                # The newest words are shown, which may be approved already.
                messages.error(request, refused.problem.message)
                return redirect("setup:consent")
        else:
            messages.success(request, _("The words are approved."))
            return redirect("setup:checklist")
    context = {
        "words": words,
        "approval": queries.consent_approval(words.version),
        "form": form,
        "guardian_age": people.guardian_age(),
    }
    return render(request, "setup/consent.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rewrite_consent_text(request: AuthenticatedRequest) -> HttpResponse:
    """Change the words; they become a new version, approved and in use at once."""
    role_assignment = administrator_role_or_404(request.user)
    words = consent_texts.consent_words(clock.today())
    form = ConsentTextForm(request.POST if request.method == "POST" else None, words=words)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            actions.rewrite_consent_text(
                actor=request.user,
                unit=role_assignment.unit,
                version=cleaned["version"],
                title=cleaned["title"],
                body=cleaned["body"],
                sentences=form.sentences(),
                decided_by=cleaned["decided_by"],
            )
        except Refused as refused:
            form.add_error(refused.problem.field or None, refused.problem.message)
        else:
            messages.success(request, _("The new words are approved and in use from now on."))
            return redirect("setup:consent")
    return render(request, "setup/consent_edit.html", {"form": form}, status=422 if form.errors else 200)
