"""The page on which documents are found by their words."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from doanso.access import policy as access
from doanso.documents import policy
from doanso.documents.draft_forms import SearchForm
from doanso.documents.queries import finding as queries
from doanso.lib import formats


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Documents of one's own and those that came, whose number, summary or file has the words."""
    access.anywhere_or_404(request.user, policy.RECEIVE)
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    asked = request.GET.get("page", "")
    number = max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1
    found = queries.search(request.user, words, number=number) if words else None
    context = {"form": form, "words": words, "found": found}
    if found is not None:
        count = len(found.by_head) + len(found.by_text)
        summary = ngettext("%(count)s document on this page", "%(count)s documents on this page", count)
        context["pages"] = {
            "summary": summary % {"count": formats.number(count)},
            "previous": f"?{urlencode({'words': words, 'page': number - 1})}" if number > 1 else "",
            "next": f"?{urlencode({'words': words, 'page': number + 1})}" if found.more else "",
        }
    return render(request, "documents/search.html", context)
