"""Reads of versions, and search in the text of files. The caller passes the files that its policy allows."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from doanso.files import words as wording
from doanso.files.models import Blob, File, FileText, FileVersion, StoreName, TextState
from doanso.lib import database

TOGETHER, ALL = 2, 1


def has_blobs_on_disk() -> bool:
    """Return whether the store on a disk holds any file."""
    return Blob.objects.filter(store=StoreName.DISK, removed_at=None).exists()


def versions_of(file: File) -> QuerySet[FileVersion]:
    """Return the versions of a file, newest first, with their blobs and who added them."""
    return FileVersion.objects.filter(file=file).select_related("blob__key", "added_by").order_by("-number")


def version_of(file: File, number: int) -> FileVersion | None:
    """Return one version by its number."""
    return versions_of(file).filter(number=number).first()


def latest_version(file: File) -> FileVersion:
    """Return the newest version of a file."""
    return versions_of(file)[0]


@dataclass(frozen=True, slots=True)
class TextStatus:
    """The text of a file, or the progress of its extraction."""

    state: TextState
    text: str
    problem: str


def text_of(blob: Blob) -> TextStatus | None:
    """Return the text of a file; None where it was not asked for, or the file was erased."""
    row = FileText.objects.filter(blob=blob).first()
    return TextStatus(TextState(row.state), row.text, row.problem) if row is not None else None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A file that contains the words: adjacent (rank 2) or scattered (1), with the passage as written."""

    blob_id: UUID
    rank: int
    pieces: tuple[wording.SnippetPart, ...]

    @property
    def snippet(self) -> str:
        """Return the passage as plain text."""
        return "".join(piece.text for piece in self.pieces)


def search(*, within: QuerySet[Any, Any], words: str, limit: int = 20, offset: int = 0) -> list[SearchHit]:
    """Return files among `within` (a query of blob ids that the owner's policy allows) that contain every word; two
    statements.

    Words match whole, without diacritics. Files with adjacent words come first, of equal rank the newest. The rank
    discloses nothing about files outside `within`: no figure of the whole index enters it.
    """
    query_words = wording.tokens(words)[: wording.MOST_ASKED]
    if not query_words:
        return []
    matches = FileText.objects.filter(database.HasWords(query_words), blob_id__in=within)
    together = When(database.HasWords(query_words, together=True), then=Value(TOGETHER))
    ranked = matches.annotate(rank=Case(together, default=Value(ALL), output_field=IntegerField()))
    page = list(ranked.order_by("-rank", "-blob_id").values_list("pk", "blob_id", "rank")[offset : offset + limit])
    texts = dict(FileText.objects.filter(pk__in=[row[0] for row in page]).values_list("pk", "text"))
    return [SearchHit(blob_id, rank, wording.snippet(texts.get(pk, ""), query_words)) for pk, blob_id, rank in page]
