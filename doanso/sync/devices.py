"""Authentication of phones by their bearer token, for every address that phones call."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from doanso.access.policy import current_role_assignments
from doanso.lib import clock
from doanso.lib.database.storage_space import INSUFFICIENT_STORAGE, disk_full_problem, is_out_of_space
from doanso.lib.problems import Problem
from doanso.sync import actions, policy, rules
from doanso.sync.models import Device


def problem_response(problem: Problem, status: int, *, wipe: bool = False) -> JsonResponse:
    """Return a problem as JSON; with `wipe` the phone deletes what it holds."""
    body: dict[str, object] = {"code": problem.code, "message": problem.message, "field": problem.field}
    if wipe:
        body["wipe"] = True
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def wipe_response(device_id: UUID) -> JsonResponse:
    """Return the order to a revoked phone to wipe itself, and store that it was given."""
    actions.mark_wiped(device_id=device_id)
    return problem_response(actions.revoked_problem(), 403, wipe=True)


def unavailable_response(error: Exception) -> JsonResponse:
    """Return the answer to a failure of the database or the disk: the phone keeps everything and tries again by itself."""
    if is_out_of_space(error):
        return problem_response(disk_full_problem(), INSUFFICIENT_STORAGE)
    message = _("The server is busy. Nothing is lost; the phone tries again by itself.")
    return problem_response(Problem("try_later", message), 503)


def token_of(request: HttpRequest) -> str:
    """Return the bearer token of a request, or an empty string."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


_MINUTE = 60


def _asks_too_often(device: Device, now: datetime) -> bool:
    """Return whether the phone has used up its calls of this minute.

    Each process counts for itself: a shared count would cost every batch statements of its own, and the limit protects only
    other phones' access to this process.
    """
    if not settings.PHONE_CALLS:
        return False
    key = f"sync.calls.{device.pk}.{int(now.timestamp()) // _MINUTE}"
    counts = caches["process"]
    counts.add(key, 0, timeout=2 * _MINUTE)
    try:
        return bool(int(counts.incr(key)) > settings.PHONE_CALLS)
    except ValueError:
        # The cache evicted the counter after `add`.
        return False


def device_or_problem(request: HttpRequest) -> Device | JsonResponse:
    """Return the phone that the token belongs to, with its user's roles loaded, or the response that refuses the call.

    Calls beyond `settings.PHONE_CALLS` a minute are refused, so that a phone that calls in a loop does not delay others.

    Only a phone that an officer revoked gets the order to wipe itself. A phone whose holder has no role today, or a closed
    account, gets the order to wait: roles are dated, so a server with a wrong clock finds none, and wiped data cannot be
    restored.
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
    user.prepared_role_assignments = current_role_assignments(user)
    if device.revoked_at is not None:
        return wipe_response(device.pk)
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
