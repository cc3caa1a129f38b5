"""The house list of a street as a kind of list."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.imports.models import RowVerdict
from doanso.imports.ports import Finding, Judgement, ListLine, ListSubject, RawRow
from doanso.lib import business_words, clock, vietnamese
from doanso.people.actions import BusinessInput, preview_businesses
from doanso.people.actions.doors import (
    DoorInput,
    known_households,
    one_line,
    split_address,
    tidy_number,
    without_areas,
)
from doanso.places import policy
from doanso.places.actions.addresses import AddressInput, RegisterChange, add_addresses
from doanso.places.kinds import kinds
from doanso.places.models import Address, AddressKind, Place
from doanso.places.place_lists.columns import ADDRESS_COLUMNS, DROPPED, PEOPLE
from doanso.places.place_lists.reading import (
    ListedPlaces,
    check_words,
    place_subject,
    read_reason,
    reason_missing,
    refuse_row,
    text,
)
from doanso.places.queries.register_units import register_unit
from doanso.places.rules import registers as rules
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.neighbourhoods import NeighbourhoodNames

_POINT_WORDS = ("diem cong cong", "cong cong", "truong", "tram", "tru so", "di tich", "cong vien", "atm", "nha ve sinh")


def _codes() -> list[str]:
    """Return the kinds of place that have such a list."""
    return [kind.code for kind in kinds() if not kind.is_market]


class AddressesList:
    """`places.addresses`: one row per door of a street; it holds no names of people."""

    name = "places.addresses"
    title = gettext_lazy("House list of a street")
    permission = policy.MANAGE_AT
    columns = ADDRESS_COLUMNS
    dropped = {**DROPPED, **PEOPLE}
    required: tuple[str | tuple[str, ...], ...] = (("number", "address", "label"),)

    def open(self, *, actor: User, unit: Unit) -> "AddressesSession":
        """Return a session for the streets of the unit."""
        return AddressesSession(actor, unit)

    def find_subject(self, actor: User, key: str) -> ListSubject | None:
        """See `imports.ports.SubjectListKind`."""
        return place_subject(actor, key, _codes())

    def open_subject(self, *, actor: User, unit: Unit, subject: str) -> "AddressesSession":
        """See `imports.ports.SubjectListKind`."""
        return AddressesSession(actor, unit, subject)

    def summary(self, compared: Mapping[str, int], applied: Mapping[str, int], *, done: bool) -> dict[str, int]:
        """Return no figures, because doors are counted by rows alone."""
        return {}

    def address(self, target: str) -> str:
        """Return the page of the street."""
        return reverse("places:addresses", args=[target])


class AddressesSession:
    """One run over a house list."""

    def __init__(self, actor: User, unit: Unit, subject: str = "") -> None:
        self._actor = actor
        self._places = ListedPlaces(unit, _codes(), subject)
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
        street, number = _door(row, line)
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
            "area": self._area(place, row, line),
            "segment": self._places.segment(place, row, line),
            "reason": read_reason(place, row, line),
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
        )
        if not line.problems:
            self._mark_repeated(row, line)
        return line

    def _area(self, place: Place, row: RawRow, line: ListLine) -> str:
        known = self._neighbourhoods.get(place.pk)
        if known is None:
            known = self._neighbourhoods[place.pk] = NeighbourhoodNames(units.neighbourhoods(register_unit(place)))
        written = text(row.cells.get("neighbourhood"))
        area = known.find(written)
        if written and not area:
            message = _("The unit has no neighbourhood “%(text)s”; correct the name, or leave it empty.")
            refuse_row(line, "neighbourhood", "area_unknown", message % {"text": written[:60]})
        return area

    def _mark_repeated(self, row: RawRow, line: ListLine) -> None:
        values = line.values
        words = (values["street"], values["number"], values["label"])
        key = hash((values["place"], values["kind"], values["area"], *map(vietnamese.fold, words)))
        earlier = self._seen.setdefault(key, row.number)
        if earlier != row.number:
            values["double"] = True
            message = _("Row %(row)d tells of the same door already; it is written once.") % {"row": earlier}
            line.warnings.append(Finding("number", "double_row", message))

    def compare(self, lines: Sequence[ListLine]) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        judgements: dict[int, Judgement] = {}
        for place, numbered in self._by_place(lines):
            listed = _listed(place, [line for _position, line in numbered])
            for (position, line), known in zip(numbered, listed, strict=True):
                if known or line.values.get("double"):
                    judgements[position] = Judgement(RowVerdict.UNCHANGED, str(place.pk))
                    continue
                missing = reason_missing(place, line.values["reason"], clock.today())
                if missing is not None:
                    judgements[position] = Judgement(RowVerdict.REJECTED, str(place.pk), findings=[missing])
                else:
                    judgements[position] = Judgement(RowVerdict.NEW, str(place.pk))
        return [judgements[position] for position in range(len(lines))]

    def _by_place(self, lines: Sequence[ListLine]) -> Iterable[tuple[Place, list[tuple[int, ListLine]]]]:
        """Return the lines of each place, each with its position."""
        by_place: dict[UUID, list[tuple[int, ListLine]]] = defaultdict(list)
        for position, line in enumerate(lines):
            by_place[UUID(line.values["place"])].append((position, line))
        return [(self._places.places[key], numbered) for key, numbered in by_place.items()]

    def resolve(
        self, lines: Sequence[ListLine], judgements: Sequence[Judgement], answers: Sequence[str]
    ) -> Sequence[Judgement]:
        """Return the judgements unchanged, because nothing is asked."""
        return judgements

    def apply(self, lines: Sequence[ListLine], judgements: Sequence[Judgement]) -> None:
        """See `imports.ports.ListSession`."""
        new = [line for line, judgement in zip(lines, judgements, strict=True) if judgement.verdict == RowVerdict.NEW]
        for place, numbered in self._by_place(new):
            by_reason: dict[str, list[AddressInput]] = defaultdict(list)
            for _position, line in numbered:
                by_reason[line.values["reason"]].append(_inputs(line.values))
            for reason, inputs in by_reason.items():
                add_addresses(actor=self._actor, place=place, inputs=inputs, change=RegisterChange(reason=reason))

    def display_values(self, lines: Sequence[ListLine]) -> list[dict[str, str]]:
        """See `imports.ports.ListSession`."""
        return [
            {
                "place": self._places.places[UUID(line.values["place"])].name,
                "segment": self._places.segment_name(line.values["segment"]),
                "kind": str(AddressKind(line.values["kind"]).label),
                **{code: line.values[code] for code in ("street", "number", "label", "reason")},
                "neighbourhood": self._area_name(line.values),
            }
            for line in lines
        ]

    def _area_name(self, values: Mapping[str, Any]) -> str:
        known = self._neighbourhoods.get(UUID(values["place"]))
        return known.names.get(values["area"], "") if known is not None else ""

    def take_figures(self) -> dict[str, int]:
        """Return no figures, because doors are counted by rows alone."""
        return {}


def _door(row: RawRow, line: ListLine) -> tuple[str, str]:
    """Return street and number, from columns of their own or from one that holds both."""
    cell = row.cells.get("number")
    if isinstance(cell, datetime):
        message = _(
            "Excel made a date of the house number. Set the column to Text, type the number anew (for example 12/3)"
            " and upload the file again."
        )
        refuse_row(line, "number", "number_date", message)
        return text(row.cells.get("street")), ""
    street, number = text(row.cells.get("street")), tidy_number(without_areas(text(cell)))
    address = text(row.cells.get("address"))
    if address and not (street and number):
        parts = split_address(address)
        number, street = number or parts[0], street or parts[1]
    return street, number


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
