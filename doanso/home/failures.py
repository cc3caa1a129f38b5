"""The response to a request that failed with an unhandled error."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _

from doanso.lib.database.storage_space import INSUFFICIENT_STORAGE, disk_full_problem, is_out_of_space
from doanso.lib.problems import Problem


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 507 if the server has no space left to write, else 500; as JSON below /api/.

    Django calls this while the error is being handled, whether a view or a middleware raised it. The pages read nothing from the
    database, which may be what failed.
    """
    is_full = is_out_of_space(sys.exception())
    status = INSUFFICIENT_STORAGE if is_full else 500
    if request.path.startswith("/api/"):
        broken = Problem("server_error", _("Something broke on our side. Try again in a few minutes."))
        problem = disk_full_problem() if is_full else broken
        answer: HttpResponse = JsonResponse(
            {"code": problem.code, "message": problem.message, "field": problem.field}, status=status
        )
    else:
        answer = HttpResponse(loader.render_to_string(f"{status}.html"), status=status)
    answer["Cache-Control"] = "no-store"
    if is_full:
        answer["Retry-After"] = "60"
    return answer
