"""Where nobody else did: what a page says when the store of files does not answer, or what it gave is damaged."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from doanso.files.answers import problem_page
from doanso.files.problems import Damaged, Full, Unavailable
from doanso.lib.database.storage_space import INSUFFICIENT_STORAGE

logger = logging.getLogger(__name__)


class StoreMiddleware:
    """Turns the store's own troubles into a page that says so; nothing was half done when they come up here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """503 (507 for a full store) with when to come again, or 500 for a damaged file, which the log names by its id."""
        if isinstance(error, Unavailable):
            answer = problem_page(request, error.problem, INSUFFICIENT_STORAGE if isinstance(error, Full) else 503)
            answer["Retry-After"] = "60"
            return answer
        if isinstance(error, Damaged):
            logger.error("damaged file: %s", error)
            return problem_page(request, error.problem, 500)
        return None
