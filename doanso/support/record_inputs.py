"""Inputs of actions on support records."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from doanso.people.actions import BusinessInput, Particulars
from doanso.support import rules
from doanso.support.models import SupportRecordSource


class Helper(NamedTuple):
    """A helper: a name as stated, the kind of person, and the member where known.

    `apart`, of a second helper: a user stated, or a proof shows, that they are not the first helper, even with the same name.
    """

    name: str
    kind: str = rules.YOUTH
    member_id: UUID | None = None
    apart: bool = False


class ConsentInput(NamedTuple):
    """The receiver's consent, and how it was given."""

    purposes: tuple[str, ...]
    channel: str
    text_version: str
    guardian_name: str = ""


class ReceiptInput(NamedTuple):
    """A receipt that a phone has made and shown: its id, link and code, and until when it was shown."""

    receipt_id: UUID
    link: str
    code: str
    shown_until: datetime


class SupportRecordInput(NamedTuple):
    """One service with which a receiver was helped; neither person nor business for a receiver who does not want to be named.

    `source_id` is the record's own key where the source has one: a repetition is recognised by it. `receipt_birth_year` is the
    year of birth that opens a shop's receipt together with its code.
    """

    service: str
    happened_on: date
    person: Particulars | None = None
    business: BusinessInput | None = None
    to_business: bool = False
    helper: Helper = Helper("")
    second: Helper | None = None
    consent: ConsentInput | None = None
    source: str = SupportRecordSource.OFFICE
    source_id: UUID | None = None
    receipt_birth_year: int | None = None
    receipt: ReceiptInput | None = None
    # A user confirmed that helper and receiver have one name and are two people.
    namesakes: bool = False
    # The unit's own contact, or the shop, where a user confirmed which one is meant.
    receiver_id: UUID | None = None

    @property
    def named(self) -> bool:
        """Return whether the receiver is named."""
        return self.person is not None or self.business is not None
