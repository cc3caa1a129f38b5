"""The shipped services, and a ward with enough members for a bulk."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from doanso.adoption.actions import load_services
from doanso.adoption.models import AdoptionStage
from doanso.adoption.queries import stage_by_code
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.models import Book
from doanso.ledger.queries import figures
from doanso.members.actions import Admission, admit_many
from doanso.members.models import Member
from doanso.people.actions import Particulars
from doanso.testing import TODAY, Tree
from tools.fixture_replay import replayed

FILE = Path(__file__).resolve().parents[3] / "programmes" / "services.toml"
_GIVEN = "An Bảo Cường Dũng Giàu Hân Khôi Lộc Mai Ngân Phúc Quý".split()


@dataclass
class Ward:
    """Twelve members of p4-kp1 by number, one of p5-kp1, and a book that counts VNeID level 2."""

    tree: Tree
    book: Book
    members: list[Member]
    stranger: Member
    active: AdoptionStage
    codes: dict[str, str] = field(default_factory=dict)

    def figure(self, code: str = "p4", measure: str = "vneid2", on: date = TODAY) -> int:
        """What the ledger says."""
        unit = self.tree.units[code]
        return figures(book=self.book, unit_ids=[unit.pk], on=on)[unit.pk, measure].total

    def people(self, count: int) -> list:
        """The first members' persons."""
        return [member.person_id for member in self.members[:count]]


@pytest.fixture
@replayed
def ward(tree: Tree) -> Ward:
    load_services(actor=None, path=FILE)
    members = admit_many(
        actor=tree.dung,
        entries=[
            Admission(
                branch=tree.units["p4-kp1"],
                particulars=Particulars(name=f"Nguyễn Văn {given_name}", birth_year=2003),
                since=date(2022, 9, 1),
            )
            for given_name in _GIVEN
        ],
    )
    [stranger] = admit_many(
        actor=tree.chi,
        entries=[
            Admission(
                branch=tree.units["p5-kp1"],
                particulars=Particulars(name="Lê Minh Khang", birth_year=2001),
                since=date(2022, 9, 1),
            )
        ],
    )
    active = stage_by_code("vneid", "level2-active")
    book = open_book(
        code="book",
        root=tree.units["my-tho"],
        first_day=date(2023, 1, 1),
        last_day=date(2023, 12, 31),
        measures=[
            MeasurePlan(code="vneid2", family="adoption.state", topic="vneid", level=active.level),
            MeasurePlan(code="called-back", family="adoption.state", topic="vneid", level=active.level, least_grade=4),
        ],
    )
    return Ward(tree, book, members, stranger, active)
