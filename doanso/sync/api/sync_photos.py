"""The phone's API for pictures: announce, send pieces, resume after a break. See docs/sync.md."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject, parse_json
from doanso.sync.actions import photos, renew_lease
from doanso.sync.actions.photos import MOST_PIECE, OffsetMismatch, UploadProgress
from doanso.sync.devices import device_or_problem, problem_response, unavailable_response
from doanso.sync.models import Device, Photo

_MOST_ANNOUNCEMENT = 4096
_HASH = 64

_View = Callable[..., HttpResponse]


def _of_phone(view: _View) -> _View:
    """Wrap a view: authenticate the phone, renew its lease, and answer refusals and failures as JSON."""

    @wraps(view)
    def called(request: HttpRequest, **named: UUID) -> HttpResponse:
        device = device_or_problem(request)
        if isinstance(device, JsonResponse):
            return device
        try:
            answer = view(request, device, **named)
            renew_lease(device=device, now=clock.now())
        except Refused as refused:
            return problem_response(refused.problem, 413 if refused.problem.code == "too_long" else 422)
        except (DatabaseError, InterfaceError, OSError) as error:
            return unavailable_response(error)
        return answer

    return called


def _bytes(request: HttpRequest, most: int) -> bytes:
    """Return the request's body after checking its length; refuse one that is too long or broke off on the way."""
    too_long = Problem("too_long", _("This message is too long; send less at once."))
    announced_length = int(request.META.get("CONTENT_LENGTH") or 0)
    if announced_length > most:
        raise Refused(too_long)
    try:
        content = request.body
    except RequestDataTooBig as fault:
        raise Refused(too_long) from fault
    except UnreadablePostError:
        content = b""
    if len(content) > most:
        raise Refused(too_long)
    if len(content) != announced_length:
        raise Refused(Problem("photo_piece_broken", _("This piece broke off on its way; it is sent again by itself.")))
    return content


def _progress_value(progress: UploadProgress) -> dict[str, int | bool]:
    return {"offset": progress.offset, "done": progress.done}


def _unknown() -> HttpResponse:
    return problem_response(Problem("photo_unknown", _("This photo was not announced by this phone.")), 404)


@csrf_exempt
@never_cache
@require_POST
@_of_phone
def announce(request: HttpRequest, device: Device) -> HttpResponse:
    """Announce a picture; a repetition returns its progress."""
    fields = JsonObject(parse_json(_bytes(request, _MOST_ANNOUNCEMENT)))
    photo_id, visit_id = fields.uuid("id"), fields.uuid("visit")
    size, content_hash = fields.integer("size", 1, 2**31 - 1), fields.text("hash", _HASH, least=_HASH)
    fields.finish()
    progress = photos.begin_photo(
        device=device, photo_id=photo_id, subject=visit_id, size=size, content_hash=content_hash
    )
    return JsonResponse(_progress_value(progress))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "PATCH"])
@_of_phone
def photo(request: HttpRequest, device: Device, photo_id: UUID) -> HttpResponse:
    """Receive the next piece of a picture (PATCH), or return its progress (GET)."""
    if request.method == "GET":
        progress = photos.upload_progress(device=device, photo_id=photo_id)
        return _unknown() if progress is None else JsonResponse(_progress_value(progress))
    offset_text = request.headers.get("Upload-Offset", "")
    if not (offset_text.isascii() and offset_text.isdigit() and len(offset_text) < 8):
        message = _("“Upload-Offset” must say with which byte the piece begins.")
        raise Refused(Problem("message_invalid", message, "Upload-Offset"))
    piece = _bytes(request, MOST_PIECE)
    try:
        return JsonResponse(
            _progress_value(photos.add_piece(device=device, photo_id=photo_id, offset=int(offset_text), piece=piece))
        )
    except Photo.DoesNotExist:
        return _unknown()
    except OffsetMismatch as missed:
        message = _("The photo goes on elsewhere; the phone sends the right piece by itself.")
        body = {"code": "photo_offset", "message": message, "field": "Upload-Offset"} | _progress_value(missed.progress)
        return JsonResponse(body, status=409)
