"""Doors reported without a visit: homes and shops that are new, have another address, or are gone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.lib.problems import Problem
from doanso.members import queries as members
from doanso.outreach.actions.drives import Row, add_places, close_places
from doanso.outreach.actions.place_moves import move_known_places
from doanso.outreach.models import Drive
from doanso.people.actions import BusinessInput, DoorInput, match_or_create_businesses, match_or_create_households
from doanso.people.actions.doors import one_line, place_businesses
from doanso.people.models import Business, Household
from doanso.units.models import Neighbourhood, Unit


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """A home, or a shop with the text of its sign, by its key; `new` ones were never in the phone's pack."""

    key: UUID
    new: bool
    number: str
    street: str
    neighbourhood_id: UUID | None
    sign: str | None = None


@dataclass(frozen=True, slots=True)
class DoorReport:
    """A phone's report of one door, which is added to the drive if one is named."""

    place: PlaceReport
    drive_id: UUID | None
    gone: bool


@dataclass(slots=True)
class _ReportItem:
    report: DoorReport
    problem: Problem | None = None
    # The home or shop as the register has it.
    existing: Household | Business | None = None
    key: UUID | None = None

    @property
    def place(self) -> PlaceReport:
        return self.report.place

    @property
    def is_shop(self) -> bool:
        return self.report.place.sign is not None


@dataclass(slots=True)
class _ReportBatch:
    """Doors of one ward, reported by one phone."""

    actor: User
    home: UUID
    items: list[_ReportItem]
    areas: set[UUID] = field(default_factory=set)
    drives: dict[UUID, Drive] = field(default_factory=dict)

    def match(self) -> None:
        """Read everything that the reports name."""
        places = [report_item.place for report_item in self.items]
        homes = Household.objects.filter(pk__in=[place.key for place in places], erased_at=None)
        shops = Business.objects.filter(pk__in=[place.key for place in places], erased_at=None)
        known_places: dict[UUID, Household | Business] = {
            row.pk: row for rows in (homes, shops) for row in rows if row.unit_id == self.home
        }
        area_ids = {place.neighbourhood_id for place in places if place.neighbourhood_id is not None}
        areas = Neighbourhood.objects.filter(pk__in=area_ids, unit_id=self.home)
        self.areas = set(areas.values_list("pk", flat=True))
        drive_ids = {
            report_item.report.drive_id for report_item in self.items if report_item.report.drive_id is not None
        }
        # A drive that is over, or another unit's, gets no door; the home or shop is registered all the same.
        running = Drive.objects.filter(pk__in=drive_ids, unit_id=self.home, ended_at=None)
        self.drives = {drive.pk: drive for drive in running}
        foreign = self._foreign()
        for report_item in self.items:
            known_place = known_places.get(report_item.place.key)
            report_item.existing = (
                known_place if isinstance(known_place, Business if report_item.is_shop else Household) else None
            )
            report_item.problem = (
                _place_unknown(report_item) if report_item.place.key in foreign else _problem(report_item)
            )

    def _foreign(self) -> set[UUID]:
        """Return homes of another ward, or erased ones, that a phone treats as its own."""
        household_ids = [report_item.place.key for report_item in self.items if not report_item.is_shop]
        others = Household.objects.filter(pk__in=household_ids).exclude(unit_id=self.home, erased_at=None)
        return set(others.values_list("pk", flat=True))

    def area(self, place: PlaceReport) -> UUID | None:
        """Return the neighbourhood, if it is one of the ward's."""
        return place.neighbourhood_id if place.neighbourhood_id in self.areas else None

    def present_items(self, *, shops: bool) -> list[_ReportItem]:
        """Return homes, or shops, that exist and that are not set aside."""
        return [
            report_item
            for report_item in self.items
            if report_item.problem is None and not report_item.report.gone and report_item.is_shop is shops
        ]

    def create_places(self) -> None:
        """Match or create homes and shops that are new to the register."""
        homes = [report_item for report_item in self.present_items(shops=False) if report_item.existing is None]
        matches = match_or_create_households(
            unit_id=self.home, inputs=[self._door_input(report_item.place) for report_item in homes]
        )
        for report_item, home in zip(homes, matches, strict=True):
            report_item.key = home.household_id
        shops = [report_item for report_item in self.present_items(shops=True) if report_item.existing is None]
        shop_inputs = [self._business_input(report_item.place) for report_item in shops]
        opened = match_or_create_businesses(unit_id=self.home, inputs=shop_inputs)
        for report_item, shop in zip(shops, opened, strict=True):
            report_item.key = shop.business_id
        place_businesses(
            {
                report_item.key: shop
                for report_item, shop in zip(shops, shop_inputs, strict=True)
                if report_item.key is not None
            }
        )
        new: list[Household | Business] = [Household(pk=home.household_id) for home in matches if home.is_new]
        new += [Business(pk=shop.business_id) for shop in opened if shop.is_new]
        record_many(AuditEventInput(self.actor, "people.register_door", place, self.home) for place in new)

    def correct_places(self) -> None:
        """Correct street and number of known places; one that was closed is open again."""
        known_items = [
            report_item
            for shops in (False, True)
            for report_item in self.present_items(shops=shops)
            if report_item.existing is not None
        ]
        moves = {
            report_item.existing.pk: (report_item.existing, self._door_input(report_item.place))
            for report_item in known_items
            if report_item.existing is not None and (report_item.place.number or report_item.place.street)
        }
        taken = move_known_places(actor=self.actor, home=self.home, moves=list(moves.values()))
        for report_item in known_items:
            report_item.key = report_item.place.key
            if report_item.place.key in taken:
                message = _("Another home stands in the register under this street and number already.")
                report_item.problem = Problem("door_taken", message, "household")
        for model, shops in ((Household, False), (Business, True)):
            keys = [
                report_item.place.key
                for report_item in self.present_items(shops=shops)
                if report_item.existing is not None
            ]
            model._default_manager.filter(pk__in=keys).exclude(gone_at=None).update(gone_at=None)

    def close_places(self) -> None:
        """Close places that are gone."""
        gone_items = [
            report_item for report_item in self.items if report_item.problem is None and report_item.report.gone
        ]
        for model, name, shops in ((Household, "household", False), (Business, "business", True)):
            keys = [report_item.place.key for report_item in gone_items if report_item.is_shop is shops]
            close_places(self.actor, model, name, keys)

    def add_to_drives(self) -> None:
        """Put existing places into the drives that were named."""
        items = [report_item for shops in (False, True) for report_item in self.present_items(shops=shops)]
        keys = {report_item.key for report_item in items if report_item.key is not None}
        columns = ("pk", "neighbourhood_id", "walk_key")
        rows = [
            *Household.objects.filter(pk__in=keys).values_list(*columns),
            *Business.objects.filter(pk__in=keys).values_list(*columns),
        ]
        places = {key: (area, walk) for key, area, walk in rows}
        rows_by_drive: dict[UUID, list[Row]] = {}
        for report_item in items:
            drive_id = report_item.report.drive_id
            if (
                report_item.key is not None
                and report_item.key in places
                and drive_id is not None
                and drive_id in self.drives
            ):
                home, shop = (None, report_item.key) if report_item.is_shop else (report_item.key, None)
                rows_by_drive.setdefault(drive_id, []).append((home, shop, *places[report_item.key]))
        add_places((self.drives[drive_id], drive_rows) for drive_id, drive_rows in rows_by_drive.items())

    def _door_input(self, place: PlaceReport) -> DoorInput:
        return DoorInput(place.number, place.street, self.area(place), place.key)

    def _business_input(self, place: PlaceReport) -> BusinessInput:
        return BusinessInput(
            name=place.sign or "",
            address=one_line(place.street, place.number),
            neighbourhood_id=self.area(place),
            house_number=place.number,
            street=place.street,
            key=place.key,
        )


def _problem(report_item: _ReportItem) -> Problem | None:
    if report_item.existing is not None or report_item.place.new:
        return None
    if report_item.report.gone or not (report_item.place.number or report_item.place.street):
        return _place_unknown(report_item)
    # The phone gave it a key before the register had it: street and number identify it.
    return None


def _place_unknown(report_item: _ReportItem) -> Problem:
    message = _("This door is not in the unit's register any more. Choose it again on the phone, or enter it anew.")
    return Problem("place_unknown", message, "business" if report_item.is_shop else "household")


@transaction.atomic
def take_in_doors(*, actor: User, unit: Unit, reports: Iterable[DoorReport]) -> list[Problem | None]:
    """Apply phones' reports of doors, after the caller's policy check; return for each why it was set aside, or None.

    Nothing is written of a report that is set aside. The number of statements is the same for one report and for a hundred.
    """
    home = members.home_units([unit.pk])[unit.pk]
    batch = _ReportBatch(actor, home, [_ReportItem(report) for report in reports])
    batch.match()
    batch.create_places()
    batch.correct_places()
    batch.close_places()
    batch.add_to_drives()
    return [report_item.problem for report_item in batch.items]
