"""Verification in the process that made the files, for making many of them: the demo, and tests.

A process of its own for each file protects from the files of others. Starting it takes half a second of CPU, most of what a
signature costs.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from doanso.signing.verification.examine import examine
from doanso.signing.verification.trust import Trust
from doanso.signing.verification.verify import VerificationRequest, answered_by


def answers_here(files: Sequence[VerificationRequest], *, trust: Trust, moment: datetime) -> list[dict[str, Any]]:
    """Return the verdicts that the process would answer, from JSON as it would."""
    plain_trust = Trust.from_json(json.loads(json.dumps(trust.as_json())))
    verdicts = [examine(file.data, plain_trust, moment, file.seen_at, file.own_place) for file in files]
    return [{"verdict": json.loads(json.dumps(verdict.as_json()))} for verdict in verdicts]


@contextmanager
def only_own_files() -> Iterator[None]:
    """Verify in this process. Inside, no file may come from anybody else."""
    token = answered_by.set(answers_here)
    try:
        yield
    finally:
        answered_by.reset(token)
