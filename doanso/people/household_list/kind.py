"""The list of homes and shops as a kind of list the importer knows."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.imports.models import RowVerdict
from doanso.imports.ports import FieldDifference, Judgement, ListLine, RawRow
from doanso.people import policy
from doanso.people.actions.doors import (
    DoorInput,
    known_households,
    match_or_create_households,
    place_businesses,
    unplaced_businesses,
)
from doanso.people.actions.shops import BusinessInput, match_or_create_businesses, preview_businesses
from doanso.people.household_list.columns import COLUMNS, DROPPED
from doanso.people.household_list.reader import HOME, SHOP, HouseholdRowReader
from doanso.people.models import Business, Household
from doanso.people.rules import doors
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind
from doanso.units.neighbourhoods import NeighbourhoodNames


class HouseholdsList:
    """`households`: one row per home or shop, by street and house number; it holds no names of people."""

    name = "households"
    title = _("List of homes and shops by street")
    # The permission of the officers who keep the unit's contacts.
    permission = policy.VIEW
    columns = COLUMNS
    dropped = DROPPED
    required: tuple[str | tuple[str, ...], ...] = (("street", "address"), ("number", "address", "sign"))

    def open(self, *, actor: User, unit: Unit) -> "HouseholdsSession":
        """Return a session for the homes and shops of the unit."""
        return HouseholdsSession(actor, unit)

    def summary(self, compared: Mapping[str, int], applied: Mapping[str, int], *, done: bool) -> dict[str, int]:
        """Return no figures, because homes and shops are counted by rows alone."""
        return {}

    def address(self, target: str) -> str:
        """Return no address, because a home or shop has no page of its own."""
        return ""


class HouseholdsSession:
    """One run over a list of homes and shops."""

    def __init__(self, actor: User, unit: Unit) -> None:
        self._actor = actor
        home: Unit | None = unit
        while home is not None and home.kind == UnitKind.BRANCH:
            # Homes and shops belong to the ward, as contacts do.
            home = units.parent(home)
        self._unit = home or unit
        self._neighbourhoods = NeighbourhoodNames(units.neighbourhoods(self._unit))
        self._reader = HouseholdRowReader(self._neighbourhoods)

    def read(self, row: RawRow) -> ListLine:
        """See `imports.ports.ListSession`."""
        return self._reader.read(row)

    def compare(self, lines: Sequence[ListLine]) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        homes, shops = _parted(lines)
        known_ids: dict[int, UUID | None] = {}
        household_ids = known_households(unit_id=self._unit.pk, inputs=[_home(line.values) for line in homes.values()])
        known_ids |= dict(zip(homes, household_ids, strict=True))
        foreseen = preview_businesses(unit_id=self._unit.pk, inputs=[_shop(line.values) for line in shops.values()])
        known_ids |= {place: match.business_id for place, match in zip(shops, foreseen, strict=True)}
        astray = unplaced_businesses([key for place, key in known_ids.items() if place in shops and key is not None])
        return [self._verdict(line.values, known_ids[place], astray) for place, line in enumerate(lines)]

    def _verdict(self, values: dict[str, Any], known_id: UUID | None, astray: set[UUID]) -> Judgement:
        if values.get("double"):
            return Judgement(RowVerdict.UNCHANGED)
        if known_id is None:
            return Judgement(RowVerdict.NEW)
        if known_id in astray and values["street"]:
            # A shop helped before, whose place along its street is not stored yet.
            place = FieldDifference("street", "", doors.spoken_address(values["street"], values["number"]))
            return Judgement(RowVerdict.CHANGED, str(known_id), [place])
        return Judgement(RowVerdict.UNCHANGED)

    def resolve(
        self, lines: Sequence[ListLine], judgements: Sequence[Judgement], answers: Sequence[str]
    ) -> Sequence[Judgement]:
        """Return the judgements unchanged, because nothing is asked: similar shops go to the queue of pairs."""
        return judgements

    def apply(self, lines: Sequence[ListLine], judgements: Sequence[Judgement]) -> None:
        """See `imports.ports.ListSession`."""
        pairs = list(zip(lines, judgements, strict=True))
        homes, shops = _parted([line for line, judgement in pairs if judgement.verdict == RowVerdict.NEW])
        door_matches = match_or_create_households(
            unit_id=self._unit.pk, inputs=[_home(line.values) for line in homes.values()]
        )
        shop_matches = match_or_create_businesses(
            unit_id=self._unit.pk, inputs=[_shop(line.values) for line in shops.values()]
        )
        written: list[Household | Business] = [
            Household(pk=match.household_id) for match in door_matches if match.is_new
        ]
        written += [Business(pk=match.business_id) for match in shop_matches if match.is_new]
        placed = [
            (UUID(judgement.target), line.values)
            for line, judgement in pairs
            if judgement.verdict == RowVerdict.CHANGED
        ]
        place_businesses({business_id: _shop(values) for business_id, values in placed})
        written += [Business(pk=business_id) for business_id, _values in placed]
        record_many(AuditEventInput(self._actor, "people.register_door", door, self._unit) for door in written)

    def display_values(self, lines: Sequence[ListLine]) -> list[dict[str, str]]:
        """See `imports.ports.ListSession`."""
        kinds = {HOME: _("Home"), SHOP: _("Shop")}
        return [
            {
                **{code: line.values.get(code, "") for code in ("street", "number", "sign")},
                "kind": str(kinds[line.values["kind"]]),
                "neighbourhood": self._neighbourhoods.names.get(line.values["area"], ""),
            }
            for line in lines
        ]

    def take_figures(self) -> dict[str, int]:
        """Return no figures, because homes and shops are counted by rows alone."""
        return {}


def _parted(lines: Sequence[ListLine]) -> tuple[dict[int, ListLine], dict[int, ListLine]]:
    """Return homes and shops, each by its place among the lines."""
    numbered = list(enumerate(lines))
    return (
        {place: line for place, line in numbered if line.values["kind"] == HOME},
        {place: line for place, line in numbered if line.values["kind"] == SHOP},
    )


def _home(values: dict[str, Any]) -> DoorInput:
    return DoorInput(values["number"], values["street"], UUID(values["area"]) if values["area"] else None)


def _shop(values: dict[str, Any]) -> BusinessInput:
    return BusinessInput(
        name=values["sign"],
        address=doors.spoken_address(values["street"], values["number"]),
        neighbourhood_id=UUID(values["area"]) if values["area"] else None,
        house_number=values["number"],
        street=values["street"],
    )
