"""The search: a page of its own, and the results that the palette asks for.

The text may name a person, so the product's own forms send it in the body, never in an address.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.search_words import LONGEST, SearchWords
from doanso.search import queries


@login_required
@sensitive_post_parameters("q")
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: AuthenticatedRequest) -> HttpResponse:
    """Show the results of a search on a page, for browsers without script."""
    typed = (request.POST if request.method == "POST" else request.GET).get("q", "")
    words = SearchWords.parse(typed)
    sections = queries.search_everything(request.user, words) if words else []
    context = {"typed": typed[:LONGEST], "longest": LONGEST, "searched": bool(words), "sections": sections}
    return render(request, "search/page.html", context)


@login_required
@sensitive_post_parameters("q", "opened")
@require_POST
def results(request: AuthenticatedRequest) -> HttpResponse:
    """Return the palette's results: of a text, or without one the objects that this browser opened last."""
    words = SearchWords.parse(request.POST.get("q", ""))
    if words:
        sections = queries.search_everything(request.user, words)
        return render(request, "search/results.html", {"sections": sections, "words": words})
    opened = queries.recall(request.user, request.POST.getlist("opened"))
    return render(request, "search/opened.html", {"opened": opened})
