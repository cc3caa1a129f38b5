"""Reads of stands: the list, the board of one, and what its link opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.support import policy, stand_keys
from doanso.support.models import Stand, StandDropReason, StandRecord, StandTurn, StandTurnState
from doanso.support.rules.stands import KEEP_WAITING, look_alikes
from doanso.units import queries as units

PAGE = 30


def all_stands() -> QuerySet[Stand]:
    """Return all stands, to be narrowed by a policy."""
    return Stand.objects.select_related("unit")


@dataclass(frozen=True, slots=True)
class StandListRow:
    """One stand of the list, with how many were recorded by name, unnamed, and how many wait."""

    id: UUID
    unit: str
    happened_on: date
    place: str
    services: str
    helpers: str
    named: int
    unnamed: int
    waiting: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class StandPage:
    """A page of the list of stands, open ones first; nothing is counted."""

    rows: list[StandListRow]
    number: int
    more: bool


def _counted(state: str, **conditions: bool) -> Count:
    return Count("turns", filter=Q(turns__state=state, **conditions))


def stand_page(actor: User, number: int) -> StandPage:
    """Return a page of the stands that the actor keeps, open ones first, in a fixed number of statements."""
    kept = policy.KEEP_STAND.filter(actor, all_stands()).annotate(
        named_count=_counted(StandTurnState.RECORDED, turns__named=True),
        unnamed_count=_counted(StandTurnState.RECORDED, turns__named=False),
        waiting_count=_counted(StandTurnState.WAITING),
    )
    rows, more = page_rows(kept.order_by("-happened_on", "-opened_at").prefetch_related("services"), number, PAGE)
    unit_names = units.named_units_by_id({stand.unit_id for stand in rows}) if rows else {}
    return StandPage(
        [
            StandListRow(
                id=stand.pk,
                unit=unit_names[stand.unit_id].short_name,
                happened_on=stand.happened_on,
                place=stand.place,
                services=", ".join(sorted(service.short_name for service in stand.services.all())),
                helpers=", ".join(filter(None, [stand.helper_name, stand.second_helper_name])),
                named=stand.named_count,
                unnamed=stand.unnamed_count,
                waiting=stand.waiting_count,
                is_open=stand.closed_at is None,
            )
            for stand in rows
        ],
        number,
        more,
    )


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One receiver at a stand, as the actor may read them."""

    id: UUID
    number: int
    state: str
    state_name: str
    named: bool
    self_entered: bool
    name: str
    birth_year: int | None
    services: tuple[str, ...]
    made_at: datetime
    ended_at: datetime | None
    has_receipt: bool
    support_record_id: UUID | None
    reason: str
    alike: int | None = None
    """Number of another turn of perhaps the same person, recorded as two."""

    @property
    def is_waiting(self) -> bool:
        """Whether the entry waits for the helpers."""
        return self.state == StandTurnState.WAITING


@dataclass(frozen=True, slots=True)
class StandBoard:
    """All receivers of a stand, the latest first, with their counts."""

    turns: list[TurnRow]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> list[TurnRow]:
        """The entries that wait, the oldest first."""
        return [turn for turn in reversed(self.turns) if turn.is_waiting]

    @property
    def ended(self) -> list[TurnRow]:
        """The others, the latest first."""
        return [turn for turn in self.turns if not turn.is_waiting]

    @property
    def last_recorded(self) -> TurnRow | None:
        """The receiver recorded last, whom an undo takes back."""
        recorded = [turn for turn in self.turns if turn.state == StandTurnState.RECORDED and turn.ended_at is not None]
        return max(recorded, key=lambda turn: (turn.ended_at, turn.number), default=None)


def stand_board(actor: User, stand: Stand) -> StandBoard:
    """Return everybody at a stand; two statements, however many."""
    shown = access.personal(actor).shows(stand.unit_id)
    records: dict[UUID, list[StandRecord]] = {}
    for row in (
        StandRecord.objects.filter(turn__stand=stand)
        .select_related("support_record__contact", "support_record__service")
        .order_by("support_record__service__position")
    ):
        records.setdefault(row.turn_id, []).append(row)
    stored = list(StandTurn.objects.filter(stand=stand).order_by("-number"))
    alike = _look_alikes(stored, records)
    turns = [_turn_row(turn, records.get(turn.pk, ()), shown=shown, alike=alike.get(turn.number)) for turn in stored]
    counts = dict.fromkeys(("named", "unnamed", "waiting", "known", "undone", *StandDropReason.values), 0)
    for turn in turns:
        if turn.state == StandTurnState.RECORDED:
            counts["named" if turn.named else "unnamed"] += 1
        elif turn.state == StandTurnState.DROPPED:
            counts[turn.reason] += 1
        else:
            counts[turn.state] += 1
    counts["helped"] = counts["named"] + counts["unnamed"]
    counts["dropped"] = sum(counts[reason] for reason in StandDropReason.values)
    return StandBoard(turns, counts)


def _look_alikes(turns: Sequence[StandTurn], records: Mapping[UUID, Sequence[StandRecord]]) -> dict[int, int]:
    """Return by number the number of an earlier or later turn of perhaps the same person."""
    receivers = []
    for turn in reversed(turns):
        contact = records[turn.pk][0].support_record.contact if turn.pk in records else None
        if turn.state == StandTurnState.RECORDED and contact is not None and contact.folded:
            receivers.append((turn.number, (contact.folded, contact.birth_year), contact.pk))
    return look_alikes(receivers)


def _turn_row(turn: StandTurn, records: Sequence[StandRecord], *, shown: bool, alike: int | None) -> TurnRow:
    entry = stand_keys.entry_of(turn)
    first = records[0].support_record if records else None
    name, birth_year = (entry.name, entry.birth_year) if entry is not None else ("", None)
    if first is not None and first.contact is not None:
        name, birth_year = first.contact.name, first.contact.birth_year
    return TurnRow(
        id=turn.pk,
        number=turn.number,
        state=turn.state,
        state_name=turn.get_state_display(),
        named=turn.named,
        self_entered=turn.self_entered,
        name=name if shown else access.masked_name(name),
        birth_year=birth_year if shown else None,
        services=tuple(row.support_record.service.short_name for row in records),
        made_at=turn.made_at,
        ended_at=turn.ended_at,
        has_receipt=first is not None and first.receipt_id is not None and turn.state == StandTurnState.RECORDED,
        support_record_id=first.pk if first is not None else None,
        reason=turn.drop_reason,
        alike=alike,
    )


def own_waiting_entries(actor: User) -> QuerySet[StandTurn] | None:
    """Return the entries that wait at open stands which the actor has opened and keeps; None for users who keep no stands."""
    if not policy.KEEP_STAND.allows_anywhere(actor):
        return None
    kept = policy.KEEP_STAND.filter(actor, Stand.objects.filter(opened_by=actor, closed_at=None))
    return StandTurn.objects.filter(state=StandTurnState.WAITING, stand__in=kept.values("pk"))


def own_forgotten_stands(actor: User) -> QuerySet[Stand] | None:
    """Return the stands of earlier days that the actor has opened, keeps and has not ended; None for users who keep no stands."""
    if not policy.KEEP_STAND.allows_anywhere(actor):
        return None
    forgotten = Stand.objects.filter(opened_by=actor, closed_at=None, happened_on__lt=clock.today())
    return policy.KEEP_STAND.filter(actor, forgotten)


def stand_by_link(link: str) -> Stand | None:
    """Return the open stand of a link, None once it is over."""
    stand = all_stands().filter(link_lookup=stand_keys.link_lookup(link), closed_at=None).first()
    return stand if stand is not None and stand.link_until is not None and stand.link_until > clock.now() else None


def recent_self_entry_by_key(key: UUID) -> StandTurn | None:
    """Return a resident's own turn of the last day by its key, which only they and the helpers know; also once the stand has
    ended, so that nobody loses the way to the receipt.
    """
    recent = StandTurn.objects.filter(self_entered=True, made_at__gt=clock.now() - KEEP_WAITING)
    return recent.filter(pk=key).select_related("stand__unit").first()


def receipt_link_of(turn: StandTurn) -> str:
    """Return the link of the receipt that a recorded turn has led to; empty without one."""
    from doanso.support.receipt_keys import keys_of

    made = StandRecord.objects.filter(turn=turn, support_record__taken_back_at=None)
    row = made.exclude(support_record__receipt=None).select_related("support_record__receipt").first()
    keys = keys_of(row.support_record.receipt) if row is not None and row.support_record.receipt is not None else None
    return keys.link if keys is not None else ""
