"""A street of ward 4 with three criteria whose values the test states, and a second officer of the city (`hoa`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.vietnamese import fold, sort_key
from doanso.places import actions, formulas, queries
from doanso.places.actions import PlaceInput, RecognitionInput, SegmentInput
from doanso.places.formulas import Formula, Value
from doanso.places.models import Criterion, KnownFrom, Place, ThresholdKind
from doanso.testing import TREE_BEGAN, Tree
from doanso.units.models import Unit

FILE = Path(__file__).resolve().parents[3] / "programmes" / "my-tho-2023.toml"
REACHED = {number: Value(10, 10, KnownFrom.RECORDS, second_numerator=10) for number in range(1, 31)}


@dataclass
class StreetScene:
    """The tree, the values by number of the criterion, and steps of a place by the people of ward 4 and the city."""

    tree: Tree
    hoa: User
    values: dict[int, Value] = field(default_factory=dict)

    def unit(self, code: str = "p4") -> Unit:
        return self.tree.units[code]

    def create(self, name: str = "Đường Lê Lợi", kind: str = "digital-street", **changes: Any) -> Place:
        """Set a place up at ward 4, by its secretary."""
        inputs = PlaceInput(
            name=name,
            started_on=changes.pop("started_on", date(2023, 3, 1)),
            note=changes.pop("note", ""),
            segments=changes.pop("segments", (SegmentInput("Đoạn 1", "Nguyễn Huệ", "Thủ Khoa Huân"),)),
        )
        return actions.create_place(
            actor=changes.pop("by", self.tree.an), unit=self.unit(changes.pop("unit", "p4")), kind=kind, inputs=inputs
        )

    def fresh(self, place: Place) -> Place:
        return queries.all_places().get(pk=place.pk)

    def read(self, place: Place) -> str:
        return queries.state_token(self.fresh(place))

    def step(self, action: Any, place: Place, by: User | None = None, **options: Any) -> Any:
        """Take a step of the life cycle as the place is now; by the ward's secretary unless another one is named."""
        return action(actor=by or self.tree.an, place=self.fresh(place), read=self.read(place), **options)

    def in_progress(self, name: str = "Đường Lê Lợi", kind: str = "digital-street") -> Place:
        place = self.create(name, kind)
        self.step(actions.complete_survey, place, on=date(2023, 3, 20))
        self.step(actions.start_work, place)
        return self.fresh(place)

    def assessed(self, name: str = "Đường Lê Lợi", kind: str = "digital-street") -> Place:
        """A place whose criteria are all reached, as the test's values say by default, assessed by the city."""
        place = self.in_progress(name, kind)
        self.values.update(REACHED)
        self.step(actions.assess_itself, place)
        self.step(actions.assess, place, self.tree.dung)
        return self.fresh(place)

    def recognised(self, name: str = "Đường Lê Lợi", kind: str = "digital-street") -> Place:
        place = self.assessed(name, kind)
        inputs = RecognitionInput(clock.today(), "15-QĐ/TĐ")
        self.step(actions.recognise, place, self.tree.dung, inputs=inputs)
        return self.fresh(place)


@pytest.fixture
def street(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Iterator[StreetScene]:
    scene = StreetScene(tree, second_officer(tree))

    def read(place: Place, criteria: Sequence[Criterion], on: date) -> Mapping[UUID, Value]:
        return {criterion.pk: scene.values.get(criterion.number, Value()) for criterion in criteria}

    kinds = tuple(ThresholdKind.values)
    codes = {"check.share", "check.count", "check.yes", "boards.working", "households.channel", "households.service",
             "shops.online", "points.digitised", "shops.accepting", "shops.used", "shops.code_safe"}  # fmt: skip
    stated = {code: Formula(code, code, read, kinds=kinds) for code in codes}
    stated["shops.cashless"] = Formula("shops.cashless", "shops.cashless", read, kinds=kinds, second="đã dùng")
    monkeypatch.setattr(formulas, "registered_formulas", stated)
    monkeypatch.setattr("doanso.places.ports.registered_survey_checks", [])
    return scene


def second_officer(tree: Tree) -> User:
    hoa = User.objects.create(
        username="hoa",
        display_name="Ngô Thị Hòa",
        folded=fold("Ngô Thị Hòa"),
        sort_key=sort_key("Ngô Thị Hòa"),
        created_at=clock.now(),
    )
    RoleAssignment.objects.create(user=hoa, role=Role.CITY_OFFICER, unit=tree.units["my-tho"], since=TREE_BEGAN)
    return hoa
