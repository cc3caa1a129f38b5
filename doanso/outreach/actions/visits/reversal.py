"""Taking back a visit that never took place."""

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.problems import Problem, refuse
from doanso.outreach import policy
from doanso.outreach.actions.doors import lock_doors, recompute_doors
from doanso.outreach.actions.visits.help_histories import find_unshared_helps, lock_reported_helps
from doanso.outreach.families import visits as families
from doanso.outreach.models import Visit
from doanso.outreach.rules.teams import words_problem
from doanso.support import actions as support


@transaction.atomic
def take_back_visit(*, actor: User, visit: Visit, reason: str) -> Visit:
    """Take back a visit with the support records that rest on it alone, so that neither counts anywhere. A second call does
    nothing.

    Locks the visit, its door and its support records, then the ledger. Refused without a reason.
    """
    policy.RECORD.require(actor, visit)
    locked_visit = Visit.objects.select_for_update(of=("self",)).filter(pk=visit.pk).first()
    if locked_visit is None:
        raise LookupError(visit.pk)
    if locked_visit.taken_back_at is not None:
        return locked_visit
    problem = words_problem(reason, "reason")
    if not reason.strip():
        problem = Problem("reason_missing", _("Say in a few words why this visit is taken back."), "reason")
    refuse(problem)
    lock_doors([locked_visit.door_id])
    helps, _shared = find_unshared_helps(locked_visit, lock_reported_helps(locked_visit))
    locked_visit.taken_back_at, locked_visit.taken_back_reason = clock.now(), reason.strip()[:200]
    locked_visit.save(update_fields=["taken_back_at", "taken_back_reason"])
    record(
        actor=actor, action="outreach.take_back", obj=locked_visit, unit=locked_visit.unit_id, changed=["taken_back_at"]
    )
    for fact in families.facts_of(locked_visit):
        ledger.take_back(family=fact.family, source_id=fact.source_id)
    support.take_back_helps(actor=actor, support_records=helps)
    if locked_visit.door_id is not None:
        recompute_doors(door_ids={locked_visit.door_id})
    return locked_visit
