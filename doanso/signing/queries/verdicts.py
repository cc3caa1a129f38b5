"""Verdicts of stored files, cached for minutes, so that reloading a page costs no verification."""

import hashlib
import json
from datetime import datetime
from typing import Final

from django.core.cache import cache

from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.signing.verification import Trust, Verdict, verify

_KEPT_SECONDS: Final = 600


def verdict_of(blob: Blob, believed: Trust, *, seen_at: datetime | None = None) -> Verdict:
    """Return the verdict of a stored file; `seen_at` is a moment at which its bytes provably existed.

    A change of trust (an authority, a list, a certificate) invalidates the cache.
    """
    key = _key(blob.sha256, seen_at, believed)
    cached = cache.get(key)
    if cached is not None:
        return Verdict.from_json(json.loads(cached))
    with files.open_blob(blob) as plain:
        verdict = verify(plain.read(), trust=believed, moment=clock.now(), seen_at=seen_at)
    cache.set(key, json.dumps(verdict.as_json()), _KEPT_SECONDS)
    return verdict


def _key(sha256: str, seen_at: datetime | None, believed: Trust) -> str:
    key_text = json.dumps([sha256, str(seen_at), believed.as_json()], sort_keys=True)
    return "signing.verdict." + hashlib.sha256(key_text.encode()).hexdigest()
