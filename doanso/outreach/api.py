"""Endpoints of phones besides sync: the pack, doors to take, and doors to give back. See docs/sync.md."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.outreach.actions.doors import give_back, take_doors
from doanso.outreach.queries import drives, pack
from doanso.outreach.rules.doors import MOST_HELD, MOST_TAKEN
from doanso.sync.device_views import device_view, read_body
from doanso.sync.models import Device


@require_GET
@device_view
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
@device_view
def take(request: HttpRequest, device: Device) -> HttpResponse:
    """Check out the next doors of a drive."""
    fields = read_body(request)
    drive_id, want, near = fields.uuid("drive"), fields.integer("want", 1, MOST_TAKEN), fields.uuid_or_none("near")
    fields.finish()
    drive = drives.find_drive_to_visit(device.user, drive_id)
    if drive is None:
        message = _("This drive is not one of yours. Fetch the list of drives anew.")
        raise Refused(Problem("drive_unknown", message, "drive"))
    take_doors(actor=device.user, drive=drive, want=want, near_id=near)
    return _doors(device)


@require_POST
@device_view
def put_back(request: HttpRequest, device: Device) -> HttpResponse:
    """Give doors back before their day is over."""
    fields = read_body(request)
    doors = fields.uuids("doors", MOST_HELD)
    fields.finish()
    give_back(actor=device.user, door_ids=doors)
    return _doors(device)


def _doors(device: Device) -> HttpResponse:
    ward = pack.ward_of(pack.unit_of(device.user, clock.today()))
    return JsonResponse({"doors": pack.doors_of(device.user, ward, device.pk, clock.now())})
