"""Endpoints of phones at a stand while they have a network: who waits there, and residents' own entries finished.

Nothing that these answer is stored on a phone but the counts; the names are of people in front of the stand. See docs/sync.md.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.support import actions
from doanso.support.models import Stand, StandTurn, StandTurnState
from doanso.support.queries.phone_stands import live_stand, open_stand_to_help
from doanso.support.rules.stands import MOST_SERVICES
from doanso.sync.device_views import device_view, read_body
from doanso.sync.models import Device


def _stand_or_refuse(device: Device, stand_id: UUID) -> Stand:
    stand = open_stand_to_help(device.user, stand_id)
    if stand is None:
        message = _("This stand has ended, or is not one of yours. What was recorded on the phone stays and is sent.")
        raise Refused(Problem("not_found", message))
    return stand


def _response(device: Device, stand: Stand, **more: Any) -> HttpResponse:
    content = {"now": clock.now().isoformat(), **live_stand(device.user, device.pk, stand), **more}
    return JsonResponse(content, headers={"Cache-Control": "no-store"})


@require_GET
@device_view
def get_stand(request: HttpRequest, device: Device, stand_id: UUID) -> HttpResponse:
    """Return a stand's counts of this moment, and the residents' own entries that wait."""
    return _response(device, _stand_or_refuse(device, stand_id))


class _Outcome(NamedTuple):
    """Whether this call did it: somebody else, or an earlier call whose answer was lost, may have been faster. `is_doubtful`: the
    person may be one whom the unit knows, who is to be looked at as a duplicate.
    """

    is_changed: bool
    is_doubtful: bool = False


def _on_entry(device: Device, stand_id: UUID, turn_id: UUID, action: Callable[[StandTurn], _Outcome]) -> HttpResponse:
    """Run an action on a resident's own entry; answer with what became of it, and the stand after it."""
    stand = _stand_or_refuse(device, stand_id)
    turn = stand.turns.filter(pk=turn_id, self_entered=True).first()
    if turn is None:
        message = _("There is no such entry at this stand.")
        raise Refused(Problem("not_found", message))
    outcome = action(turn)
    turn.refresh_from_db(fields=["state", "ended_at"])
    ended_at = turn.ended_at.isoformat() if turn.ended_at is not None else None
    became = {"id": str(turn.pk), "number": turn.number, "state": turn.state, "ended_at": ended_at}
    more = {"changed": outcome.is_changed, "doubtful": outcome.is_doubtful}
    return _response(device, stand, entry=became | more)


@require_POST
@device_view
def finish_turn(request: HttpRequest, device: Device, stand_id: UUID, turn_id: UUID) -> HttpResponse:
    """Record a resident who entered themselves and was helped."""
    fields = read_body(request)
    services = fields.texts("services", MOST_SERVICES, length=40)
    namesakes = fields.flag("namesakes")
    fields.finish()

    def finish(turn: StandTurn) -> _Outcome:
        result = actions.finish_turn(
            actor=device.user, stand_id=stand_id, turn_id=turn.pk, services=set(services), namesakes=namesakes
        )
        return _Outcome(bool(result.results), any(made.doubtful for made in result.results))

    return _on_entry(device, stand_id, turn_id, finish)


@require_POST
@device_view
def drop_turn(request: HttpRequest, device: Device, stand_id: UUID, turn_id: UUID) -> HttpResponse:
    """Delete the entry of a resident who left without being helped."""

    def drop(turn: StandTurn) -> _Outcome:
        dropped = actions.drop_turn(actor=device.user, stand_id=stand_id, turn_id=turn.pk)
        return _Outcome(turn.state == StandTurnState.WAITING and dropped.state == StandTurnState.DROPPED)

    return _on_entry(device, stand_id, turn_id, drop)


@require_POST
@device_view
def undo_turn(request: HttpRequest, device: Device, stand_id: UUID, turn_id: UUID) -> HttpResponse:
    """Take back what was recorded of a resident who entered themselves."""

    def undo(turn: StandTurn) -> _Outcome:
        undone = actions.undo_turn(actor=device.user, stand_id=stand_id, turn_id=turn.pk)
        return _Outcome(turn.state != StandTurnState.UNDONE and undone.state == StandTurnState.UNDONE)

    return _on_entry(device, stand_id, turn_id, undo)
