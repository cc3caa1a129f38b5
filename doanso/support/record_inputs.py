"""What is told of helps, as it is handed to actions."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from doanso.people.actions import BusinessInput, Particulars
from doanso.support import rules
from doanso.support.models import HelpSource


class Helper(NamedTuple):
    """Who helped: a name as told, of which kind of people, and the member it is where that is known.

    `apart`, of a second: somebody said, or a proof of their own shows, that it is somebody else than the first, whatever
    the two are called.
    """

    name: str
    kind: str = rules.YOUTH
    member_id: UUID | None = None
    apart: bool = False


class ConsentInput(NamedTuple):
    """What the helped person agreed to, and how that was taken."""

    purposes: tuple[str, ...]
    channel: str
    text_version: str
    guardian_name: str = ""


class ReceiptInput(NamedTuple):
    """The slip that a phone has made and shown already: its key, what its QR and its code say, and until when it was shown."""

    receipt_id: UUID
    link: str
    code: str
    shown_until: datetime


class SupportRecordInput(NamedTuple):
    """One service with which somebody was helped. Neither a person nor a shop: whoever it was does not want to be named.

    `source_id` is the record's own key where whoever tells has one: told again, it is known by it.
    `slip_year` is the year of birth that opens a shop's slip together with its code.
    """

    service: str
    happened_on: date
    person: Particulars | None = None
    business: BusinessInput | None = None
    to_business: bool = False
    helper: Helper = Helper("")
    second: Helper | None = None
    consent: ConsentInput | None = None
    source: str = HelpSource.OFFICE
    source_id: UUID | None = None
    slip_year: int | None = None
    slip: ReceiptInput | None = None
    # Somebody said that the helper and the helped bear one name and are two people.
    namesakes: bool = False
    # The unit's own contact, or the shop, where somebody said that it is the one who is meant.
    receiver_id: UUID | None = None

    @property
    def named(self) -> bool:
        """Whether anybody is written down."""
        return self.person is not None or self.business is not None
