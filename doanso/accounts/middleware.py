"""Lead a form that was sent after the session had ended to a sign-in that says so."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url


class EndedSessionMiddleware:
    """Add `sent=1` to the way to the sign-in where it answers a sent form; nothing is stored for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302:
            way = f"{resolve_url(settings.LOGIN_URL)}?next="
            if response["Location"].startswith(way):
                response["Location"] += "&sent=1"
        return response
