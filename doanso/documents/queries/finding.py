"""Documents found by their words: number, summary, and everything that their files say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Arrival, Delivery, Document
from doanso.documents.queries.documents import kind_names
from doanso.files import queries as files
from doanso.files.models import Blob
from doanso.files.words import Piece
from doanso.lib import vietnamese
from doanso.units import queries as units

PAGE = 20
MOST_BY_HEAD = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A document that has the words, with the place where they stand."""

    address: str
    summary: str
    told: Sequence[str]
    dated: date | None
    pieces: Sequence[Piece] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """First those whose number or summary has the words, then those in whose files they stand."""

    by_head: list[Found]
    by_text: list[Found]
    number: int
    more: bool


def search(actor: User, words: str, *, number: int = 1) -> FoundPage:
    """What the reader may read and the words name, in a fixed number of statements."""
    readable, received = policy.readable(actor), policy.received(actor)
    books = policy.KEEP_BOOK.filter(actor, Arrival.objects.all())
    heads = _heads(actor, words) if number == 1 else []
    within = Blob.objects.filter(
        Q(pk__in=readable.exclude(final=None).values("final_id"))
        | Q(pk__in=received.values("document__final_id"))
        | Q(pk__in=books.exclude(blob=None).values("blob_id"))
    )
    hits = files.search(within=within.values("pk"), words=words, limit=PAGE + 1, offset=(number - 1) * PAGE)
    blobs = [hit.blob_id for hit in hits]
    own_by_file = {row.final_id: row for row in readable.filter(final_id__in=blobs).select_related("unit")}
    deliveries_by_file: dict[UUID | None, Delivery] = {
        row.document.final_id: row for row in received.filter(document__final_id__in=blobs).select_related("document")
    }
    arrivals_by_file = {row.blob_id: row for row in books.filter(blob_id__in=blobs)}
    names, kinds = (
        _names([*own_by_file.values(), *heads, *(row.document for row in deliveries_by_file.values())]),
        kind_names(),
    )
    texts = []
    for hit in hits[:PAGE]:
        if hit.blob_id in own_by_file:
            texts.append(_of_document(own_by_file[hit.blob_id], names, kinds, hit.pieces))
        elif hit.blob_id in deliveries_by_file:
            delivery = deliveries_by_file[hit.blob_id]
            address = reverse("documents:delivery", args=[delivery.pk])
            texts.append(_of_document(delivery.document, names, kinds, hit.pieces, address))
        elif hit.blob_id in arrivals_by_file:
            row = arrivals_by_file[hit.blob_id]
            details = [part for part in (row.notation, row.issuer) if part]
            address = reverse("documents:arrival", args=[row.pk])
            texts.append(Found(address, row.summary, details, row.dated, hit.pieces))
    return FoundPage([_of_document(row, names, kinds) for row in heads], texts, number, len(hits) > PAGE)


def _heads(actor: User, words: str) -> list[Document]:
    condition = Q(folded__contains=vietnamese.fold(words)) | Q(notation__icontains=words.strip())
    return list(policy.readable(actor).filter(condition).order_by("-changed_at", "-id")[:MOST_BY_HEAD])


def _names(documents: Sequence[Document]) -> dict[UUID, str]:
    ids = {item.unit_id for item in documents}
    return {key: item.short_name for key, item in units.names(ids).items()} if ids else {}


def _of_document(
    document: Document,
    names: dict[UUID, str],
    kinds: dict[str, str],
    pieces: Sequence[Piece] = (),
    address: str = "",
) -> Found:
    details = [
        kinds.get(document.kind, document.kind),
        document.notation,
        names.get(document.unit_id, ""),
        document.get_state_display(),
    ]
    return Found(
        address or reverse("documents:document", args=[document.pk]),
        document.summary,
        [part for part in details if part],
        document.dated,
        pieces,
    )
