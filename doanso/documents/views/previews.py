"""How a document looks: page images, draft files and the verdicts on its signatures."""

import base64
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents.actions.signing_files import content_of, printed_for_signer, room_problem
from doanso.documents.drafts import DRAFT_MARK
from doanso.documents.models import Document, DocumentState
from doanso.documents.queries.documents import draft_of, file_of
from doanso.documents.queries.verdicts import signature_lines
from doanso.documents.renderers import render_docx, render_pages, render_pdf
from doanso.documents.rules.routing import sign_year_problem
from doanso.documents.signature_fields import read_fixed_values
from doanso.documents.views.drafts import readable_or_404
from doanso.files import drawing
from doanso.files.problems import Damaged, Unavailable
from doanso.files.responses import hand_out_made
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.site_url import site_url

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_IN_HAND = (DocumentState.DRAFT, DocumentState.REVIEW)
_UNDER_WAY = (DocumentState.REVIEW, DocumentState.SIGNING)


def _is_written_here(document: Document) -> bool:
    """Return whether the form prints it; an uploaded file and another app's file are printed as they are."""
    return not draft_of(document).is_upload and not document.source_kind


def page_images(request: AuthenticatedRequest, document: Document) -> HttpResponse:
    """Render the part of a page with the images of the document's file, or of its form while there is no file."""
    context: dict[str, Any] = {"document": document, "problem": "", "room": "", "page_count": 0, "is_file": True}
    blob = file_of(document)
    try:
        if (pdf := _printed_for_signer(request, document)) is not None:
            drawn = drawing.draw_pages(pdf)
            pages, context["page_count"] = list(drawn.pages), drawn.page_count
        elif blob is not None:
            context["room"] = _room_message(document)
            drawn = drawing.pages_of(blob)
            pages, context["page_count"] = list(drawn.pages), drawn.page_count
        else:
            pages, context["is_file"] = list(_as_printed(document)), False
    except (Refused, Unavailable, Damaged) as error:
        pages, context["problem"] = [], error.problem.message
    context["pages"] = [base64.b64encode(picture).decode() if picture is not None else "" for picture in pages]
    return render(request, "documents/preview.html", context)


def _room_message(document: Document) -> str:
    """Return why an uploaded draft cannot be sent on, or why a file in routing cannot be signed; "" where nothing prevents it.

    The year printed in a file may have ended since it was sent on.
    """
    if document.state not in (*_IN_HAND, *_UNDER_WAY):
        return ""
    if document.base_id is not None:
        problem = sign_year_problem(read_fixed_values(document.places).year, document.dated, clock.today())
        return problem.message if problem is not None else ""
    problem = room_problem(document)
    if problem is None or document.state == DocumentState.DRAFT:
        return problem.message if problem is not None else ""
    return _("%(problem)s Whoever has it now returns it, or its author calls it back.") % {"problem": problem.message}


def _printed_for_signer(request: AuthenticatedRequest, document: Document) -> bytes | None:
    """Return another app's record printed for its signer, until the file to be signed exists."""
    if not document.source_kind or document.base_id is not None or document.state not in _UNDER_WAY:
        return None
    if document.mandate is None or document.public is None:
        return None
    base = site_url(request)
    return printed_for_signer(document, code=document.public, base=base).pdf


def _as_printed(document: Document) -> list[bytes]:
    """Return the pages as the form prints them; a paper document has its number and day."""
    content = content_of(document, mark=DRAFT_MARK if document.state in _IN_HAND else "")
    if document.number is not None:
        content = replace(content, number=document.number.value, dated=document.dated)
    return render_pages(content, ppi=drawing.LIMITS["ppi"])


def verdicts(request: AuthenticatedRequest, document: Document) -> HttpResponse:
    """Render the part of a page with the current verdicts on the document's signatures."""
    context: dict[str, Any] = {"problem": "", "lines": []}
    try:
        context["lines"] = signature_lines(document)
    except (Unavailable, Damaged) as error:
        context["problem"] = error.problem.message
    return render(request, "documents/signatures.html", context)


@login_required
@require_safe
def preview(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Show the page images."""
    return page_images(request, readable_or_404(request, document_id))


@login_required
@require_safe
def draft_file(request: AuthenticatedRequest, document_id: UUID, form: str) -> HttpResponseBase:
    """Download the draft as PDF or Word, marked as a draft."""
    document = readable_or_404(request, document_id)
    if not _is_written_here(document):
        raise Http404
    content = content_of(document, mark=DRAFT_MARK)
    if form == "docx":
        return hand_out_made(render_docx(content), name="du-thao.docx", media=WORD)
    return hand_out_made(render_pdf(content).pdf, name="du-thao.pdf", media="application/pdf")


@login_required
@require_safe
def signatures(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Show the verdicts; loaded by the document's page."""
    return verdicts(request, readable_or_404(request, document_id))
