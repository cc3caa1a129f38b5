"""Stands: open one, record many receivers in a row, let residents enter themselves, undo, and close.

Each action locks the stand's row first, so that its turns have one order. A receiver counts when helpers record them, by the same
action as everywhere else; an entry that waits counts nowhere.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.access_codes import AccessCodes
from doanso.lib.canonical import canonical
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.people import queries as people
from doanso.people.models import Channel
from doanso.support import policy, receipt_keys, rules, stand_keys
from doanso.support.actions.confirmations import RESIDENT
from doanso.support.actions.record_matching import RecordResult, require_services
from doanso.support.actions.record_planning import is_same_human
from doanso.support.actions.records import RECORD_PURPOSE, add_helps
from doanso.support.actions.residents import limit_requests
from doanso.support.actions.stand_turns import (
    link_records,
    note_known,
    take_back_turn,
    turn_inputs,
    turn_state,
)
from doanso.support.content import is_content
from doanso.support.models import (
    Receipt,
    Stand,
    StandDropReason,
    StandRecord,
    StandTurn,
    StandTurnState,
    SupportRecord,
)
from doanso.support.record_inputs import ConsentInput, Helper
from doanso.support.rules import stands as stand_rules
from doanso.support.stand_keys import StandEntry
from doanso.units.models import Unit

TURN_CHANGED = "turn_changed"
"""The problem of a form that was saved before with other content: it is sent again with another key."""


STAND_STALE = "stand_stale"
"""The problem of a form of a stand that was changed meanwhile."""


class StandInput(NamedTuple):
    """What a stand is opened with."""

    happened_on: date
    place: str
    services: tuple[str, ...]
    helper: Helper
    second: Helper | None = None
    planned: int = stand_rules.PLANNED


class StandChangeInput(NamedTuple):
    """What an open stand is changed to. None leaves `code_until`, when its code stops taking entries, and the day as they are.

    `read` is the `stand_state` that the user has read; empty asks for none.
    """

    place: str
    services: tuple[str, ...]
    helper: Helper
    second: Helper | None = None
    planned: int = stand_rules.PLANNED
    code_until: datetime | None = None
    happened_on: date | None = None
    read: str = ""


class TurnResult(NamedTuple):
    """A turn, and what its records were; no records for a turn that was there before."""

    turn: StandTurn
    results: Sequence[RecordResult] = ()


def _check_stand(inputs: "StandInput | StandChangeInput") -> None:
    """Refuse a stand without place, helper or service, or with two helpers of one name."""
    refuse(stand_rules.place_problem(stand_rules.tidy_place(inputs.place)))
    if not inputs.helper.name:
        raise Refused(Problem("helper_missing", _("Name who helps at the stand."), "helper"))
    for name, field in ((inputs.helper.name, "helper"), (inputs.second.name if inputs.second else "", "second")):
        refuse(rules.name_problem(name, field) if name else None)
    if inputs.second is not None and is_same_human(inputs.helper, inputs.second):
        raise Refused(rules.same_helper_problem())
    if not inputs.services:
        raise Refused(Problem("services_missing", _("Choose at least one service."), "services"))
    require_services(set(inputs.services))


@transaction.atomic
def open_stand(*, actor: User, unit: Unit, inputs: StandInput) -> Stand:
    """Open a stand of the unit. One of today gets a link by which residents enter themselves."""
    policy.OPEN_STAND.require_at(actor, unit)
    today, now = clock.today(), clock.now()
    refuse(rules.day_problem(inputs.happened_on, today))
    _check_stand(inputs)
    second = inputs.second or Helper("", "")
    stand = Stand(
        unit=unit,
        happened_on=inputs.happened_on,
        place=stand_rules.tidy_place(inputs.place),
        planned=inputs.planned,
        helper_id=inputs.helper.member_id,
        helper_name=inputs.helper.name,
        helper_kind=inputs.helper.kind,
        second_helper_id=second.member_id,
        second_helper_name=second.name,
        second_helper_kind=second.kind,
        second_apart=second.apart,
        opened_at=now,
        opened_by=actor,
    )
    if inputs.happened_on == today:
        stand.link_encrypted, stand.link_lookup = stand_keys.new_keys()
        stand.link_until = stand_rules.link_end(clock.local(now))
    stand.save(force_insert=True)
    stand.services.set(Service.objects.filter(pk__in=inputs.services))
    record(actor=actor, action="support.open_stand", obj=stand, unit=unit.pk)
    return stand


def _locked(actor: User, stand_id: UUID, *, by_helpers: bool = False) -> Stand:
    """Return the stand, read fresh and locked, if the actor keeps it, or with `by_helpers` may help at it; refused once it has
    ended.
    """
    stand = Stand.objects.select_for_update(of=("self",)).select_related("unit").get(pk=stand_id)
    if not (by_helpers and policy.may_help_at(actor, stand)):
        policy.KEEP_STAND.require(actor, stand)
    if stand.closed_at is not None:
        message = _("This stand has ended. Open another one, or record the help on the ordinary form.")
        raise Refused(Problem("stand_closed", message))
    return stand


def _next_number(stand: Stand) -> int:
    if stand.last_number >= stand_rules.MOST_TURNS:
        raise Refused(stand_rules.full_problem())
    stand.last_number += 1
    stand.save(update_fields=["last_number"])
    return stand.last_number


def _write_records(
    actor: User,
    stand: Stand,
    key: UUID,
    entry: StandEntry | None,
    services: Collection[str],
    *,
    consent: ConsentInput | None,
    namesakes: bool,
) -> list[RecordResult]:
    """Record the stand's help to one receiver: counted once, with a receipt and in the history, as everywhere else."""
    offered = set(stand.services.values_list("pk", flat=True))
    if not services or not set(services) <= offered:
        raise Refused(Problem("services_missing", _("Choose among the services of this stand."), "services"))
    entries = turn_inputs(stand, key, entry, services, consent=consent, namesakes=namesakes)
    return add_helps(actor=actor, unit=stand.unit, entries=entries)


@transaction.atomic
def record_turn(
    *,
    actor: User,
    stand_id: UUID,
    key: UUID,
    entry: StandEntry | None,
    services: Collection[str],
    agreed: bool = False,
    namesakes: bool = False,
) -> TurnResult:
    """Record one receiver by hand; without `entry` one who does not want to be named.

    The same key and content again change nothing. Other content, or that of a turn taken back, is refused, so that nobody typed
    into a form that was saved already is lost: the caller sends it again with another key.

    A named receiver was asked and agreed in words (`agreed`), else they are refused.
    """
    stand = _locked(actor, stand_id)
    consent = None
    if entry is not None and agreed:
        version = people.consent_text(clock.today()).version
        consent = ConsentInput((RECORD_PURPOSE,), Channel.VOICE, version)
    sent = partial(sent_before, StandTurn, key, stand_id=stand.pk)
    known = sent()
    if known is not None:
        _require_same(known, services)
        try:
            results = _write_records(actor, stand, key, entry, services, consent=consent, namesakes=namesakes)
        except Refused as refused:
            raise _changed(known) if refused.problem.code == "source_conflict" else refused from None
        if not all(result.is_known for result in results):
            raise _changed(known)
        return TurnResult(known)
    number = _next_number(stand)
    results = _write_records(actor, stand, key, entry, services, consent=consent, namesakes=namesakes)
    now = clock.now()
    turn = StandTurn(
        id=key,
        stand=stand,
        number=number,
        state=turn_state(results),
        named=entry is not None,
        self_entered=False,
        made_at=now,
        ended_at=now,
    )
    save_once(save=partial(turn.save, force_insert=True), known=sent)
    link_records([(turn, results)])
    note_known(actor, [turn])
    return TurnResult(turn, results)


def _require_same(turn: StandTurn, services: Collection[str]) -> None:
    """Refuse where a turn is not recorded any more, or has recorded services that were not sent this time."""
    made = set(StandRecord.objects.filter(turn=turn).values_list("support_record__service_id", flat=True))
    if turn.state not in {StandTurnState.RECORDED, StandTurnState.KNOWN} or not made <= set(services):
        raise _changed(turn)


def _changed(turn: StandTurn) -> Refused:
    """Return the refusal that shows the number of the turn and asks to save once more."""
    if turn.state == StandTurnState.UNDONE:
        message = _("Number %(number)s of this form was taken back. To record it again, press Save once more.")
    else:
        message = _(
            "This form was saved as number %(number)s already. If this is another person, press Save once more."
        )
    return Refused(Problem(TURN_CHANGED, message % {"number": turn.number}))


@transaction.atomic
def finish_turn(
    *, actor: User, stand_id: UUID, turn_id: UUID, services: Collection[str], namesakes: bool = False
) -> TurnResult:
    """Record a resident who entered themselves, once they were helped; their waiting words are deleted. A second call changes
    nothing, and returns no results: whoever finished the entry first has counted it.
    """
    stand = _locked(actor, stand_id, by_helpers=True)
    turn = StandTurn.objects.get(pk=turn_id, stand=stand)
    if turn.state in {StandTurnState.RECORDED, StandTurnState.KNOWN}:
        return TurnResult(turn)
    if turn.state != StandTurnState.WAITING:
        raise _gone()
    entry = stand_keys.entry_of(turn)
    consent = (
        ConsentInput((RECORD_PURPOSE,), Channel.SCREEN, turn.text_version) if turn.named and entry is not None else None
    )
    results = _write_records(actor, stand, turn.pk, entry, services, consent=consent, namesakes=namesakes)
    _end(turn, turn_state(results))
    link_records([(turn, results)])
    note_known(actor, [turn])
    return TurnResult(turn, results)


def _gone() -> Refused:
    return Refused(
        Problem("turn_gone", _("This entry was deleted meanwhile. Ask the person, and record them by hand."))
    )


def _end(turn: StandTurn, state: StandTurnState, reason: str = "") -> None:
    """Move a waiting turn to another state and delete its words; refused if retention was faster."""
    turn.state, turn.drop_reason, turn.ended_at, turn.person_encrypted = state, reason, clock.now(), b""
    changed = StandTurn.objects.filter(pk=turn.pk, state=StandTurnState.WAITING).update(
        state=turn.state, drop_reason=reason, ended_at=turn.ended_at, person_encrypted=b""
    )
    if not changed:
        raise _gone()


@transaction.atomic
def drop_turn(*, actor: User, stand_id: UUID, turn_id: UUID) -> StandTurn:
    """Delete a waiting entry of somebody who left without being helped; a second call changes nothing."""
    stand = _locked(actor, stand_id, by_helpers=True)
    turn = StandTurn.objects.get(pk=turn_id, stand=stand)
    if turn.state == StandTurnState.WAITING:
        _end(turn, StandTurnState.DROPPED, StandDropReason.LEFT)
        record(actor=actor, action="support.keep_stand", obj=stand, unit=stand.unit_id, changed=["dropped"])
    return turn


@transaction.atomic
def undo_turn(*, actor: User, stand_id: UUID, turn_id: UUID) -> StandTurn:
    """Take back what a turn recorded: it counts nowhere. A second call changes nothing.

    Refused while a correction of it still counts, which is taken back on its own page. A line recorded by hand is undone by those
    who keep the stand, or by a later version from the phone that recorded it.
    """
    stand = _locked(actor, stand_id, by_helpers=True)
    turn = StandTurn.objects.get(pk=turn_id, stand=stand)
    if not turn.self_entered:
        policy.KEEP_STAND.require(actor, stand)
    take_back_turn(actor, stand, turn)
    return turn


def stand_state(stand: Stand) -> str:
    """Return what tells one state of an open stand from another: a page that shows an older one overwrites nothing unseen."""
    text = canonical(
        "support.stand-state", 1, stand.happened_on, stand.place, stand.planned,
        stand.helper_name, stand.helper_kind, stand.helper_id,
        stand.second_helper_name, stand.second_helper_kind, stand.second_helper_id, stand.second_apart,
        tuple(sorted(stand.services.values_list("pk", flat=True))),
        stand.link_until.isoformat() if stand.link_until is not None else None,
    )  # fmt: skip
    return sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def change_stand(*, actor: User, stand_id: UUID, inputs: StandChangeInput) -> list[str]:
    """Change place, pair, services, number expected or end of the code of an open stand; return the fields that changed.

    Whoever was recorded before keeps what was recorded: the change holds for those who come next. The day can be changed as long
    as nobody has a number; a stand that is moved to today gets a link, and one that is moved away from it loses its own.
    """
    stand = _locked(actor, stand_id)
    if inputs.read and inputs.read != stand_state(stand):
        message = _(
            "Somebody has changed this stand meanwhile. Compare with its page, put right what is old here, and save once more."
        )
        raise Refused(Problem(STAND_STALE, message))
    _check_stand(inputs)
    second = inputs.second or Helper("", "")
    values = {
        "place": stand_rules.tidy_place(inputs.place),
        "planned": inputs.planned,
        "helper_id": inputs.helper.member_id,
        "helper_name": inputs.helper.name,
        "helper_kind": inputs.helper.kind,
        "second_helper_id": second.member_id,
        "second_helper_name": second.name,
        "second_helper_kind": second.kind,
        "second_apart": second.apart,
    }
    if inputs.code_until is not None and stand.link_lookup is not None and inputs.code_until != stand.link_until:
        refuse(stand_rules.code_end_problem(inputs.code_until, clock.local(clock.now())))
        values["link_until"] = inputs.code_until
    values |= _values_on_day(stand, inputs.happened_on)
    changed = [name for name, value in values.items() if getattr(stand, name) != value]
    for name in changed:
        setattr(stand, name, values[name])
    if changed:
        stand.save(update_fields=changed)
    if set(stand.services.values_list("pk", flat=True)) != set(inputs.services):
        stand.services.set(Service.objects.filter(pk__in=inputs.services))
        changed.append("services")
    if changed:
        shown = [name for name in changed if not name.startswith("link_") or name == "link_until"]
        record(actor=actor, action="support.change_stand", obj=stand, unit=stand.unit_id, changed=shown)
    return changed


def _values_on_day(stand: Stand, day: date | None) -> dict[str, Any]:
    """Return the values that change with the day of a stand; none where it stays. Refused once people have been there."""
    if day is None or day == stand.happened_on:
        return {}
    today, now = clock.today(), clock.now()
    refuse(stand_rules.move_problem(stand.last_number) or rules.day_problem(day, today))
    if day != today:
        return {"happened_on": day, "link_encrypted": b"", "link_lookup": None, "link_until": None}
    encrypted, lookup = stand_keys.new_keys()
    until = stand_rules.link_end(clock.local(now))
    return {"happened_on": day, "link_encrypted": encrypted, "link_lookup": lookup, "link_until": until}


@transaction.atomic
def close_stand(*, actor: User, stand_id: UUID) -> Stand:
    """End a stand: entries that still wait are deleted, and its link opens nothing any more. A second call changes nothing."""
    stand = Stand.objects.select_for_update(of=("self",)).get(pk=stand_id)
    policy.KEEP_STAND.require(actor, stand)
    if stand.closed_at is not None:
        return stand
    now = clock.now()
    StandTurn.objects.filter(stand=stand, state=StandTurnState.WAITING).update(
        state=StandTurnState.DROPPED, drop_reason=StandDropReason.CLOSED, ended_at=now, person_encrypted=b""
    )
    stand.closed_at, stand.closed_by, stand.link_lookup, stand.link_encrypted = now, actor, None, b""
    stand.save(update_fields=["closed_at", "closed_by", "link_lookup", "link_encrypted"])
    record(actor=actor, action="support.close_stand", obj=stand, unit=stand.unit_id, changed=["closed_at"])
    return stand


@transaction.atomic
def print_turn_receipt(*, actor: User, stand_id: UUID, turn_id: UUID) -> tuple[Receipt | None, AccessCodes | None]:
    """Return the receipt of a turn and its keys, for who keeps the stand, and write an audit event; None where there is none."""
    stand = Stand.objects.get(pk=stand_id)
    policy.KEEP_STAND.require(actor, stand)
    made = StandRecord.objects.filter(turn=turn_id, turn__stand=stand, support_record__taken_back_at=None)
    row = made.exclude(support_record__receipt=None).select_related("support_record__receipt__unit").first()
    receipt = row.support_record.receipt if row is not None else None
    keys = receipt_keys.keys_of(receipt) if receipt is not None else None
    if receipt is not None and keys is not None:
        record(actor=actor, action="support.print_receipt", obj=receipt, unit=receipt.unit_id)
    return receipt, keys


# --- By residents -------------------------------------------------------------------------------------------------------------


def add_self_entry(*, link: str, key: UUID, entry: StandEntry | None, text_version: str, network: str) -> StandTurn:
    """Add a resident's own entry to the list of an open stand, where it waits; without `entry` it holds nobody's name.

    The same key and entry again change nothing; another entry under the same key is another person's. Refused when the stand is
    over or full, for too many entries from one network address, and for people so young that a guardian must agree.
    """
    message = _("Too many entries from this network. Please go straight to the stand.")
    limit_requests("stand", network, stand_rules.ENTRIES_OF_A_PLACE, message=message)
    if entry is not None:
        refuse(rules.name_problem(entry.name, "name"))
        refuse(
            stand_rules.guardian_problem(entry.birth_year, clock.today(), below=people.guardian_age()),
        )
    with transaction.atomic():
        return _enter(link, key, entry, text_version)


def _enter(link: str, key: UUID, entry: StandEntry | None, text_version: str) -> StandTurn:
    lookup = stand_keys.link_lookup(link)
    stand = Stand.objects.select_for_update(of=("self",)).filter(link_lookup=lookup, closed_at=None).first()
    if stand is None or stand.link_until is None or stand.link_until <= clock.now():
        raise Refused(Problem("stand_over", _("This stand is over. Nothing was stored.")))
    known = sent_before(StandTurn, key, stand_id=stand.pk)
    if known is not None and not _is_entry_of(stand, known, entry):
        key = stand_keys.next_key(key, entry)
        known = sent_before(StandTurn, key, stand_id=stand.pk)
    if known is not None:
        return known
    if stand.turns.filter(state=StandTurnState.WAITING).count() >= stand_rules.MOST_WAITING:
        raise Refused(Problem("stand_full", _("Many people are waiting already. Please go straight to the stand.")))
    turn = StandTurn(
        id=key,
        stand=stand,
        number=_next_number(stand),
        state=StandTurnState.WAITING,
        named=entry is not None,
        self_entered=True,
        made_at=clock.now(),
        person_encrypted=stand_keys.encrypt_entry(entry) if entry is not None else b"",
        text_version=text_version if entry is not None else "",
    )
    save_once(save=partial(turn.save, force_insert=True), known=partial(sent_before, StandTurn, key, stand_id=stand.pk))
    record(actor=None, action="support.enter_at_stand", obj=stand, unit=stand.unit_id, note=RESIDENT)
    return turn


def _is_entry_of(stand: Stand, turn: StandTurn, entry: StandEntry | None) -> bool:
    """Return whether a turn is of this entry. A named one that ended without records keeps no words, so it never is."""
    if turn.named != (entry is not None):
        return False
    if turn.state == StandTurnState.WAITING:
        return stand_keys.entry_of(turn) == entry
    made = SupportRecord.objects.filter(stand_records__turn=turn).exclude(content_hash="")
    # A record that the turn shares has the content of the turn that made it, and its key.
    own = {row.service_id: row for row in made if row.pk == uuid5(turn.pk, row.service_id)}
    if entry is not None and not own:
        return False
    for inputs in turn_inputs(stand, turn.pk, entry, own.keys()):
        # Its unit is the stand's, or the one that went on with the work of a unit that had ended.
        row = own[inputs.service]
        if not is_content(row.content_hash, row.unit_id, inputs):
            return False
    return True
