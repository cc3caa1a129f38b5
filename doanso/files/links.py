"""Links that live five minutes, for what opens an address without our cookie: an agent, Word.

A link is bound to one file, one user and that user's session. It opens nothing by itself: it only says who asks, and the
owner's view asks its policy for them at each request, so that a revoked right ends it at once, as signing out does.
"""

import base64
import json
from datetime import timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from doanso.accounts.models import User
from doanso.files.models import Blob
from doanso.lib import clock, sealing

LIVES = timedelta(minutes=5)
PARAMETER = "link"
_CONTEXT = "files.link"


def link_for(request: HttpRequest, blob: Blob, address: str) -> str:
    """The address, with by whom, in which session and until when this file may be asked for. The owner has asked its policy."""
    claims = {
        "blob": blob.pk.hex,
        "session": request.session.session_key,
        "until": (clock.now() + LIVES).timestamp(),
    }
    # Sealed, not signed: the session's key must not be read out of an address.
    sealed = base64.urlsafe_b64encode(sealing.seal(json.dumps(claims), context=_CONTEXT)).decode("ascii").rstrip("=")
    return f"{address}{'&' if '?' in address else '?'}{urlencode({PARAMETER: sealed})}"


def asker(request: HttpRequest) -> User | AnonymousUser:
    """Who asks: by a link that lives, its user; else whoever is signed in. A link that does not live makes nobody of them."""
    if PARAMETER not in request.GET:
        return request.user
    claims = _told(request)
    return (_user_of_session(claims["session"]) if claims is not None else None) or AnonymousUser()


def names_other(request: HttpRequest, blob: Blob) -> bool:
    """Whether the request came by a link that is not, or no longer, this file's."""
    if PARAMETER not in request.GET:
        return False
    claims = _told(request)
    return claims is None or UUID(hex=claims["blob"]) != blob.pk


def _told(request: HttpRequest) -> dict[str, Any] | None:
    sealed = request.GET.get(PARAMETER, "")
    try:
        content = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        claims: dict[str, Any] = json.loads(sealing.unseal(content, context=_CONTEXT))
    except (sealing.CannotUnseal, ValueError):
        return None
    return claims if clock.now().timestamp() < claims["until"] else None


def _user_of_session(key: str | None) -> User | None:
    """The user of a session that still stands; a new password or a closed account has ended it."""
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user
