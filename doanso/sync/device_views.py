"""Endpoints that phones call with their token: the wrapper that answers refusals as JSON, and the reading of a body."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject, parse_json
from doanso.sync.actions import renew_lease
from doanso.sync.devices import device_or_problem, problem_response
from doanso.sync.models import Device

MOST_BYTES = 64_000
_STATUS = {
    "too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "no_role": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
}


def device_view[**P](
    view: Callable[Concatenate[HttpRequest, Device, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Wrap an endpoint for phones in service, with refusals as JSON; each call renews the phone's lease.

    A response is revalidated each time unless the endpoint says more of its own.
    """

    @wraps(view)
    def called(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        device = device_or_problem(request)
        if isinstance(device, JsonResponse):
            return device
        device.lease_until = renew_lease(device=device, now=clock.now())
        try:
            response = view(request, device, *args, **kwargs)
        except Refused as refused:
            status = _STATUS.get(refused.problem.code, HTTPStatus.UNPROCESSABLE_ENTITY)
            return problem_response(refused.problem, status)
        except PermissionDenied:
            message = _("Your role does not visit homes here. Ask your officer for the role of a helper.")
            return problem_response(Problem("no_role", message), HTTPStatus.FORBIDDEN)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return csrf_exempt(called)


def read_body(request: HttpRequest) -> JsonObject:
    """Return the request's JSON; its size is checked before it is read."""
    too_long = Problem("too_long", _("This message is too long; send less at once."))
    declared = request.META.get("CONTENT_LENGTH") or "0"
    try:
        content = request.body if declared.isdigit() and int(declared) <= MOST_BYTES else None
    except RequestDataTooBig:
        content = None
    if content is None or len(content) > MOST_BYTES:
        raise Refused(too_long)
    return JsonObject(parse_json(content))
