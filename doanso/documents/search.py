"""Documents in the global search: by words of the summary or by the number. The text of files is searched on the desk."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Delivery, Document, DocumentState
from doanso.documents.queries.documents import kind_names
from doanso.lib import formats
from doanso.lib.search_words import SearchWords

MOST_FOUND = 50


def find_documents(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return the documents that the reader may read, then those that were delivered to them, newest first; two statements."""
    if not (policy.VIEW.allows_anywhere(actor) or policy.RECEIVE.allows_anywhere(actor)):
        return None
    readable = policy.readable_documents(actor).filter(_matches(words)).exclude(state=DocumentState.DISCARDED)
    received = policy.received_deliveries(actor).filter(_matches(words, "document__")).select_related("document")
    documents = list(readable.order_by("-changed_at", "-pk")[: MOST_FOUND + 1])
    deliveries = list(received.order_by("-sent_at", "-pk")[: MOST_FOUND + 1])
    complete = len(documents) <= MOST_FOUND and len(deliveries) <= MOST_FOUND
    entries = _entries(documents, deliveries, words)
    address = f"{reverse('documents:search')}?{urlencode({'words': words.text})}"
    return SearchGroup(entries[:MOST_ENTRIES], len(entries), complete, address)


def _matches(words: SearchWords, path: str = "") -> Q:
    """Return the condition of summaries with words that begin with these, or of a number that contains the text."""
    condition = Q()
    for word in words.folded:
        condition &= Q(**{f"{path}folded__startswith": word}) | Q(**{f"{path}folded__contains": f" {word}"})
    return condition | Q(**{f"{path}notation__icontains": words.text})


def _entries(
    documents: Sequence[Document], deliveries: Sequence[Delivery], words: SearchWords | None
) -> list[SearchEntry]:
    """Return each document once, under its own page where the reader may open that."""
    kinds = kind_names()
    pages = {document.pk: (document, reverse("documents:document", args=[document.pk])) for document in documents}
    for delivery in deliveries:
        address = reverse("documents:delivery", args=[delivery.pk])
        pages.setdefault(delivery.document_id, (delivery.document, address))
    entries = [_entry(document, address, kinds, words) for document, address in pages.values()]
    return sorted(entries, key=lambda entry: entry.rank)


def _entry(document: Document, address: str, kinds: Mapping[str, str], words: SearchWords | None) -> SearchEntry:
    kind = kinds.get(document.kind, document.kind)
    dated = formats.day(document.dated) if document.dated else ""
    details = (" ".join(part for part in (kind, document.notation) if part), dated, document.get_state_display())
    return SearchEntry(
        title=document.summary,
        detail=" · ".join(part for part in details if part),
        url=address,
        icon="file-text",
        rank=(words.rank(document.summary) if words is not None else None) or 0,
    )


def recall_documents(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened documents."""
    ids = [each["document_id"] for each in arguments]
    return _entries(list(policy.readable_documents(actor).filter(pk__in=ids)), [], None)


def recall_deliveries(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened deliveries."""
    ids = [each["delivery_id"] for each in arguments]
    return _entries([], list(policy.received_deliveries(actor).filter(pk__in=ids).select_related("document")), None)


PROVIDER = SearchProvider(
    "documents",
    SearchSection.DOCUMENTS,
    find_documents,
    {"documents:document": recall_documents, "documents:delivery": recall_deliveries},
)
