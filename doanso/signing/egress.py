"""The only door to the outside: requests to time-stamping authorities, to the addresses of the settings and to no other.

No redirect is followed, nothing waits longer than the settings say, no answer is longer than it needs to be, and no
transaction is held meanwhile. Where to go is never taken from a document, a certificate or anything a user sent.
"""

import http.client
import ssl
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused

LARGEST_ANSWER = 64 << 10


class Unreachable(Refused):
    """The other side did not answer, or not as it should."""


def _unreachable(why: str) -> Unreachable:
    message = _("The time-stamping service did not answer. Try again in a while.")
    return Unreachable(Problem("tsa_unreachable", f"{message} ({why})"))


def post(address: str, body: bytes, *, sends: str, wants: str) -> bytes:
    """Send the bytes to an address of the settings and return the answer's, which has to be of the wanted type."""
    if address not in settings.SIGNING_TSA["addresses"]:
        raise ValueError("an address that the settings do not name")
    # Refuses when a transaction is open: no row stays locked while somebody else thinks.
    with transaction.atomic(durable=True):
        pass
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("an address that is no plain web address")
    timeout = settings.SIGNING_TSA["timeout"]
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=timeout, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"Content-Type": sends, "Accept": wants})
        answer = connection.getresponse()
        content = answer.read(LARGEST_ANSWER + 1)
        media = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != 200:
        raise _unreachable(f"HTTP {answer.status}")
    if media != wants or len(content) > LARGEST_ANSWER:
        raise _unreachable("answer")
    return content
