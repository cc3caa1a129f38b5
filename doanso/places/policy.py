"""Permissions on places: see them, enter what was seen there, manage them, assess and recognise them, and write criteria.

A unit that was given a criterion of a place sees that place and enters checks there while the assignment is open, and sees what
came of it for thirty days after; it is mostly a branch, whose ward has the place.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Model, Q

from doanso.access.policy import Permission, UnitReach, records_below
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.places.models import Place, PlaceGap

GAP_SEEN_AFTER = timedelta(days=30)
"""How long a unit still sees a place after it has completed the criterion that it was given."""


@dataclass(frozen=True)
class PlacePermission(Permission):
    """A permission asked of places; `by_gap` widens it to places of which the actor's units were given a criterion."""

    by_gap: bool = False
    only_open: bool = False

    def condition(self, actor: User) -> Q:
        """Return the filter's condition."""
        condition = super().condition(actor)
        roots = self.roots(actor)
        if self.by_gap and roots:
            running = Q(assignment__completed_at=None)
            if not self.only_open:
                running |= Q(assignment__completed_at__gt=clock.now() - GAP_SEEN_AFTER)
            gaps = PlaceGap.objects.filter(running, assignment__unit__in=records_below(roots))
            condition |= Q(pk__in=gaps.values("place"))
        return condition

    def allows(self, actor: User, obj: Model, *, found_by: Permission | None = None) -> bool:
        """Return whether the actor has this permission on the place; one that was found by a criterion is asked again."""
        # A role at the place's own unit, which is in effect, reaches it without a look at the tree.
        if getattr(obj, "unit_id", None) in self.roots(actor):
            return True
        widened = isinstance(found_by, PlacePermission) and found_by.by_gap
        if super().allows(actor, obj, found_by=None if widened else found_by):
            return True
        if not self.by_gap or not self.roots(actor):
            return False
        return self.filter(actor, type(obj)._default_manager.filter(pk=obj.pk)).exists()


@dataclass(frozen=True, slots=True)
class PlaceRights:
    """What somebody may do at a place: enter what was seen there, manage it, assess it."""

    records: bool
    manages: bool
    assesses: bool


def rights_at(actor: User, place: Place) -> PlaceRights:
    """Return the rights of somebody who sees a place; one statement, two more for readers without a role at its unit.

    These may see it by a criterion that was given to a unit of theirs.
    """
    reach = UnitReach(actor, [place.unit])
    return PlaceRights(
        records=reach.allows(RECORD, place.unit) or RECORD.allows(actor, place),
        manages=reach.allows(MANAGE, place.unit),
        assesses=reach.allows(ASSESS, place.unit),
    )


VIEW = PlacePermission("places.view", unit_of="unit_id", by_gap=True)
VIEW_AT = Permission("places.view", unit_of="id")
"""The same permission, asked of units."""
# Entering checks and survey sheets, plates and photos: also a branch's secretary.
RECORD = PlacePermission("places.record", unit_of="unit_id", by_gap=True, only_open=True)
# Places, their registers, public points and self-assessment.
MANAGE = PlacePermission("places.manage", unit_of="unit_id")
MANAGE_AT = Permission("places.manage", unit_of="id")
# Of the leading committee: assessing, recognising, withdrawing; never what one assessed for the place's own unit.
ASSESS = PlacePermission("places.assess", unit_of="unit_id")
SET_CRITERIA = Permission("places.set_criteria", unit_of="owner_id")
SET_CRITERIA_AT = Permission("places.set_criteria", unit_of="id")
VIEW_SET = Permission("places.view", unit_of="owner_id")
"""Seeing places, asked of criteria sets: who sees the committee's places may know that it writes criteria."""
VIEW_POINT = Permission("places.view", unit_of="place__unit_id")
RECORD_POINT = Permission("places.record", unit_of="place__unit_id")
"""The same permissions, asked of public points, for lists; a point's page asks that of its place."""
VIEW_CORRECTION = Permission("places.view", unit_of="place__unit_id")
MANAGE_CORRECTION = Permission("places.manage", unit_of="place__unit_id")
