"""Bring the families of a new version into a programme that runs, through its draft, or decline them."""

from dataclasses import replace

from django.db import transaction

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.ledger.ports import CountingChoice, FamilyDescription
from doanso.lib import clock
from doanso.targets import policy
from doanso.targets.actions.drafts import MOST_INDICATORS, edit_programme, full_refusal, lock_draft
from doanso.targets.copying import unused_code
from doanso.targets.counting import denominator_title, fitting_denominators
from doanso.targets.models import Basis, DraftIndicator, Programme, ProgrammeDraft
from doanso.targets.plans import IndicatorPlan, ProgrammePlan, indicator_values, with_code_parameters
from doanso.targets.queries.new_families import new_families

MOST_CHOICES = 6
"""Indicators that are prefilled for one family; its other choices are added in the editor."""


@transaction.atomic
def draft_new_families(*, actor: User, programme: Programme) -> ProgrammeDraft:
    """Return the draft in which a programme is changed, with indicators of the families that are new to it, without targets.

    Nothing is in force before the draft is published in the ordinary way; an indicator without a target keeps it from that. What
    the draft already has, or had and lost, is not added again.
    """
    draft = lock_draft(actor, edit_programme(actor=actor, programme=programme).pk)
    rows = list(draft.indicators.all())
    drafted = {row.values["family"] for row in rows}
    # Read under the lock of the programme: it may have been declined meanwhile.
    locked = Programme.objects.get(pk=programme.pk)
    families = [each for each in new_families(locked) if each.family not in drafted]
    taken = {row.code for row in rows}
    plans: list[IndicatorPlan] = []
    for family in families:
        for choice in family.choices()[:MOST_CHOICES]:
            code = unused_code(family.family.replace(".", "-"), taken)
            taken.add(code)
            plans.append(_prefilled(draft, family, choice, code))
    if not plans:
        return draft
    if len(rows) + len(plans) > MOST_INDICATORS:
        raise full_refusal()
    last, now = max((row.position for row in rows), default=0), clock.now()
    for position, plan in enumerate(plans, start=last + 1):
        values = indicator_values(plan)
        del values["code"]
        DraftIndicator.objects.create(
            draft=draft, code=plan.code, position=position, values=values, changed_by=actor, changed_at=now
        )
    draft.changed_by, draft.changed_at = actor, now
    draft.save(update_fields=["changed_by", "changed_at"])
    record(actor=actor, action="targets.write_draft", obj=draft, unit=draft.root_id, changed=["indicators"])
    return draft


def _prefilled(draft: ProgrammeDraft, family: FamilyDescription, choice: CountingChoice, code: str) -> IndicatorPlan:
    """Return an indicator of one choice as far as the family proposes it; its target, 0, is left to the committee."""
    kind = family.kinds[0]
    denominators = fitting_denominators(family.family, kind)
    denominator = denominators[0] if denominators else ""
    plan = IndicatorPlan(
        code=code,
        title=choice.title[:160],
        short_title=choice.title[:60],
        kind=kind,
        group=family.group,
        unit_of_count=choice.unit_of_count or str(family.unit_of_count),
        target=0,
        basis=Basis.STATED,
        why="",
        family=family.family,
        parameters=dict(choice.parameters),
        least_grade=min(max(1, family.least_grade), family.best_grade),
        required_grade=0,
        denominator=denominator,
        denominator_text=denominator_title(denominator) if denominator else "",
        due=(),
    )
    of_plan = ProgrammePlan(draft.code, draft.title, "", draft.first_day, draft.last_day, None, (plan,))
    return replace(plan, parameters=with_code_parameters(of_plan).indicators[0].parameters)


@transaction.atomic
def decline_new_families(*, actor: User, programme: Programme) -> list[str]:
    """Store that the committee does not count the families that are new to a programme; return their names.

    They are proposed no more, and the editor goes on offering them. A second call changes nothing.
    """
    policy.LOAD.require_at(actor, programme.root)
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    declined = [family.family for family in new_families(locked)]
    if declined:
        locked.known_families = sorted({*locked.known_families, *declined})
        locked.save(update_fields=["known_families"])
        record(actor=actor, action="targets.decline_families", obj=locked, unit=locked.root_id)
    return declined
