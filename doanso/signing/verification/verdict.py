"""What verification says: plain facts about every signature, and one state of the whole file. No sentence, no model."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from doanso.lib.vietnamese import fold, same_name


class State(StrEnum):
    """How a file, or one signature in it, stands. From the best to the worst; the worst part speaks for the file."""

    VALID = "valid"
    ADDED = "signature_added"
    TEST = "test_only"
    UNKNOWN = "valid_unknown_chain"
    CHANGED = "changed"
    BROKEN = "broken"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


_ORDER = list(State)
INTACT = frozenset({State.VALID, State.ADDED, State.TEST, State.UNKNOWN})

ADDED_LATER = frozenset({"signature_added", "signature_unseen"})
"""Notes about who signed later in a new field; each makes `ADDED` of a file that would be valid."""


def worst(states: Iterable[State]) -> State:
    """The state that decides."""
    return max(states, key=_ORDER.index)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say, by a stable code; `detail` is a figure or a name that belongs to it."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What came after a signature. Allowed ones are told too."""

    kind: str
    allowed: bool
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: who, in which office, when and by whose clock, over which bytes, and what came after."""

    field: str
    state: State = State.BROKEN
    signer: str = ""
    organisation: str = ""
    office: str = ""
    kind: str = ""
    certificate: str = ""
    serial: str = ""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    signed_at: datetime | None = None
    time_source: str = "none"
    time_by: str = ""
    coverage: str = "less"
    covered: int = 0
    changes: tuple[Change, ...] = ()
    chain: str = "unknown"
    anchor: str = ""
    revocation: str = "no_data"
    revoked_at: datetime | None = None
    algorithm: str = ""
    reasons: tuple[Reason, ...] = ()
    # The signer's name as the pages print it, where that is known; `signer` is the certificate's holder.
    printed: str = ""

    @property
    def bears_other_name(self) -> bool:
        """Whether the certificate names somebody else than the pages do. Spelling is no matter, accents are if both have some."""
        if not self.printed or same_name(self.printed, self.signer):
            return False
        return not self.signer.isascii() or fold(self.printed) != fold(self.signer)

    @property
    def is_intact(self) -> bool:
        """Whether its bytes are those that were signed and nothing forbidden came after."""
        return self.state in INTACT


@dataclass(frozen=True, slots=True)
class DocumentTime:
    """A time-stamp over the document itself, as archives add it."""

    field: str
    state: State
    at: datetime | None = None
    by: str = ""
    covered: int = 0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a file. `reasons` are about the file as a whole."""

    state: State
    sha256: str
    size: int
    signatures: tuple[Signature, ...] = ()
    times: tuple[DocumentTime, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether it may be shown as valid: every signature holds and leads to an authority with legal force."""
        return self.state is State.VALID

    @property
    def is_intact(self) -> bool:
        """Whether every signature holds, whoever vouches for the signers."""
        return self.state in INTACT

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all that is said against the file and its parts."""
        parts = [self.reasons, *(item.reasons for item in self.signatures), *(item.reasons for item in self.times)]
        return frozenset(reason.code for part in parts for reason in part)

    def as_json(self) -> dict[str, Any]:
        """To keep, or to send from one process to another."""
        made: dict[str, Any] = _plain(self)
        return made

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Verdict":
        """What `as_json` gave."""
        return cls(
            State(data["state"]),
            data["sha256"],
            data["size"],
            tuple(_signature(entry) for entry in data["signatures"]),
            tuple(
                DocumentTime(
                    entry["field"],
                    State(entry["state"]),
                    _moment(entry["at"]),
                    entry["by"],
                    entry["covered"],
                    _reasons(entry["reasons"]),
                )
                for entry in data["times"]
            ),
            _reasons(data["reasons"]),
            _reasons(data["notes"]),
        )


def named(verdict: Verdict, printed: str) -> Verdict:
    """The verdict with the name that the pages print beside the first signature that is no organisation's."""
    index = next(
        (position for position, signature in enumerate(verdict.signatures) if signature.kind != "organisation"), None
    )
    if not printed or index is None:
        return verdict
    signatures = list(verdict.signatures)
    signatures[index] = dataclasses.replace(signatures[index], printed=printed)
    notes = verdict.notes
    if signatures[index].bears_other_name:
        notes = (*notes, Reason("other_name", signatures[index].signer))
    return dataclasses.replace(verdict, signatures=tuple(signatures), notes=notes)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, State) else value


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _reasons(entries: list[dict[str, str]]) -> tuple[Reason, ...]:
    return tuple(Reason(entry["code"], entry["detail"]) for entry in entries)


def _signature(data: dict[str, Any]) -> Signature:
    moments = {name: _moment(data[name]) for name in ("not_before", "not_after", "signed_at", "revoked_at")}
    changes = tuple(Change(change["kind"], change["allowed"], tuple(change["fields"])) for change in data["changes"])
    return Signature(
        **data | moments | {"state": State(data["state"]), "changes": changes, "reasons": _reasons(data["reasons"])}
    )
