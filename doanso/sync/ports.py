"""The interface by which the apps above apply phones' records: each kind has one owner, which reads and applies them.

`apply` is called inside the transaction of the batch, for all records of one kind and unit together. It returns for each record
None or the problem that sets it aside; it must leave nothing written for a record that is set aside.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.utils.functional import Promise

from doanso.accounts.models import User
from doanso.lib.problems import Problem
from doanso.units.models import Unit

LEAST_SKEW = 60
"""Seconds below which a phone's clock counts as right: so long a message may take."""


class IncomingRecord(NamedTuple):
    """One record to apply. `content` is what the kind's `read` returned for its body.

    `base` is empty for a new record, else the hash of the applied version that it replaces. `skew` is the number of seconds by
    which the phone's clock was ahead of the server's when it sent. `holder` is the user of the phone, who made the visit; an
    officer may have handed the record in for them. `is_decided`: an officer has read the record and decided to apply it.
    """

    record_id: UUID
    content_hash: str
    base: str
    content: Any
    made_at: datetime | None
    received_at: datetime
    skew: int
    device_id: UUID
    holder: User | None = None
    is_decided: bool = False

    def server_moment(self, moment: datetime) -> datetime:
        """Return a moment of the phone by the server's clock, never later than its arrival.

        A skew below `LEAST_SKEW` may be the time that the message took, so it is not corrected.
        """
        ahead = timedelta(seconds=self.skew) if abs(self.skew) >= LEAST_SKEW else timedelta()
        return min(moment - ahead, self.received_at)


class RecordKind(Protocol):
    """One kind of record.

    `order` ranks the kinds within a batch: doors are applied before visits, visits before confirmations.
    """

    @property
    def code(self) -> str: ...

    @property
    def title(self) -> str | Promise: ...

    @property
    def versions(self) -> frozenset[int]: ...

    @property
    def order(self) -> int: ...

    def read(self, body: Mapping[str, Any], version: int) -> Any:
        """Return the body as a value of the owner's own type; raise `Refused` naming the invalid field."""
        ...

    def may(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor may bring such records for the unit."""
        ...

    def apply(self, *, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> Sequence[Problem | None]:
        """Apply the records; the number of statements must not depend on the number of records."""
        ...

    def shows(self, record_id: UUID) -> bool:
        """Return whether a picture of the record may be kept: nobody in it was erased or withdrew their consent."""
        ...

    def lines(self, content: Any) -> Sequence[tuple[str, str]]:
        """Return titles and texts of the content, for the officer who chooses between two versions."""
        ...

    def address(self, record_id: UUID) -> str:
        """Return the address of the page of what the record created; that page checks its own permission."""
        ...


registered_kinds: dict[str, RecordKind] = {}
"""Kinds by their code, as `register_record_kind` adds them."""


def register_record_kind(kind: RecordKind) -> None:
    """Register a kind; each owner calls this once per kind in its `AppConfig.ready`."""
    if kind.code in registered_kinds:
        raise RuntimeError(f"Record kind {kind.code!r} is registered twice.")
    registered_kinds[kind.code] = kind


def record_kind(code: str) -> RecordKind | None:
    """Return the kind with this code, or None when this server does not know it."""
    return registered_kinds.get(code)


def record_kinds() -> list[RecordKind]:
    """Return all kinds in the order in which they are applied."""
    return sorted(registered_kinds.values(), key=lambda kind: (kind.order, kind.code))
