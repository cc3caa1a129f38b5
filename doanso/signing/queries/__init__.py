"""What is read of certificates and of signatures under way."""

from doanso.signing.queries.certificates import certificates_of, organisation_certificates
from doanso.signing.queries.sessions import open_session, session_by_secret

__all__ = ["certificates_of", "open_session", "organisation_certificates", "session_by_secret"]
