"""Lead a form sent after the session had ended to a sign-in that says so; let no browser keep pages of signed-in users."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
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


class PrivatePagesMiddleware:
    """Let no browser keep a page of a signed-in user, so that its "back" shows nothing of it after signing out.

    A response that states how it is kept (a file, a picture, the phone's app) is left as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Only a session that was read anyway: reading it costs a statement.
        if "Cache-Control" not in response and request.session.accessed and SESSION_KEY in request.session:
            response["Cache-Control"] = "private, no-store"
        return response
