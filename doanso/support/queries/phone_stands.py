"""Open stands as a phone needs them, with and without a network; see docs/sync.md."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.lib.dated_rows import in_effect
from doanso.support import policy, stand_keys
from doanso.support.actions.stand_turns import pair_of
from doanso.support.models import Stand, StandRecord, StandTurn, StandTurnState
from doanso.support.record_inputs import Helper
from doanso.support.rules.stands import look_alikes
from doanso.sync.models import Record, RecordState
from doanso.units.models import UnitPath

MOST_STANDS = 6
MOST_UNCOUNTED = 60
"""Turns of one phone that are named as not counted, over all its stands; 60 UUIDs take 2.3 kB of the pack."""


def phone_stands(actor: User, device_id: UUID, today: date, *, near: UUID, ward: UUID) -> list[dict[str, Any]]:
    """Return today's open stands at which the actor may help, the nearest first, ready for JSON; four statements.

    Nearest are those that the actor opened or helps at by name, then those of the unit `near` and of units below it, then those
    of its ward, then others; of equally near ones the stand opened last.
    """
    kept = policy.KEEP_STAND.condition(actor)
    open_today = _open_stands(actor).filter(happened_on=today)
    own = Q(opened_by=actor) | Q(helper_name=actor.display_name) | Q(second_helper_name=actor.display_name)
    nearest = open_today.annotate(
        is_own=Exists(Stand.objects.filter(own, pk=OuterRef("pk"))),
        is_kept=Exists(Stand.objects.filter(kept, pk=OuterRef("pk"))),
        depth=_depth_below(near, today),
        ward_depth=_depth_below(ward, today),
    ).order_by("-is_own", F("depth").asc(nulls_last=True), F("ward_depth").asc(nulls_last=True), "-opened_at", "pk")
    stands = list(nearest[:MOST_STANDS])
    if not stands:
        return []
    states = _turn_states({stand.pk for stand in stands}, device_id)
    return [_stand(stand, states, is_kept=stand.is_kept) for stand in stands]


def live_stand(actor: User, device_id: UUID, stand: Stand) -> dict[str, Any]:
    """Return an open stand as the pack has it, and the residents' own entries that wait there, the oldest first; ready for JSON.

    Names and years of birth are of people in front of the stand, for a phone that shows them and stores nothing of them.
    """
    shown = access.personal(actor).shows(stand.unit_id)
    waiting = StandTurn.objects.filter(stand=stand, state=StandTurnState.WAITING).order_by("number")
    states = _turn_states({stand.pk}, device_id)
    return {
        "stand": _stand(stand, states, is_kept=policy.KEEP_STAND.allows(actor, stand)),
        "entries": [_entry(turn, shown=shown) for turn in waiting],
        "alike": _own_look_alikes(stand, device_id),
    }


def _own_look_alikes(stand: Stand, device_id: UUID) -> list[str]:
    """Return the ids of the phone's own turns whose person may have been recorded at the stand by another turn."""
    contact = "support_record__contact"
    named = StandRecord.objects.filter(turn__stand=stand, turn__state=StandTurnState.RECORDED)
    own = Exists(Record.objects.filter(record_id=OuterRef("turn"), device=device_id))
    rows = named.exclude(**{f"{contact}__folded": ""}).filter(**{f"{contact}__isnull": False}).annotate(is_own=own)
    columns = ("turn", "is_own", f"{contact}__folded", f"{contact}__birth_year", contact)
    turns = list(rows.order_by("turn__number").values_list(*columns).distinct())
    alike = look_alikes((turn_id, (folded, year), contact_id) for turn_id, _own, folded, year, contact_id in turns)
    return [str(turn_id) for turn_id, is_own, *_person in turns if is_own and turn_id in alike]


def open_stand_to_help(actor: User, stand_id: UUID) -> Stand | None:
    """Return an open stand at which the actor may help, of whatever day; None where there is none."""
    return _open_stands(actor).filter(pk=stand_id).first()


def _open_stands(actor: User) -> QuerySet[Stand]:
    stands = Stand.objects.filter(closed_at=None).exclude(helper_name="")
    return policy.OPEN_STAND.filter(actor, stands).prefetch_related("services")


def _depth_below(root: UUID, today: date) -> Subquery:
    """Return how far below a unit the stand's unit is today; null where it is not below it."""
    paths = UnitPath.objects.filter(in_effect(today), ancestor=root, unit=OuterRef("unit"))
    return Subquery(paths.values("depth")[:1])


class _TurnStates(NamedTuple):
    """By stand: how many turns of others are in a state, by name or not, and the phone's own turns that count nowhere."""

    others: dict[UUID, Counter[tuple[str, bool]]]
    uncounted: dict[UUID, list[str]]


def _turn_states(stand_ids: Collection[UUID], device_id: UUID) -> _TurnStates:
    """Return the states of the stands' turns, apart by whether this phone recorded them; two statements."""
    own = Record.objects.filter(record_id=OuterRef("pk"), device=device_id)
    turns = StandTurn.objects.filter(stand__in=stand_ids)
    others: dict[UUID, Counter[tuple[str, bool]]] = defaultdict(Counter)
    shown = turns.filter(~Exists(own), state__in=(StandTurnState.RECORDED, StandTurnState.WAITING))
    for stand_id, state, named, count in shown.values_list("stand", "state", "named").annotate(Count("pk")):
        others[stand_id][state, named] = count
    # What the phone itself has taken back has a later version, and the phone knows of it.
    unchanged = ~Exists(own.filter(state=RecordState.SUPERSEDED))
    left_out = turns.filter(Exists(own), unchanged, state__in=(StandTurnState.KNOWN, StandTurnState.UNDONE))
    uncounted: dict[UUID, list[str]] = defaultdict(list)
    for stand_id, turn_id in left_out.order_by("-number", "pk").values_list("stand", "pk")[:MOST_UNCOUNTED]:
        uncounted[stand_id].append(str(turn_id))
    return _TurnStates(others, uncounted)


def _stand(stand: Stand, states: _TurnStates, *, is_kept: bool) -> dict[str, Any]:
    pair, recorded, waiting = pair_of(stand), StandTurnState.RECORDED.value, StandTurnState.WAITING.value
    services = sorted(stand.services.all(), key=lambda service: service.position)
    others = states.others[stand.pk]
    return {
        "id": str(stand.pk),
        "unit": str(stand.unit_id),
        "place": stand.place,
        "day": stand.happened_on.isoformat(),
        "planned": stand.planned,
        "services": [{"code": service.pk, "name": service.short_name} for service in services],
        "pair": {"first": _helper(pair.first), "second": _helper(pair.second) if pair.second is not None else None},
        "others": {"named": others[recorded, True], "unnamed": others[recorded, False]},
        "waiting": others[waiting, True] + others[waiting, False],
        "kept": is_kept,
        "uncounted": states.uncounted[stand.pk],
    }


def _helper(helper: Helper) -> dict[str, Any]:
    member = str(helper.member_id) if helper.member_id is not None else None
    return {"name": helper.name, "kind": helper.kind, "member": member}


def _entry(turn: StandTurn, *, shown: bool) -> dict[str, Any]:
    words = stand_keys.entry_of(turn)
    name = words.name if words is not None else ""
    return {
        "id": str(turn.pk),
        "number": turn.number,
        "name": name if shown else access.masked_name(name),
        "birth_year": words.birth_year if words is not None and shown else None,
        "entered_at": turn.made_at.isoformat(),
    }
