"""Whose phone is calling: the door of every address that phones use."""

from datetime import datetime

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from doanso.access.policy import current_holdings
from doanso.lib import clock
from doanso.lib.database.storage_space import INSUFFICIENT_STORAGE, is_out_of_space, no_space
from doanso.lib.problems import Problem
from doanso.sync import policy, rules
from doanso.sync.models import Device


def problem_response(problem: Problem, status: int, *, wipe: bool = False) -> JsonResponse:
    """A problem as machines read it."""
    body: dict[str, object] = {"code": problem.code, "message": problem.message, "field": problem.field}
    if wipe:
        body["wipe"] = True
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def unavailable_response(error: Exception) -> JsonResponse:
    """What a phone is told when the database or the disk failed: it keeps everything and tries again by itself."""
    if is_out_of_space(error):
        return problem_response(no_space(), INSUFFICIENT_STORAGE)
    message = _("The server is busy. Nothing is lost; the phone tries again by itself.")
    return problem_response(Problem("try_later", message), 503)


def token_of(request: HttpRequest) -> str:
    """The token a phone brings; empty without one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


_MINUTE = 60


def _asks_too_often(device: Device, now: datetime) -> bool:
    """Whether the phone has had its calls of this minute, counted by each process for itself: a shared count would cost
    every batch statements of its own, and what is guarded here is the turn of others at this very process."""
    if not settings.PHONE_CALLS:
        return False
    key = f"sync.calls.{device.pk}.{int(now.timestamp()) // _MINUTE}"
    counts = caches["process"]
    counts.add(key, 0, timeout=2 * _MINUTE)
    try:
        return int(counts.incr(key)) > settings.PHONE_CALLS
    except ValueError:
        # It was pushed out between the two.
        return False


def device_or_problem(request: HttpRequest) -> Device | JsonResponse:
    """The phone in service that brings its token, with its user's roles read once; or what it is told instead.

    So many calls a minute are answered, and no more: a phone that asks in a loop takes nobody else's turn.

    Only a phone that an officer revoked is told to wipe itself. One whose holder has no role today, or a closed account, is told
    to wait: roles are dated, so a server whose clock is wrong finds none, and what a phone has wiped nobody brings back.
    """
    token = token_of(request)
    device = Device.objects.select_related("user").filter(token_hash=rules.token_hash(token)).first() if token else None
    if device is None:
        message = _("This phone is not in service. Sign in on it again; nothing on it is lost.")
        return problem_response(Problem("device_unknown", message), 401)
    now = clock.now()
    if _asks_too_often(device, now):
        message = _("This phone asks more often than it needs to. Nothing is lost; it goes on by itself in a minute.")
        response = problem_response(Problem("try_later", message), 429)
        response["Retry-After"] = str(_MINUTE - int(now.timestamp()) % _MINUTE)
        return response
    user = device.user
    user.prepared_holdings = current_holdings(user)
    if device.revoked_at is not None:
        if device.wiped_at is None:
            Device.objects.filter(pk=device.pk, wiped_at=None).update(wiped_at=now)
        message = _("This phone was taken out of service. Hand what it has not sent to your officer as a backup file.")
        return problem_response(Problem("device_revoked", message), 403, wipe=True)
    if not policy.BRING.allows_anywhere(user):
        message = _(
            "Today your account has no role that visits homes. Nothing on this phone is lost; ask your officer, "
            "and it goes on by itself."
        )
        return problem_response(Problem("device_paused", message), 403)
    if device.lease_until <= now:
        message = _("This phone was silent for more than seven days. Sign in on it again; nothing on it is lost.")
        return problem_response(Problem("device_lapsed", message), 403)
    return device
