"""How the apps above take phones' records: each kind has exactly one owner, which reads a body and does what it says.

`apply` is called inside the transaction of the batch, for all records of one kind and unit together. It answers each with
nothing or with the problem for which it is set aside; whatever it wrote for such a one must not stay.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.utils.functional import Promise

from doanso.accounts.models import User
from doanso.lib.problems import Problem
from doanso.units.models import Unit


class Incoming(NamedTuple):
    """One record to apply. `told` is what the kind's `read` made of its body.

    `base` is empty for a new record, else the version it replaces, which is the one that stands. `skew` is by how many
    seconds the phone's clock was ahead of the server's when it sent. `holder` is in whose service the phone is, who was there;
    an officer may hand it in for them.
    """

    record_id: UUID
    content_hash: str
    base: str
    told: Any
    made_at: datetime | None
    received_at: datetime
    skew: int
    device_id: UUID
    holder: User | None = None


class RecordKind(Protocol):
    """One kind of record.

    `order` says what is applied before what within a batch: doors before visits, visits before confirmations.
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
        """The body as a plain value of the owner's; raises `Refused` naming the field that is not right."""
        ...

    def may(self, actor: User, unit: Unit) -> bool:
        """Whether the actor may bring such records for the unit."""
        ...

    def apply(self, *, actor: User, unit: Unit, records: Sequence[Incoming]) -> Sequence[Problem | None]:
        """Do what the records say; the same number of statements for one and for a hundred."""
        ...

    def shows(self, record_id: UUID) -> bool:
        """Whether a picture of what the record became may be kept: nobody in it was erased, or has taken their consent back."""
        ...

    def lines(self, content: Any) -> Sequence[tuple[str, str]]:
        """Title and text of what it says, for whoever has to choose between two versions."""
        ...

    def address(self, record_id: UUID) -> str:
        """The page of what the record became; it asks its own policy."""
        ...


_kinds: dict[str, RecordKind] = {}


def register_record_kind(kind: RecordKind) -> None:
    """Called once per kind in the owner's `AppConfig.ready`."""
    if kind.code in _kinds:
        raise RuntimeError(f"Record kind {kind.code!r} is registered twice.")
    _kinds[kind.code] = kind


def record_kind(code: str) -> RecordKind | None:
    """The kind of that name, or None when this server does not know it."""
    return _kinds.get(code)


def record_kinds() -> list[RecordKind]:
    """All kinds, in the order in which they are applied."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.code))
