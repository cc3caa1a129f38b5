"""A draw from its preparation to its results. Each action locks the event's row first, as every action on events does."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.events import notices, rules
from doanso.events.actions.locking import lock_event
from doanso.events.models import (
    Draw,
    DrawNumberEntry,
    DrawPrize,
    DrawResult,
    DrawRound,
    DrawState,
    DrawStep,
    Event,
    EventState,
)
from doanso.events.queries.attendance import confirmed_numbers
from doanso.events.rules import draw as draw_rules
from doanso.events.rules.draw import RoundPlan
from doanso.lib import clock, encryption
from doanso.lib.problems import Problem, Refused, refuse

_SEED_CONTEXT = "events.draw.seed"


@dataclass(frozen=True, slots=True)
class PrizeInput:
    """A kind of prize, and how many of it there are."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class DrawInput:
    """What is written down of a draw: the public number, from when on it is known, and the prizes in the order of drawing."""

    number_name: str
    number_day: date
    number_time: time
    prizes: Sequence[PrizeInput]
    claim_note: str = ""


@dataclass(frozen=True, slots=True)
class NumberResult:
    """What became of an entered number: the draw is open, or another officer has to enter it, or the entries differ."""

    draw: Draw
    is_drawn: bool
    differs: bool


@transaction.atomic
def prepare_draw(*, actor: User, event: Event, read: int, inputs: DrawInput) -> Draw:
    """Prepare the draw of an event, or change the prepared one; `read` is the version that the user has read, 0 for none."""
    fresh = lock_event(actor, event.pk)
    refuse(rules.cancelled_problem(fresh.state))
    _require_sound(inputs)
    draw = Draw.objects.filter(event=fresh).exclude(state=DrawState.WITHDRAWN).first()
    refuse(rules.stale_problem(read, draw.version if draw is not None else 0))
    values = {
        "number_name": " ".join(inputs.number_name.split()),
        "number_day": inputs.number_day,
        "number_time": inputs.number_time,
        "claim_note": " ".join(inputs.claim_note.split()),
    }
    if draw is None:
        draw = Draw.objects.create(event=fresh, unit_id=fresh.unit_id, made_by=actor, made_at=clock.now(), **values)
    else:
        _require_state(draw, DrawState.PREPARED)
        for name, value in values.items():
            setattr(draw, name, value)
        _save(draw, *values)
        draw.prizes.all().delete()
    DrawPrize.objects.bulk_create(
        [
            DrawPrize(draw=draw, position=position, name=" ".join(prize.name.split()), count=prize.count)
            for position, prize in enumerate(inputs.prizes, 1)
        ]
    )
    record(actor=actor, action="events.prepare_draw", obj=fresh, unit=fresh.unit_id)
    return draw


def _require_sound(inputs: DrawInput) -> None:
    refuse(rules.words_problem(inputs.number_name, rules.LONGEST_PLACE, "number_name", required=True))
    refuse(rules.length_problem(inputs.claim_note, rules.LONGEST_REASON, "claim_note"))
    refuse(draw_rules.past_due_problem(inputs.number_day, inputs.number_time, *clock.business_day_and_time()))
    if len(inputs.prizes) > draw_rules.MOST_PRIZES:
        message = _("A draw has at most %(most)s kinds of prizes.") % {"most": draw_rules.MOST_PRIZES}
        raise Refused(Problem("draw_many_prizes", message))
    for prize in inputs.prizes:
        refuse(rules.words_problem(prize.name, rules.LONGEST_NAME, "", required=True))
        refuse(rules.number_problem(prize.count, 1, draw_rules.MOST_WINNERS, ""))
    refuse_secret(
        [inputs.number_name, inputs.claim_note, *(prize.name for prize in inputs.prizes)], field="number_name"
    )


@transaction.atomic
def commit_draw(*, actor: User, draw: Draw, read: int) -> Draw:
    """Commit to a new secret seed and publish its hash, the prizes and the named public number. A second call changes nothing."""
    event, fresh = _lock(actor, draw)
    if fresh.state == DrawState.COMMITTED:
        return fresh
    _require_state(fresh, DrawState.PREPARED)
    refuse(rules.stale_problem(read, fresh.version))
    _require_open(event)
    refuse(draw_rules.unready_problem(has_prizes=fresh.prizes.exists(), number_name=fresh.number_name))
    refuse(draw_rules.past_due_problem(fresh.number_day, fresh.number_time, *clock.business_day_and_time()))
    seed = secrets.token_bytes(draw_rules.SEED_BYTES)
    fresh.seed_encrypted = encryption.encrypt(seed, context=_SEED_CONTEXT)
    fresh.seed_hash = draw_rules.seed_hash(seed)
    _reach(actor, fresh, DrawState.COMMITTED, "seed_encrypted", "seed_hash")
    record(actor=actor, action="events.commit_draw", obj=event, unit=event.unit_id)
    return fresh


@transaction.atomic
def freeze_draw(*, actor: User, draw: Draw) -> Draw:
    """Freeze the list of those who came and publish its hash, before the public number is known. Again changes nothing."""
    event, fresh = _lock(actor, draw)
    if fresh.state == DrawState.FROZEN:
        return fresh
    if fresh.state == DrawState.PREPARED:
        message = _("Commit the seed first: its hash has to be published before the list is frozen.")
        raise Refused(Problem("draw_not_committed", message))
    _require_state(fresh, DrawState.COMMITTED)
    _require_open(event)
    refuse(draw_rules.past_due_problem(fresh.number_day, fresh.number_time, *clock.business_day_and_time()))
    numbers = confirmed_numbers(event)
    wanted = sum(prize.count for prize in fresh.prizes.all())
    refuse(draw_rules.too_few_problem(len(numbers), wanted))
    fresh.list_text = draw_rules.list_text(numbers)
    fresh.list_hash = draw_rules.list_hash(fresh.list_text)
    fresh.ticket_count = len(numbers)
    _reach(actor, fresh, DrawState.FROZEN, "list_text", "list_hash", "ticket_count")
    record(actor=actor, action="events.freeze_draw", obj=event, unit=event.unit_id)
    return fresh


@transaction.atomic
def enter_draw_number(*, actor: User, draw: Draw, typed: str) -> NumberResult:
    """Enter the public number; when two officers have entered the same, the seed is opened and the winners are drawn.

    Each officer has one entry; another one replaces it. What was drawn is not drawn again.
    """
    event, fresh = _lock(actor, draw)
    if fresh.state == DrawState.DRAWN:
        return NumberResult(fresh, is_drawn=True, differs=False)
    if fresh.state in (DrawState.PREPARED, DrawState.COMMITTED):
        message = _("Freeze the list first: the public number is entered only after it.")
        raise Refused(Problem("draw_not_frozen", message))
    _require_state(fresh, DrawState.FROZEN)
    value = draw_rules.clean_number(typed)
    refuse(draw_rules.number_form_problem(value))
    refuse(draw_rules.early_number_problem(fresh.number_day, fresh.number_time, *clock.business_day_and_time()))
    _enter(actor, fresh, value)
    record(actor=actor, action="events.enter_draw_number", obj=event, unit=event.unit_id)
    others = set(fresh.entries.exclude(made_by=actor).values_list("value", flat=True))
    if value in others:
        _hold(actor, event, fresh, value)
    return NumberResult(fresh, is_drawn=value in others, differs=bool(others) and value not in others)


def _enter(actor: User, draw: Draw, value: str) -> None:
    """Write an officer's entry, instead of the one before; no digits state that no number came."""
    DrawNumberEntry.objects.bulk_create(
        [DrawNumberEntry(draw=draw, made_by=actor, value=value, made_at=clock.now())],
        update_conflicts=True,
        unique_fields=["draw", "made_by"],
        update_fields=["value", "made_at"],
    )


def _hold(actor: User, event: Event, draw: Draw, public_number: str) -> None:
    """Open the seed and draw all prizes of a frozen draw."""
    seed = encryption.decrypt_bytes(draw.seed_encrypted, context=_SEED_CONTEXT)
    refuse(draw_rules.changed_seed_problem(seed, draw.seed_hash))
    refuse(draw_rules.changed_list_problem(draw.list_text, draw.list_hash))
    prizes = list(draw.prizes.order_by("position"))
    plans = [RoundPlan(prize.position, 1, prize.count) for prize in prizes]
    winners = draw_rules.draw_all(seed, draw_rules.list_numbers(draw.list_text), public_number, plans)
    draw.seed, draw.public_number = seed.hex(), public_number
    _reach(actor, draw, DrawState.DRAWN, "seed", "public_number")
    for position, (prize, tickets) in enumerate(zip(prizes, winners, strict=True), 1):
        _keep_round(actor, draw, prize, position, 1, tickets)
    notices.notify_draw_result(event, draw, sum(len(tickets) for tickets in winners))
    record(actor=actor, action="events.hold_draw", obj=event, unit=event.unit_id)


def _keep_round(
    actor: User,
    draw: Draw,
    prize: DrawPrize,
    position: int,
    number: int,
    tickets: Sequence[int],
    *,
    reason: str = "",
    replaces: DrawResult | None = None,
) -> None:
    kept = DrawRound.objects.create(
        draw=draw,
        prize=prize,
        position=position,
        number=number,
        reason=reason,
        made_on=clock.today(),
        made_at=clock.now(),
        made_by=actor,
    )
    DrawResult.objects.bulk_create(
        [
            DrawResult(draw=draw, round=kept, position=place, ticket_number=ticket, replaces=replaces)
            for place, ticket in enumerate(tickets, 1)
        ]
    )


@transaction.atomic
def redraw_prize(*, actor: User, result: DrawResult, reason: str) -> DrawResult:
    """Draw another ticket instead of a drawn one, for a reason that is published; both results stay. Return the new one."""
    event, draw = _lock(actor, result.draw)
    _require_state(draw, DrawState.DRAWN)
    refuse(rules.words_problem(reason, rules.LONGEST_REASON, "reason", required=True))
    refuse_secret([reason], field="reason")
    if DrawResult.objects.filter(replaces=result).exists():
        message = _("Another ticket has been drawn instead of this one already.")
        raise Refused(Problem("draw_replaced", message))
    refuse(draw_rules.changed_list_problem(draw.list_text, draw.list_hash))
    drawn = set(draw.results.values_list("ticket_number", flat=True))
    candidates = [number for number in draw_rules.list_numbers(draw.list_text) if number not in drawn]
    refuse(draw_rules.too_few_problem(len(candidates), 1))
    prize = DrawPrize.objects.get(rounds__results=result)
    plan = RoundPlan(prize.position, prize.rounds.count() + 1, 1)
    winners = draw_rules.draw_round(bytes.fromhex(draw.seed), draw.list_hash, draw.public_number, plan, candidates)
    position = draw.rounds.count() + 1
    _keep_round(actor, draw, prize, position, plan.round, winners, reason=reason.strip(), replaces=result)
    record(actor=actor, action="events.redraw_prize", obj=event, unit=event.unit_id)
    return DrawResult.objects.get(replaces=result)


@transaction.atomic
def withdraw_draw(*, actor: User, draw: Draw, reason: str) -> Draw:
    """Withdraw a committed draw before its result, for a reason that is published; another one may be prepared.

    Once the list is frozen and the public number is due, a withdrawal states that no number came: it is an entry without digits,
    and the draw is withdrawn when a second officer states the same. Until then the draw is returned as it was.
    """
    event, fresh = _lock(actor, draw)
    if fresh.state == DrawState.WITHDRAWN:
        return fresh
    if fresh.state not in (DrawState.COMMITTED, DrawState.FROZEN):
        message = _("Only a committed draw that has no result yet can be withdrawn.")
        raise Refused(Problem("draw_state", message))
    refuse(rules.words_problem(reason, rules.LONGEST_REASON, "reason", required=True))
    refuse_secret([reason], field="reason")
    if fresh.state == DrawState.FROZEN and draw_rules.is_due(
        fresh.number_day, fresh.number_time, *clock.business_day_and_time()
    ):
        others = set(fresh.entries.exclude(made_by=actor).values_list("value", flat=True))
        refuse(draw_rules.known_number_problem(others))
        _enter(actor, fresh, "")
        record(actor=actor, action="events.deny_draw_number", obj=event, unit=event.unit_id)
        if not others:
            return fresh
    fresh.withdrawn_reason = reason.strip()
    _reach(actor, fresh, DrawState.WITHDRAWN, "withdrawn_reason")
    record(actor=actor, action="events.withdraw_draw", obj=event, unit=event.unit_id)
    return fresh


@transaction.atomic
def note_draw_minutes(*, actor: User, draw: Draw, note: str) -> Draw:
    """Note number and signers of the signed minutes, as the public page shows them."""
    event, fresh = _lock(actor, draw)
    _require_state(fresh, DrawState.DRAWN)
    refuse(rules.words_problem(note, rules.LONGEST_TEXT, "note"))
    refuse_secret([note], field="note")
    if (note := " ".join(note.split())) != fresh.minutes_note:
        fresh.minutes_note = note
        _save(fresh, "minutes_note")
        record(actor=actor, action="events.note_draw_minutes", obj=event, unit=event.unit_id)
    return fresh


def _lock(actor: User, draw: Draw) -> tuple[Event, Draw]:
    """Lock the event and return it with the draw as it is now."""
    event = lock_event(actor, draw.event_id)
    return event, Draw.objects.get(pk=draw.pk, event=event)


def _require_open(event: Event) -> None:
    refuse(rules.cancelled_problem(event.state))
    if event.state != EventState.OPEN:
        message = _(
            "The event is not announced, so nobody could read what is published. Announce it or set its day first."
        )
        raise Refused(Problem("draw_event_not_open", message))


def _require_state(draw: Draw, state: DrawState) -> None:
    if draw.state != state:
        raise Refused(Problem("draw_state", _("The draw has gone on meanwhile. Open its page again.")))


def _reach(actor: User, draw: Draw, state: DrawState, *names: str) -> None:
    """Save these fields and the state that the draw has reached, with the step."""
    draw.state = state
    _save(draw, "state", *names)
    DrawStep.objects.create(draw=draw, state=state, made_on=clock.today(), made_at=clock.now(), made_by=actor)


def _save(draw: Draw, *names: str) -> None:
    draw.version += 1
    draw.save(update_fields=[*names, "version"])
