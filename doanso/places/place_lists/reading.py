"""What rows of both lists share: the place and segment that a row means, and its reason."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.imports.ports import Finding, ListLine, ListSubject, RawRow
from doanso.lib import vietnamese
from doanso.people.household_list.cells import refuse_row, text
from doanso.places import policy
from doanso.places.models import Place, PlaceState, Segment
from doanso.places.queries.places import keeping_unit
from doanso.places.rules.registers import LONGEST_REASON
from doanso.units.models import Unit

CLOSED = (PlaceState.STOPPED,)
"""States in which a place's lists do not change any more."""


def place_subject(actor: User, key: str, codes: Collection[str]) -> ListSubject | None:
    """Return the place of one of the kinds that the actor may import a list about."""
    try:
        place_id = UUID(key)
    except ValueError:
        return None
    chosen = Place.objects.select_related("unit__keeper").filter(pk=place_id, kind__in=codes).exclude(state__in=CLOSED)
    place = chosen.first()
    if place is None or not policy.MANAGE.allows(actor, place):
        return None
    return ListSubject(str(place.pk), place.name, keeping_unit(place))


class ListedPlaces:
    """The streets, or the markets, of a unit, of those below it and of ended ones whose records it keeps, found by what a row or
    its sheet is called.

    `subject` is the key of the place from whose page the list was imported.
    """

    def __init__(self, unit: Unit, kinds: Sequence[str], subject: str = "") -> None:
        self._subject = subject
        chosen = Place.objects.filter(unit__in=records_below([unit.pk]), kind__in=kinds).exclude(state__in=CLOSED)
        self.places: dict[UUID, Place] = {place.pk: place for place in chosen.select_related("unit").order_by("name")}
        self._segments: dict[UUID, list[Segment]] = {}
        for segment in Segment.objects.filter(place__in=self.places).order_by("number"):
            self._segments.setdefault(segment.place_id, []).append(segment)

    def find(self, row: RawRow, line: ListLine, *, missing: str, unknown: str) -> Place | None:
        """Return the place that a row means: by its own cell, by the place the whole list is about, by the name of its sheet or
        its group, or the only one there is.
        """
        written = text(row.cells.get("place"))
        if written:
            place = self._named(written)
            if place is None:
                refuse_row(line, "place", "place_unknown", unknown % {"name": written[:60]})
            return place
        place = next((place for key, place in self.places.items() if str(key) == self._subject), None)
        place = place or self._named(row.group) or self._named(row.sheet)
        if place is None and len(self.places) == 1:
            place = next(iter(self.places.values()))
        if place is None:
            refuse_row(line, "place", "place_missing", missing)
        return place

    def _named(self, written: str) -> Place | None:
        folded = vietnamese.fold(written).strip()
        if not folded:
            return None
        exact = [place for place in self.places.values() if vietnamese.fold(place.name) == folded]
        holding = [
            place
            for place in self.places.values()
            if vietnamese.fold(place.name) in folded or (len(folded) > 3 and folded in vietnamese.fold(place.name))
        ]
        found = exact or holding
        return found[0] if len(found) == 1 else None

    def segment(self, place: Place, row: RawRow, line: ListLine) -> str:
        """Return the key of the segment that a row means, by its name or number; "" where it names none."""
        written = text(row.cells.get("segment"))
        folded = vietnamese.fold(written or row.group).strip()
        for segment in self._segments.get(place.pk, ()):
            if folded and folded in {vietnamese.fold(segment.name), str(segment.number)}:
                return str(segment.pk)
        if written:
            message = _("“%(name)s” is no segment or section of %(place)s; write it as on its page, or leave it empty.")
            refuse_row(line, "segment", "segment_unknown", message % {"name": written[:60], "place": place.name})
        return ""

    def segment_name(self, key: str) -> str:
        """Return the name of a segment by its key."""
        if not key:
            return ""
        return next(
            (segment.name for segments in self._segments.values() for segment in segments if str(segment.pk) == key), ""
        )


def read_reason(row: RawRow, line: ListLine) -> str:
    """Return the reason of a row; whether one is missing is known once the row is compared."""
    reason = text(row.cells.get("reason"))
    if len(reason) > LONGEST_REASON:
        refuse_row(line, "reason", "too_long", _("This is longer than %(most)d characters.") % {"most": LONGEST_REASON})
    return reason


def reason_missing(place: Place, reason: str, today: date) -> Finding | None:
    """Return why a change needs a reason: the place's survey is closed."""
    if place.surveyed_on is None or place.surveyed_on > today or reason:
        return None
    message = _("The survey is closed: write in the column “Lý do thay đổi” why this changes.")
    return Finding("reason", "reason_missing", message)
