"""The article's programme loaded in the small tree, with four members of ward 4 and two of ward 5."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from doanso.adoption.actions import attest_many_people
from doanso.adoption.queries import stage_by_code
from doanso.lib import clock
from doanso.members.actions import Admission, admit_many
from doanso.members.models import Member
from doanso.people.actions import Particulars
from doanso.targets.actions import load_programme
from doanso.targets.models import Programme
from doanso.testing import TODAY, Tree
from tools.fixture_replay import replayed

FILE = Path(__file__).resolve().parents[3] / "programmes" / "my-tho-2023.toml"
_PEOPLE = {
    "p4-kp1": ["Nguyễn Hoàng Đức", "Trần Thị Thủy"],
    "p4-kp2": ["Võ Minh Quân", "Lý Ngọc Hân"],
    "p5-kp1": ["Lê Minh Khang", "Phan Kim Ngân"],
}


@dataclass
class Loaded:
    """The programme, the tree, and members by given name."""

    tree: Tree
    programme: Programme
    members: dict[str, Member]

    def reach(self, code: str, service: str, rung_code: str, *names: str, on: date = TODAY) -> None:
        """Attest in bulk, by the city's officer, on a business day."""
        clock.set_today(on)
        attest_many_people(
            actor=self.tree.dung,
            unit=self.tree.units[code],
            stage=stage_by_code(service, rung_code),
            person_ids=[self.members[name].person_id for name in names],
            happened_on=on,
        )
        clock.set_today(TODAY)


@pytest.fixture
@replayed
def loaded(tree: Tree) -> Loaded:
    programme = load_programme(actor=tree.dung, path=FILE)
    entries = [
        Admission(branch=tree.units[code], particulars=Particulars(name=name, birth_year=2003), since=date(2022, 9, 1))
        for code, names in _PEOPLE.items()
        for name in names
    ]
    members = {
        entry.particulars.name.split()[-1]: member
        for entry, member in zip(entries, admit_many(actor=tree.dung, entries=entries), strict=True)
    }
    return Loaded(tree, programme, members)
