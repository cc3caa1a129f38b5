"""Records of doors from phones; see docs/sync.md."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.schema.json_objects import JsonObject
from doanso.outreach import policy
from doanso.outreach.actions.door_reports import DoorReport, PlaceReport, take_in_doors
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit


class DoorKind:
    """`outreach.door`."""

    code = "outreach.door"
    title = gettext_lazy("Door found or put right")
    versions = frozenset({1})
    order = 10

    def read(self, body: Mapping[str, Any], version: int) -> DoorReport:
        """Return the door, checked for everything that needs no register."""
        fields = JsonObject(body)
        drive_id = fields.uuid_or_none("drive")
        home, shop = fields.object_or_none("household"), fields.object_or_none("business")
        gone = fields.flag("gone")
        fields.finish()
        if (home is None) == (shop is None):
            raise Refused(
                Problem("one_place", _("A door is that of a home or of a shop: tell one of the two."), "household")
            )
        place = _home(home) if home is not None else _shop(shop)  # type: ignore[arg-type]
        name = "household" if home is not None else "business"
        if place.new and gone:
            raise Refused(Problem("new_and_gone", _("What is new cannot be gone."), "gone"))
        if place.new and not (place.number or place.street):
            message = _("Write the street and the house number of the door.")
            raise Refused(Problem("address_missing", message, f"{name}.street"))
        return DoorReport(place, drive_id, gone)

    def may(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor visits for the unit."""
        return policy.RECORD.allows_for(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
        """Apply the reports."""
        return take_in_doors(actor=actor, unit=unit, reports=[record.content for record in records])

    def shows(self, record_id: UUID) -> bool:
        """Return True, because a door shows nobody."""
        return True

    def lines(self, content: DoorReport) -> list[tuple[str, str]]:
        """Return the report's texts, for an officer who chooses between two versions."""
        place = content.place
        where = " ".join(part for part in (place.sign, place.number, place.street) if part) or "–"
        lines = [(_("Shop") if place.sign is not None else _("Home"), where)]
        if content.gone:
            lines.append((_("Still there"), _("No, it is gone")))
        return lines

    def address(self, record_id: UUID) -> str:
        """Return the page of drives; a door has no page of its own."""
        return reverse("outreach:drives")


def _home(fields: JsonObject) -> PlaceReport:
    place = PlaceReport(
        key=fields.uuid("id"),
        new=fields.flag("new"),
        number=fields.text("number", 40),
        street=fields.text("street", 120),
        neighbourhood_id=fields.uuid_or_none("neighbourhood"),
    )
    fields.finish()
    return place


def _shop(fields: JsonObject) -> PlaceReport:
    place = PlaceReport(
        key=fields.uuid("id"),
        new=fields.flag("new"),
        sign=fields.text("name", 160),
        number=fields.text("number", 40),
        street=fields.text("street", 120),
        neighbourhood_id=fields.uuid_or_none("neighbourhood"),
    )
    fields.finish()
    refuse(name_problem(place.sign or "", "business.name"))
    if place.new and not place.sign:
        raise Refused(Problem("name_missing", _("Write down what stands on the shop's sign."), "business.name"))
    return place
