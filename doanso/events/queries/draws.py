"""Reads of draws: as the desk and the public page show them, and the published file by which anybody repeats them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Prefetch, QuerySet

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.events import tickets
from doanso.events.models import (
    Draw,
    DrawNumberEntry,
    DrawPrize,
    DrawResult,
    DrawRound,
    DrawState,
    DrawStep,
    Event,
    Registration,
)
from doanso.events.rules import draw as draw_rules
from doanso.lib import clock
from doanso.units import queries as units

FORMAT = "doanso-draw"
PUBLIC_STATES = (DrawState.COMMITTED, DrawState.FROZEN, DrawState.DRAWN)


@dataclass(frozen=True, slots=True)
class WinnerRow:
    """A drawn ticket. `holder` has initials at most, and is empty without a name; `reason` says why a later one was drawn."""

    result: DrawResult
    prize: DrawPrize
    number: str
    holder: str
    reason: str
    replaced_by: str


@dataclass(frozen=True, slots=True)
class WinnerContact:
    """A drawn ticket with its holder as the desk may see them: name and phone, or initials alone."""

    winner: WinnerRow
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class DrawDetails:
    """A draw with everything that is read of it; `winners` by prize, those of a later round after those of the first."""

    draw: Draw
    prizes: Sequence[DrawPrize]
    steps: Mapping[str, DrawStep]
    rounds: Sequence[DrawRound]
    winners: Sequence[WinnerRow]

    @property
    def wanted(self) -> int:
        """How many prizes there are."""
        return sum(prize.count for prize in self.prizes)

    @property
    def valid_winners(self) -> list[WinnerRow]:
        """The drawn tickets instead of which no other was drawn."""
        return [row for row in self.winners if not row.replaced_by]


@dataclass(frozen=True, slots=True)
class TicketOutcome:
    """What a draw brought a ticket: `prize` is empty for none, `is_replaced` says that another ticket was drawn instead."""

    number: str
    is_listed: bool
    prize: str
    is_replaced: bool


def all_draws() -> QuerySet[Draw]:
    """Return all draws with their events, to be narrowed by a policy."""
    return Draw.objects.select_related("event__unit")


def draw_of(event: Event) -> Draw | None:
    """Return the draw of an event; None without one, and where all were withdrawn."""
    return Draw.objects.filter(event=event).exclude(state=DrawState.WITHDRAWN).first()


def public_draw(event: Event) -> Draw | None:
    """Return the draw of an event that was published."""
    return Draw.objects.filter(event=event, state__in=PUBLIC_STATES).first()


def withdrawn_draws(event: Event) -> list[Draw]:
    """Return the draws of an event that were withdrawn, oldest first, with their steps; two statements."""
    rows = Draw.objects.filter(event=event, state=DrawState.WITHDRAWN).order_by("made_at", "pk")
    return list(rows.prefetch_related(Prefetch("steps", DrawStep.objects.order_by("made_at", "pk"))))


def entries_of(draw: Draw) -> list[DrawNumberEntry]:
    """Return who has entered the public number; one statement."""
    return list(draw.entries.select_related("made_by").order_by("made_at", "pk"))


def draws_to_enter(today: date, now: time) -> QuerySet[Draw]:
    """Return frozen draws whose public number is known by now."""
    frozen = Draw.objects.filter(state=DrawState.FROZEN)
    return frozen.filter(number_day__lt=today) | frozen.filter(number_day=today, number_time__lte=now)


def details_of(draw: Draw) -> DrawDetails:
    """Return a draw with prizes, steps and results; seven statements, three before there is a result."""
    prizes = list(draw.prizes.order_by("position"))
    steps = {step.state: step for step in draw.steps.select_related("made_by")}
    rounds: list[DrawRound] = []
    winners: list[WinnerRow] = []
    if draw.state == DrawState.DRAWN:
        results = DrawResult.objects.order_by("position")
        rounds = list(
            draw.rounds.select_related("prize").prefetch_related(Prefetch("results", results)).order_by("position")
        )
        winners = _winners(draw, rounds)
    return DrawDetails(draw, prizes, steps, rounds, winners)


def _winners(draw: Draw, rounds: Sequence[DrawRound]) -> list[WinnerRow]:
    width = number_width(draw)
    ordered = sorted(rounds, key=lambda row: (row.prize.position, row.number))
    drawn = [(round_, result) for round_ in ordered for result in round_.results.all()]
    replaced_by = {result.replaces_id: format_ticket_number(result.ticket_number, width) for _round, result in drawn}
    holders = _holders(draw.event_id, [result.ticket_number for _round, result in drawn])
    return [
        WinnerRow(
            result,
            round_.prize,
            format_ticket_number(result.ticket_number, width),
            holders.get(result.ticket_number, ""),
            round_.reason,
            replaced_by.get(result.pk, ""),
        )
        for round_, result in drawn
    ]


def _holders(event_id: Any, numbers: Sequence[int]) -> dict[int, str]:
    """Return initials of the holders of these tickets, and the ward of those who are members; three statements."""
    rows = list(
        Registration.objects.filter(event=event_id, number__in=numbers)
        .exclude(name="")
        .select_related("member")
        .only("number", "name", "member__branch_id")
    )
    parents = units.parent_ids({row.member.branch_id for row in rows if row.member is not None})
    names = units.named_units_by_id(set(parents.values()))
    found = {}
    for row in rows:
        parent = parents.get(row.member.branch_id) if row.member is not None else None
        unit = names[parent].short_name if parent is not None and parent in names else ""
        found[row.number] = ", ".join(filter(None, (access.masked_name(row.name), unit)))
    return found


def contacts_of(actor: User, details: DrawDetails) -> list[WinnerContact]:
    """Return the drawn tickets with whom the office calls; one statement more for those who read names."""
    draw = details.draw
    held: dict[int, Registration] = {}
    if details.winners and access.sees_personal(actor, draw.unit_id):
        numbers = [row.result.ticket_number for row in details.winners]
        rows = Registration.objects.filter(event=draw.event_id, number__in=numbers).exclude(name="")
        held = {row.number: row for row in rows}
    contacts = []
    for winner in details.winners:
        ticket = held.get(winner.result.ticket_number)
        name, phone = (ticket.name, tickets.phone_of(ticket)) if ticket is not None else (winner.holder, "")
        contacts.append(WinnerContact(winner, name, phone))
    return contacts


def number_width(draw: Draw) -> int:
    """Return how many digits the ticket numbers of a draw are written with, at least four."""
    last = draw.list_text.rsplit("\n", 2)[-2] if draw.list_text else ""
    return max(len(last), 4)


def format_ticket_number(number: int, width: int = 4) -> str:
    """Return a ticket number as it is written in a draw: 0347."""
    return f"{number:0{width}}"


def outcome_of(draw: Draw, number: int) -> TicketOutcome:
    """Return what a draw brought a ticket; one statement once it was drawn."""
    listed = f"\n{number}\n" in f"\n{draw.list_text}"
    result = None
    if draw.state == DrawState.DRAWN and listed:
        rows = DrawResult.objects.filter(draw=draw, ticket_number=number)
        result = rows.select_related("round__prize", "replaced_by").first()
    prize = result.round.prize.name if result is not None else ""
    is_replaced = result is not None and getattr(result, "replaced_by", None) is not None
    return TicketOutcome(format_ticket_number(number, number_width(draw)), listed, prize, is_replaced)


def published_draw(details: DrawDetails, withdrawn: Sequence[Draw], unit_name: str) -> dict[str, Any]:
    """Return what is published of a draw, as `docs/draw.md` describes it: numbers and hashes, nobody's name."""
    draw, event = details.draw, details.draw.event
    is_frozen = draw.state in (DrawState.FROZEN, DrawState.DRAWN)
    is_drawn = draw.state == DrawState.DRAWN
    return {
        "format": FORMAT,
        "version": 1,
        "rule": draw_rules.RULE,
        "event": {"slug": event.slug, "title": event.title, "day": event.day.isoformat(), "unit": unit_name},
        "state": str(draw.state),
        "steps": {
            str(state): _moment(details.steps[state]) if state in details.steps else None for state in PUBLIC_STATES
        },
        "prizes": [{"name": prize.name, "count": prize.count} for prize in details.prizes],
        "public_number": {
            "name": draw.number_name,
            "known_from": f"{draw.number_day.isoformat()}T{draw.number_time:%H:%M:%S}+07:00",
            "value": draw.public_number if is_drawn else None,
        },
        "seed": {"sha256": draw.seed_hash, "value": draw.seed if is_drawn else None},
        "list": {
            "sha256": draw.list_hash if is_frozen else None,
            "count": draw.ticket_count if is_frozen else None,
            "numbers": draw_rules.list_numbers(draw.list_text) if is_frozen else None,
        },
        "rounds": _published_rounds(details) if is_drawn else [],
        "withdrawn": [
            {
                "reason": row.withdrawn_reason,
                "seed_sha256": row.seed_hash,
                "list_sha256": row.list_hash or None,
                "steps": {str(step.state): _moment(step) for step in row.steps.all()},
            }
            for row in withdrawn
        ],
    }


def _published_rounds(details: DrawDetails) -> list[dict[str, Any]]:
    numbers = {row.result.pk: row.result.ticket_number for row in details.winners}
    return [
        {
            "prize": row.prize.position,
            "round": row.number,
            "count": len(row.results.all()),
            "drawn": _moment(row),
            "reason": row.reason,
            "replaces": [numbers[result.replaces_id] for result in row.results.all() if result.replaces_id],
            "winners": [result.ticket_number for result in row.results.all()],
        }
        for row in details.rounds
    ]


def _moment(step: DrawStep | DrawRound) -> str:
    """Return when a step was taken: its business day and the time of day in Vietnam."""
    return f"{step.made_on.isoformat()}T{local_time(step.made_at):%H:%M:%S}+07:00"


def local_time(moment: datetime) -> time:
    """Return the time of day in Vietnam."""
    return clock.local(moment).time()


def is_reproduced(details: DrawDetails) -> bool:
    """Return whether the kept results follow from the opened seed, the list and the public number, computed once more."""
    draw = details.draw
    plans = [draw_rules.RoundPlan(row.prize.position, row.number, len(row.results.all())) for row in details.rounds]
    kept = [[result.ticket_number for result in row.results.all()] for row in details.rounds]
    seed = bytes.fromhex(draw.seed)
    return (
        draw_rules.seed_hash(seed) == draw.seed_hash
        and draw_rules.list_hash(draw.list_text) == draw.list_hash
        and draw_rules.draw_all(seed, draw_rules.list_numbers(draw.list_text), draw.public_number, plans) == kept
    )


def published_text(event: Event, draw: Draw) -> str:
    """Return the published file of a draw of the event: JSON with sorted keys, equal as long as nothing changes."""
    draw.event = event
    content = published_draw(details_of(draw), withdrawn_draws(event), units.named_unit(event.unit).name)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def fingerprint_of(event: Event) -> str:
    """Return the SHA-256 of the published file of an event's draw; empty while nothing was drawn."""
    draw = public_draw(event)
    if draw is None or draw.state != DrawState.DRAWN:
        return ""
    return hashlib.sha256(published_text(event, draw).encode()).hexdigest()
