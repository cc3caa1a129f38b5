"""The homes and shops that can be added to a drive, street by street."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from doanso.outreach.models import Door, Drive
from doanso.outreach.queries.doors import PLACE_EXISTS
from doanso.outreach.queries.drives import STREET, area_order
from doanso.people.actions.doors import street_key
from doanso.people.models import Business, Household


@dataclass(slots=True)
class RegisterStreetRow:
    """A street of the register: the number of its homes and shops, and of those in the drive already."""

    neighbourhood_id: UUID | None
    neighbourhood: str
    street: str
    key: str
    homes: int = 0
    shops: int = 0
    in_drive: int = 0

    @property
    def value(self) -> str:
        """Return the value that the form sends for it."""
        return f"{self.neighbourhood_id or ''}:{self.key}"


@dataclass(frozen=True, slots=True)
class DriveRegister:
    """The streets of a unit's homes and shops."""

    lines: list[RegisterStreetRow] = field(default_factory=list)

    @property
    def doors(self) -> int:
        """Return the number of doors."""
        return sum(line.homes + line.shops for line in self.lines)


def read_register(drive: Drive) -> DriveRegister:
    """Return the register of the drive's unit, street by street; three statements."""
    homes = Household.objects.filter(unit_id=drive.unit_id, erased_at=None, gone_at=None).exclude(place_key="")
    shops = Business.objects.filter(unit_id=drive.unit_id, erased_at=None, merged_into=None, gone_at=None)
    lines: dict[tuple[UUID | None, str], RegisterStreetRow] = {}
    inside = Door.objects.filter(PLACE_EXISTS, drive=drive).annotate(street=STREET)
    for rows, name in ((homes, "homes"), (shops.exclude(walk_key=""), "shops"), (inside, "in_drive")):
        _count_streets(rows, name, lines)
    return DriveRegister(sorted(lines.values(), key=lambda line: (*area_order(line.neighbourhood), line.key)))


def _count_streets(rows: QuerySet[Any], name: str, lines: dict[tuple[UUID | None, str], RegisterStreetRow]) -> None:
    grouped = rows.values("neighbourhood_id", "neighbourhood__name", "street").annotate(count=Count("pk")).order_by()
    for row in grouped:
        key = street_key(row["street"] or "")
        fresh = RegisterStreetRow(row["neighbourhood_id"], row["neighbourhood__name"] or "", row["street"] or "", key)
        line = lines.setdefault((row["neighbourhood_id"], key), fresh)
        setattr(line, name, getattr(line, name) + row["count"])
