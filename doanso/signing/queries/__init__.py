"""Read queries of signing."""

from doanso.signing.queries.certificates import certificates_of, organisation_certificates
from doanso.signing.queries.sessions import left_of, open_session, run_of, session_by_secret

__all__ = [
    "certificates_of",
    "left_of",
    "open_session",
    "organisation_certificates",
    "run_of",
    "session_by_secret",
]
