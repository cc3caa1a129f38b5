"""Error pages where the file store does not answer or returned damaged bytes, for views that don't handle it themselves."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from doanso.files.problems import Damaged, Full, Unavailable
from doanso.files.responses import problem_page
from doanso.lib.database.storage_space import INSUFFICIENT_STORAGE

logger = logging.getLogger(__name__)


class StoreMiddleware:
    """Turns errors of the store into pages; nothing was half written when they are raised."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 (507 for a full store) with a time to retry, or 500 for a damaged file, whose id is logged."""
        if isinstance(error, Unavailable):
            answer = problem_page(request, error.problem, INSUFFICIENT_STORAGE if isinstance(error, Full) else 503)
            answer["Retry-After"] = "60"
            return answer
        if isinstance(error, Damaged):
            logger.error("damaged file: %s", error)
            return problem_page(request, error.problem, 500)
        return None
