"""A document's own page, and what is decided on it: sent on, agreed to, returned, called back, remarked on, signed, ended."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import queries as access_queries
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.actions import deliveries, endings, passing
from doanso.documents.actions.issuing import UNDER_WAY
from doanso.documents.actions.signing import begin_signing
from doanso.documents.draft_forms import CertificateForm, ReasonForm, SendOnForm, WordsForm, add_refusal
from doanso.documents.models import Attachment, Document, DocumentState, Issuing, IssuingState, StepState
from doanso.documents.queries import documents as queries
from doanso.documents.queries.sealing import own_signing
from doanso.documents.rules import issuing as rules
from doanso.documents.rules.deliveries import ENDED
from doanso.documents.views.drafts import readable_or_404, version_read
from doanso.files.problems import Unavailable
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.signing import queries as signatures
from doanso.signing.models import Way


@login_required
@require_safe
def document(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Who has it now, what it says, who signed it, to whom it went; a fixed number of statements."""
    return _page(request, readable_or_404(request, document_id))


def _page(
    request: AuthenticatedRequest, found: Document, *, form: WordsForm | None = None, status: int = 200
) -> HttpResponse:
    actor = request.user
    whole = queries.whole(found)
    open_step = next((one for one in whole.steps if one.state == StepState.OPEN), None)
    may_draft = policy.DRAFT.allows(actor, found)
    may_issue = policy.ISSUE.allows(actor, found)
    attachments = list(found.attachments.order_by("added_at", "id"))
    opened = sum(one.opened_at is not None for one in whole.deliveries)
    context = {
        "whole": whole,
        "document": found,
        "open_step": open_step,
        "may_write": may_draft and found.state == DocumentState.DRAFT,
        "may_call_back": may_draft and open_step is not None and found.number_id is None,
        "may_decide": open_step is not None and policy.has_desk(actor, open_step),
        "may_sign": open_step is not None and open_step.is_signer and open_step.user_id == actor.pk,
        "may_comment": found.state in (DocumentState.DRAFT, DocumentState.REVIEW, DocumentState.SIGNING),
        "may_issue": may_issue,
        "may_discard": policy.may_discard(actor, found),
        "may_sign_again": may_issue
        and rules.sign_again_problem(found.state, whole.issuing.state if whole.issuing is not None else "") is None,
        "may_give_up": may_issue and rules.give_up_problem(found.state, has_number=found.number_id is not None) is None,
        "may_reseal": may_issue and whole.issuing is not None and whole.issuing.state in UNDER_WAY,
        "attachments": attachments,
        "waits_for_clerk": _waits_for_clerk(whole.issuing, attachments),
        "receivers": queries.receiver_lines(whole, with_links=may_issue and found.state == DocumentState.ISSUED),
        "opened": opened,
        "is_ended": found.state in ENDED,
        "end_seen": sum(one.end_seen_at is not None for one in whole.deliveries),
        "unopened": sum(one.opened_at is None and one.sent_at is not None for one in whole.deliveries),
        "words": form or WordsForm(),
        "events": access_queries.history(actor, found),
        "is_out": found.state in policy.OUT,
        "is_written_here": not whole.is_file,
    }
    return render(request, "documents/document.html", context, status=status)


def _waits_for_clerk(issuing: Issuing | None, attachments: list[Attachment]) -> bool:
    """Whether something is left to seal with a key that is on the clerk's own machine."""
    if issuing is None or issuing.certificate.way == Way.TOKEN:
        return False
    return issuing.state == IssuingState.NUMBERED or any(one.signed_id is None for one in attachments)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_on(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Choose who looks at a draft and who signs it."""
    found = readable_or_404(request, document_id)
    policy.DRAFT.require(request.user, found)
    form = SendOnForm(
        request.POST if request.method == "POST" else None,
        reviewers=queries.reviewers_for(found.unit, but=request.user),
        roles=queries.roles_in(found.unit),
        mandates=queries.mandates_for(found.unit, found.kind, clock.today()),
    )
    if form.is_bound and form.is_valid():
        reviewers, mandate = form.chosen()
        try:
            passing.send_on(
                actor=request.user,
                document=found,
                read=version_read(request),
                reviewers=reviewers,
                mandate=mandate,
                words=form.cleaned_data["words"],
            )
        except Refused as refused:
            add_refusal(form, refused)
        except Unavailable as away:
            form.add_error(None, away.problem.message)
        else:
            messages.success(request, _("The document is on its way."))
            return redirect("documents:document", found.pk)
    context = {"form": form, "document": found, "has_signer": bool(form.mandates)}
    return render(request, "documents/send_on.html", context, status=422 if form.is_bound else 200)


def _decided(
    request: AuthenticatedRequest, found: Document, deed: Callable[..., Document], said: str, **more: object
) -> HttpResponse:
    """Do one deed with the words of the page's form, and say what came of it."""
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        deed(actor=request.user, document=found, words=form.cleaned_data["words"], **more)
    except Refused as refused:
        add_refusal(form, refused)
        found.refresh_from_db()
        return _page(request, found, form=form, status=422)
    messages.success(request, said)
    return redirect("documents:document", found.pk)


@login_required
@require_POST
def pass_step(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Agree to a document as it stands."""
    found = readable_or_404(request, document_id)
    return _decided(
        request, found, passing.pass_step, _("Agreed; it is the next one's turn."), read=version_read(request)
    )


@login_required
@require_POST
def return_step(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Give a document back to whoever wrote it."""
    return _decided(
        request, readable_or_404(request, document_id), passing.return_step, _("Returned to whoever wrote it.")
    )


@login_required
@require_POST
def comment(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Remark on the newest version."""
    found = readable_or_404(request, document_id)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            passing.comment(actor=request.user, document=found, version=found.version, words=form.cleaned_data["words"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("documents:document", found.pk)
    return _page(request, found, form=form, status=422)


@login_required
@require_POST
def settle_comment(request: AuthenticatedRequest, document_id: UUID, comment_id: UUID) -> HttpResponse:
    """Say that a remark was taken up."""
    found = readable_or_404(request, document_id)
    remark = get_object_or_404(queries.remarks(found), pk=comment_id)
    passing.settle_comment(actor=request.user, remark=remark)
    return redirect("documents:document", found.pk)


@login_required
@require_POST
def call_back(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Take a document that is under way back."""
    found = readable_or_404(request, document_id)
    try:
        passing.call_back(actor=request.user, document=found)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The document is a draft again."))
    return redirect("documents:document", found.pk)


# --- Signing --------------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Choose one's certificate; the signature itself is made where the key is."""
    found = readable_or_404(request, document_id)
    if found.mandate is None or found.mandate.user_id != request.user.pk:
        raise PermissionDenied("documents.sign")
    if found.state != DocumentState.SIGNING:
        messages.info(request, _("This document does not wait for a signature."))
        return redirect("documents:document", found.pk)
    form = CertificateForm(
        request.POST if request.method == "POST" else None, certificates=signatures.certificates_of(request.user)
    )
    if form.is_bound and form.is_valid():
        try:
            begun = begin_signing(
                actor=request.user,
                document=found,
                read=version_read(request),
                certificate=form.chosen(),
                base=request.build_absolute_uri("/")[:-1],
                back=reverse("documents:document", args=[found.pk]),
            )
        except (Refused, Unavailable) as error:
            form.add_error(None, error.problem.message)
        else:
            return redirect("signing:session", begun.session.pk)
    found.refresh_from_db(fields=["base"])
    context = {
        "form": form,
        "document": found,
        "has_certificate": bool(form.certificates),
        "own": own_signing(found, request.user),
    }
    return render(request, "documents/sign.html", context, status=422 if form.is_bound else 200)


# --- After it was issued ----------------------------------------------------------------------------------------------------


@login_required
@require_POST
def remind(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Remind everybody who has not opened it yet."""
    found = readable_or_404(request, document_id)
    try:
        count = deliveries.remind(actor=request.user, document=found)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        said = ngettext("Reminded %(count)s receiver.", "Reminded %(count)s receivers.", count) % {"count": count}
        messages.success(request, said if count else _("Everybody was reminded today already."))
    return redirect("documents:document", found.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Call an issued document back."""
    found = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, found)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            endings.recall_document(actor=request.user, document=found, reason=form.cleaned_data["reason"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The document is recalled; whoever got it sees that, and whoever verifies it."))
            return redirect("documents:document", found.pk)
    context = {"form": form, "document": found, "deed": "recall"}
    return render(request, "documents/reason.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Say which document holds instead of this one."""
    found = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, found)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    notation = request.POST.get("by", "").strip()
    if form.is_bound and form.is_valid():
        by = queries.issued_with(found.unit, notation)
        if by is None:
            form.add_error(
                None, _("No issued document of this unit has that number and symbol. Write it as it is printed.")
            )
        else:
            try:
                endings.replace_document(actor=request.user, document=found, by=by, reason=form.cleaned_data["reason"])
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("The document is replaced; its page leads to the new one."))
                return redirect("documents:document", found.pk)
    context = {"form": form, "document": found, "deed": "replace", "by": notation}
    return render(request, "documents/reason.html", context, status=422 if form.is_bound else 200)
