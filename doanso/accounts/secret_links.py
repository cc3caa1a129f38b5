"""Pages behind a link that is itself a secret: opened without sign-in, and not to be disclosed to other sites.

A form must carry the secret too, so it needs no CSRF token; without a referrer a page could not prove its origin anyway.
"""

import re
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Concatenate

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt


def secret_page[**P, Response: HttpResponseBase](
    view: Callable[Concatenate[HttpRequest, P], Response],
) -> Callable[Concatenate[HttpRequest, P], Response]:
    """Wrap a view so that its page is not indexed, not cached, and not disclosed to other sites."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> Response:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    # The decorators' stubs name the parameter, which does not matter for a positional call.
    return answered  # type: ignore[return-value]


# Cubot makes phones.
_FETCHERS = re.compile(r"(?<!cu)bot|crawl|spider|preview|facebookexternalhit|whatsapp|viber|skype", re.IGNORECASE)


def is_link_preview(request: HttpRequest) -> bool:
    """Return whether a program fetched the page rather than a person: messengers do so as soon as a link is pasted.

    Browsers say over HTTPS how a page was reached (`Sec-Fetch-Mode`), and those programs do not. Over HTTP only the name of the
    program is known. A browser of before 2021, or of a phone of before 2023, is taken for a program too.
    """
    if request.method == "HEAD" or _FETCHERS.search(request.headers.get("User-Agent", "")):
        return True
    return request.is_secure() and "Sec-Fetch-Mode" not in request.headers


_SUBSCRIBER_BITS = 64
"""The part of an IPv6 address that belongs to the subscriber's line; the user can choose the rest."""


def network_of_request(request: HttpRequest) -> str:
    """Return the network address of the request, for IPv6 the subscriber's network; it is stored only as a hash."""
    return network_of(str(get_adapter().get_client_ip(request)))


def network_of(address: str) -> str:
    """Return the part of an address that its user cannot choose; anything else unchanged."""
    try:
        parsed = ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, _SUBSCRIBER_BITS), strict=False).network_address)


def browser_traits(request: HttpRequest) -> list[str]:
    """Return what distinguishes browsers without a cookie; to be hashed with the day's salt."""
    return [network_of_request(request), *(request.headers.get(name, "") for name in ("User-Agent", "Accept-Language"))]
