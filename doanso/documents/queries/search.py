"""Search of documents by words in their number, their summary and the text of their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Delivery, Document
from doanso.documents.ports import SearchResult, incoming_book
from doanso.documents.queries.documents import kind_names
from doanso.files import queries as files
from doanso.files.models import Blob
from doanso.files.words import SnippetPart
from doanso.lib import vietnamese
from doanso.units import queries as units

PAGE_SIZE = 20
MOST_BY_HEAD = 20


@dataclass(frozen=True, slots=True)
class TextHit:
    """A document whose file contains the words, with the passages around them."""

    result: SearchResult
    pieces: Sequence[SnippetPart]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results. On the first page first the documents whose number or summary has the words; then those whose files
    have them.
    """

    by_head: list[SearchResult]
    by_text: list[TextHit]
    number: int
    more: bool


def search(actor: User, words: str, *, number: int = 1) -> SearchPage:
    """Return one page of the documents that have the words and that the reader may read, in a fixed number of statements.

    A file that the reader may see in several ways leads to the document itself, else to its delivery, else to the book entry.
    """
    readable, received = policy.readable_documents(actor), policy.received_deliveries(actor)
    heads = _match_heads(actor, words) if number == 1 else []
    searchable = Blob.objects.filter(
        Q(pk__in=readable.exclude(final=None).values("final_id"))
        | Q(pk__in=received.values("document__final_id"))
        | Q(pk__in=incoming_book().searchable_files(actor=actor))
    )
    hits = files.search(
        within=searchable.values("pk"), words=words, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE
    )
    file_ids = [hit.blob_id for hit in hits]
    documents = {
        document.final_id: document for document in readable.filter(final_id__in=file_ids).select_related("unit")
    }
    deliveries: dict[UUID | None, Delivery] = {
        delivery.document.final_id: delivery
        for delivery in received.filter(document__final_id__in=file_ids).select_related("document")
    }
    incoming_results = incoming_book().search_results(actor=actor, file_ids=file_ids)
    unit_names = _unit_names([*documents.values(), *heads, *(delivery.document for delivery in deliveries.values())])
    kinds = kind_names()
    by_text = []
    for hit in hits[:PAGE_SIZE]:
        if hit.blob_id in documents:
            result = _document_result(documents[hit.blob_id], unit_names, kinds)
        elif hit.blob_id in deliveries:
            delivery = deliveries[hit.blob_id]
            address = reverse("documents:delivery", args=[delivery.pk])
            result = _document_result(delivery.document, unit_names, kinds, address)
        elif hit.blob_id in incoming_results:
            result = incoming_results[hit.blob_id]
        else:
            continue
        by_text.append(TextHit(result, hit.pieces))
    by_head = [_document_result(document, unit_names, kinds) for document in heads]
    return SearchPage(by_head, by_text, number, len(hits) > PAGE_SIZE)


def _match_heads(actor: User, words: str) -> list[Document]:
    condition = Q(folded__contains=vietnamese.fold(words)) | Q(notation__icontains=words.strip())
    return list(policy.readable_documents(actor).filter(condition).order_by("-changed_at", "-id")[:MOST_BY_HEAD])


def _unit_names(documents: Sequence[Document]) -> dict[UUID, str]:
    unit_ids = {document.unit_id for document in documents}
    return {key: unit.short_name for key, unit in units.named_units_by_id(unit_ids).items()} if unit_ids else {}


def _document_result(
    document: Document, unit_names: dict[UUID, str], kinds: dict[str, str], address: str = ""
) -> SearchResult:
    details = [
        kinds.get(document.kind, document.kind),
        document.notation,
        unit_names.get(document.unit_id, ""),
        document.get_state_display(),
    ]
    return SearchResult(
        address=address or reverse("documents:document", args=[document.pk]),
        summary=document.summary,
        details=[detail for detail in details if detail],
        dated=document.dated,
    )
