"""Receivers whom a phone recorded at a stand, without a network until then; see docs/sync.md.

All stands of a batch are locked first. What a phone sends late is judged by when the help was given, and never dropped: where
that was after the stand's end, an officer decides.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.lib import clock, database
from doanso.lib.problems import Problem
from doanso.members.models import Member
from doanso.members.queries import home_units
from doanso.people.actions import guardian_problem
from doanso.support import policy
from doanso.support.actions.record_matching import RecordResult
from doanso.support.actions.records import add_helps, help_problem
from doanso.support.actions.stand_turns import (
    StandPair,
    link_records,
    note_known,
    pair_of,
    take_back_turn,
    turn_inputs,
    turn_state,
)
from doanso.support.models import Stand, StandTurn, StandTurnState
from doanso.support.record_inputs import ConsentInput, SupportRecordInput
from doanso.support.rules import stands as stand_rules
from doanso.support.stand_keys import StandEntry
from doanso.sync.actions.retention import forget_records
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit


class StandTurnPayload(NamedTuple):
    """One `support.stand-turn` 1 body. Without `entry` the receiver does not want to be named."""

    stand_id: UUID
    happened_on: date
    helped_at: datetime
    services: tuple[str, ...]
    entry: StandEntry | None
    consent: ConsentInput | None
    namesakes: bool
    pair: StandPair
    is_undone: bool


class _NewTurn(NamedTuple):
    """A receiver to record, with the records to make."""

    key: UUID
    stand: Stand
    named: bool
    helped_at: datetime
    entries: list[SupportRecordInput]


@transaction.atomic(savepoint=False)
def record_phone_turns(*, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
    """Record receivers at stands of the unit, or take them back; return for each why it was set aside, or None.

    As many statements for one as for a hundred; a phone sends each undoing by itself.
    """
    policy.OPEN_STAND.require_for(actor, unit)
    batch = _Batch(actor, unit, records)
    problems = [batch.judge(incoming) for incoming in records]
    batch.write()
    return problems


class _Batch:
    """Records of one unit's phones while they are judged and written."""

    def __init__(self, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> None:
        self.actor, self.unit, self.today = actor, unit, clock.today()
        wanted = {incoming.content.stand_id for incoming in records}
        stands = Stand.objects.filter(unit=unit, pk__in=wanted)
        self.stands = {stand.pk: stand for stand in stands.select_for_update(of=("self",)).order_by("pk")}
        self.turns = StandTurn.objects.in_bulk([incoming.record_id for incoming in records])
        self.members = _members(unit, [incoming.content for incoming in records], self.stands)
        self.new: list[_NewTurn] = []
        self.undone: list[tuple[Stand, StandTurn]] = []
        self.late: set[UUID] = set()

    def judge(self, incoming: IncomingRecord) -> Problem | None:
        """Return why this record is set aside; else note what is to be written for it."""
        payload: StandTurnPayload = incoming.content
        stand, turn = self.stands.get(payload.stand_id), self.turns.get(incoming.record_id)
        if stand is None:
            message = _("There is no such stand of this unit.")
            return Problem("stand_unknown", message, "stand")
        if payload.is_undone:
            # Of what was never recorded there is nothing to take back. Only a later version of its record takes a turn back, so
            # that a phone takes back what was recorded on it, and no other line of the stand.
            if turn is not None and (turn.stand_id != stand.pk or not incoming.base):
                return _changed_problem()
            self.undone += [(stand, turn)] if turn is not None else []
            return None
        if incoming.base or turn is not None:
            return _changed_problem()
        helped_at = incoming.server_moment(payload.helped_at)
        entries = turn_inputs(
            stand,
            incoming.record_id,
            payload.entry,
            payload.services,
            consent=payload.consent,
            namesakes=payload.namesakes,
            pair=self._pair(stand, payload.pair),
        )
        problem = self._problem(stand, incoming, helped_at, entries)
        if problem is None:
            # Nobody was helped at a stand before it was opened: that moment is of a clock which was wrong.
            moment = max(helped_at, stand.opened_at)
            self.new.append(_NewTurn(incoming.record_id, stand, payload.entry is not None, moment, entries))
        return problem

    def _problem(
        self, stand: Stand, incoming: IncomingRecord, helped_at: datetime, entries: Sequence[SupportRecordInput]
    ) -> Problem | None:
        payload: StandTurnPayload = incoming.content
        if not incoming.is_decided:
            problem = stand_rules.late_turn_problem(
                payload.happened_on,
                clock.local(payload.helped_at),
                clock.local(helped_at),
                day=stand.happened_on,
                closed_at=stand.closed_at,
            )
            if problem is not None:
                return problem
        if not entries:
            return Problem("services_missing", _("Choose among the services of this stand."), "services")
        taken = sum(other.stand is stand for other in self.new)
        if stand.last_number + taken >= stand_rules.MOST_TURNS:
            return stand_rules.full_problem()
        guardian = None
        if payload.entry is not None:
            guardian = guardian_problem(
                birth_date=None, birth_year=payload.entry.birth_year, on=self.today, guardian_name=""
            )
        return help_problem(entries[0], self.today) or guardian

    def _pair(self, stand: Stand, stated: StandPair) -> StandPair:
        """Return who helped: those whom the phone showed, also where the stand's pair has been changed since.

        Where one of them is no member any more whom this unit knows, it is who helps at the stand now.
        """
        current = pair_of(stand)
        if _names(current) == _names(stated) or not _member_ids(stated) <= self.members:
            return current
        return stated

    # --- Writing --------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write everything that was noted."""
        if self.new:
            self._write_new()
        for stand, turn in self.undone:
            take_back_turn(self.actor, stand, turn)

    def _write_new(self) -> None:
        entries = [entry for turn in self.new for entry in turn.entries]
        results = iter(add_helps(actor=self.actor, unit=self.unit, entries=entries))
        made: list[tuple[StandTurn, list[RecordResult]]] = []
        for new in self.new:
            of_turn = [next(results) for _entry in new.entries]
            new.stand.last_number += 1
            turn = StandTurn(
                id=new.key,
                stand=new.stand,
                number=new.stand.last_number,
                state=turn_state(of_turn),
                named=new.named,
                self_entered=False,
                made_at=new.helped_at,
                ended_at=new.helped_at,
            )
            made.append((turn, of_turn))
        StandTurn.objects.bulk_create([turn for turn, _results in made])
        link_records(made)
        note_known(self.actor, [turn for turn, _results in made])
        # Where the desk had recorded the person, nothing leads from the turn to them, and an erasure would not find the text.
        forget_records(turn.pk for turn, _results in made if turn.state == StandTurnState.KNOWN)
        grown = {new.stand.pk: new.stand for new in self.new}
        database.update_rows(Stand, ("last_number",), [(key, grown[key].last_number) for key in sorted(grown)])
        ended = [stand for _key, stand in sorted(grown.items()) if stand.closed_at is not None]
        record_many(
            [AuditEventInput(self.actor, "support.keep_stand", stand, self.unit.pk, ("late",)) for stand in ended]
        )


def _names(pair: StandPair) -> list[tuple[str, str]]:
    return [(helper.name, helper.kind) for helper in pair if helper is not None and helper.name]


def _member_ids(pair: StandPair) -> set[UUID]:
    return {helper.member_id for helper in pair if helper is not None and helper.member_id is not None}


def _changed_problem() -> Problem:
    message = _("Somebody recorded at a stand can be taken back; correct anything else on the page of that help.")
    return Problem("turn_changed", message)


def _members(unit: Unit, payloads: Collection[StandTurnPayload], stands: Mapping[UUID, Stand]) -> set[UUID]:
    """Return the members among the helpers whom phones state and who are not at the stand any more, and whom the unit knows."""
    stated: set[UUID] = set()
    for payload in payloads:
        stand = stands.get(payload.stand_id)
        if stand is not None and _names(pair_of(stand)) != _names(payload.pair):
            stated |= _member_ids(payload.pair)
    if not stated:
        return set()
    home = home_units([unit.pk])[unit.pk]
    known = Member.objects.filter(pk__in=stated, branch__in=records_below([home]), contact__erased_at=None)
    return set(known.values_list("pk", flat=True))
