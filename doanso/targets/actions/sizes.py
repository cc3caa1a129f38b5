"""Store the numbers of households and shops of units, as counted on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.targets import policy, rules
from doanso.targets.models import UnitSize
from doanso.targets.queries.sizes import stated_sizes
from doanso.units.models import Neighbourhood, Unit


@dataclass(frozen=True, slots=True)
class UnitSizeInput:
    """One number for a neighbourhood of a unit; without a neighbourhood, for the whole unit."""

    unit_id: UUID
    neighbourhood_id: UUID | None
    kind: str
    number: int


@transaction.atomic
def record_sizes(*, actor: User, inputs: Sequence[UnitSizeInput]) -> list[UnitSize]:
    """Store the numbers that changed and return them; the same number of statements for one unit or for all."""
    unit_ids = {size.unit_id for size in inputs}
    allowed = {unit.pk: unit for unit in policy.ALLOCATE.filter(actor, Unit.objects.filter(pk__in=unit_ids))}
    if set(allowed) != unit_ids:
        raise PermissionDenied(policy.ALLOCATE.name)
    areas = dict(Neighbourhood.objects.filter(unit_id__in=unit_ids).values_list("pk", "unit_id"))
    known_sizes = stated_sizes(unit_ids)
    today = clock.today()
    # Of one day the last number is the one that counts.
    stated = UnitSize.objects.filter(unit_id__in=unit_ids, since=today)
    now = clock.now_after(stated.aggregate(last=Max("stated_at"))["last"])
    new_sizes = []
    for size in inputs:
        if size.neighbourhood_id is not None and areas.get(size.neighbourhood_id) != size.unit_id:
            raise Refused(Problem("area_unknown", _("This neighbourhood does not belong to the unit.")))
        if not 0 <= size.number <= rules.LARGEST_TARGET:
            raise Refused(Problem("number_out_of_range", _("Enter a whole number, for example 1250.")))
        if known_sizes.get((size.unit_id, size.neighbourhood_id, size.kind)) != size.number:
            new_sizes.append(
                UnitSize(
                    unit_id=size.unit_id,
                    neighbourhood_id=size.neighbourhood_id,
                    kind=size.kind,
                    number=size.number,
                    since=today,
                    stated_by=actor,
                    stated_at=now,
                )
            )
    UnitSize.objects.bulk_create(new_sizes)
    changed = {size.unit_id: size.kind for size in new_sizes}
    record_many(
        [
            AuditEventInput(actor=actor, action="targets.tell_sizes", obj=allowed[pk], unit=pk, changed=[kind])
            for pk, kind in changed.items()
        ]
    )
    return new_sizes
