"""What the house list and the stall list share: how a kind opens its sessions, and how a session judges and applies rows."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse

from doanso.accounts.models import User
from doanso.imports.models import RowVerdict
from doanso.imports.ports import FieldDifference, Judgement, ListLine, ListSubject, RawRow
from doanso.lib import clock
from doanso.places import policy
from doanso.places.actions.addresses import RegisterChange
from doanso.places.kinds import kinds
from doanso.places.models import Place
from doanso.places.place_lists.reading import ListedPlaces, place_subject, reason_missing
from doanso.units.models import Unit

type RowComparison = tuple[RowVerdict, list[FieldDifference]]
"""The verdict on a row before its reason is asked for, and the fields in which it differs."""


class PlaceListSession(ABC):
    """One run over a list of places, whose rows name theirs unless the list is about `subject`."""

    cells: ClassVar[tuple[str, ...]]
    """The values that are shown as they are."""

    def __init__(self, actor: User, unit: Unit, codes: Sequence[str], subject: str = "") -> None:
        self._actor = actor
        self._places = ListedPlaces(unit, codes, subject)

    @abstractmethod
    def read(self, row: RawRow) -> ListLine:
        """See `imports.ports.ListSession`."""

    @abstractmethod
    def _compare_rows(self, place: Place, lines: Sequence[ListLine]) -> Sequence[RowComparison]:
        """Return the comparison of each line of a place with its list; a fixed number of statements."""

    @abstractmethod
    def _write(self, place: Place, rows: Sequence[Mapping[str, Any]], change: RegisterChange) -> None:
        """Write rows of a place that have the same reason."""

    def compare(self, lines: Sequence[ListLine]) -> list[Judgement]:
        """See `imports.ports.ListSession`."""
        judgements: dict[int, Judgement] = {}
        for place, numbered in self._by_place(lines):
            compared = self._compare_rows(place, [line for _position, line in numbered])
            for (position, line), (verdict, differences) in zip(numbered, compared, strict=True):
                missing = reason_missing(place, line.values["reason"], clock.today())
                if verdict != RowVerdict.UNCHANGED and missing is not None:
                    judgement = Judgement(RowVerdict.REJECTED, str(place.pk), differences, [missing])
                else:
                    judgement = Judgement(verdict, str(place.pk), differences)
                judgements[position] = judgement
        return [judgements[position] for position in range(len(lines))]

    def resolve(
        self, lines: Sequence[ListLine], judgements: Sequence[Judgement], answers: Sequence[str]
    ) -> Sequence[Judgement]:
        """Return the judgements unchanged, because nothing is asked: similar shops go to the queue of pairs."""
        return judgements

    def apply(self, lines: Sequence[ListLine], judgements: Sequence[Judgement]) -> None:
        """See `imports.ports.ListSession`."""
        written = [
            line
            for line, judgement in zip(lines, judgements, strict=True)
            if judgement.verdict in {RowVerdict.NEW, RowVerdict.CHANGED}
        ]
        for place, numbered in self._by_place(written):
            by_reason: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
            for _position, line in numbered:
                by_reason[line.values["reason"]].append(line.values)
            for reason, rows in by_reason.items():
                self._write(place, rows, RegisterChange(reason=reason))

    def display_values(self, lines: Sequence[ListLine]) -> list[dict[str, str]]:
        """See `imports.ports.ListSession`."""
        return [
            {
                "place": self._places.places[UUID(line.values["place"])].name,
                "segment": self._places.segment_name(line.values["segment"]),
                **{code: line.values[code] for code in self.cells},
                **self._words(line.values),
            }
            for line in lines
        ]

    def _words(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the values that are shown in other words than they are stored."""
        return {}

    def take_figures(self) -> dict[str, int]:
        """Return no figures, because doors and stalls are counted by rows alone."""
        return {}

    def _by_place(self, lines: Sequence[ListLine]) -> Iterable[tuple[Place, list[tuple[int, ListLine]]]]:
        """Return the lines of each place, each with its position."""
        by_place: dict[UUID, list[tuple[int, ListLine]]] = defaultdict(list)
        for position, line in enumerate(lines):
            by_place[UUID(line.values["place"])].append((position, line))
        return [(self._places.places[key], numbered) for key, numbered in by_place.items()]


class PlaceList:
    """A kind of list of places: of markets, or of all that have a house list."""

    permission = policy.MANAGE_AT
    session: ClassVar[type[PlaceListSession]]
    of_markets: ClassVar[bool]
    url_name: ClassVar[str]
    """The page of a place's list."""

    @property
    def codes(self) -> list[str]:
        """Return the kinds of place that have such a list."""
        return [kind.code for kind in kinds() if kind.is_market == self.of_markets]

    def open(self, *, actor: User, unit: Unit) -> PlaceListSession:
        """Return a session for the places of the unit."""
        return self.session(actor, unit, self.codes)

    def find_subject(self, actor: User, key: str) -> ListSubject | None:
        """See `imports.ports.SubjectListKind`."""
        return place_subject(actor, key, self.codes)

    def open_subject(self, *, actor: User, unit: Unit, subject: str) -> PlaceListSession:
        """See `imports.ports.SubjectListKind`."""
        return self.session(actor, unit, self.codes, subject)

    def summary(self, compared: Mapping[str, int], applied: Mapping[str, int], *, done: bool) -> dict[str, int]:
        """Return no figures, because doors and stalls are counted by rows alone."""
        return {}

    def address(self, target: str) -> str:
        """Return the page of the place's list."""
        return reverse(self.url_name, args=[target])
