"""Ports of documents: printers of documents made from other apps' records, what other apps do when a document is issued or ends,
and the book in which receivers enter documents.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from doanso.accounts.models import User
from doanso.documents.models import Delivery, Document
from doanso.ledger.inputs import FactInput
from doanso.official_form.head import Signatory
from doanso.official_form.open_fields import RenderedDocument


class Printer(Protocol):
    """Prints a record as a document: with the signatory, the verification code on every page, and its fields open.

    Called outside a transaction once the document has a signer; only the signatory's words and the code may differ from the
    record. The number's field has room for `digits` digits.
    """

    def __call__(
        self, *, source_id: UUID, signatory: Signatory, verify_code: str, verify_url: str, base: str, digits: int
    ) -> RenderedDocument: ...


_printers: dict[str, Printer] = {}


def register_printer(source_kind: str, printer: Printer) -> None:
    """Register the printer of documents made from a kind of record; a second one for the same kind raises ValueError."""
    if source_kind in _printers:
        raise ValueError(f"{source_kind} has a printer already")
    _printers[source_kind] = printer


def printer_of(source_kind: str) -> Printer:
    """Return the printer of a kind of record; raise ValueError where none is registered."""
    try:
        return _printers[source_kind]
    except KeyError as missing:
        raise ValueError(f"nobody prints documents made of {source_kind}") from missing


class DocumentListener(Protocol):
    """What another app does when a document is issued or ends, within the transaction that holds the document's lock.

    Called for every document, so it returns at once where none of its records leads to it.
    """

    def on_issue(self, *, actor: User, document: Document) -> Sequence[FactInput]:
        """Act on a document that was just issued; return the facts that count from now on."""
        ...

    def on_end(self, *, actor: User, document: Document, successor: Document | None) -> None:
        """Act on a document that was just recalled, or replaced by `successor`."""
        ...


_listeners: list[DocumentListener] = []


def register_document_listener(listener: DocumentListener) -> None:
    """Register a listener, once, in its owner's `AppConfig.ready`."""
    _listeners.append(listener)


def facts_on_issue(*, actor: User, document: Document) -> list[FactInput]:
    """Tell every listener that a document was issued; return the facts of all."""
    return [fact for listener in _listeners for fact in listener.on_issue(actor=actor, document=document)]


def report_end(*, actor: User, document: Document, successor: Document | None = None) -> None:
    """Tell every listener that a document was recalled or replaced."""
    for listener in _listeners:
        listener.on_end(actor=actor, document=document, successor=successor)


@dataclass(frozen=True, slots=True)
class DeliveryEntry:
    """The entry of a delivery in the receiving unit's book, and the address where the reader may enter it; "" where there is
    none.
    """

    url: str
    enter_url: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A document that a search found, with the details shown below its summary."""

    address: str
    summary: str
    details: Sequence[str]
    dated: date | None


@dataclass(frozen=True, slots=True)
class BookEntry:
    """An entry of the book of incoming documents as other apps link to it; `number_id` is its number in the book."""

    number_id: UUID
    summary: str
    notation: str
    issuer: str
    dated: date | None
    url: str


class IncomingBook(Protocol):
    """The book of incoming documents, as pages of documents show it."""

    def delivery_entry(self, *, actor: User, delivery: Delivery) -> DeliveryEntry:
        """Return the entry of a delivery in the receiving unit's book."""
        ...

    def searchable_files(self, *, actor: User) -> QuerySet[Any, Any]:
        """Return the ids of the files that the reader may search in books."""
        ...

    def search_results(self, *, actor: User, file_ids: Collection[UUID]) -> Mapping[UUID, SearchResult]:
        """Return the results for files that a search found, by file id; a file the reader may not see has none."""
        ...

    def latest_entries(self, *, actor: User, most: int) -> Sequence[BookEntry]:
        """Return the latest entries of the books that the reader keeps, newest first; one statement."""
        ...

    def entries_by_number(self, *, actor: User, number_ids: Collection[UUID]) -> Mapping[UUID, BookEntry]:
        """Return the entries with these numbers, by number id; one that the reader may not see is left out. One statement."""
        ...


_incoming: list[IncomingBook] = []


def register_incoming_book(incoming: IncomingBook) -> None:
    """Register the book of incoming documents; a second one raises ValueError."""
    if _incoming:
        raise ValueError("the book of incoming documents is registered already")
    _incoming.append(incoming)


def incoming_book() -> IncomingBook:
    """Return the registered book of incoming documents."""
    return _incoming[0]
