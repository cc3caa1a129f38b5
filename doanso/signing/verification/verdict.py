"""Verdicts of verification: plain facts about every signature, and one state of the file, without sentences or models."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from doanso.lib.vietnamese import fold, same_name


class VerdictState(StrEnum):
    """State of a file or a signature, from best to worst; the file has that of its worst part."""

    VALID = "valid"
    ADDED = "signature_added"
    TEST = "test_only"
    UNKNOWN = "valid_unknown_chain"
    CHANGED = "changed"
    BROKEN = "broken"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


_ORDER = list(VerdictState)
INTACT = frozenset({VerdictState.VALID, VerdictState.ADDED, VerdictState.TEST, VerdictState.UNKNOWN})

ADDED_LATER = frozenset({"signature_added", "signature_unseen"})
"""Codes of signatures added in new fields; each turns a valid file into `ADDED`."""


def worst_state(states: Iterable[VerdictState]) -> VerdictState:
    """Return the worst of the states."""
    return max(states, key=_ORDER.index)


@dataclass(frozen=True, slots=True)
class VerdictReason:
    """A finding by its stable code; `detail` is a figure or a name for its sentence."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LaterChange:
    """A change after a signature, allowed or not."""

    kind: str
    allowed: bool
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """One signature: signer, office, time and its source, byte range, and later changes."""

    field: str
    state: VerdictState = VerdictState.BROKEN
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
    changes: tuple[LaterChange, ...] = ()
    chain: str = "unknown"
    anchor: str = ""
    revocation: str = "no_data"
    revoked_at: datetime | None = None
    algorithm: str = ""
    reasons: tuple[VerdictReason, ...] = ()
    # Whether it permits no change after it (DocMDP).
    closes: bool = False
    # The printed name, where it is known; `signer` is the certificate's holder.
    printed: str = ""

    @property
    def bears_other_name(self) -> bool:
        """Whether certificate and printed name differ. Spelling is ignored; diacritics count if both have some."""
        if not self.printed or same_name(self.printed, self.signer):
            return False
        return not self.signer.isascii() or fold(self.printed) != fold(self.signer)

    @property
    def is_intact(self) -> bool:
        """Whether the signed bytes are unchanged and no forbidden change followed."""
        return self.state in INTACT


@dataclass(frozen=True, slots=True)
class DocumentTime:
    """A document time-stamp."""

    field: str
    state: VerdictState
    at: datetime | None = None
    by: str = ""
    covered: int = 0
    reasons: tuple[VerdictReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of a file. `reasons` are about the file as a whole."""

    state: VerdictState
    sha256: str
    size: int
    signatures: tuple[SignatureVerdict, ...] = ()
    times: tuple[DocumentTime, ...] = ()
    reasons: tuple[VerdictReason, ...] = ()
    notes: tuple[VerdictReason, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether it is valid: every signature is, under an authority with legal force."""
        return self.state is VerdictState.VALID

    @property
    def is_intact(self) -> bool:
        """Whether every signature is intact, trusted or not."""
        return self.state in INTACT

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all findings about the file and its signatures."""
        parts = [self.reasons, *(entry.reasons for entry in self.signatures), *(entry.reasons for entry in self.times)]
        return frozenset(reason.code for part in parts for reason in part)

    def as_json(self) -> dict[str, Any]:
        """Return a JSON value, to be stored or sent to another process."""
        data: dict[str, Any] = _plain(self)
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Verdict":
        """Return the verdict from the JSON value of `as_json`."""
        return cls(
            VerdictState(data["state"]),
            data["sha256"],
            data["size"],
            tuple(_signature(entry) for entry in data["signatures"]),
            tuple(
                DocumentTime(
                    entry["field"],
                    VerdictState(entry["state"]),
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


def with_printed_name(verdict: Verdict, printed: str) -> Verdict:
    """Return the verdict with the printed name set on the first signature that is not an organisation's."""
    index = next(
        (position for position, signature in enumerate(verdict.signatures) if signature.kind != "organisation"), None
    )
    if not printed or index is None:
        return verdict
    signatures = list(verdict.signatures)
    signatures[index] = dataclasses.replace(signatures[index], printed=printed)
    notes = verdict.notes
    if signatures[index].bears_other_name:
        notes = (*notes, VerdictReason("other_name", signatures[index].signer))
    return dataclasses.replace(verdict, signatures=tuple(signatures), notes=notes)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, VerdictState) else value


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _reasons(entries: list[dict[str, str]]) -> tuple[VerdictReason, ...]:
    return tuple(VerdictReason(entry["code"], entry["detail"]) for entry in entries)


def _signature(data: dict[str, Any]) -> SignatureVerdict:
    moments = {name: _moment(data[name]) for name in ("not_before", "not_after", "signed_at", "revoked_at")}
    changes = tuple(
        LaterChange(change["kind"], change["allowed"], tuple(change["fields"])) for change in data["changes"]
    )
    return SignatureVerdict(
        **data
        | moments
        | {"state": VerdictState(data["state"]), "changes": changes, "reasons": _reasons(data["reasons"])}
    )
