"""How the app of whose record a document was made prints it anew for whoever is to sign it: one printer per kind of record.

It is called outside a transaction, once the document has a signer, and says who signs in which words and nothing else anew.
"""

from typing import Protocol
from uuid import UUID

from doanso.official_form.head import Signatory
from doanso.official_form.open_fields import RenderedDocument


class Printer(Protocol):
    """Prints the pages of a record as a document: with that signatory, that code on every page, and its places open, that of
    the number for so many digits."""

    def __call__(
        self, *, source_id: UUID, signatory: Signatory, verify_code: str, verify_url: str, base: str, digits: int
    ) -> RenderedDocument: ...


_printers: dict[str, Printer] = {}


def register_printer(source_kind: str, printer: Printer) -> None:
    """Say who prints documents made of a kind of record; a second one for the same kind is a mistake."""
    if source_kind in _printers:
        raise ValueError(f"{source_kind} has a printer already")
    _printers[source_kind] = printer


def printer_of(source_kind: str) -> Printer:
    """Who prints them; a kind that nobody registered is a mistake of whoever made the document."""
    try:
        return _printers[source_kind]
    except KeyError as missing:
        raise ValueError(f"nobody prints documents made of {source_kind}") from missing
