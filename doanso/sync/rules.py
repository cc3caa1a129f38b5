"""Tokens of phones, what an acknowledgement says, and how records are told apart: plain values only."""

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
    """A phone's token: 256 random bits in 43 characters."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """By which a token is found."""
    return hashlib.sha256(token.encode()).hexdigest()


def acknowledgement_key(token: str) -> bytes:
    """The key under which acknowledgements to this phone are made; whoever has the token can work it out."""
    return hashlib.sha256(b"acknowledge:" + token.encode()).digest()


def acknowledgement(key: bytes, record_id: UUID, content_hash: str, seq: int) -> str:
    """What the phone checks before it deletes a record; the server alone, which has committed it, says it."""
    return hmac.digest(key, f"{record_id}:{content_hash}:{seq}".encode(), hashlib.sha256).hex()


def content_hash(payload: str) -> str:
    """The hash of a record's text as it came."""
    return hashlib.sha256(payload.encode()).hexdigest()


def skew_seconds(sent_at: datetime | None, now: datetime) -> int:
    """By how many seconds a phone's clock is ahead; bounded, since a clock may stand anywhere."""
    if sent_at is None:
        return 0
    return max(-(2**31), min(2**31 - 1, round((sent_at - now).total_seconds())))
