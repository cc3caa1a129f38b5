"""Visits arriving: what they name of the register is read at once, then each is judged by itself."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import Obstacle, Rung
from doanso.lib import clock, database
from doanso.lib.problems import Problem
from doanso.members import queries as members
from doanso.outreach.actions.doors import lock_doors
from doanso.outreach.actions.visits.coming import Coming, Place
from doanso.outreach.actions.visits.correcting import correct_places
from doanso.outreach.actions.visits.helps import lock_words
from doanso.outreach.actions.visits.pairing import Pairs
from doanso.outreach.models import Drive, Visit
from doanso.outreach.queries.doors import find_doors
from doanso.outreach.rules import visits as rules
from doanso.outreach.visit_payload import HelpDone, PlacePayload
from doanso.people import actions as people
from doanso.people.actions import BusinessInput, DoorInput, Particulars
from doanso.people.models import Business, Household
from doanso.support import actions as support
from doanso.support.actions import ReceiptInput, SupportRecordInput
from doanso.support.models import HelpSource
from doanso.sync.ports import Incoming
from doanso.units.models import Neighbourhood, Unit, UnitKind


class Arrivals:
    """Visits of one unit, told by one phone."""

    def __init__(self, actor: User, unit: Unit, records: Sequence[Incoming]) -> None:
        self.actor, self.unit = actor, unit
        # Homes, shops, doors and teams are the ward's; a branch visits in its name.
        is_branch = unit.kind == UnitKind.BRANCH
        self.home = members.home_units([unit.pk])[unit.pk] if is_branch else unit.pk
        self.today, self.now = clock.today(), clock.now()
        self.coming = [Coming(record, record.told) for record in records]
        self.pairs = Pairs(actor, unit, self.home, self.coming)

    # --- What the register knows ----------------------------------------------------------------------------------

    def look_up(self) -> None:
        """Everything the visits name, read at once."""
        helps = [done for item in self.coming for guest in item.told.guests for done in guest.helps]
        self.rungs = _rungs({done.service for done in helps if done.before or done.after})
        self.codes: dict[str, set[str]] = {}
        for service, code in self.rungs:
            self.codes.setdefault(service, set()).add(code)
        self.obstacles = _obstacles({done.obstacle for done in helps if done.obstacle})
        self.pairs.check_proofs()
        self._lock_names()
        self._doors()
        self._places()
        self._drives()
        self._doors_by_place()
        self.pairs.look_up()

    def _lock_names(self) -> None:
        """Lock the names of everybody and of every shop that the visits tell of, once and before any row."""
        guests = [guest.person for item in self.coming for guest in item.told.guests if guest.person is not None]
        shops = [place.name for item in self.coming if (place := item.told.business) is not None and place.new]
        people.lock_people_and_shops({(item.name, people.birth_year_of(item)) for item in guests}, shops)
        later = [item.record.record_id for item in self.coming if item.record.base]
        if later:
            # The visits that stand, with the words for them and their doors, before places and helps.
            lock_words(later)
            visits = Visit.objects.select_for_update(of=("self",)).filter(pk__in=later).order_by("pk")
            doors = {door_id for _key, door_id in visits.values_list("pk", "door_id")}
            places = {it.key for item in self.coming if (it := item.told.household or item.told.business) is not None}
            lock_doors(doors | {item.told.door_id for item in self.coming}, places=places)

    def _doors(self) -> None:
        ids = {item.told.door_id for item in self.coming if item.told.door_id is not None}
        doors = {item.door_id: item for item in find_doors(unit=Unit(pk=self.home), doors=ids)} if ids else {}
        for item in self.coming:
            item.door = doors.get(item.told.door_id) if item.told.door_id is not None else None

    def _places(self) -> None:
        wards = self._wards()
        homes, shops = self._known_places()
        self._refuse_foreign_homes()
        standing = [item for item in self.coming if item.problem is None]
        new_homes = [it for item in standing if (it := item.told.household) is not None and it.new]
        new_shops = [
            it for item in standing if (it := item.told.business) is not None and it.new and it.key not in shops
        ]
        met = iter(
            people.match_or_create_households(unit_id=self.home, inputs=[_door_told(item, wards) for item in new_homes])
        )
        met_shops = iter(
            people.match_or_create_businesses(
                unit_id=self.home, inputs=[_business_told(item, wards) for item in new_shops], locked=True
            )
        )
        for item in standing:
            inputs = item.told
            if inputs.household is not None and inputs.household.new:
                item.place = _new_place(inputs.household, wards, household_id=next(met).household_id)
                item.writes_place = True
            elif inputs.business is not None and inputs.business.new and inputs.business.key not in shops:
                item.place = _new_place(inputs.business, wards, business_id=next(met_shops).business_id)
                item.writes_place = True
            else:
                self._known_place(item, homes, shops)
        self._correct_places([item for item in standing if item.record.base], wards)

    def _correct_places(self, later: Sequence[Coming], wards: set[UUID]) -> None:
        """What a later version of a visit says anew of the home or shop that was found at its door."""
        corrections = [
            (item.record, place, _door_told(place, wards))
            for item in later
            if (place := item.told.household or item.told.business) is not None
            and place.new
            and place.key in {item.place.household_id, item.place.business_id}
        ]
        if not corrections:
            return
        places, problems = correct_places(actor=self.actor, home=self.home, told=corrections)
        for item in later:
            corrected = places.get(item.record.record_id)
            if isinstance(corrected, Household):
                item.place = Place(corrected.pk, None, corrected.neighbourhood_id, corrected.address)
            elif corrected is not None:
                item.place = Place(None, corrected.pk, corrected.neighbourhood_id, corrected.address, corrected.name)
            item.writes_place = item.writes_place or corrected is not None
            item.problem = problems.get(item.record.record_id)

    def _refuse_foreign_homes(self) -> None:
        """What a phone calls new is not another ward's home, nor one that was erased."""
        new = {
            item.told.household.key
            for item in self.coming
            if item.told.household is not None and item.told.household.new
        }
        if not new:
            return
        others = Household.objects.filter(pk__in=new).exclude(unit_id=self.home, erased_at=None)
        foreign = set(others.values_list("pk", flat=True))
        for item in self.coming:
            if item.told.household is not None and item.told.household.key in foreign:
                item.problem = _place_unknown("household")

    def _wards(self) -> set[UUID]:
        """The neighbourhoods that new doors may lie in."""
        new_places = [
            place for item in self.coming for place in (item.told.household, item.told.business) if place and place.new
        ]
        ids = {item.neighbourhood_id for item in new_places if item.neighbourhood_id is not None}
        return (
            set(Neighbourhood.objects.filter(pk__in=ids, unit_id=self.home).values_list("pk", flat=True))
            if ids
            else set()
        )

    def _known_places(self) -> tuple[dict[UUID, Place], dict[UUID, Place]]:
        homes: set[UUID | None] = set()
        shops: set[UUID | None] = set()
        for item in self.coming:
            if item.told.household is not None and not item.told.household.new:
                homes.add(item.told.household.key)
            elif item.told.business is not None:
                # Found at the door, it is known since an earlier version of the visit.
                shops.add(item.told.business.key)
            elif item.door is not None and item.told.household is None and item.told.business is None:
                homes.add(item.door.household_id)
                shops.add(item.door.business_id)
        homes.discard(None)
        shops.discard(None)
        homes_and_shops: tuple[dict[UUID, Place], dict[UUID, Place]] = ({}, {})
        if homes:
            where = f"id IN ({database.marks(homes)}) AND erased_at IS NULL"
            rows = database.read_rows(Household, ("unit", "id", "neighbourhood", "address"), where, [*homes])
            for unit, key, place, address in rows:
                if unit == self.home:
                    homes_and_shops[0][key] = Place(household_id=key, neighbourhood_id=place, address=address)
        if shops:
            where = f"id IN ({database.marks(shops)}) AND erased_at IS NULL"
            columns = ("unit", "id", "neighbourhood", "address", "name")
            for unit, key, place, address, name in database.read_rows(Business, columns, where, [*shops]):
                if unit == self.home:
                    homes_and_shops[1][key] = Place(business_id=key, neighbourhood_id=place, address=address, name=name)
        return homes_and_shops

    def _known_place(self, one: Coming, homes: dict[UUID, Place], shops: dict[UUID, Place]) -> None:
        told, door = one.told, one.door
        found: Place | None = Place()
        if told.household is not None:
            found = homes.get(told.household.key)
        elif told.business is not None:
            found = shops.get(told.business.key)
        elif door is not None:
            found = homes.get(door.household_id) or shops.get(door.business_id)  # type: ignore[arg-type]
        if found is None:
            one.problem = _place_unknown("household" if told.household else "business")
        else:
            one.place = found

    def _drives(self) -> None:
        """A drive that is not the ward's own is nobody's; the visit stands without it."""
        ids = {item.told.drive_id for item in self.coming if item.told.drive_id is not None and item.door is None}
        known_drives: set[UUID] = set()
        if ids:
            mine = Drive.objects.filter(pk__in=ids, unit_id__in={self.home, self.unit.pk})
            known_drives = set(mine.values_list("pk", flat=True))
        for item in self.coming:
            if item.door is not None:
                item.drive_id = item.door.drive_id
            elif item.told.drive_id in known_drives:
                item.drive_id = item.told.drive_id

    def _doors_by_place(self) -> None:
        """A home or shop of the drive is its door, also when the phone did not know that."""
        without = [item for item in self.coming if item.door is None and item.drive_id is not None]
        homes = {item.place.household_id for item in without if item.place.household_id is not None}
        shops = {item.place.business_id for item in without if item.place.business_id is not None}
        if not homes and not shops:
            return
        matches = find_doors(unit=Unit(pk=self.home), households=homes, businesses=shops)
        door_by_place = {(item.drive_id, item.household_id or item.business_id): item for item in matches}
        for item in without:
            item.door = door_by_place.get((item.drive_id, item.place.household_id or item.place.business_id))  # type: ignore[arg-type]

    # --- Judging --------------------------------------------------------------------------------------------------

    def judge(self, one: Coming) -> None:
        """Who stood there, and what helps that makes; or the problem for which it is set aside."""
        if one.problem is not None:
            return
        self.pairs.judge(one)
        one.problem = one.problem or self.pairs.helped_self_problem(one)
        one.entries = self._entries(one)
        for done, _told in one.entries:
            one.problem = one.problem or self._code_problem(done)
        for _done, told in one.entries:
            one.problem = one.problem or support.help_problem(told, self.today)

    def _code_problem(self, done: HelpDone) -> Problem | None:
        known = self.codes.get(done.service, ())
        return (
            rules.code_problem(done.before, known, "before")
            or rules.code_problem(done.after, known, "after")
            or rules.code_problem(done.obstacle, self.obstacles, "obstacle")
        )

    def _entries(self, one: Coming) -> list[tuple[HelpDone, SupportRecordInput]]:
        """What was done with what that tells of helps: all helps of a guest are told of one and the same person or shop."""
        first = self.pairs.helper(one.first)
        second = self.pairs.helper(one.second) if one.second is not None and one.second.confirmed else None
        day = rules.counted_day(one.told.happened_on, self.today)
        entries = []
        for guest in one.told.guests:
            person = _person(guest.person, one.place) if guest.person is not None else None
            shop = _shop(one.place) if guest.business else None
            slip = guest.slip
            shown = ReceiptInput(slip.key, slip.link, slip.code, one.ended_at) if slip is not None else None
            for done in guest.helps:
                told = SupportRecordInput(
                    service=done.service,
                    happened_on=day,
                    person=person,
                    business=shop,
                    helper=first,
                    second=second,
                    consent=guest.consent if person is not None else None,
                    source=HelpSource.VISIT,
                    source_id=done.key,
                    slip=shown,
                    receiver_id=one.place.business_id if shop is not None else guest.contact_id,
                )
                entries.append((done, told))
        return entries


def _person(told: Particulars, place: Place) -> Particulars:
    """Somebody with where they live."""
    return told._replace(
        address=place.address, neighbourhood_id=place.neighbourhood_id, household_id=place.household_id
    )


def _shop(place: Place) -> BusinessInput:
    return BusinessInput(place.name, address=place.address, neighbourhood_id=place.neighbourhood_id)


def _place_unknown(field: str) -> Problem:
    message = _("This door is not in the unit's register any more. Choose it again on the phone, or enter it anew.")
    return Problem("place_unknown", message, field)


def _rungs(services: set[str]) -> dict[tuple[str, str], UUID]:
    if not services:
        return {}
    where = f"service_id IN ({database.marks(services)})"
    rows = database.read_rows(Rung, ("service", "code", "id"), where, [*services])
    return {(service, code): key for service, code, key in rows}


def _obstacles(codes: set[str]) -> set[str]:
    return set(Obstacle.objects.filter(pk__in=codes).values_list("pk", flat=True)) if codes else set()


def _door_told(told: PlacePayload, wards: set[UUID]) -> DoorInput:
    return DoorInput(told.number, told.street, _ward(told, wards), told.key)


def _business_told(told: PlacePayload, wards: set[UUID]) -> BusinessInput:
    return BusinessInput(
        told.name,
        address=DoorInput(told.number, told.street).address,
        neighbourhood_id=_ward(told, wards),
        house_number=told.number,
        street=told.street,
        key=told.key,
    )


def _ward(told: PlacePayload, wards: set[UUID]) -> UUID | None:
    return told.neighbourhood_id if told.neighbourhood_id in wards else None


def _new_place(told: PlacePayload, wards: set[UUID], **key: UUID) -> Place:
    address = DoorInput(told.number, told.street).address
    return Place(neighbourhood_id=_ward(told, wards), address=address, name=told.name, **key)
