"""The values printed in the head and the closing of an official document."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """The issuer, title, place and date, signatory and recipients of a document."""

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
    """A signatory with post and lines of authority ("TM. BAN THƯỜNG VỤ")."""

    authority: tuple[str, ...]
    post: str
    name: str
