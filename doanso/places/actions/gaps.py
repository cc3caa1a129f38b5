"""A criterion that a place does not reach yet becomes an assignment of a unit."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.assignments.actions import assign
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.places import policy, queries
from doanso.places.actions.locking import lock_place
from doanso.places.models import Criterion, Place, PlaceGap
from doanso.units import queries as units
from doanso.units.models import Unit

GAP = "places.gap"
"""The kind of assignment."""
DAYS = 14


@transaction.atomic
def assign_gap(*, actor: User, place: Place, criterion: Criterion, unit: Unit | None = None) -> PlaceGap:
    """Make a criterion an assignment of the place's unit, or of one below it, due in two weeks.

    While one is open for the criterion, that one is returned.
    """
    fresh = lock_place(place)
    policy.MANAGE.require(actor, fresh)
    if criterion.criteria_set_id != fresh.criteria_set_id:
        raise Refused(Problem("place_criteria_version", _("The place has other criteria now. Read the page again.")))
    home = queries.keeping_unit(fresh)
    doer = unit or home
    if doer.pk != home.pk and not units.is_below(doer, home):
        message = _("Choose the place's unit or one below it.")
        raise Refused(Problem("place_gap_unit", message, "unit"))
    existing = queries.open_gaps(fresh).get(criterion.pk)
    if existing is not None:
        return existing
    gap = PlaceGap.objects.create(place=fresh, criterion=criterion, made_at=clock.now())
    gap.assignment = assign(
        actor=actor,
        unit=doer,
        title_code=GAP,
        parameters={"place": str(fresh.pk), "name": fresh.name, "number": criterion.number, "title": criterion.title},
        owner=None,
        due_on=clock.today() + timedelta(days=DAYS),
        source_kind="places.gap",
        source_id=gap.pk,
    )
    gap.save(update_fields=["assignment"])
    record(actor=actor, action="places.assign_gap", obj=fresh, unit=fresh.unit_id)
    return gap
