"""What the desk and the phones share about one receiver of a stand: the records to make, their link to the turn, and its undoing.

The caller holds the lock of the stand's row and has asked its policy.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.people.actions import Particulars, lock_people_and_shops
from doanso.support.actions.corrections import take_back_helps
from doanso.support.actions.record_matching import RecordResult
from doanso.support.models import Stand, StandRecord, StandTurn, StandTurnState, SupportRecord, SupportRecordSource
from doanso.support.record_inputs import ConsentInput, Helper, SupportRecordInput
from doanso.support.stand_keys import StandEntry

_ACTIVE = (StandTurnState.RECORDED, StandTurnState.KNOWN)


class StandPair(NamedTuple):
    """Who helps at a stand: one helper, and mostly a second one."""

    first: Helper
    second: Helper | None = None


def pair_of(stand: Stand) -> StandPair:
    """Return who helps at the stand now."""
    second = None
    if stand.second_helper_name:
        second = Helper(
            stand.second_helper_name, stand.second_helper_kind, stand.second_helper_id, apart=stand.second_apart
        )
    return StandPair(Helper(stand.helper_name, stand.helper_kind, stand.helper_id), second)


def turn_inputs(
    stand: Stand,
    key: UUID,
    entry: StandEntry | None,
    services: Collection[str],
    *,
    consent: ConsentInput | None = None,
    namesakes: bool = False,
    pair: StandPair | None = None,
) -> list[SupportRecordInput]:
    """Return the records to make for one receiver, one for each service; a turn's key gives each its own.

    `pair` is who helped, where that is not who helps at the stand now.
    """
    person = None
    if entry is not None:
        person = Particulars(name=entry.name, birth_year=entry.birth_year, phone=entry.phone)
    first, second = pair or pair_of(stand)
    return [
        SupportRecordInput(
            service=service,
            happened_on=stand.happened_on,
            person=person,
            helper=first,
            second=second,
            consent=consent,
            source=SupportRecordSource.BOOTH,
            source_id=uuid5(key, service),
            namesakes=namesakes,
        )
        for service in sorted(services)
    ]


def turn_state(results: Sequence[RecordResult]) -> StandTurnState:
    """Return that a turn was recorded, or that all of it had been recorded before."""
    return StandTurnState.KNOWN if all(result.is_known for result in results) else StandTurnState.RECORDED


def link_records(made: Sequence[tuple[StandTurn, Sequence[RecordResult]]]) -> None:
    """Store which records these turns have made, and which records of other turns they have met; others belong to no turn."""
    met = {result.support_record_id for _turn, results in made for result in results if result.is_known}
    of_turns = {result.support_record_id for _turn, results in made for result in results if not result.is_known}
    if met - of_turns:
        rows = StandRecord.objects.filter(support_record__in=met - of_turns, turn__state__in=_ACTIVE)
        of_turns |= set(rows.values_list("support_record_id", flat=True))
    StandRecord.objects.bulk_create(
        [
            StandRecord(turn=turn, support_record_id=record_id)
            for turn, results in made
            for record_id in dict.fromkeys(result.support_record_id for result in results)
            if record_id in of_turns
        ]
    )


def note_known(actor: User, turns: Sequence[StandTurn]) -> None:
    """Write an audit event for each of these turns of which all had been recorded before: it makes no record that has one."""
    record_many(
        [
            AuditEventInput(actor, "support.keep_stand", turn.stand, turn.stand.unit_id, ("known",))
            for turn in turns
            if turn.state == StandTurnState.KNOWN
        ]
    )


def take_back_turn(actor: User, stand: Stand, turn: StandTurn) -> None:
    """Take back what a turn recorded; nothing where it was not recorded, or was taken back before.

    A record that another turn has met meanwhile stays, as that turn's own: whoever is recorded anew before the first line is
    undone stays counted. Refused while a correction of it still counts, which is taken back on its own page.
    """
    if turn.state not in _ACTIVE:
        return
    own = SupportRecord.objects.filter(stand_records__turn=turn)
    # Whoever is just recording the same person at another stand is waited for, or waits.
    named = own.exclude(contact=None).values_list("contact__name", "contact__birth_year")
    lock_people_and_shops([(name, birth_year) for name, birth_year in named], [])
    records = list(own.select_for_update(of=("self",)).order_by("pk"))
    others = StandRecord.objects.filter(support_record__in=records, turn__state__in=_ACTIVE).exclude(turn=turn)
    heirs = dict(others.values_list("support_record_id", "turn_id"))
    made = [support_record for support_record in records if support_record.pk not in heirs]
    _require_uncorrected(made)
    turn.state, turn.ended_at = StandTurnState.UNDONE, clock.now()
    turn.save(update_fields=["state", "ended_at"])
    if heirs:
        StandTurn.objects.filter(pk__in=heirs.values(), state=StandTurnState.KNOWN).update(
            state=StandTurnState.RECORDED
        )
    record(actor=actor, action="support.keep_stand", obj=stand, unit=stand.unit_id, changed=["undone"])
    take_back_helps(actor=actor, support_records=made)


def _require_uncorrected(made: Sequence[SupportRecord]) -> None:
    """Refuse where one of the records was replaced by a correction, or by a correction of that, which was not taken back."""
    rows: Sequence[SupportRecord] = made
    while rows:
        rows = list(SupportRecord.objects.filter(corrects__in=rows))
        if any(row.taken_back_at is None for row in rows):
            message = _("This help was corrected on its own page. To undo it, open that help and press Take back.")
            raise Refused(Problem("turn_corrected", message))
