"""The frame of an official paper."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Head:
    """The frame of the document: who issues it, what it is called, where and when, who signs, who gets it."""

    superior: str
    issuer: str
    symbol: str
    place: str
    # The day printed; the number is written in when the document is issued.
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
    """In whose place ("TM. BAN THƯỜNG VỤ"), in which post, who signs."""

    authority: tuple[str, ...]
    post: str
    name: str
