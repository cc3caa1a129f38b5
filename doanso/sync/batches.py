"""What a phone sends in a batch, and what it is answered about each record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from doanso.lib.problems import Problem


class RecordPayload(NamedTuple):
    """One record as it was sent: its key, the hash the phone gave it, and its text."""

    record_id: UUID
    content_hash: str
    payload: str


class Acknowledged(NamedTuple):
    """What became of one record the server has committed. `known`: it had come before."""

    record_id: UUID
    content_hash: str
    seq: int
    state: str
    problem: Mapping[str, str] | None
    known: bool


@dataclass(frozen=True, slots=True)
class Again:
    """One record that was not taken, and why; the phone keeps it."""

    record_id: UUID
    problem: Problem


@dataclass(slots=True)
class Received:
    """The answer to a batch, in the order of its records."""

    acks: list[Acknowledged] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)
