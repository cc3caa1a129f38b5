"""Open stands as a phone needs them without a network; see docs/sync.md."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from doanso.accounts.models import User
from doanso.support import policy
from doanso.support.actions.stand_turns import pair_of
from doanso.support.models import Stand, StandTurn, StandTurnState
from doanso.support.record_inputs import Helper
from doanso.sync.models import Record

MOST_STANDS = 6


def phone_stands(actor: User, device_id: UUID, today: date) -> list[dict[str, Any]]:
    """Return today's open stands that the actor keeps, those that they opened first, ready for JSON; three statements.

    `others` counts whom others recorded there, at the desk and on other phones: a phone adds its own. `waiting` is how many
    residents entered themselves and wait.
    """
    if not policy.KEEP_STAND.allows_anywhere(actor):
        return []
    open_today = Stand.objects.filter(happened_on=today, closed_at=None).exclude(helper_name="")
    kept = policy.KEEP_STAND.filter(actor, open_today).prefetch_related("services").order_by("-opened_at", "pk")
    stands = sorted(kept[: 10 * MOST_STANDS], key=lambda stand: stand.opened_by_id != actor.pk)[:MOST_STANDS]
    if not stands:
        return []
    counts = _counts({stand.pk for stand in stands}, device_id)
    return [_stand(stand, counts[stand.pk]) for stand in stands]


def _counts(stand_ids: Collection[UUID], device_id: UUID) -> dict[UUID, Counter[tuple[str, bool]]]:
    """Return by stand how many turns are in a state, by name or not, without those that this phone recorded."""
    own = Record.objects.filter(record_id=OuterRef("pk"), device=device_id)
    shown = StandTurn.objects.filter(
        ~Exists(own), stand__in=stand_ids, state__in=(StandTurnState.RECORDED, StandTurnState.WAITING)
    )
    counts: dict[UUID, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for stand_id, state, named, count in shown.values_list("stand", "state", "named").annotate(Count("pk")):
        counts[stand_id][state, named] = count
    return counts


def _stand(stand: Stand, counts: Counter[tuple[str, bool]]) -> dict[str, Any]:
    pair, recorded, waiting = pair_of(stand), StandTurnState.RECORDED.value, StandTurnState.WAITING.value
    services = sorted(stand.services.all(), key=lambda service: service.position)
    return {
        "id": str(stand.pk),
        "unit": str(stand.unit_id),
        "place": stand.place,
        "day": stand.happened_on.isoformat(),
        "planned": stand.planned,
        "services": [{"code": service.pk, "name": service.short_name} for service in services],
        "pair": {"first": _helper(pair.first), "second": _helper(pair.second) if pair.second is not None else None},
        "others": {"named": counts[recorded, True], "unnamed": counts[recorded, False]},
        "waiting": counts[waiting, True] + counts[waiting, False],
    }


def _helper(helper: Helper) -> dict[str, Any]:
    member = str(helper.member_id) if helper.member_id is not None else None
    return {"name": helper.name, "kind": helper.kind, "member": member}
