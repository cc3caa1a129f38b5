"""Stage 4, write: rows of new visits, their doors and their support records, each table in one statement."""

from collections.abc import Sequence

from django.db.models import Q

from doanso.lib import database
from doanso.outreach.actions.doors import DoorVisit, note_visits
from doanso.outreach.actions.visits.batches import BatchPlan, WrittenVisits
from doanso.outreach.actions.visits.planning import new_visit
from doanso.outreach.models import AwaitedConfirmation, How, Visit, VisitSupportRecord
from doanso.outreach.rules import visits as rules
from doanso.support import actions as support

HELP_COLUMNS = ("support_record", "visit", "kind", "before", "after", "obstacle")


def write_new_visits(plan: BatchPlan) -> WrittenVisits | None:
    """Write the new visits of a plan; None where there is none. Locks doors, then rows of receivers."""
    batch, new_visits = plan.batch, plan.new_visits
    if not new_visits:
        return None
    visits = [new_visit(batch, visit_plan) for visit_plan in new_visits]
    database.insert_objects(visits)
    drop_used_confirmations(plan, visits)
    _note_doors(plan, visits)
    records = support.write_support_records(
        actor=batch.actor,
        unit=batch.unit,
        home=batch.home_id,
        entries=[planned.inputs for visit_plan in new_visits for planned in visit_plan.helps],
        known_services=plan.match.codes.services,
        locked=True,
    )
    results = iter(records.results)
    rows = [
        (next(results).support_record_id, visit.pk, *plan.match.codes.columns_of(planned.payload))
        for visit_plan, visit in zip(new_visits, visits, strict=True)
        for planned in visit_plan.helps
    ]
    database.insert_rows(VisitSupportRecord, HELP_COLUMNS, rows, keep_known=True)
    return WrittenVisits(batch, visits, records)


def drop_used_confirmations(plan: BatchPlan, visits: Sequence[Visit]) -> None:
    """Delete the stored confirmations that confirm the seconds of these visits. Those of other teammates stay, in case the
    visit is corrected to them.
    """
    used = Q()
    for visit in visits:
        if visit.second_how == How.SIGN_IN and visit.pk in plan.match.pairs.confirmed_by:
            used |= Q(visit_id=visit.pk, teammate=visit.second_id)
    if used:
        AwaitedConfirmation.objects.filter(used).delete()


def _note_doors(plan: BatchPlan, visits: Sequence[Visit]) -> None:
    """Write the visits' results at their doors, which are locked before the ledger."""
    door_visits = [
        DoorVisit(
            visit.door_id, visit.outcome, rules.counted_day(visit.happened_on, plan.batch.today), visit.follow_up_on
        )
        for visit in visits
        if visit.door_id is not None
    ]
    if door_visits:
        note_visits(visits=door_visits)
