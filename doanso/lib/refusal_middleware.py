"""Answer a refusal that no view caught, such as of a button that was pressed twice, with its sentence instead of an error."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from doanso.lib.problems import Refused

logger = logging.getLogger(__name__)


class RefusalMiddleware:
    """Turns an action's refusal into a page of one sentence; the action's transaction was rolled back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 409 with the reason and the way back to the page before; JSON to programs."""
        if not isinstance(error, Refused):
            return None
        problem = error.problem
        logger.info("refused outside a form: %s", problem.code)
        if request.path.startswith("/api/"):
            content = {"code": problem.code, "message": problem.message, "field": problem.field}
            return JsonResponse(content, status=HTTPStatus.CONFLICT)
        return render(
            request, "refused.html", {"problem": problem, "back": _page_before(request)}, status=HTTPStatus.CONFLICT
        )


def _page_before(request: HttpRequest) -> str:
    """Return the path of our own page from which the request came; the first page where there is none."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
