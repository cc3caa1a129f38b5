"""The only door to the outside: time-stamping authorities, and responders that say whether a certificate was called back.

The first are asked at the addresses of the settings. The second are named by certificates that an authority of this
installation issued; they have to be machines of the open network, unless the settings name them. No redirect is followed,
nothing waits longer than the settings say, no answer is longer than it needs to be, and no transaction is held meanwhile. Where
to go is never taken from a document or anything a user sent.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused

LARGEST_ANSWER = 64 << 10
_OPEN = ipaddress.ip_network("2000::/3")
"""All that is given out of the newer network; what lies outside of it leads nowhere, or to an older network inside."""
# Addresses in which another network's address is wrapped: where they lead cannot be told from here.
_WRAPPED = [ipaddress.ip_network(prefix) for prefix in ("2002::/16", "2001::/32")]


class Unreachable(Refused):
    """The other side did not answer, or not as it should."""


def _no_stamp(why: str) -> Unreachable:
    message = _("The time-stamping service did not answer. Try again in a while.")
    return Unreachable(Problem("tsa_unreachable", f"{message} ({why})"))


def _no_answer(why: str) -> Unreachable:
    message = _("The authority did not say whether the certificate was called back.")
    return Unreachable(Problem("responder_unreachable", f"{message} ({why})"))


def post(address: str, body: bytes, *, sends: str, wants: str) -> bytes:
    """Send the bytes to an address of the settings and return the answer's, which has to be of the wanted type."""
    if address not in settings.SIGNING_TSA["addresses"]:
        raise ValueError("an address that the settings do not name")
    _require_no_transaction()
    parts = _plain(address)
    try:
        return _posted(parts, parts.hostname or "", settings.SIGNING_TSA["timeout"], body, sends, wants)
    except _Failed as failed:
        raise _no_stamp(str(failed)) from failed


def ask_responder(address: str, question: bytes) -> bytes:
    """Ask a responder that a certificate under a trusted authority names; who calls has seen to that."""
    _require_no_transaction()
    parts = _plain(address)
    sends, wants = "application/ocsp-request", "application/ocsp-response"
    try:
        return _posted(parts, _open_address(parts), settings.SIGNING_OCSP["timeout"], question, sends, wants)
    except _Failed as failed:
        raise _no_answer(f"{parts.hostname}: {failed}") from failed


class _Failed(Exception):
    """Why there is no answer, for the log."""


def _require_no_transaction() -> None:
    """No row stays locked while somebody else thinks."""
    with transaction.atomic(durable=True):
        pass


def _plain(address: str) -> SplitResult:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("an address that is no plain web address")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _open_address(parts: SplitResult) -> str:
    """The number of the machine that is asked: looked up once, looked at, and then used, so that no name leads elsewhere."""
    host, port = parts.hostname or "", _port(parts)
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _Failed(type(error).__name__) from error
    numbers = [str(entry[4][0]) for entry in addresses]
    if f"{host}:{port}" in settings.SIGNING_OCSP["inside"]:
        return numbers[0]
    # One closed number among open ones is enough to refuse: it is somebody playing with names.
    if not numbers or not all(_is_open(entry) for entry in numbers):
        raise _Failed("not an address of the open network")
    return numbers[0]


def _is_open(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.version == 6 and address not in _OPEN:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _WRAPPED)


def _cut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _posted(parts: SplitResult, to: str, timeout: int, body: bytes, sends: str, wants: str) -> bytes:
    connection: http.client.HTTPConnection
    host, port = parts.hostname or "", _port(parts)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
    # The machine that was looked at; certificate and Host are still those of the name.
    connection._create_connection = lambda _address, *rest: socket.create_connection((to, port), *rest)  # type: ignore[attr-defined]
    late: threading.Timer | None = None
    try:
        connection.connect()
        # The connection's own patience begins anew with every byte; somebody who sends one now and then is cut off.
        late = threading.Timer(timeout, _cut, [connection.sock])
        late.daemon = True
        late.start()
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"Content-Type": sends, "Accept": wants})
        answer = connection.getresponse()
        content = answer.read(LARGEST_ANSWER + 1)
        media = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _Failed(type(error).__name__) from error
    finally:
        if late is not None:
            late.cancel()
        connection.close()
    if answer.status != 200:
        raise _Failed(f"HTTP {answer.status}")
    if media != wants or len(content) > LARGEST_ANSWER:
        raise _Failed("answer")
    return content
