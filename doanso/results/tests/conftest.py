"""A programme of the small tree with three indicators: two for which units report, and one that a feature counts."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.ledger import actions as ledger
from doanso.ledger import queries as ledger_queries
from doanso.lib import clock
from doanso.lib.vietnamese import fold, sort_key
from doanso.results import actions, queries
from doanso.results.actions import EvidenceFile, ResultInput
from doanso.results.models import Result
from doanso.targets.actions import load_programme
from doanso.targets.models import Indicator, Programme
from doanso.testing import TODAY, TREE_BEGAN, Tree
from doanso.units.models import Unit
from tools.fixture_replay import replayed

FILE = Path(__file__).with_name("programme.toml")


@dataclass
class Reporting:
    """The tree, the programme and its indicators by code, and a second officer of the city (`hoa`)."""

    tree: Tree
    programme: Programme
    indicators: dict[str, Indicator]
    hoa: User
    file: ClassVar[Path] = FILE

    def unit(self, code: str) -> Unit:
        return self.tree.units[code]

    def report(
        self,
        code: str = "p4-kp1",
        quantity: int = 250,
        *,
        on: date = date(2023, 11, 5),
        by: str = "",
        indicator: str = "trees",
        text: str = "Trồng cây dọc kênh",
        today: date = TODAY,
        evidence: tuple[EvidenceFile, ...] = (),
        **options: Any,
    ) -> Result:
        """Report a result on a business day, by the secretary of the unit or of the ward above it."""
        authors = {"p4-kp1": "binh", "p4-kp2": "an", "p4": "an", "p5": "chi", "p5-kp1": "chi", "my-tho": "dung"}
        if today != clock.today():
            clock.set_today(today)
        result = actions.report_result(
            actor=getattr(self.tree, by or authors[code]),
            indicator=self.indicators[indicator],
            unit=self.unit(code),
            inputs=ResultInput(on, quantity, text),
            evidence=evidence,
            **options,
        )
        if today != TODAY:
            clock.set_today(TODAY)
        return self.fresh(result)

    def attest(self, result: Result, by: User | None = None, *, today: date = TODAY) -> Result:
        """Attest the newest version, by the city's officer unless another one is named."""
        clock.set_today(today)
        fresh = self.fresh(result)
        attested = actions.attest_result(actor=by or self.tree.dung, result=fresh, read=queries.state_token(fresh))
        clock.set_today(TODAY)
        return attested

    def correct(self, result: Result, quantity: int, *, by: str = "an", why: str = "Đếm lại", **changes: Any) -> Result:
        """Correct a result as it stands, by the ward's secretary."""
        fresh = self.fresh(result)
        old = queries.latest_version(fresh)
        inputs = ResultInput(changes.pop("on", old.happened_on), quantity, changes.pop("text", old.text))
        return actions.correct_result(
            actor=getattr(self.tree, by),
            result=fresh,
            read=queries.state_token(fresh),
            inputs=inputs,
            why=why,
            **changes,
        )

    def fresh(self, result: Result) -> Result:
        return queries.all_results().get(pk=result.pk)

    def shown(self, code: str = "trees", on: date = date(2023, 12, 31)) -> dict[str, int]:
        """The figures of every unit that has one: `{"p4-kp1": 250, "p4": 250, "my-tho": 250}`."""
        codes = {unit.pk: unit_code for unit_code, unit in self.tree.units.items()}
        figures = ledger_queries.figures(book=self.programme.book, unit_ids=list(codes), on=on)
        return {
            codes[unit_id]: figure.total
            for (unit_id, measure), figure in figures.items()
            if measure == self.indicators[code].numerator and figure.total
        }

    def close(self, code: str, last_day: date) -> None:
        """Close the unit's days up to that one."""
        snapshot = ledger.close_period(book_id=self.programme.book_id, unit=self.unit(code), last_day=last_day)
        ledger.complete_snapshot(snapshot)


@pytest.fixture
@replayed
def reporting(tree: Tree) -> Reporting:
    return make_reporting(tree)


def make_reporting(tree: Tree) -> Reporting:
    programme = load_programme(actor=tree.dung, path=FILE)
    hoa = User.objects.create(
        username="hoa",
        display_name="Ngô Thị Hòa",
        folded=fold("Ngô Thị Hòa"),
        sort_key=sort_key("Ngô Thị Hòa"),
        created_at=clock.now(),
    )
    RoleAssignment.objects.create(user=hoa, role=Role.CITY_OFFICER, unit=tree.units["my-tho"], since=TREE_BEGAN)
    rows = Indicator.objects.filter(programme=programme).select_related("programme__root", "programme__book")
    return Reporting(tree, programme, {indicator.code: indicator for indicator in rows}, hoa)
