"""Recording visits, a whole batch of a phone in the same number of statements as one; changing one, taking it back."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record
from doanso.ledger import actions as ledger
from doanso.lib import clock, database, sealing
from doanso.lib.problems import Problem, Refused, refuse
from doanso.outreach import policy
from doanso.outreach.actions.doors import DoorVisited, lock_doors, note_visits, work_out_doors
from doanso.outreach.actions.visits.arrivals import Arrivals
from doanso.outreach.actions.visits.changing import HELP_COLUMNS, change_helps, help_rows, lock_helped
from doanso.outreach.actions.visits.coming import Coming
from doanso.outreach.actions.visits.counting import count_again
from doanso.outreach.actions.visits.helps import lock_told_helps, told_alone
from doanso.outreach.families import visits as families
from doanso.outreach.models import AwaitedConfirmation, How, Visit, VisitHelp
from doanso.outreach.queries.amendments import outlives
from doanso.outreach.rules import visits as rules
from doanso.outreach.rules.teams import words_problem
from doanso.support import actions as support
from doanso.sync.ports import Incoming
from doanso.units.models import Unit

SIGNATURE = "outreach.visit.signature"


@transaction.atomic(savepoint=False)
def record_visits(*, actor: User, unit: Unit, records: Sequence[Incoming]) -> list[Problem | None]:
    """Write down visits that the actor's phone tells of; why each was set aside, or nothing.

    New ones take the same number of statements for one and for a hundred; a changed version of a visit takes its own.
    """
    policy.RECORD.require_at(actor, unit)
    arrivals = Arrivals(actor, unit, records)
    arrivals.look_up()
    for item in arrivals.coming:
        arrivals.judge(item)
    _write(arrivals, [item for item in arrivals.coming if item.problem is None and not item.record.base])
    for item in arrivals.coming:
        if item.problem is None and item.record.base:
            item.problem = _change(arrivals, item)
    for item in arrivals.coming:
        if item.problem is not None and item.writes_place:
            # The home it named goes with it: the batch breaks off, and each record is tried by itself.
            raise Refused(item.problem)
    return [item.problem for item in arrivals.coming]


def _visit(arrivals: Arrivals, one: Coming) -> Visit:
    """The row of a visit as it was judged."""
    told, second, place = one.told, one.second, one.place
    paired = rules.is_pair(one.first, second)
    return database.new_object(
        Visit,
        id=one.record.record_id,
        unit_id=arrivals.unit.pk,
        drive_id=one.drive_id,
        door_id=one.door.door_id if one.door is not None else None,
        household_id=place.household_id,
        business_id=place.business_id,
        neighbourhood_id=place.neighbourhood_id,
        outcome=told.outcome,
        follow_up_on=told.follow_up_on,
        in_area=told.in_area,
        happened_on=told.happened_on,
        arrived_on=arrivals.today,
        recorded_at=arrivals.now,
        began_at=one.began_at,
        ended_at=one.ended_at,
        recorded_by_id=arrivals.actor.pk,
        device_id=one.record.device_id,
        team_id=arrivals.pairs.team_of(one.first),
        first_id=one.first.teammate_id,
        first_name=one.first.name,
        first_kind=one.first.kind,
        first_how=one.first.how,
        second_id=second.teammate_id if second is not None else None,
        second_name=second.name if second is not None else "",
        second_kind=second.kind if second is not None else "",
        second_how=second.how if second is not None else How.NONE,
        second_problem=one.second_problem,
        signature_sealed=sealing.seal(one.signature, context=SIGNATURE) if one.signature else b"",
        paired=paired,
        paired_on=arrivals.today if paired else None,
        content_hash=one.record.content_hash,
        counted_as=one.record.record_id,
    )


def _write(arrivals: Arrivals, coming: Sequence[Coming]) -> None:
    """New visits with their helps, what both count, their history, and what they say of the doors."""
    if not coming:
        return
    visits = [_visit(arrivals, item) for item in coming]
    database.insert_objects(visits)
    entries = [told for item in coming for _done, told in item.entries]
    _take_words(arrivals, visits)
    # Doors before the ledger, as everybody locks them.
    told = [
        DoorVisited(item.door_id, item.outcome, rules.counted_day(item.happened_on, arrivals.today), item.follow_up_on)
        for item in visits
        if item.door_id is not None
    ]
    if told:
        note_visits(visits=told)
    recorded = iter(
        support.add_helps(
            actor=arrivals.actor,
            unit=arrivals.unit,
            entries=entries,
            home=arrivals.home,
            services={service for service, _rung in arrivals.rungs},
            counted=[fact for item in visits for fact in families.counted(item)],
            deeds=[AuditEventInput(arrivals.actor, "outreach.record", item, arrivals.unit.pk) for item in visits],
            locked=True,
        )
    )
    rows = []
    for item, visit in zip(coming, visits, strict=True):
        rows += help_rows(arrivals, item, visit, [next(recorded) for _entry in item.entries])
    database.insert_rows(VisitHelp, HELP_COLUMNS, rows, keep_known=True)


def _take_words(arrivals: Arrivals, visits: Sequence[Visit]) -> None:
    """The words by which these visits' seconds are confirmed wait no more; another teammate's goes on waiting, lest the
    visit be put right to them."""
    words = Q()
    for visit in visits:
        if visit.second_how == How.SIGN_IN and visit.pk in arrivals.pairs.awaited:
            words |= Q(visit_id=visit.pk, teammate=visit.second_id)
    if words:
        AwaitedConfirmation.objects.filter(words).delete()


# --- Another version of a visit -----------------------------------------------------------------------------------------


def _locked(visit_id: UUID) -> Visit | None:
    return Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id).first()


def _change(arrivals: Arrivals, one: Coming) -> Problem | None:
    """Put the visit right as its phone tells it now; what is told as before keeps its place in line."""
    visit = _locked(one.record.record_id)
    if visit is None or visit.taken_back_at is not None:
        message = _("This visit was taken back in the office. Record it as a new one if it did take place.")
        return Problem("taken_back", message)
    if outlives(visit.pk, one.record.content_hash):
        message = _("The office has put this visit right since. An officer chooses which of the two stands.")
        return Problem("amended", message)
    if visit.unit_id != arrivals.unit.pk or not policy.RECORD.allows(arrivals.actor, visit):
        return Problem("other_unit", _("A visit stays with the unit that made it."), "unit")
    doors = {visit.door_id}
    new = _visit(arrivals, one)
    new.arrived_on, new.recorded_at, new.recorded_by_id = visit.arrived_on, visit.recorded_at, visit.recorded_by_id
    new.device_id = visit.device_id
    if new.paired and visit.paired:
        new.paired_on = visit.paired_on
    doors.add(new.door_id)
    lock_doors(doors)
    told = lock_told_helps(visit)
    lock_helped(arrivals, one, told)
    count_again(visit, new)
    new.save(force_update=True)
    _take_words(arrivals, [new])
    change_helps(arrivals, one, visit, new, told)
    changed = [it.name for it in Visit._meta.concrete_fields if getattr(visit, it.attname) != getattr(new, it.attname)]
    record(actor=arrivals.actor, verb="outreach.change", obj=new, unit=new.unit_id, changed=changed)
    work_out_doors(door_ids={door for door in doors if door is not None})
    return None


@transaction.atomic
def take_back_visit(*, actor: User, visit: Visit, reason: str) -> Visit:
    """It never took place: neither it nor its helps count anywhere. A second call does nothing."""
    policy.RECORD.require(actor, visit)
    locked_visit = _locked(visit.pk)
    if locked_visit is None:
        raise LookupError(visit.pk)
    if locked_visit.taken_back_at is not None:
        return locked_visit
    problem = words_problem(reason, "reason")
    if not reason.strip():
        problem = Problem("reason_missing", _("Say in a few words why this visit is taken back."), "reason")
    refuse(problem)
    lock_doors([locked_visit.door_id])
    helps, _shared = told_alone(locked_visit, lock_told_helps(locked_visit))
    locked_visit.taken_back_at, locked_visit.taken_back_reason = clock.now(), reason.strip()[:200]
    locked_visit.save(update_fields=["taken_back_at", "taken_back_reason"])
    record(
        actor=actor, verb="outreach.take_back", obj=locked_visit, unit=locked_visit.unit_id, changed=["taken_back_at"]
    )
    for fact in families.counted(locked_visit):
        ledger.take_back(family=fact.family, source_id=fact.source_id)
    support.take_back_helps(actor=actor, helps=helps)
    if locked_visit.door_id is not None:
        work_out_doors(door_ids={locked_visit.door_id})
    return locked_visit
