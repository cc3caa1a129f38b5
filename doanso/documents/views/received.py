"""Documents received from units of the system, and the pages for receivers outside."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.accounts.requests import AuthenticatedRequest
from doanso.accounts.secret_links import is_link_preview, secret_page
from doanso.documents import policy
from doanso.documents.actions import deliveries
from doanso.documents.forms.received import AnswerForm, AssignForm
from doanso.documents.models import ENDED, Delivery, DocumentState
from doanso.documents.ports import incoming_book
from doanso.documents.queries import received as queries
from doanso.documents.queries.documents import kind_names
from doanso.documents.views.paging import document_pages
from doanso.documents.views.previews import page_images, verdicts
from doanso.files.responses import hand_out
from doanso.lib import clock
from doanso.lib.form_pages import submit
from doanso.lib.paging import page_number
from doanso.units import queries as units

# --- From units of the system -----------------------------------------------------------------------------------------------


@login_required
@require_safe
def received(request: AuthenticatedRequest) -> HttpResponse:
    """List received documents, newest first."""
    access.anywhere_or_404(request.user, policy.RECEIVE)
    state = request.GET.get("state", "")
    page = queries.received_page(request.user, state=state, number=page_number(request))
    context = {
        "lines": page.lines,
        "state": state if state in ("new", "open") else "",
        "today": clock.today(),
        "pages": document_pages(request, page.number, len(page.lines), more=page.more),
    }
    return render(request, "documents/received.html", context)


def _delivery(request: AuthenticatedRequest, delivery_id: UUID) -> Delivery:
    return get_object_or_404(queries.deliveries_with_details(request.user), pk=delivery_id)


@login_required
@require_safe
def delivery(request: AuthenticatedRequest, delivery_id: UUID) -> HttpResponse:
    """Show a received document and record its opening, which the sender sees."""
    deliveries.open_delivery(actor=request.user, delivery=_delivery(request, delivery_id))
    return _delivery_page(request, _delivery(request, delivery_id))


def _delivery_page(
    request: AuthenticatedRequest,
    delivery: Delivery,
    *,
    assign: AssignForm | None = None,
    answer: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    people = queries.delivery_handlers(delivery.unit) if delivery.unit is not None else []
    is_ended = delivery.document.state in ENDED
    context = {
        "delivery": delivery,
        "document": delivery.document,
        "sender": units.named_unit(delivery.document.unit),
        "kind": kind_names().get(delivery.document.kind, delivery.document.kind),
        "is_ended": is_ended,
        "replaced_by": queries.replacement_of(delivery.document) if is_ended else None,
        "assign": assign or (AssignForm(people=people) if people and not is_ended else None),
        "answer": answer or AnswerForm(),
        "attachments": list(delivery.document.attachments.order_by("added_at", "id")),
        "entry": incoming_book().delivery_entry(actor=request.user, delivery=delivery),
        "events": access_queries.history(request.user, delivery),
    }
    return render(request, "documents/delivery.html", context, status=status)


@login_required
@require_safe
def delivery_preview(request: AuthenticatedRequest, delivery_id: UUID) -> HttpResponse:
    """Show the pages of a received document."""
    return page_images(request, _delivery(request, delivery_id).document)


@login_required
@require_safe
def delivery_signatures(request: AuthenticatedRequest, delivery_id: UUID) -> HttpResponse:
    """Show the current verdicts on a received document's signatures."""
    return verdicts(request, _delivery(request, delivery_id).document)


@login_required
@require_safe
def delivery_file(request: AuthenticatedRequest, delivery_id: UUID) -> HttpResponseBase:
    """Download the sealed file."""
    delivery = _delivery(request, delivery_id)
    if delivery.document.final is None:
        raise Http404
    deliveries.open_delivery(actor=request.user, delivery=delivery)
    return hand_out(request, delivery.document.final, name=f"{delivery.document.notation.replace('/', '-')}.pdf")


@login_required
@require_safe
def delivery_attachment(request: AuthenticatedRequest, delivery_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """Download an attachment of a received document."""
    delivery = _delivery(request, delivery_id)
    attachment = get_object_or_404(delivery.document.attachments.select_related("blob", "signed"), pk=attachment_id)
    return hand_out(request, attachment.signed or attachment.blob, name=attachment.name)


@login_required
@require_POST
def assign(request: AuthenticatedRequest, delivery_id: UUID) -> HttpResponse:
    """Assign a received document to a person."""
    delivery = _delivery(request, delivery_id)
    if delivery.unit is None:
        raise Http404
    form = AssignForm(request.POST, people=queries.delivery_handlers(delivery.unit))
    if submit(
        form,
        lambda: deliveries.assign_delivery(
            actor=request.user, delivery=delivery, user=form.chosen(), answer_by=form.cleaned_data["answer_by"]
        ),
    ):
        messages.success(request, _("Given to %(who)s.") % {"who": form.chosen().display_name})
        return redirect("documents:delivery", delivery.pk)
    return _delivery_page(request, delivery, assign=form, status=422)


@login_required
@require_POST
def answer(request: AuthenticatedRequest, delivery_id: UUID) -> HttpResponse:
    """Answer a received document."""
    delivery = _delivery(request, delivery_id)
    form = AnswerForm(request.POST)
    if submit(
        form,
        lambda: deliveries.answer_delivery(actor=request.user, delivery=delivery, words=form.cleaned_data["words"]),
    ):
        messages.success(request, _("The answer is sent."))
        return redirect("documents:delivery", delivery.pk)
    return _delivery_page(request, delivery, answer=form, status=422)


@login_required
@require_POST
def see_end(request: AuthenticatedRequest, delivery_id: UUID) -> HttpResponse:
    """Record that the receiver knows that the document has ended."""
    deliveries.see_end(actor=request.user, delivery=_delivery(request, delivery_id))
    return redirect("documents:delivery", delivery_id)


# --- Outside ----------------------------------------------------------------------------------------------------------------


@secret_page
@require_safe
def outside(request: HttpRequest, link: str) -> HttpResponse:
    """Show a document to the reader with its link, and record the opening by a person; a download is one in any case."""
    delivery = _outside(link)
    is_ended = delivery.document.state in ENDED
    if not is_link_preview(request):
        action = deliveries.see_end if is_ended else deliveries.open_delivery
        action(actor=None, delivery=delivery)
    context = {
        "delivery": delivery,
        "document": delivery.document,
        "sender": units.named_unit(delivery.document.unit),
        "is_ended": is_ended,
        "replaced_by": queries.replacement_of(delivery.document) if is_ended else None,
        "attachments": list(queries.sealed_attachments(delivery)),
        "link": link,
    }
    return render(request, "documents/outside.html", context)


@secret_page
@require_safe
def outside_file(request: HttpRequest, link: str) -> HttpResponseBase:
    """Download the file of a document in effect, by its link."""
    delivery = _holding(link)
    if delivery.document.final is None:
        raise Http404
    deliveries.open_delivery(actor=None, delivery=delivery)
    return hand_out(request, delivery.document.final, name=f"{delivery.document.notation.replace('/', '-')}.pdf")


@secret_page
@require_safe
def outside_attachment(request: HttpRequest, link: str, attachment_id: UUID) -> HttpResponseBase:
    """Download an attachment as the organisation signed it, by the document's link."""
    delivery = _holding(link)
    attachment = get_object_or_404(queries.sealed_attachments(delivery), pk=attachment_id)
    if attachment.signed is None:
        raise Http404
    deliveries.open_delivery(actor=None, delivery=delivery)
    return hand_out(request, attachment.signed, name=attachment.name)


def _holding(link: str) -> Delivery:
    """Return the delivery of a link while its document is in effect; files of ended documents are not handed out."""
    delivery = _outside(link)
    if delivery.document.state != DocumentState.ISSUED:
        raise Http404
    return delivery


def _outside(link: str) -> Delivery:
    delivery = queries.delivery_of_link(link)
    if delivery is None:
        raise Http404
    return delivery
