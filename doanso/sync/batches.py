"""A phone's batch of records and the server's answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from doanso.lib.problems import Problem


class RecordPayload(NamedTuple):
    """One record as the phone sent it: its id, the hash that the phone computed, and its JSON text."""

    record_id: UUID
    content_hash: str
    payload: str


class Acknowledgement(NamedTuple):
    """The outcome of one committed record. `is_known` is true when the same version had come before."""

    record_id: UUID
    content_hash: str
    seq: int
    state: str
    problem: Mapping[str, str] | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """One record that was not taken in, with the reason; the phone keeps it and sends it again."""

    record_id: UUID
    problem: Problem


@dataclass(slots=True)
class BatchResult:
    """The answer to a batch; acknowledgements are in the order of its records."""

    acks: list[Acknowledgement] = field(default_factory=list)
    rejected: list[RejectedRecord] = field(default_factory=list)
