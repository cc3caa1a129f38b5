"""Actions on criteria: a committee's draft of a kind's criteria, edited one criterion at a time and published as a version.

Drafts are locked by their row of `CriteriaSet`; published sets never change.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.places import policy, queries, rules
from doanso.places.actions.words import require_reason
from doanso.places.kinds import MOST_CRITERIA, CriterionPlan, PlaceKind
from doanso.places.models import CriteriaSet, Criterion
from doanso.units.models import Unit


def criteria_for(kind: PlaceKind, unit: Unit) -> CriteriaSet:
    """Return the set in force for new places of a kind at a unit; writes the shipped one when it is needed first.

    Called in a transaction.
    """
    found = queries.set_in_force(kind, unit)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            now = clock.now()
            shipped = CriteriaSet.objects.create(kind=kind.code, version=1, made_at=now, published_at=now)
            _add_all(shipped, kind.criteria)
    except IntegrityError:
        # Another transaction has written it at the same moment.
        return CriteriaSet.objects.get(kind=kind.code, owner=None, version=1)
    return shipped


def _add_all(criteria_set: CriteriaSet, plans: Sequence[CriterionPlan]) -> None:
    Criterion.objects.bulk_create(_criterion(criteria_set, number, plan) for number, plan in enumerate(plans, start=1))


def _criterion(criteria_set: CriteriaSet, number: int, plan: CriterionPlan) -> Criterion:
    criterion = Criterion(criteria_set=criteria_set, number=number)
    _fill(criterion, plan)
    return criterion


_FIELDS = (
    *("group", "title", "help", "formula", "parameters", "threshold_kind", "threshold", "second_threshold"),
    *("evidence", "basis", "why"),
)


def _fill(criterion: Criterion, plan: CriterionPlan) -> None:
    for name in _FIELDS:
        setattr(criterion, name, getattr(plan, name))
    criterion.parameters = dict(plan.parameters or {})


def _plan(criterion: Criterion) -> CriterionPlan:
    return CriterionPlan(**{name: getattr(criterion, name) for name in _FIELDS})


@transaction.atomic
def begin_criteria(*, actor: User, kind: PlaceKind, owner: Unit) -> CriteriaSet:
    """Return the committee's draft of a kind's criteria, begun from the set in force if there is none."""
    policy.SET_CRITERIA_AT.require_at(actor, owner)
    existing = queries.draft_of(kind, owner)
    if existing is not None:
        return existing
    source = criteria_for(kind, owner)
    try:
        with transaction.atomic():
            draft = CriteriaSet.objects.create(
                kind=kind.code,
                owner=owner,
                version=queries.next_version(kind, owner),
                made_by=actor,
                made_at=clock.now(),
            )
            _add_all(draft, [_plan(criterion) for criterion in queries.criteria_of(source)])
    except IntegrityError:
        # Another officer has begun it at the same moment.
        return CriteriaSet.objects.get(kind=kind.code, owner=owner, published_at=None)
    record(actor=actor, action="places.begin_criteria", obj=draft, unit=owner)
    return draft


def _lock_draft(actor: User, draft: CriteriaSet) -> CriteriaSet:
    fresh = CriteriaSet.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if fresh is None:
        raise Refused(Problem("criteria_discarded", _("This draft was discarded meanwhile.")))
    policy.SET_CRITERIA.require(actor, fresh)
    if fresh.published_at is not None:
        message = _("This version is published and does not change any more. Begin a new draft.")
        raise Refused(Problem("criteria_published", message))
    return fresh


def _of_draft(draft: CriteriaSet, criterion_id: UUID) -> Criterion:
    """Return a criterion of a locked draft; refuse one that was removed meanwhile."""
    criterion = draft.criteria.filter(pk=criterion_id).first()
    if criterion is None:
        raise Refused(Problem("criterion_removed", _("This criterion was removed meanwhile.")))
    return criterion


@transaction.atomic
def save_criterion(*, actor: User, draft: CriteriaSet, plan: CriterionPlan, criterion_id: UUID | None) -> Criterion:
    """Change a criterion of a draft, or add one at its end where `criterion_id` is None."""
    fresh = _lock_draft(actor, draft)
    refuse(rules.criterion_problem(plan))
    refuse_secret([plan.title, plan.help, plan.why], field="title")
    if criterion_id is None:
        count = fresh.criteria.count()
        if count >= MOST_CRITERIA:
            message = _("At most %(most)s criteria; remove one first.") % {"most": MOST_CRITERIA}
            raise Refused(Problem("criteria_many", message))
        criterion = _criterion(fresh, count + 1, plan)
        criterion.save(force_insert=True)
    else:
        criterion = _of_draft(fresh, criterion_id)
        _fill(criterion, plan)
        criterion.save()
    record(actor=actor, action="places.write_criterion", obj=fresh, unit=fresh.owner_id)
    return criterion


@transaction.atomic
def remove_criterion(*, actor: User, draft: CriteriaSet, criterion_id: UUID) -> None:
    """Take a criterion out of a draft; those below it move up. A second call changes nothing."""
    fresh = _lock_draft(actor, draft)
    if not fresh.criteria.filter(pk=criterion_id).delete()[0]:
        return
    _renumber(queries.criteria_of(fresh))
    record(actor=actor, action="places.write_criterion", obj=fresh, unit=fresh.owner_id)


@transaction.atomic
def move_criterion(*, actor: User, draft: CriteriaSet, criterion_id: UUID, up: bool) -> None:
    """Move a criterion of a draft one place up or down; at the end of the list nothing changes."""
    fresh = _lock_draft(actor, draft)
    criteria = queries.criteria_of(fresh)
    index = criteria.index(_of_draft(fresh, criterion_id))
    other = index - 1 if up else index + 1
    if 0 <= other < len(criteria):
        criteria[index], criteria[other] = criteria[other], criteria[index]
        _renumber(criteria)
        record(actor=actor, action="places.write_criterion", obj=fresh, unit=fresh.owner_id)


def _renumber(criteria: Sequence[Criterion]) -> None:
    """Give the criteria the numbers of their order; first others, because numbers of a set are unique."""
    for offset in (1000, 0):
        for number, criterion in enumerate(criteria, start=1 + offset):
            criterion.number = number
            criterion.save(update_fields=["number"])


@transaction.atomic
def publish_criteria(*, actor: User, draft: CriteriaSet, note: str) -> CriteriaSet:
    """Publish a draft: new places use it from now on, existing ones keep theirs until they are moved to it."""
    fresh = _lock_draft(actor, draft)
    require_reason(note, "note")
    if not fresh.criteria.exists():
        raise Refused(Problem("criteria_none", _("Add at least one criterion.")))
    fresh.note = note.strip()
    fresh.published_by, fresh.published_at = actor, clock.now()
    fresh.save(update_fields=["note", "published_by", "published_at"])
    record(actor=actor, action="places.publish_criteria", obj=fresh, unit=fresh.owner_id)
    return fresh


@transaction.atomic
def discard_criteria(*, actor: User, draft: CriteriaSet) -> None:
    """Discard a draft; the published versions stay."""
    fresh = _lock_draft(actor, draft)
    record(actor=actor, action="places.discard_criteria", obj=fresh, unit=fresh.owner_id)
    fresh.delete()
