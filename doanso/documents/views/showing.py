"""A document as it looks: its pages as pictures, the draft as a file, and what its signatures say."""

import base64
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doanso.documents.actions.bases import content_of
from doanso.documents.actions.drafts import draft_of
from doanso.documents.drafts import DRAFT_MARK
from doanso.documents.forms import render_docx, render_pages, render_pdf
from doanso.documents.models import Document, DocumentState
from doanso.documents.queries.verdicts import signature_lines
from doanso.documents.views.drafts import readable_or_404
from doanso.files.answers import hand_out_made
from doanso.files.problems import Damaged, Unavailable

PREVIEW_PPI = 84
"""Dots per inch of the preview's pages: readable beside the rest of the page, and not too much to send."""
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_IN_HAND = (DocumentState.DRAFT, DocumentState.REVIEW)


def _is_written_here(document: Document) -> bool:
    """Whether the form prints it; an uploaded file and another app's file are their own print."""
    return not draft_of(document).is_upload and not document.source_kind


def pictures(request: HttpRequest, document: Document) -> HttpResponse:
    """A part of a page: the document as the form prints it, with number and day once there are."""
    pages: list[str] = []
    if _is_written_here(document):
        content = content_of(document, mark=DRAFT_MARK if document.state in _IN_HAND else "")
        if document.number is not None:
            content = replace(content, number=document.number.value, dated=document.dated)
        pages = [base64.b64encode(one).decode() for one in render_pages(content, ppi=PREVIEW_PPI)]
    return render(request, "documents/preview.html", {"pages": pages, "document": document})


def verdicts(request: HttpRequest, document: Document) -> HttpResponse:
    """A part of a page: what the document's signatures say when they are looked at now."""
    context: dict[str, Any] = {"problem": "", "lines": []}
    try:
        context["lines"] = signature_lines(document)
    except (Unavailable, Damaged) as away:
        context["problem"] = away.problem.message
    return render(request, "documents/signatures.html", context)


@login_required
@require_safe
def preview(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The pages as pictures."""
    return pictures(request, readable_or_404(request, document_id))


@login_required
@require_safe
def printed(request: HttpRequest, document_id: UUID, form: str) -> HttpResponseBase:
    """The draft as PDF or for Word, marked as a draft."""
    document = readable_or_404(request, document_id)
    if not _is_written_here(document):
        raise Http404
    content = content_of(document, mark=DRAFT_MARK)
    if form == "docx":
        return hand_out_made(render_docx(content), name="du-thao.docx", media=WORD)
    return hand_out_made(render_pdf(content).pdf, name="du-thao.pdf", media="application/pdf")


@login_required
@require_safe
def signatures(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What its signatures say; it comes after the document's page by itself."""
    return verdicts(request, readable_or_404(request, document_id))
