"""How many households and shops units have, as told by somebody who counts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.targets import policy, rules
from doanso.targets.models import UnitSize
from doanso.targets.queries.sizes import told_sizes
from doanso.units.models import Neighbourhood, Unit


@dataclass(frozen=True, slots=True)
class UnitSizeInput:
    """One number: of a unit's neighbourhood, or under None of the whole unit."""

    unit_id: UUID
    neighbourhood_id: UUID | None
    kind: str
    number: int


@transaction.atomic
def tell_sizes(*, actor: User, inputs: Sequence[UnitSizeInput]) -> list[UnitSize]:
    """Write down what changed; the same number of statements for one unit or for all."""
    unit_ids = {item.unit_id for item in inputs}
    allowed = {item.pk: item for item in policy.ALLOCATE.filter(actor, Unit.objects.filter(pk__in=unit_ids))}
    if set(allowed) != unit_ids:
        raise PermissionDenied(policy.ALLOCATE.name)
    areas = dict(Neighbourhood.objects.filter(unit_id__in=unit_ids).values_list("pk", "unit_id"))
    known_sizes = told_sizes(unit_ids)
    today, now = clock.today(), clock.now()
    made = []
    for item in inputs:
        if item.neighbourhood_id is not None and areas.get(item.neighbourhood_id) != item.unit_id:
            raise Refused(Problem("area_unknown", _("This neighbourhood does not belong to the unit.")))
        if not 0 <= item.number <= rules.LARGEST_TARGET:
            raise Refused(Problem("number_out_of_range", _("Enter a whole number, for example 1250.")))
        if known_sizes.get((item.unit_id, item.neighbourhood_id, item.kind)) != item.number:
            made.append(
                UnitSize(
                    unit_id=item.unit_id,
                    neighbourhood_id=item.neighbourhood_id,
                    kind=item.kind,
                    number=item.number,
                    since=today,
                    told_by=actor,
                    told_at=now,
                )
            )
    UnitSize.objects.bulk_create(made)
    changed = {item.unit_id: item.kind for item in made}
    record_many(
        [
            AuditEventInput(actor=actor, verb="targets.tell_sizes", obj=allowed[pk], unit=pk, changed=[kind])
            for pk, kind in changed.items()
        ]
    )
    return made
