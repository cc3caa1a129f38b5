"""The article's programme in the small tree, with two members in each branch of ward 4 and two in ward 5's."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from doanso.accounts.models import User
from doanso.adoption.actions import attest_many_people
from doanso.adoption.queries import stage_by_code
from doanso.lib import clock
from doanso.members.actions import Admission, admit_many
from doanso.members.models import Member
from doanso.people.actions import Particulars
from doanso.reports.actions import periods
from doanso.reports.models import Period, PeriodState
from doanso.reports.rules.periods import Month, month_of
from doanso.targets.actions import load_programme
from doanso.targets.models import Programme
from doanso.testing import TODAY, Tree
from doanso.units.models import Unit
from tools.fixture_replay import replayed

PROGRAMMES: Path = settings.ROOT / "programmes"
BASE = "/programmes/my-tho-2023/periods"
_PEOPLE = {
    "p4-kp1": ["Nguyễn Hoàng Đức", "Trần Thị Thủy"],
    "p4-kp2": ["Võ Minh Quân", "Lý Ngọc Hân"],
    "p5-kp1": ["Lê Minh Khang", "Phan Kim Ngân"],
}


@dataclass
class Scene:
    """The programme, the tree, members by given name, and what is done with October or another month."""

    tree: Tree
    programme: Programme
    members: dict[str, Member]

    def unit(self, code: str) -> Unit:
        return self.tree.units[code]

    def month(self, code: str = "2023-10") -> Month:
        month = month_of(self.programme, code)
        assert month is not None
        return month

    def action_arguments(self, code: str, month: str = "2023-10") -> dict[str, object]:
        return {"programme": self.programme, "month": self.month(month), "unit": self.unit(code)}

    def do(self, action: str, by: str, code: str, month: str = "2023-10", **more: object) -> Period:
        period: Period = getattr(periods, action)(actor=self.user(by), **self.action_arguments(code, month), **more)
        return period

    def user(self, name: str) -> User:
        return self.tree.users[name]

    def period(self, code: str, month: str = "2023-10") -> Period | None:
        return Period.objects.filter(unit=self.unit(code), first_day=self.month(month).first_day).first()

    def state(self, code: str, month: str = "2023-10") -> str:
        period = self.period(code, month)
        return str(period.state) if period is not None else PeriodState.DRAFT.value

    def pass_on(self, month: str = "2023-10", *, wards: tuple[str, ...] = ("p4", "p5")) -> None:
        """Every branch and then every ward sends, and is accepted, in time."""
        today = clock.today()
        clock.set_today(self.month(month).last_day + timedelta(days=2))
        for ward in wards:
            for branch in (code for code in ("p4-kp1", "p4-kp2", "p5-kp1") if code.startswith(ward)):
                secretary = "an" if ward == "p4" else "chi"
                self.do("send", secretary, branch, month)
                self.do("accept", secretary, branch, month)
            self.do("send", "an" if ward == "p4" else "chi", ward, month)
            self.do("accept", "dung", ward, month)
        clock.set_today(today)

    def reach(self, code: str, *names: str, on: date = TODAY) -> None:
        """The members got VNeID, as attested by the city's officer on that business day."""
        today = clock.today()
        clock.set_today(max(on, today))
        attest_many_people(
            actor=self.tree.dung,
            unit=self.unit(code),
            stage=stage_by_code("vneid", "level2-active"),
            person_ids=[self.members[name].person_id for name in names],
            happened_on=on,
        )
        clock.set_today(today)


@pytest.fixture
@replayed
def scene(tree: Tree) -> Scene:
    programme = load_programme(actor=tree.dung, path=PROGRAMMES / "my-tho-2023.toml")
    entries = [
        Admission(branch=tree.units[code], particulars=Particulars(name=name, birth_year=2003), since=date(2022, 9, 1))
        for code, names in _PEOPLE.items()
        for name in names
    ]
    members = {
        entry.particulars.name.split()[-1]: member
        for entry, member in zip(entries, admit_many(actor=tree.dung, entries=entries), strict=True)
    }
    return Scene(tree, programme, members)
