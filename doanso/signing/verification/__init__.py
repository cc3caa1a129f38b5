"""Verification of signed PDF files: `verify` returns a `Verdict`. No module in here uses a model."""

from doanso.signing.verification.trust import Trust, TrustedCertificate
from doanso.signing.verification.verdict import (
    DocumentTime,
    LaterChange,
    SignatureVerdict,
    State,
    Verdict,
    VerdictReason,
    named,
)
from doanso.signing.verification.verify import VerificationRequest, verify, verify_many

__all__ = [
    "DocumentTime",
    "LaterChange",
    "SignatureVerdict",
    "State",
    "Trust",
    "TrustedCertificate",
    "Verdict",
    "VerdictReason",
    "VerificationRequest",
    "named",
    "verify",
    "verify_many",
]
