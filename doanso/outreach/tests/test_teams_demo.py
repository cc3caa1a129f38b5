"""The demo's teams, made through the actions."""

from dataclasses import dataclass
from datetime import date

from doanso.adoption.tests.services import make_services
from doanso.lib import clock
from doanso.members.tests.conftest import Register
from doanso.outreach.demo.teams import LAST_DAY, year
from doanso.outreach.models import Card, Team, Teammate
from doanso.testing import Tree
from doanso.units.models import Neighbourhood


@dataclass(frozen=True)
class _InventedYouth:
    name: str
    woman: bool = True


def test_a_year_of_teams_is_made_with_cards_for_members_without_sign_in(tree: Tree, register: Register) -> None:
    make_services()
    for code in ("p4", "p5"):
        for number in (1, 2, 3):
            Neighbourhood.objects.create(unit=tree.units[code], name=f"Khu phố {number}", since=date(2020, 1, 1))
    invented = iter(range(1000))

    def invent(_youngest: int, _oldest: int, _day: date) -> _InventedYouth:
        number = next(invented)
        return _InventedYouth(f"Nguyễn Văn {'ABCDEFGHIJ'[number // 10 % 10]}{'abcdefghij'[number % 10]}")

    wards = [(tree.units["p4"], tree.an), (tree.units["p5"], tree.chi), (tree.units["p4-kp1"], tree.binh)]
    actions = year(wards, invent, date(2023, 12, 28), printed="p4", helper=tree.lan)
    for day, do in sorted(actions, key=lambda action: action[0]):
        clock.set_today(day)
        do()

    assert dict.fromkeys(Team.objects.values_list("unit__code", flat=True)) == {"p4": None, "p5": None}
    assert Team.objects.filter(unit=tree.units["p4"]).count() == 2
    for team in Team.objects.all():
        current_mates = team.teammates.filter(until=None)
        assert current_mates.filter(is_head=True).count() == 1
        assert current_mates.filter(kind="official").exists()
    lan = Teammate.objects.get(user=tree.lan)
    assert (lan.name, lan.kind) == ("Bùi Thị Lan", "youth")
    assert Teammate.objects.filter(member=register.duc).exists()
    good = Card.objects.filter(revoked_at=None)
    assert set(good.values_list("until", flat=True)) == {LAST_DAY}
    assert set(Teammate.objects.filter(kind="official", until=None)) == {
        card.teammate for card in good if card.teammate.kind == "official"
    }
    # No card outlives its teammate's term.
    assert not good.exclude(teammate__until=None).exists()
