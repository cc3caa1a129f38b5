"""Run the verification in a sandboxed process; a verdict is returned even if the process dies."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from doanso.lib import sandbox
from doanso.signing.verification.trust import Trust
from doanso.signing.verification.verdict import Verdict, VerdictReason, VerdictState

LIMITS: Final = {"memory_bytes": 1 << 30, "cpu_seconds": 25}
_PROGRAM = Path(__file__).with_name("process.py")
_ROOT = Path(__file__).resolve().parents[3]
MOST_SECONDS: Final = 60
"""Wall-clock limit for one file, larger than the CPU limit because a busy machine is slower."""


answered_by: Final[ContextVar[Callable[..., Sequence[dict[str, Any]]] | None]] = ContextVar("answered_by", default=None)
"""What gives the verdicts instead of the process; see `own_files`."""


@dataclass(frozen=True, slots=True)
class VerificationRequest:
    """One file, and a moment at which it provably existed.

    `own_place` is a field that a signature created for itself, which must lie on an empty part of the page.
    """

    data: bytes
    seen_at: datetime | None = None
    own_place: str = ""


def verify(
    data: bytes, *, trust: Trust, moment: datetime, seen_at: datetime | None = None, own_place: str = ""
) -> Verdict:
    """Verify one file in a sandboxed process."""
    return verify_many([VerificationRequest(data, seen_at, own_place)], trust=trust, moment=moment)[0]


def verify_many(files: Sequence[VerificationRequest], *, trust: Trust, moment: datetime) -> list[Verdict]:
    """Verify several files, in one process unless it dies."""
    verdicts: list[Verdict] = []
    ask = answered_by.get() or answers
    while len(verdicts) < len(files):
        remaining = files[len(verdicts) :]
        verdicts += [Verdict.from_json(answer["verdict"]) for answer in ask(remaining, trust=trust, moment=moment)][
            : len(remaining)
        ]
        if len(verdicts) < len(files):
            # The process died or was stopped at this file.
            lost = files[len(verdicts)].data
            reasons = (VerdictReason("no_answer"),)
            verdicts.append(
                Verdict(VerdictState.UNREADABLE, hashlib.sha256(lost).hexdigest(), len(lost), reasons=reasons)
            )
    return verdicts


def answers(files: Sequence[VerificationRequest], *, trust: Trust, moment: datetime) -> list[dict[str, Any]]:
    """Yield the verdicts of one process, in order, until it ends."""
    limits = sandbox.ProcessLimits(
        memory_bytes=LIMITS["memory_bytes"],
        cpu_seconds=LIMITS["cpu_seconds"] * len(files),
        wait_seconds=MOST_SECONDS * len(files),
        open_files=32,
    )
    head = {
        "trust": trust.as_json(),
        "moment": moment.isoformat(),
        "files": [
            [len(file.data), file.seen_at.isoformat() if file.seen_at else None, file.own_place] for file in files
        ],
    }
    with tempfile.TemporaryFile() as source:
        source.write(json.dumps(head).encode() + b"\n")
        for file in files:
            source.write(file.data)
        source.seek(0)
        return sandbox.run(_PROGRAM, {}, source, limits, import_root=_ROOT)
