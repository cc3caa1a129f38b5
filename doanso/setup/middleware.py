"""Lead every page of an installation without an administrator to the first setup."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from doanso.setup import queries

PREFIX = "/setup/"


class FirstSetupMiddleware:
    """Redirect to `/setup/` until the first administrator exists; from then on it reads nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.FIRST_SETUP:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self._is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_set_up or request.path.startswith(PREFIX):
            return self.get_response(request)
        # Once it is set up it stays so, and a process need not ask again.
        self._is_set_up = queries.is_set_up()
        if self._is_set_up:
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": _("Đoàn Số is not set up yet.")}, status=503)
        return redirect("setup:code")
