"""All outgoing connections: time-stamping authorities, and OCSP responders of certificates' issuers.

Time-stamping authorities are those of the settings. Responders are named by certificates that an authority of this installation
issued; their addresses must be public, unless the settings name them. No redirect is followed, time-outs are those of the
settings, answers are limited in size, and no transaction is open during a request. An address is never taken from a document or
from user input.
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
"""The allocated part of IPv6; addresses outside of it are unroutable or embed IPv4 addresses."""
# IPv6 ranges that embed an IPv4 address, whose destination cannot be checked.
_WRAPPED = [ipaddress.ip_network(prefix) for prefix in ("2002::/16", "2001::/32")]


class Unreachable(Refused):
    """Raised when the other side did not answer, or not correctly."""


def _no_stamp(why: str) -> Unreachable:
    message = _("The time-stamping service did not answer. Try again in a while.")
    return Unreachable(Problem("tsa_unreachable", f"{message} ({why})"))


def _no_answer(why: str) -> Unreachable:
    message = _("The authority did not say whether the certificate was called back.")
    return Unreachable(Problem("responder_unreachable", f"{message} ({why})"))


def post(address: str, body: bytes, *, sends: str, wants: str) -> bytes:
    """POST bytes to an address of the settings; return the body of the answer, which must have the expected type."""
    if address not in settings.SIGNING_TSA["addresses"]:
        raise ValueError("an address that the settings do not name")
    _require_no_transaction()
    parts = _plain(address)
    try:
        return _posted(parts, parts.hostname or "", settings.SIGNING_TSA["timeout"], body, sends, wants)
    except _Failed as failed:
        raise _no_stamp(str(failed)) from failed


def ask_responder(address: str, question: bytes) -> bytes:
    """Ask an OCSP responder; the caller guarantees that a certificate of a trusted authority names it."""
    _require_no_transaction()
    parts = _plain(address)
    sends, wants = "application/ocsp-request", "application/ocsp-response"
    try:
        return _posted(parts, _open_address(parts), settings.SIGNING_OCSP["timeout"], question, sends, wants)
    except _Failed as failed:
        raise _no_answer(f"{parts.hostname}: {failed}") from failed


class _Failed(Exception):
    """Raised with the reason for a missing answer, for the log."""


def _require_no_transaction() -> None:
    """Refuse to run inside a transaction, so that no row stays locked during a request."""
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
    """Resolve a name once, check that all its addresses are public, and return the one to connect to (no DNS rebinding)."""
    host, port = parts.hostname or "", _port(parts)
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _Failed(type(error).__name__) from error
    numbers = [str(entry[4][0]) for entry in addresses]
    if f"{host}:{port}" in settings.SIGNING_OCSP["inside"]:
        return numbers[0]
    # One private address among public ones is refused: it points to DNS rebinding.
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
    # Connect to the checked address; certificate and Host header are those of the name.
    connection._create_connection = lambda _address, *rest: socket.create_connection((to, port), *rest)  # type: ignore[attr-defined]
    late: threading.Timer | None = None
    try:
        connection.connect()
        # The socket's time-out restarts with every byte; a slow sender is cut off by the total time.
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
