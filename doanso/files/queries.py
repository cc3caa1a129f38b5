"""Reading of versions, and searching the words of files. Whoever calls says which files its policy allows."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from doanso.files import words as wording
from doanso.files.models import Blob, File, FileText, TextState, Version
from doanso.lib import database

TOGETHER, ALL = 2, 1


def versions_of(file: File) -> QuerySet[Version]:
    """The versions of a file, the newest first, with their blobs and who added them."""
    return Version.objects.filter(file=file).select_related("blob__key", "added_by").order_by("-number")


def version_of(file: File, number: int) -> Version | None:
    """One version by its number."""
    return versions_of(file).filter(number=number).first()


def latest_version(file: File) -> Version:
    """The version a file stands at."""
    return versions_of(file)[0]


@dataclass(frozen=True, slots=True)
class TextStand:
    """How far a file's words are."""

    state: TextState
    text: str
    problem: str


def text_of(blob: Blob) -> TextStand | None:
    """The words of a file; None where nobody asked for them, or the file was erased."""
    row = FileText.objects.filter(blob=blob).first()
    return TextStand(TextState(row.state), row.text, row.problem) if row is not None else None


@dataclass(frozen=True, slots=True)
class Hit:
    """A file in which the words stand: together (2) or scattered (1), and where, as it was written."""

    blob_id: UUID
    rank: int
    pieces: tuple[wording.Piece, ...]

    @property
    def snippet(self) -> str:
        """The place as plain text."""
        return "".join(piece.text for piece in self.pieces)


def search(*, within: QuerySet[Any, Any], words: str, limit: int = 20, offset: int = 0) -> list[Hit]:
    """Files among `within` (a query of the ids of blobs the owner's policy allows) that have every word, in two statements.

    Words match whole, without diacritics. Files in which they stand together come first, the newest first of equals. The rank
    says nothing of files outside `within`: no figure of the whole index goes into it.
    """
    query_words = wording.tokens(words)[: wording.MOST_ASKED]
    if not query_words:
        return []
    matches = FileText.objects.filter(database.HasWords(query_words), blob_id__in=within)
    together = When(database.HasWords(query_words, together=True), then=Value(TOGETHER))
    ranked = matches.annotate(rank=Case(together, default=Value(ALL), output_field=IntegerField()))
    page = list(ranked.order_by("-rank", "-blob_id").values_list("pk", "blob_id", "rank")[offset : offset + limit])
    texts = dict(FileText.objects.filter(pk__in=[row[0] for row in page]).values_list("pk", "text"))
    return [Hit(blob_id, rank, wording.snippet(texts.get(pk, ""), query_words)) for pk, blob_id, rank in page]
