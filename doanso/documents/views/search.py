"""The search page of documents."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.forms.drafts import SearchForm
from doanso.documents.queries import search as queries
from doanso.documents.views.paging import document_pages
from doanso.lib.paging import page_number

LAST_PAGE = 999
"""The last page offered; the search runs again for each page."""


@login_required
@require_safe
def search(request: AuthenticatedRequest) -> HttpResponse:
    """Search documents by words in number, summary or file."""
    access.anywhere_or_404(request.user, policy.RECEIVE)
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    number = min(page_number(request), LAST_PAGE)
    result = queries.search(request.user, words, number=number) if words else None
    context = {"form": form, "words": words, "found": result}
    if result is not None:
        count = len(result.by_head) + len(result.by_text)
        context["pages"] = document_pages(request, number, count, more=result.more and number < LAST_PAGE)
    return render(request, "documents/search.html", context)
