"""Which events the phones of a ward may check people in at."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from doanso.access.policy import records_below
from doanso.events.models import Shift
from doanso.lib.dated_rows import in_effect
from doanso.units.models import UnitPath


def held_or_filled_condition(ward_id: UUID, *, with_removed: bool = False) -> Q:
    """Return the condition of events that a ward holds or at which it fills a shift, perhaps one that was removed since."""
    shifts = Shift.objects.filter(unit__in=records_below([ward_id]))
    if not with_removed:
        shifts = shifts.filter(removed_at=None)
    return Q(unit__in=records_below([ward_id])) | Q(pk__in=shifts.values("event"))


def reachable_condition(ward_id: UUID, *, today: date, with_removed: bool = False) -> Q:
    """Return the condition of events that a ward or a unit above it holds, or at which the ward fills a shift."""
    above = UnitPath.objects.filter(in_effect(today), unit_id=ward_id)
    return held_or_filled_condition(ward_id, with_removed=with_removed) | Q(unit__in=above.values("ancestor"))
