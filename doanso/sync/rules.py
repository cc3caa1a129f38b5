"""Pure rules of the protocol: tokens, acknowledgements and hashes of records."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

LEASE = timedelta(days=7)
MOST_RECORDS = 100
MOST_BATCH_BYTES = 512 * 1024
MOST_RECORD_BYTES = 32 * 1024


def new_token() -> str:
    """Return a new token of a phone: 256 random bits in 43 characters."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return the hash under which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def acknowledgement_key(token: str) -> bytes:
    """Return the key that authenticates acknowledgements to this phone; phone and server derive it from the token."""
    return hashlib.sha256(b"acknowledge:" + token.encode()).digest()


def acknowledgement(key: bytes, record_id: UUID, content_hash: str, seq: int) -> str:
    """Return the MAC that the phone checks before it deletes a record; the server sends it after the commit only."""
    return hmac.digest(key, f"{record_id}:{content_hash}:{seq}".encode(), hashlib.sha256).hex()


def content_hash(payload: str) -> str:
    """Return the hash of a record's text as it was received."""
    return hashlib.sha256(payload.encode()).hexdigest()


def skew_seconds(sent_at: datetime | None, now: datetime) -> int:
    """Return by how many seconds a phone's clock is ahead, bounded to 32 bits; 0 when unknown."""
    if sent_at is None:
        return 0
    return max(-(2**31), min(2**31 - 1, round((sent_at - now).total_seconds())))
