"""Links valid for five minutes, for programs that open an address without our cookie: the signing agent, Word.

A link is bound to one file, one user and that user's session. It gives no access by itself: it only identifies the
user, for whom the owner's view checks its policy at each request, so that a revoked right, or signing out, ends it at
once.
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
from doanso.lib import clock, encryption

LIVES = timedelta(minutes=5)
PARAMETER = "link"
_CONTEXT = "files.link"


def link_for(request: HttpRequest, blob: Blob, address: str) -> str:
    """Return the address with the user, session, file and end of validity encrypted into it. The caller has checked its
    policy.
    """
    claims = {
        "blob": blob.pk.hex,
        "session": request.session.session_key,
        "until": (clock.now() + LIVES).timestamp(),
    }
    # Encrypted, not signed: the session's key must not be readable in an address.
    encrypted = (
        base64.urlsafe_b64encode(encryption.encrypt(json.dumps(claims), context=_CONTEXT)).decode("ascii").rstrip("=")
    )
    return f"{address}{'&' if '?' in address else '?'}{urlencode({PARAMETER: encrypted})}"


def requesting_user(request: HttpRequest) -> User | AnonymousUser:
    """Return the user of a valid link, else the signed-in user. An invalid link gives an anonymous user."""
    if PARAMETER not in request.GET:
        return request.user
    claims = _link_payload(request)
    return (_user_of_session(claims["session"]) if claims is not None else None) or AnonymousUser()


def is_link_of_other_file(request: HttpRequest, blob: Blob) -> bool:
    """Return whether the request came by a link that is not, or no longer, valid for this file."""
    if PARAMETER not in request.GET:
        return False
    claims = _link_payload(request)
    return claims is None or UUID(hex=claims["blob"]) != blob.pk


def _link_payload(request: HttpRequest) -> dict[str, Any] | None:
    encrypted = request.GET.get(PARAMETER, "")
    try:
        content = base64.urlsafe_b64decode(encrypted + "=" * (-len(encrypted) % 4))
        claims: dict[str, Any] = json.loads(encryption.decrypt(content, context=_CONTEXT))
    except (encryption.DecryptionError, ValueError):
        return None
    return claims if clock.now().timestamp() < claims["until"] else None


def _user_of_session(key: str | None) -> User | None:
    """Return the user of a valid session; a new password or a closed account ends it."""
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user
