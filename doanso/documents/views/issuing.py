"""The clerk's pages: number and seal in one step, and receivers."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.actions import deliveries, issuing, recovery
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.forms.drafts import (
    CertificateForm,
    IssueForm,
    ReasonForm,
    ReceiversForm,
    certificate_words,
)
from doanso.documents.models import Document, Issuing
from doanso.documents.queries import documents as queries
from doanso.documents.queries.documents import draft_of
from doanso.documents.queries.receivers import receiver_groups
from doanso.documents.queries.sealing import unsealed_files
from doanso.documents.reason_pages import REASON_PAGES
from doanso.documents.rules import issuing as rules
from doanso.documents.rules.receivers import read_recipient_lines
from doanso.documents.signature_fields import read_fixed_values
from doanso.documents.views.drafts import readable_or_404, redirect_from_form, worked_on_or_404
from doanso.files.form_refusals import FormRefusals
from doanso.files.problems import Unavailable
from doanso.lib import clock
from doanso.lib.form_pages import submit
from doanso.lib.problems import Problem, Refused
from doanso.signing import queries as signatures
from doanso.signing.models import Way
from doanso.signing.session_pages import show_begun


def _receivers(form: ReceiversForm) -> list[Receiver]:
    """Return the chosen units and names outside."""
    cleaned = form.cleaned_data
    answer_by = cleaned["answer_by"]
    to_units = [Receiver(unit=chosen.unit, answer_by=answer_by) for chosen in form.chosen_units()]
    outside = [line.strip() for line in cleaned["outside"].splitlines() if line.strip()]
    return [*to_units, *(Receiver(outside=name, answer_by=answer_by) for name in outside)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Give a signed document its number and day, seal it and send it, in one step."""
    document = worked_on_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    if (back := redirect_from_form(request, document, rules.issue_problem(document.state, 1))) is not None:
        return back
    groups = receiver_groups(document.unit)
    draft = draft_of(document)
    form = IssueForm(
        request.POST if request.method == "POST" else None,
        groups=groups,
        lines=read_recipient_lines([*draft.addressees, *draft.recipients], groups),
        certificates=signatures.organisation_certificates(request.user, document.unit),
    )
    if form.is_bound and form.is_valid():
        with FormRefusals(form):
            pending_issuing = issuing.ask_issue(
                actor=request.user,
                document=document,
                certificate=form.chosen(),
                receivers=_receivers(form),
                is_public=form.cleaned_data["is_public"],
            )
            return _redirect_after_request(request, pending_issuing)
    today = clock.today()
    context = {
        "form": form,
        "document": document,
        "has_seal": bool(form.certificates),
        "attachments": document.attachments.order_by("added_at", "id"),
        "remarks": queries.remarks_on(document).filter(settled_at=None).count(),
        "today": today,
        "problem": rules.year_problem(document.state, read_fixed_values(document.places).year, today),
    }
    return render(request, "documents/issue.html", context, status=422 if form.is_bound else 200)


def _redirect_after_request(request: AuthenticatedRequest, pending_issuing: Issuing) -> HttpResponse:
    if pending_issuing.certificate.way != Way.TOKEN and unsealed_files(pending_issuing):
        return _begin_seal(request, pending_issuing.document)
    messages.success(request, _("The document has its number; it is being sealed and sent."))
    return redirect("documents:document", pending_issuing.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Begin the organisation's signatures on the clerk's own machine, of the document and its attachments."""
    document = worked_on_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    pending_issuing = get_object_or_404(queries.all_issuings(), pk=document.pk)
    waiting = unsealed_files(pending_issuing)
    if not waiting or pending_issuing.certificate.way == Way.TOKEN:
        return redirect("documents:document", document.pk)
    if request.method != "POST":
        words = certificate_words(pending_issuing.certificate)
        context = {"document": document, "issuing": pending_issuing, "waiting": waiting, "certificate": words}
        return render(request, "documents/seal.html", context)
    return _begin_seal(request, document)


def _begin_seal(request: AuthenticatedRequest, document: Document) -> HttpResponse:
    """Begin the seal; where that is refused, the document's page says so and offers it again: the number is there already."""
    try:
        back = reverse("documents:document", args=[document.pk])
        begun = issuing.begin_seal(actor=request.user, document=document, back=back)
    except (Refused, Unavailable) as error:
        messages.error(request, error.problem.message)
        return redirect("documents:document", document.pk)
    return show_begun(request, begun)


@login_required
@require_POST
def try_again(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Resume issuing after a failure."""
    document = worked_on_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    get_object_or_404(queries.all_issuings(), pk=document.pk)
    issuing.try_again(actor=request.user, document=document)
    return redirect("documents:document", document.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Choose another certificate of the unit for the seal."""
    document = worked_on_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    pending_issuing = get_object_or_404(queries.all_issuings(), pk=document.pk)
    if (back := redirect_from_form(request, document, rules.reseal_problem(pending_issuing.state))) is not None:
        return back
    form = CertificateForm(
        request.POST if request.method == "POST" else None,
        certificates=signatures.organisation_certificates(request.user, document.unit),
        initial={"certificate": str(pending_issuing.certificate_id)},
    )
    form.fields["certificate"].label = _("The organisation's certificate")
    if chosen := submit(
        form, lambda: issuing.choose_certificate(actor=request.user, document=document, certificate=form.chosen())
    ):
        return _redirect_after_request(request, chosen)
    context = {"form": form, "document": document, "issuing": pending_issuing, "has_seal": bool(form.certificates)}
    return render(request, "documents/certificate.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_again(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Have a document that cannot be sealed signed again; its number stays."""
    message = _("It waits for its signer; number and day stay.")

    def problem(document: Document) -> Problem | None:
        pending_issuing = queries.all_issuings().filter(pk=document.pk).first()
        return rules.sign_again_problem(document.state, pending_issuing.state if pending_issuing is not None else "")

    return _with_reason(request, document_id, recovery.sign_again, "sign-again", message, problem)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def return_signed(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Return a signed document that gets no number to its author."""
    message = _("It is a draft of its author again, who reads your reason.")

    def problem(document: Document) -> Problem | None:
        return rules.return_signed_problem(document.state, document.source_kind)

    def reason(document: Document) -> str:
        return rules.return_reason(document.state, read_fixed_values(document.places).year, clock.today())

    return _with_reason(request, document_id, recovery.return_signed, "return-signed", message, problem, reason)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard_numbered(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Discard a document that has a number and cannot be issued, together with the number."""
    message = _("The document is given up; its number stands in the register as void, with your reason.")

    def problem(document: Document) -> Problem | None:
        return rules.discard_numbered_problem(document.state, has_number=document.number_id is not None)

    return _with_reason(request, document_id, recovery.discard_numbered, "give-up", message, problem)


def _with_reason(
    request: AuthenticatedRequest,
    document_id: UUID,
    action: Callable[..., Document],
    name: str,
    message: str,
    problem: Callable[[Document], Problem | None],
    reason: Callable[[Document], str] = lambda _document: "",
) -> HttpResponse:
    """Ask for the reason of an action, which may be `reason` to begin with, and run it."""
    document = worked_on_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    if (back := redirect_from_form(request, document, problem(document))) is not None:
        return back
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"reason": reason(document)})
    if submit(form, lambda: action(actor=request.user, document=document, reason=form.cleaned_data["reason"])):
        messages.success(request, message)
        return redirect("documents:document", document.pk)
    context = {"form": form, "document": document, "page": REASON_PAGES[name]}
    return render(request, "documents/reason.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_to(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Send an issued document to more receivers."""
    document = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    form = ReceiversForm(request.POST if request.method == "POST" else None, groups=receiver_groups(document.unit))
    sent = submit(form, lambda: deliveries.send_to(actor=request.user, document=document, receivers=_receivers(form)))
    if sent is not None:
        message = ngettext("Sent to %(count)s more receiver.", "Sent to %(count)s more receivers.", len(sent))
        messages.success(request, message % {"count": len(sent)})
        return redirect("documents:document", document.pk)
    context = {"form": form, "document": document}
    return render(request, "documents/send_to.html", context, status=422 if form.is_bound else 200)
