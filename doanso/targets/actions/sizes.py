"""How many households and shops a unit has, as told by somebody who counts them."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.targets import policy, rules
from doanso.targets.models import UnitSize
from doanso.targets.queries.sizes import told_sizes
from doanso.units import queries as units
from doanso.units.models import Unit


@transaction.atomic
def tell_sizes(*, actor: User, unit: Unit, kind: str, numbers: Mapping[UUID | None, int]) -> list[UnitSize]:
    """Write down the numbers of a unit's neighbourhoods, or under None that of the whole unit; only what changed."""
    policy.ALLOCATE.require_at(actor, unit)
    areas = {None, *(one.pk for one in units.neighbourhoods(unit))}
    known = told_sizes(unit, kind)
    today, now = clock.today(), clock.now()
    made = []
    for area, number in numbers.items():
        if area not in areas:
            raise Refused(Problem("area_unknown", _("This neighbourhood does not belong to the unit.")))
        if not 0 <= number <= rules.LARGEST_TARGET:
            raise Refused(Problem("number_out_of_range", _("Enter a whole number, for example 1250."), str(area or "")))
        if known.get(area) != number:
            made.append(
                UnitSize(
                    unit=unit, neighbourhood_id=area, kind=kind, number=number, since=today, told_by=actor, told_at=now
                )
            )
    UnitSize.objects.bulk_create(made)
    if made:
        record(actor=actor, verb="targets.tell_sizes", obj=unit, unit=unit, changed=[kind])
    return made
