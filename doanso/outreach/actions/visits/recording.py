"""Recording visits of a phone: parse, match, plan, write, post and acknowledge, each stage once for a whole batch."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from doanso.accounts.models import User
from doanso.lib.problems import Problem, Refused
from doanso.outreach import policy
from doanso.outreach.actions.visits.batches import BatchPlan
from doanso.outreach.actions.visits.matching import match_batch
from doanso.outreach.actions.visits.parsing import parse_batch
from doanso.outreach.actions.visits.planning import plan_batch
from doanso.outreach.actions.visits.posting import post_new_visits
from doanso.outreach.actions.visits.revisions import revise_visit
from doanso.outreach.actions.visits.writing import write_new_visits
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit


@transaction.atomic(savepoint=False)
def record_visits(*, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
    """Record visits that the actor's phone has sent; return for each why it was set aside, or None, in the order of the
    records.

    New visits take the same number of statements for one and for a hundred; a later version of a visit takes its own. Raises
    `Refused` where a home or shop was written for a visit that is set aside: the caller rolls back, and applies each record
    separately.
    """
    policy.RECORD.require_for(actor, unit)
    batch = parse_batch(actor=actor, unit=unit, records=records)
    plan = plan_batch(match_batch(batch))
    written = write_new_visits(plan)
    if written is not None:
        post_new_visits(written)
    revision_problems = {revision.visit_item.visit_id: revise_visit(plan, revision) for revision in plan.revisions}
    return _acknowledge(plan, revision_problems)


def _acknowledge(plan: BatchPlan, revision_problems: Mapping[UUID, Problem | None]) -> list[Problem | None]:
    """Return the problem of each record, or None where it was applied."""
    problems = [visit.problem or revision_problems.get(visit.visit_item.visit_id) for visit in plan.visits]
    for visit, problem in zip(plan.visits, problems, strict=True):
        if problem is not None and visit.match.is_written:
            raise Refused(problem)
    return problems
