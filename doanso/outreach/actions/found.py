"""Doors found or put right on the way, without a visit: homes and shops that are new, stand elsewhere, or are gone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import Deed, record_many
from doanso.lib.problems import Problem
from doanso.members import queries as members
from doanso.outreach.actions.drives import Row, add_places, close_places
from doanso.outreach.actions.placing import put_places_right
from doanso.outreach.models import Drive
from doanso.people.actions import BusinessTold, DoorTold, meet_businesses, meet_households
from doanso.people.actions.doors import one_line, place_businesses
from doanso.people.models import Business, Household
from doanso.units.models import Neighbourhood, Unit


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A home, or a shop with what stands on its sign, by its key; `new` ones were never in the phone's pack."""

    key: UUID
    new: bool
    number: str
    street: str
    neighbourhood_id: UUID | None
    sign: str | None = None


@dataclass(frozen=True, slots=True)
class DoorFound:
    """What a phone tells of one door. It belongs into the drive, when one is named."""

    place: PlaceFound
    drive_id: UUID | None
    gone: bool


@dataclass(slots=True)
class _Coming:
    told: DoorFound
    problem: Problem | None = None
    # The home or shop as the register has it.
    known: Household | Business | None = None
    key: UUID | None = None

    @property
    def place(self) -> PlaceFound:
        return self.told.place

    @property
    def is_shop(self) -> bool:
        return self.told.place.sign is not None


@dataclass(slots=True)
class _Arrivals:
    """Doors of one ward, told by one phone."""

    actor: User
    home: UUID
    coming: list[_Coming]
    areas: set[UUID] = field(default_factory=set)
    drives: dict[UUID, Drive] = field(default_factory=dict)

    def look_up(self) -> None:
        """Everything the records name, read at once."""
        places = [one.place for one in self.coming]
        homes = Household.objects.filter(pk__in=[one.key for one in places], erased_at=None)
        shops = Business.objects.filter(pk__in=[one.key for one in places], erased_at=None)
        known: dict[UUID, Household | Business] = {
            one.pk: one for some in (homes, shops) for one in some if one.unit_id == self.home
        }
        told_areas = {one.neighbourhood_id for one in places if one.neighbourhood_id is not None}
        areas = Neighbourhood.objects.filter(pk__in=told_areas, unit_id=self.home)
        self.areas = set(areas.values_list("pk", flat=True))
        told_drives = {one.told.drive_id for one in self.coming if one.told.drive_id is not None}
        # A drive that is over, or another's, takes no door; the home or shop is written down all the same.
        running = Drive.objects.filter(pk__in=told_drives, unit_id=self.home, ended_at=None)
        self.drives = {one.pk: one for one in running}
        foreign = self._foreign()
        for one in self.coming:
            found = known.get(one.place.key)
            one.known = found if isinstance(found, Business if one.is_shop else Household) else None
            one.problem = _place_unknown(one) if one.place.key in foreign else _problem(one)

    def _foreign(self) -> set[UUID]:
        """Homes of another ward, or erased ones, that a phone calls its own."""
        told = [one.place.key for one in self.coming if not one.is_shop]
        others = Household.objects.filter(pk__in=told).exclude(unit_id=self.home, erased_at=None)
        return set(others.values_list("pk", flat=True))

    def area(self, place: PlaceFound) -> UUID | None:
        """The neighbourhood, if it is one of the ward's."""
        return place.neighbourhood_id if place.neighbourhood_id in self.areas else None

    def standing(self, *, shops: bool) -> list[_Coming]:
        """Those homes, or shops, that are there and for which nothing is set aside."""
        return [one for one in self.coming if one.problem is None and not one.told.gone and one.is_shop is shops]

    def meet(self) -> None:
        """Write down what is new, and where known ones really stand."""
        homes = [one for one in self.standing(shops=False) if one.known is None]
        met = meet_households(unit_id=self.home, told=[self._home(one.place) for one in homes])
        for one, home in zip(homes, met, strict=True):
            one.key = home.household_id
        shops = [one for one in self.standing(shops=True) if one.known is None]
        told = [self._shop(one.place) for one in shops]
        opened = meet_businesses(unit_id=self.home, told=told)
        for one, shop in zip(shops, opened, strict=True):
            one.key = shop.business_id
        place_businesses({one.key: shop for one, shop in zip(shops, told, strict=True) if one.key is not None})
        new: list[Household | Business] = [Household(pk=one.household_id) for one in met if one.is_new]
        new += [Business(pk=one.business_id) for one in opened if one.is_new]
        record_many(Deed(self.actor, "people.register_door", one, self.home) for one in new)

    def move(self) -> None:
        """Put street and number of known ones right, and whatever was thought to be gone is there again."""
        known = [one for shops in (False, True) for one in self.standing(shops=shops) if one.known is not None]
        moves = {
            one.known.pk: (one.known, self._home(one.place))
            for one in known
            if one.known is not None and (one.place.number or one.place.street)
        }
        taken = put_places_right(actor=self.actor, home=self.home, moves=list(moves.values()))
        for one in known:
            one.key = one.place.key
            if one.place.key in taken:
                message = _("Another home stands in the register under this street and number already.")
                one.problem = Problem("door_taken", message, "household")
        for model, shops in ((Household, False), (Business, True)):
            keys = [one.place.key for one in self.standing(shops=shops) if one.known is not None]
            model._default_manager.filter(pk__in=keys).exclude(gone_at=None).update(gone_at=None)

    def close(self) -> None:
        """Write down what is gone."""
        gone = [one for one in self.coming if one.problem is None and one.told.gone]
        for model, name, shops in ((Household, "household", False), (Business, "business", True)):
            keys = [one.place.key for one in gone if one.is_shop is shops]
            close_places(self.actor, model, name, keys)

    def add(self) -> None:
        """Put what is there into the drives that were named."""
        coming = [one for shops in (False, True) for one in self.standing(shops=shops)]
        keys = {one.key for one in coming if one.key is not None}
        columns = ("pk", "neighbourhood_id", "walk_key")
        rows = [
            *Household.objects.filter(pk__in=keys).values_list(*columns),
            *Business.objects.filter(pk__in=keys).values_list(*columns),
        ]
        places = {key: (area, walk) for key, area, walk in rows}
        told: dict[UUID, list[Row]] = {}
        for one in coming:
            drive_id = one.told.drive_id
            if one.key is not None and one.key in places and drive_id is not None and drive_id in self.drives:
                home, shop = (None, one.key) if one.is_shop else (one.key, None)
                told.setdefault(drive_id, []).append((home, shop, *places[one.key]))
        add_places((self.drives[drive_id], some) for drive_id, some in told.items())

    def _home(self, place: PlaceFound) -> DoorTold:
        return DoorTold(place.number, place.street, self.area(place), place.key)

    def _shop(self, place: PlaceFound) -> BusinessTold:
        return BusinessTold(
            name=place.sign or "",
            address=one_line(place.street, place.number),
            neighbourhood_id=self.area(place),
            house_number=place.number,
            street=place.street,
            key=place.key,
        )


def _problem(one: _Coming) -> Problem | None:
    if one.known is not None or one.place.new:
        return None
    if one.told.gone or not (one.place.number or one.place.street):
        return _place_unknown(one)
    # The phone gave it a key of its own before the register had it: its street and number tell which it is.
    return None


def _place_unknown(one: _Coming) -> Problem:
    message = _("This door is not in the unit's register any more. Choose it again on the phone, or enter it anew.")
    return Problem("place_unknown", message, "business" if one.is_shop else "household")


@transaction.atomic
def take_in_doors(*, actor: User, unit: Unit, told: Iterable[DoorFound]) -> list[Problem | None]:
    """Do what phones say of doors, after the caller's policy; the problem of each that is set aside, of which nothing was
    written. As many statements for one as for a hundred."""
    home = members.home_units([unit.pk])[unit.pk]
    arrivals = _Arrivals(actor, home, [_Coming(one) for one in told])
    arrivals.look_up()
    arrivals.meet()
    arrivals.move()
    arrivals.close()
    arrivals.add()
    return [one.problem for one in arrivals.coming]
