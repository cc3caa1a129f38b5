"""A document's own page and the decisions on it: sent on, agreed to, returned, called back, remarked on, signed, ended."""

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
from doanso.documents.actions import deliveries, recalls, routing
from doanso.documents.actions.signing import begin_signing
from doanso.documents.forms.drafts import CertificateForm, ReasonForm, SendOnForm, WordsForm
from doanso.documents.models import ENDED, Document, DocumentState, StepState
from doanso.documents.queries import documents as queries
from doanso.documents.queries.sealing import open_signing_session
from doanso.documents.reason_pages import REASON_PAGES
from doanso.documents.rules import issuing as rules
from doanso.documents.rules.routing import write_problem
from doanso.documents.signature_fields import read_fixed_values
from doanso.documents.views.drafts import posted_version, readable_or_404, redirect_from_form, worked_on_or_404
from doanso.files.form_refusals import FormRefusals
from doanso.files.problems import Unavailable
from doanso.lib import clock
from doanso.lib.form_pages import submit
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.lib.site_url import site_url
from doanso.signing import queries as signatures
from doanso.signing.session_pages import show_begun


@login_required
@require_safe
def document(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Show a document in a bounded number of statements."""
    return _document_page(request, readable_or_404(request, document_id))


def _document_page(
    request: AuthenticatedRequest, document: Document, *, form: WordsForm | None = None, status: int = 200
) -> HttpResponse:
    actor = request.user
    details = queries.read_details(document)
    open_step = next((row for row in details.steps if row.state == StepState.OPEN), None)
    may_draft = policy.allows(actor, policy.DRAFT, document)
    may_issue = policy.allows(actor, policy.ISSUE, document)
    attachments = list(document.attachments.order_by("added_at", "id"))
    opened = sum(row.opened_at is not None for row in details.deliveries)
    context = {
        "details": details,
        "document": document,
        # An inspector, who only reads what others issued, came from a register.
        "open_step": open_step,
        "may_write": may_draft and document.state == DocumentState.DRAFT,
        "may_call_back": may_draft and open_step is not None and document.number_id is None,
        "may_decide": open_step is not None and policy.has_desk(actor, open_step),
        "may_sign": open_step is not None and open_step.is_signer and open_step.user_id == actor.pk,
        "may_comment": document.state in (DocumentState.DRAFT, DocumentState.REVIEW, DocumentState.SIGNING),
        "may_issue": may_issue,
        "may_discard": policy.may_discard(actor, document),
        "may_sign_again": may_issue
        and rules.sign_again_problem(document.state, details.issuing.state if details.issuing is not None else "")
        is None,
        # For the clerk alone, who can return the file.
        "year_problem": rules.year_problem(document.state, read_fixed_values(document.places).year, clock.today())
        if may_issue
        else None,
        "may_give_up": may_issue
        and rules.discard_numbered_problem(document.state, has_number=document.number_id is not None) is None,
        "may_reseal": may_issue and details.issuing is not None and rules.reseal_problem(details.issuing.state) is None,
        "attachments": attachments,
        "waits_for_clerk": rules.waits_for_clerk(details.issuing, attachments),
        "receivers": queries.receiver_lines(details, with_links=may_issue and document.state == DocumentState.ISSUED),
        "opened": opened,
        "sent": queries.sent_summary(details),
        "is_ended": document.state in ENDED,
        "end_seen": sum(row.end_seen_at is not None for row in details.deliveries),
        "unopened": sum(row.opened_at is None and row.sent_at is not None for row in details.deliveries),
        "words": form or WordsForm(),
        "events": access_queries.history(actor, document),
        "is_out": document.state in policy.OUT,
        "is_written_here": not details.is_file,
    }
    return render(request, "documents/document.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_on(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Choose reviewers and signer of a draft."""
    document = worked_on_or_404(request, document_id)
    policy.DRAFT.require(request.user, document)
    if (back := redirect_from_form(request, document, write_problem(document.state))) is not None:
        return back
    form = SendOnForm(
        request.POST if request.method == "POST" else None,
        reviewers=queries.reviewers_for(document.unit, but=request.user),
        roles=queries.roles_in(document.unit),
        mandates=queries.mandates_for(document.unit, document.kind, clock.today()),
    )
    if form.is_bound and form.is_valid():
        reviewers, mandate = form.chosen()
        with FormRefusals(form):
            routing.send_on(
                actor=request.user,
                document=document,
                expected_version=posted_version(request),
                reviewers=reviewers,
                mandate=mandate,
                words=form.cleaned_data["words"],
            )
            messages.success(request, _("The document is on its way."))
            return redirect("documents:document", document.pk)
    context = {"form": form, "document": document, "has_signer": bool(form.mandates)}
    return render(request, "documents/send_on.html", context, status=422 if form.is_bound else 200)


def _run_action(
    request: AuthenticatedRequest, document: Document, action: Callable[..., Document], message: str, **more: object
) -> HttpResponse:
    """Run an action with the words of the page's form, and redirect to the page."""
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _document_page(request, document, form=form, status=422)
    try:
        action(actor=request.user, document=document, words=form.cleaned_data["words"], **more)
    except Refused as refused:
        add_refusal(form, refused)
        document.refresh_from_db()
        return _document_page(request, document, form=form, status=422)
    messages.success(request, message)
    return redirect("documents:document", document.pk)


@login_required
@require_POST
def pass_step(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Agree to a document."""
    document = worked_on_or_404(request, document_id)
    return _run_action(
        request,
        document,
        routing.pass_step,
        _("Agreed; it is the next one's turn."),
        expected_version=posted_version(request),
    )


@login_required
@require_POST
def return_step(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Return a document to its author."""
    document = worked_on_or_404(request, document_id)
    return _run_action(
        request,
        document,
        routing.return_step,
        _("Returned to whoever wrote it."),
        expected_version=posted_version(request),
    )


@login_required
@require_POST
def comment(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Remark on the newest version."""
    document = worked_on_or_404(request, document_id)
    form = WordsForm(request.POST)
    if submit(
        form,
        lambda: routing.comment(
            actor=request.user, document=document, version=document.version, words=form.cleaned_data["words"]
        ),
    ):
        return redirect("documents:document", document.pk)
    return _document_page(request, document, form=form, status=422)


@login_required
@require_POST
def resolve_comment(request: AuthenticatedRequest, document_id: UUID, comment_id: UUID) -> HttpResponse:
    """Mark a remark as resolved."""
    document = worked_on_or_404(request, document_id)
    remark = get_object_or_404(queries.remarks_on(document), pk=comment_id)
    routing.resolve_comment(actor=request.user, remark=remark)
    return redirect("documents:document", document.pk)


@login_required
@require_POST
def call_back(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Make a document that is under way a draft again."""
    document = worked_on_or_404(request, document_id)
    policy.DRAFT.require(request.user, document)
    try:
        routing.call_back(actor=request.user, document=document)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The document is a draft again."))
    return redirect("documents:document", document.pk)


# --- Signing --------------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Choose a certificate; the signature is made where the key is."""
    document = worked_on_or_404(request, document_id)
    if document.mandate is None or document.mandate.user_id != request.user.pk:
        raise PermissionDenied("documents.sign")
    if document.state != DocumentState.SIGNING:
        messages.info(request, _("This document does not wait for a signature."))
        return redirect("documents:document", document.pk)
    form = CertificateForm(
        request.POST if request.method == "POST" else None, certificates=signatures.certificates_of(request.user)
    )
    if form.is_bound and form.is_valid():
        try:
            begun = begin_signing(
                actor=request.user,
                document=document,
                expected_version=posted_version(request),
                certificate=form.chosen(),
                base=site_url(request),
                back=reverse("documents:document", args=[document.pk]),
            )
        except (Refused, Unavailable) as error:
            form.add_error(None, error.problem.message)
        else:
            return show_begun(request, begun)
    document.refresh_from_db(fields=["base"])
    blob = queries.file_of(document)
    context = {
        "form": form,
        "document": document,
        "file_url": _file_url(document, has_file=blob is not None),
        "sha256": blob.sha256 if blob is not None else "",
        "has_certificate": bool(form.certificates),
        "own": open_signing_session(document, request.user),
        "attachments": document.attachments.order_by("added_at", "id"),
        "remarks": queries.remarks_on(document).filter(settled_at=None).count(),
    }
    return render(request, "documents/sign.html", context, status=422 if form.is_bound else 200)


def _file_url(document: Document, *, has_file: bool) -> str:
    """Return where the PDF that will be signed can be read; "" while only its signer's pages exist."""
    if document.signed_id or document.base_id:
        return reverse("documents:file", args=[document.pk])
    if has_file:
        return reverse("documents:version-file", args=[document.pk, document.version])
    return "" if document.source_kind else reverse("documents:draft-pdf", args=[document.pk])


# --- After it was issued ----------------------------------------------------------------------------------------------------


@login_required
@require_POST
def remind(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Remind all receivers who have not opened the document."""
    document = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    try:
        count = deliveries.remind(actor=request.user, document=document)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        message = ngettext("Reminded %(count)s receiver.", "Reminded %(count)s receivers.", count) % {"count": count}
        messages.success(request, message if count else _("Everybody was reminded today already."))
    return redirect("documents:document", document.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Recall an issued document."""
    document = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if submit(
        form, lambda: recalls.recall_document(actor=request.user, document=document, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("The document is recalled; whoever got it sees that, and whoever verifies it."))
        return redirect("documents:document", document.pk)
    context = {"form": form, "document": document, "page": REASON_PAGES["recall"]}
    return render(request, "documents/reason.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Name the document that replaces this one."""
    document = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    notation = request.POST.get("by", "").strip()
    if form.is_bound and form.is_valid():
        by = queries.document_with_notation(document.unit, notation)
        if by is None:
            form.add_error(
                None, _("No issued document of this unit has that number and symbol. Write it as it is printed.")
            )
        else:
            try:
                recalls.replace_document(
                    actor=request.user, document=document, by=by, reason=form.cleaned_data["reason"]
                )
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("The document is replaced; its page leads to the new one."))
                return redirect("documents:document", document.pk)
    context = {"form": form, "document": document, "page": REASON_PAGES["replace"], "by": notation}
    return render(request, "documents/reason.html", context, status=422 if form.is_bound else 200)
