"""Verification of signed PDF: `verify` is the door, `Verdict` what it says. Nothing in here knows a model."""

from doanso.signing.verification.trust import Trust, Trusted
from doanso.signing.verification.verdict import Change, DocumentTime, Reason, Signature, State, Verdict, named
from doanso.signing.verification.verify import Asked, verify, verify_many

__all__ = [
    "Asked",
    "Change",
    "DocumentTime",
    "Reason",
    "Signature",
    "State",
    "Trust",
    "Trusted",
    "Verdict",
    "named",
    "verify",
    "verify_many",
]
