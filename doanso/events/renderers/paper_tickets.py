"""Tickets on paper: a code and a number each, ten to a sheet of A4, to be cut and handed out at the gate."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from doanso.events.models import Event
from doanso.lib import qr

PER_SHEET: Final = 10


class PaperTicket(NamedTuple):
    """One ticket as it is printed: its number in four digits at least, and the picture of its code."""

    number: str
    picture: str


def ticket_sheets(event: Event, rows: Sequence[tuple[int, str]], address: str) -> list[list[PaperTicket]]:
    """Return these tickets (number and link) by sheet; `address` is that of a ticket, with LINK in its place."""
    printed = [
        PaperTicket(f"{number:04}", qr.svg(address.replace("LINK", link), f"Phiếu số {number}, {event.title}"))
        for number, link in rows
    ]
    return [printed[start : start + PER_SHEET] for start in range(0, len(printed), PER_SHEET)]
