"""Whose phone is calling: the door of every address that phones use."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from doanso.access.policy import current_holdings
from doanso.lib import clock
from doanso.lib.problems import Problem
from doanso.sync import policy, rules
from doanso.sync.models import Device


def problem_response(problem: Problem, status: int, *, wipe: bool = False) -> JsonResponse:
    """A problem as machines read it."""
    told: dict[str, object] = {"code": problem.code, "message": problem.message, "field": problem.field}
    if wipe:
        told["wipe"] = True
    response = JsonResponse(told, status=status)
    response["Cache-Control"] = "no-store"
    return response


def token_of(request: HttpRequest) -> str:
    """The token a phone brings; empty without one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def device_or_problem(request: HttpRequest) -> Device | JsonResponse:
    """The phone in service that brings its token, with its user's roles read once; or what it is told instead.

    Roles are read at each call, so a phone is out of service with its holder's role. What it has not sent stays on it as
    a backup that an officer can hand in.
    """
    token = token_of(request)
    device = Device.objects.select_related("user").filter(token_hash=rules.token_hash(token)).first() if token else None
    if device is None:
        message = _("This phone is not in service. Sign in on it again; nothing on it is lost.")
        return problem_response(Problem("device_unknown", message), 401)
    user = device.user
    user.prepared_holdings = current_holdings(user)
    now = clock.now()
    if device.revoked_at is not None or not policy.BRING.allows_anywhere(user):
        if device.wiped_at is None:
            Device.objects.filter(pk=device.pk, wiped_at=None).update(wiped_at=now)
        message = _("This phone was taken out of service. Hand what it has not sent to your officer as a backup file.")
        return problem_response(Problem("device_revoked", message), 403, wipe=True)
    if device.lease_until <= now:
        message = _("This phone was silent for more than seven days. Sign in on it again; nothing on it is lost.")
        return problem_response(Problem("device_lapsed", message), 403)
    return device
