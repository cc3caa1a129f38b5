"""The values that the head and the closing of an official document state."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """Who issues the document, what it is called, its place and date, who signs it and who receives it."""

    superior: str
    issuer: str
    symbol: str
    place: str
    # The printed date; the number is filled in when the document is issued.
    dated: date
    type_name: str
    summary: str
    to: tuple[str, ...] = ()
    authority: str = ""
    post: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs, in which post and under which lines of authority ("TM. BAN THƯỜNG VỤ")."""

    authority: tuple[str, ...]
    post: str
    name: str
