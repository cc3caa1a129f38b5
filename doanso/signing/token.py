"""The server's own PKCS#11 token, which holds an organisation's key and signs with it.

One session per process, opened at the first signature with the PIN of the settings.
"""

import hashlib
import os
import threading
from typing import Any

import pkcs11
from django.conf import settings
from django.utils.translation import gettext as _
from pkcs11 import KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature

from doanso.lib.problems import Problem, Refused

_lock = threading.Lock()
_sessions: dict[tuple[int, str], Any] = {}


UNAVAILABLE = "token_unavailable"


def _refused() -> Refused:
    message = _("The server's signing device does not answer. Ask whoever runs this server.")
    return Refused(Problem(UNAVAILABLE, message))


def _absent(token_label: str) -> Refused:
    message = _("The server has no signing device named “%(name)s”. Look at the name, or have the device put in again.")
    return Refused(Problem("token_absent", message % {"name": token_label}, "token_label"))


def _key_missing(token_label: str, key_label: str) -> Refused:
    message = _(
        "The device “%(device)s” has no key named “%(name)s”. Look at the name of the key, or use another certificate."
    )
    return Refused(Problem("token_key_missing", message % {"device": token_label, "name": key_label}, "key_label"))


def _session(label: str) -> Any:
    key = (os.getpid(), label)
    if key not in _sessions:
        token = pkcs11.lib(settings.SIGNING_TOKEN["module"]).get_token(token_label=label)
        _sessions[key] = token.open(user_pin=settings.SIGNING_TOKEN["pin"])
    return _sessions[key]


def forget_sessions() -> None:
    """Close the sessions of this process; the next signature opens a new one."""
    with _lock:
        for key in [key for key in _sessions if key[0] == os.getpid()]:
            try:
                _sessions.pop(key).close()
            except pkcs11.PKCS11Error:
                pass


def sign(*, token_label: str, key_label: str, data: bytes) -> bytes:
    """Return the key's signature over the SHA-256 of the data (ECDSA as DER).

    The refusals distinguish a token that does not answer from another token and from one without such a key.
    """
    if not settings.SIGNING_TOKEN["module"]:
        raise _refused()
    try:
        with _lock:
            return _signed(token_label, key_label, data)
    except (pkcs11.PKCS11Error, RuntimeError):
        # The token was reinserted, or closed the session: try once more with a new session.
        forget_sessions()
    try:
        with _lock:
            return _signed(token_label, key_label, data)
    except pkcs11.NoSuchToken as error:
        raise _absent(token_label) from error
    except pkcs11.NoSuchKey as error:
        raise _key_missing(token_label, key_label) from error
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        forget_sessions()
        # The library's errors hold no secret, but are not meant for a page either.
        raise _refused() from error


def _signed(token_label: str, key_label: str, data: bytes) -> bytes:
    key = _session(token_label).get_key(object_class=ObjectClass.PRIVATE_KEY, label=key_label)
    if key.key_type is KeyType.EC:
        raw = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        return bytes(encode_ecdsa_signature(raw))
    return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
