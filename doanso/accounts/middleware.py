"""Bound bodies from strangers, lead back after an ended session, and let no browser keep pages of signed-in users."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

from doanso.lib.anonymous_bodies import MOST_BYTES, is_bounded


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


class AnonymousBodyMiddleware:
    """Refuse a body that is too long by its declared length where nobody is signed in, before anything reads it.

    A body without a declared length is empty to Django.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Answer 413 to a body beyond the bound; as JSON below /api/."""
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if (
            not declared.isdigit()
            or int(declared) <= MOST_BYTES
            or not is_bounded(view)
            or request.user.is_authenticated
        ):
            return None
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if request.path.startswith("/api/"):
            message = _("This message is too long; send less at once.")
            return JsonResponse({"code": "too_long", "message": message, "field": ""}, status=status)
        return render(request, "413.html", status=status)
