"""Verification of signed PDF files: `verify` returns a `Verdict`. No module of this package imports a model."""

from doanso.signing.verification.trust import Trust, TrustedCertificate
from doanso.signing.verification.verdict import (
    DocumentTime,
    LaterChange,
    SignatureVerdict,
    Verdict,
    VerdictReason,
    VerdictState,
    with_printed_name,
)
from doanso.signing.verification.verify import VerificationRequest, verify, verify_many

__all__ = [
    "DocumentTime",
    "LaterChange",
    "SignatureVerdict",
    "Trust",
    "TrustedCertificate",
    "Verdict",
    "VerdictReason",
    "VerdictState",
    "VerificationRequest",
    "verify",
    "verify_many",
    "with_printed_name",
]
