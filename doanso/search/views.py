"""The search: a page of its own, and the results that the palette asks for.

The text may name a person, so the product's own forms send it in the body, never in an address.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doanso.accounts import actions as accounts
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.lib.search_words import LONGEST, SearchWords
from doanso.search import queries
from doanso.search.pins import is_pinnable, pinned_pages

PINS_KEPT = 60
"""Seconds for which a browser keeps the pinned pages."""


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
    opened = queries.recall_objects(request.user, request.POST.getlist("opened"))
    pinned = queries.entries_without_words(pinned_pages(request.user))
    return render(request, "search/opened.html", {"opened": opened, "pinned": pinned})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pins(request: AuthenticatedRequest) -> HttpResponse:
    """Return the pinned pages, which the frame asks for after the page has loaded; or pin or unpin the page at `path`."""
    if request.method != "POST":
        answer = render(request, "search/pins.html", {"pinned": pinned_pages(request.user)})
        # The frame changes the address with each change of the pins.
        answer["Cache-Control"] = f"private, max-age={PINS_KEPT}"
        return answer
    path = request.POST.get("path", "")
    if "unpin" in request.POST:
        accounts.unpin_page(actor=request.user, path=path)
    elif not is_pinnable(path):
        return HttpResponse(_("This page cannot be pinned."), status=422)
    else:
        try:
            accounts.pin_page(actor=request.user, path=path)
        except Refused as refused:
            messages.warning(request, refused.problem.message)
    # The address is one of our own, or none; `redirect` would take it for the name of a route.
    return HttpResponseRedirect(path if is_pinnable(path) else "/")
