"""The house list of a street as a kind of list."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.imports.models import RowVerdict
from doanso.imports.ports import Finding, ListLine, RawRow
from doanso.lib import business_words, vietnamese
from doanso.people.actions import BusinessInput, preview_businesses
from doanso.people.actions.doors import DoorInput, known_households, one_line
from doanso.people.household_list.cells import check_words, mark_repeated, read_area, read_door, refuse_row, text
from doanso.places.actions.addresses import AddressInput, RegisterChange, add_addresses
from doanso.places.models import Address, AddressKind, Place
from doanso.places.place_lists.base import PlaceList, PlaceListSession, RowComparison
from doanso.places.place_lists.columns import ADDRESS_COLUMNS, DROPPED, PEOPLE
from doanso.places.place_lists.reading import read_reason
from doanso.places.queries.register_units import register_unit
from doanso.places.rules import registers as rules
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.neighbourhoods import NeighbourhoodNames

_POINT_WORDS = ("diem cong cong", "cong cong", "truong", "tram", "tru so", "di tich", "cong vien", "atm", "nha ve sinh")


class AddressesSession(PlaceListSession):
    """One run over a house list."""

    cells = ("street", "number", "label", "reason")

    def __init__(self, actor: User, unit: Unit, codes: Sequence[str], subject: str = "") -> None:
        super().__init__(actor, unit, codes, subject)
        self._neighbourhoods: dict[UUID, NeighbourhoodNames] = {}
        self._seen: dict[int, int] = {}

    def read(self, row: RawRow) -> ListLine:
        """See `imports.ports.ListSession`."""
        line = ListLine("", {})
        place = self._places.find(
            row,
            line,
            missing=_("Write in the column “Tuyến phố” which street this door belongs to."),
            unknown=_("The unit has no street called “%(name)s”; set it up first, or write its name as on its page."),
        )
        street, number = read_door(row, line)
        label = text(row.cells.get("label"))
        kind = _kind(text(row.cells.get("kind")), label, line)
        line.label = ", ".join(filter(None, (label, one_line(street, number))))
        if place is None:
            return line
        if street and rules.is_other_street(street, place.name):
            message = _("The row names another street than “%(name)s”. Leave it out unless the door is on this street.")
            line.warnings.append(Finding("street", "street_other", message % {"name": place.name}))
        if not street:
            # A street's list names houses by their number alone.
            street = place.name.removeprefix("Đường ").removeprefix("đường ").removeprefix("Tuyến phố ")
        line.label = ", ".join(filter(None, (label if kind != AddressKind.HOUSEHOLD else "", one_line(street, number))))
        line.values = {
            "place": str(place.pk),
            "kind": kind,
            "street": street,
            "number": number,
            "label": label if kind != AddressKind.HOUSEHOLD else "",
            "area": read_area(row, line, self._neighbourhoods_of(place)),
            "segment": self._places.segment(place, row, line),
            "reason": read_reason(row, line),
        }
        if kind == AddressKind.HOUSEHOLD and not number and not line.problems:
            message = _("Write the house number; without it the same home cannot be known again.")
            refuse_row(line, "number", "number_missing", message)
        if kind != AddressKind.HOUSEHOLD and not label:
            message = _(
                "Write the name on the sign in the column “Tên bảng hiệu”; without a sign, what people call it, such as"
                " “Quán nước số 15”."
            )
            refuse_row(line, "label", "label_missing", message)
        check_words(
            line,
            (
                ("number", number, rules.LONGEST_NUMBER),
                ("street", street, rules.LONGEST_STREET),
                ("label", label, rules.LONGEST_LABEL),
            ),
            rules.word_problem,
        )
        if not line.problems:
            words = (str(place.pk), kind, line.values["area"], street, number, line.values["label"])
            mark_repeated(row, line, self._seen, words)
        return line

    def _neighbourhoods_of(self, place: Place) -> NeighbourhoodNames:
        known = self._neighbourhoods.get(place.pk)
        if known is None:
            known = self._neighbourhoods[place.pk] = NeighbourhoodNames(units.neighbourhoods(register_unit(place)))
        return known

    def _compare_rows(self, place: Place, lines: Sequence[ListLine]) -> list[RowComparison]:
        return [
            (RowVerdict.UNCHANGED if known or line.values.get("double") else RowVerdict.NEW, [])
            for line, known in zip(lines, _listed(place, lines), strict=True)
        ]

    def _write(self, place: Place, rows: Sequence[Mapping[str, Any]], change: RegisterChange) -> None:
        add_addresses(actor=self._actor, place=place, inputs=[_inputs(values) for values in rows], change=change)

    def _words(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        neighbourhoods = self._neighbourhoods_of(self._places.places[UUID(values["place"])])
        return {
            "kind": str(AddressKind(values["kind"]).label),
            "neighbourhood": neighbourhoods.names.get(values["area"], ""),
        }


class AddressesList(PlaceList):
    """`places.addresses`: one row per door of a street; it holds no names of people."""

    name = "places.addresses"
    title = gettext_lazy("House list of a street")
    columns = ADDRESS_COLUMNS
    dropped = {**DROPPED, **PEOPLE}
    required: tuple[str | tuple[str, ...], ...] = (("number", "address", "label"),)
    session = AddressesSession
    of_markets = False
    url_name = "places:addresses"


def _kind(written: str, label: str, line: ListLine) -> str:
    folded = vietnamese.fold(written)
    if any(word in folded for word in _POINT_WORDS):
        return str(AddressKind.POINT)
    kind = business_words.kind_of(written)
    if kind.value == "business":
        answer = AddressKind.BUSINESS
    elif kind.value == "resident":
        answer = AddressKind.HOUSEHOLD
    else:
        answer = AddressKind.BUSINESS if label else AddressKind.HOUSEHOLD
    if kind.doubtful:
        message = _("“%(kind)s” was taken as %(answer)s; write “Hộ dân”, “Hộ kinh doanh” or “Điểm công cộng”.")
        words = {"kind": written[:40], "answer": answer.label}
        line.warnings.append(Finding("kind", "kind_doubtful", message % words))
    return str(answer)


def _inputs(values: Mapping[str, Any]) -> AddressInput:
    return AddressInput(
        kind=values["kind"],
        number=values["number"],
        street=values["street"],
        label=values["label"],
        neighbourhood_id=UUID(values["area"]) if values["area"] else None,
        segment_id=UUID(values["segment"]) if values["segment"] else None,
    )


def _listed(place: Place, lines: Sequence[ListLine]) -> list[bool]:
    """Return whether each line's door is in the place's list already; four statements."""
    unit = register_unit(place)
    inputs = [_inputs(line.values) for line in lines]
    home_inputs = [DoorInput(entry.number, entry.street, entry.neighbourhood_id) for entry in inputs]
    homes = known_households(unit_id=unit.pk, inputs=home_inputs)
    shop_inputs = [
        BusinessInput(
            name=entry.label or "–",
            address=one_line(entry.street, entry.number),
            neighbourhood_id=entry.neighbourhood_id,
            house_number=entry.number,
            street=entry.street,
        )
        for entry in inputs
    ]
    shops = preview_businesses(unit_id=unit.pk, inputs=shop_inputs)
    listed = Address.objects.filter(place=place, until=None)
    columns = ("household_id", "business_id", "label", "number")
    keys = {
        household_id or business_id or (vietnamese.fold(label), number)
        for household_id, business_id, label, number in listed.values_list(*columns)
    }
    by_kind = {
        AddressKind.HOUSEHOLD: [key in keys for key in homes],
        AddressKind.BUSINESS: [match.business_id in keys for match in shops],
        AddressKind.POINT: [(vietnamese.fold(entry.label), entry.number) in keys for entry in inputs],
    }
    return [by_kind[AddressKind(entry.kind)][position] for position, entry in enumerate(inputs)]
