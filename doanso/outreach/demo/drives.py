"""Demo drives: in every ward and commune a register of some streets, one drive that ended in spring, one running in
November, with doors done, arranged, assigned, and left.

Doors of people whom the ward has helped before are among them, so it needs the demo of support.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Protocol
from uuid import UUID
from zlib import crc32

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction
from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.doors import assign_doors, give_back, take_doors
from doanso.outreach.actions.drives import DriveInput, StreetStretch, end_drive, fill_drive, make_drive
from doanso.outreach.actions.visits import record_visits
from doanso.outreach.models import Door, Drive, Teammate, VisitOutcome
from doanso.outreach.visit_payload import GuestPayload, HelpPayload, SecondPayload, VisitPayload
from doanso.people import queries as people
from doanso.people.actions import (
    BusinessInput,
    DoorInput,
    Particulars,
    change_contacts,
    match_or_create_businesses,
    match_or_create_households,
)
from doanso.people.models import Contact
from doanso.support import queries as support
from doanso.support.actions import ConsentInput
from doanso.sync.ports import IncomingRecord
from doanso.units import queries as units
from doanso.units.models import Neighbourhood, Unit, UnitKind


class InventedResident(Protocol):
    """An invented person; only read."""

    @property
    def name(self) -> str: ...
    @property
    def birth(self) -> date: ...


Invent = Callable[[int, int, date], InventedResident]
"""Invents a person between two ages on a day, and never the same one twice."""

SEED = 41
REGISTER, SPRING, AUTUMN = date(2023, 4, 3), date(2023, 4, 8), date(2023, 11, 4)
"""The day on which the register is written, and the first days of the two drives."""
SPRING_DAYS, AUTUMN_DAYS = 23, 30
TODAY, MORNING = date(2023, 11, 12), time(8, 5)
"""The day on which the demo is viewed: some people have been at doors since the morning, and still have them."""
STREETS = (
    *("Ấp Bắc", "Lê Lợi", "Hùng Vương", "Nam Kỳ Khởi Nghĩa", "Đinh Bộ Lĩnh", "Trần Hưng Đạo", "Lý Thường Kiệt"),
    *("Nguyễn Thị Thập", "Lê Văn Phẩm", "Phan Thanh Giản", "Nguyễn Huệ", "Trương Định", "Thái Sanh Hạnh", "Học Lạc"),
    *("Đoàn Thị Nghĩa", "Hoàng Việt", "Nguyễn Trãi", "Tết Mậu Thân"),
)
MOST_AREAS = 3
_SIGNS = (
    "Tạp hóa {}",
    "Quán cơm {}",
    "Cà phê {}",
    "Tiệm tóc {}",
    "Sửa xe {}",
    "Hủ tiếu {}",
    "Nhà thuốc {}",
    "Trái cây {}",
)
_NAMES = ("Năm", "Út", "Bảy", "Mỹ Tho", "Hai Lúa", "Cô Ba", "Kim Hoa", "Thanh Bình", "Sáu Hiền", "Ngọc Lan")
MOST_AT_HOME = 12
_OUTCOMES = (
    *[VisitOutcome.HELPED] * 9,
    *[VisitOutcome.HAD_ALREADY] * 4,
    *[VisitOutcome.NOT_HOME] * 4,
    *[VisitOutcome.REFUSED] * 2,
    VisitOutcome.FOLLOW_UP,
)


def area_of(areas: Sequence[Neighbourhood], street: str) -> UUID | None:
    """Return the one of the ward's first neighbourhoods in which a street lies; always the same."""
    choices = areas[:MOST_AREAS]
    return choices[crc32(street.encode()) % len(choices)].pk if choices else None


@dataclass(slots=True)
class DriveStory:
    """The drives of one ward."""

    unit: Unit
    secretary: User
    invent: Invent
    pick: Random
    helper: User | None = None
    drives: list[Drive] = field(default_factory=list)

    def register(self) -> None:
        """Register homes and shops of a few streets in each neighbourhood, and the doors of some people who were
        helped before."""
        areas = units.neighbourhoods(self.unit)
        streets = self.pick.sample(STREETS, 2 * max(len(areas[:MOST_AREAS]), 1))
        homes: list[DoorInput] = []
        shops: list[BusinessInput] = []
        for street in streets:
            area = area_of(areas, street)
            homes += [DoorInput(number, street, area) for number in self._numbers()]
            for number in range(1, 3 + self.pick.randrange(4)):
                sign = self.pick.choice(_SIGNS).format(self.pick.choice(_NAMES))
                house_number = f"{self.pick.randrange(1, 90)}A"
                shops.append(
                    BusinessInput(
                        f"{sign} {number}",
                        address=f"{house_number} {street}",
                        neighbourhood_id=area,
                        house_number=house_number,
                        street=street,
                    )
                )
        match_or_create_households(unit_id=self.unit.pk, inputs=homes)
        match_or_create_businesses(unit_id=self.unit.pk, inputs=shops)
        self._at_home(areas)

    def _numbers(self) -> Iterator[str]:
        """Yield house numbers of a stretch of a street, with an alley of a few homes."""
        first = self.pick.randrange(1, 60)
        for number in range(first, first + 12 + self.pick.randrange(14)):
            yield str(number)
        for alley in range(1, self.pick.randrange(2, 6)):
            yield f"{first + 5}/{alley}"

    def _at_home(self, areas: Sequence[Neighbourhood]) -> None:
        """Put people whom the ward helped before into homes of a street of their own."""
        homes: list[tuple[Contact, DoorInput]] = []
        for contact in people.all_contacts().filter(unit=self.unit).order_by("pk")[:40]:
            number, _space, street = contact.address.partition(" ")
            if street and len(homes) < MOST_AT_HOME:
                homes.append((contact, DoorInput(number, street, area_of(areas, street))))
        met = match_or_create_households(unit_id=self.unit.pk, inputs=[door for _contact, door in homes])
        pairs = zip(homes, met, strict=True)
        change_contacts(
            [(contact, Particulars(contact.name, household_id=home.household_id)) for (contact, _door), home in pairs]
        )

    def begin(self, name: str, days: int, goal: int) -> None:
        """Make a drive of everything in the register."""
        today = clock.today()
        services = tuple(service for service in support.recordable_services() if service.pk != "register")
        inputs = DriveInput(name, today, today + timedelta(days=days), goal, services)
        drive = make_drive(actor=self.secretary, unit=self.unit, inputs=inputs)
        areas = [area.pk for area in units.neighbourhoods(self.unit)]
        fill_drive(actor=self.secretary, drive=drive, stretches=[StreetStretch(key) for key in areas or (None,)])
        self.drives.append(drive)

    def walk(self, doors: int, begin: time = time(14, 5)) -> None:
        """Record half a day of a pair: a number of doors along the walk with their outcomes; the others are given back in the
        evening.
        """
        drive, today = self.drives[-1], clock.today()
        chosen = take_doors(actor=self.secretary, drive=drive, want=doors)
        mates = Teammate.objects.filter(unit=self.unit, kind="official", until__gt=today).order_by("pk")
        second = mates.first() or Teammate.objects.filter(unit=self.unit, kind="official", until=None).first()
        began = datetime.combine(today, begin, clock.VIETNAM)
        records = []
        for door in chosen:
            ended = began + timedelta(minutes=self.pick.randrange(2, 9))
            visit = self._visit(door, second, began, ended)
            began = ended + timedelta(minutes=self.pick.randrange(1, 5))
            records.append(IncomingRecord(uuid7(), "", "", visit, ended, clock.now(), 0, uuid7()))
        record_visits(actor=self.secretary, unit=self.unit, records=records)
        if today < TODAY:
            give_back(actor=self.secretary, door_ids=[chosen_door.pk for chosen_door in chosen])

    def _visit(self, door: Door, second: Teammate | None, began: datetime, ended: datetime) -> VisitPayload:
        today, outcome = clock.today(), self.pick.choice(_OUTCOMES)
        if outcome == VisitOutcome.HELPED and door.business_id is not None:
            outcome = VisitOutcome.HAD_ALREADY
        guests = (self._guest(today),) if outcome == VisitOutcome.HELPED else ()
        shown = self._signed(second) if second is not None else None
        return VisitPayload(
            happened_on=today,
            began_at=began,
            ended_at=ended,
            outcome=outcome,
            drive_id=door.drive_id,
            door_id=door.pk,
            follow_up_on=today + timedelta(days=self.pick.randrange(1, 8))
            if outcome == VisitOutcome.FOLLOW_UP
            else None,
            in_area=True,
            second=shown,
            guests=guests,
        )

    def _signed(self, second: Teammate) -> SecondPayload:
        """Return a signature; no two drawings are the same."""
        strokes = "".join(f"L{20 * nth + self.pick.randrange(18)} {self.pick.randrange(20, 90)}" for nth in range(1, 9))
        return SecondPayload(second.pk, second.name, second.kind, "signature", f"M12 60{strokes}")

    def _guest(self, today: date) -> GuestPayload:
        # Services are those that the city does not count, so that the figures of the support demo stay as they are.
        services = [candidate for candidate in support.recordable_services() if candidate.pk != "register"]
        service = self.pick.choice(
            [candidate for candidate in services if candidate.pk not in {"portal", "payment"}] or services
        )
        helped = (HelpPayload(uuid7(), service.pk, "guide", "", "", ""),)
        if self.pick.random() < 0.2:
            # A receiver who does not want to be named makes a support record without a person.
            return GuestPayload(helps=helped)
        someone = self.invent(24, 72, today)
        text = people.consent_text(today)
        return GuestPayload(
            helps=helped,
            person=Particulars(someone.name, birth_year=someone.birth.year),
            consent=ConsentInput((text.purposes[0]["code"],), "voice", text.version),
        )

    def end(self) -> None:
        """End the drive."""
        end_drive(actor=self.secretary, drive=self.drives[-1])

    def give(self) -> None:
        """Assign doors of today to a helper by hand."""
        if self.helper is None:
            return
        drive = self.drives[-1]
        undone_doors = Door.objects.filter(drive=drive, outcome="", taken_by=None).order_by("walk_key")
        keys = list(undone_doors.values_list("pk", flat=True)[:8])
        assign_doors(actor=self.secretary, drive=drive, door_ids=keys, to=self.helper, days=3)


def year(
    wards: Sequence[tuple[Unit, User]], invent: Invent, last: date, *, printed: str = "", helper: User | None = None
) -> list[DatedAction]:
    """Yield the drives of a year up to a day; `helper` visits in the printed ward. Schools have no doors."""
    schedule: list[DatedAction] = []
    for place, (unit, secretary) in enumerate(wards):
        if unit.kind != UnitKind.GRASSROOTS:
            continue
        pick = Random(f"{SEED} {unit.code}")
        teller = DriveStory(unit, secretary, invent, pick, helper if unit.code == printed else None)
        late = timedelta(days=place % 4)
        schedule += [
            (REGISTER + late, teller.register),
            (SPRING + late, partial(teller.begin, "Ngày thứ Bảy tình nguyện tháng 4", SPRING_DAYS, 40)),
            (SPRING + late + timedelta(days=7), partial(teller.walk, 14 + place % 5)),
            (SPRING + late + timedelta(days=SPRING_DAYS), teller.end),
            (AUTUMN, partial(teller.begin, "Cao điểm đến từng nhà tháng 11", AUTUMN_DAYS, 100)),
            (AUTUMN + timedelta(days=1), partial(teller.walk, 8 + place % 7)),
            (TODAY - timedelta(days=1), partial(teller.walk, 6 + place % 5)),
            (TODAY, teller.give),
        ]
        if place % 3 == 0 or unit.code == printed:
            schedule.append((TODAY, partial(teller.walk, 3 + place % 4, MORNING)))
    return [entry for entry in schedule if entry[0] <= last]
