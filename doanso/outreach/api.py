"""Endpoints of phones besides sync: the pack, doors to take, and doors to give back. See docs/sync.md."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject, parse_json
from doanso.outreach.actions.doors import give_back, take_doors
from doanso.outreach.queries import drives, pack
from doanso.outreach.rules.doors import MOST_HELD, MOST_TAKEN
from doanso.sync.actions import renew_lease
from doanso.sync.devices import device_or_problem, problem_response
from doanso.sync.models import Device

MOST_BYTES = 64_000
_STATUS = {"too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "no_role": HTTPStatus.FORBIDDEN}


def _for_devices(view: Callable[[HttpRequest, Device], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Wrap an endpoint for phones in service, with refusals as JSON."""

    @wraps(view)
    def called(request: HttpRequest) -> HttpResponse:
        device = device_or_problem(request)
        if isinstance(device, JsonResponse):
            return device
        device.lease_until = renew_lease(device=device, now=clock.now())
        try:
            response = view(request, device)
        except Refused as refused:
            status = _STATUS.get(refused.problem.code, HTTPStatus.UNPROCESSABLE_ENTITY)
            return problem_response(refused.problem, status)
        except PermissionDenied:
            message = _("Your role does not visit homes here. Ask your officer for the role of a helper.")
            return problem_response(Problem("no_role", message), HTTPStatus.FORBIDDEN)
        response["Cache-Control"] = "private, no-cache"
        return response

    return csrf_exempt(called)


def _body(request: HttpRequest) -> JsonObject:
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


@require_GET
@_for_devices
def get_pack(request: HttpRequest, device: Device) -> HttpResponse:
    """Return everything the phone needs without a network, or 304 when the phone has it already."""
    now = clock.now()
    base = request.build_absolute_uri(reverse("support:code"))
    content = pack.pack(device.user, device.pk, now, lease_until=device.lease_until, receipt_base=base)
    etag = pack.etag_of(content)
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = JsonResponse(content)
    response["ETag"] = etag
    return response


@require_POST
@_for_devices
def take(request: HttpRequest, device: Device) -> HttpResponse:
    """Check out the next doors of a drive."""
    fields = _body(request)
    drive_id, want, near = fields.uuid("drive"), fields.integer("want", 1, MOST_TAKEN), fields.uuid_or_none("near")
    fields.finish()
    drive = drives.find_drive_to_visit(device.user, drive_id)
    if drive is None:
        message = _("This drive is not one of yours. Fetch the list of drives anew.")
        raise Refused(Problem("drive_unknown", message, "drive"))
    take_doors(actor=device.user, drive=drive, want=want, near_id=near)
    return _doors(device)


@require_POST
@_for_devices
def put_back(request: HttpRequest, device: Device) -> HttpResponse:
    """Give doors back before their day is over."""
    fields = _body(request)
    doors = fields.uuids("doors", MOST_HELD)
    fields.finish()
    give_back(actor=device.user, door_ids=doors)
    return _doors(device)


def _doors(device: Device) -> HttpResponse:
    ward = pack.ward_of(pack.unit_of(device.user, clock.today()))
    return JsonResponse({"doors": pack.doors_of(device.user, ward, device.pk, clock.now())})
