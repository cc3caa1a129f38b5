"""The unit's teams as a phone's pack has them."""

from collections.abc import Callable
from datetime import date, timedelta

from doanso.lib import clock
from doanso.outreach import card_keys
from doanso.outreach.models import Body, Card, Team, Teammate
from doanso.outreach.queries.teams import teams_for_pack
from doanso.outreach.tests.conftest import Outing, mate
from doanso.support.models import HelperKind
from doanso.testing import TODAY


def _card(outing: Outing, teammate: Teammate, **more: object) -> Card:
    card = Card(
        teammate=teammate,
        since=date(2023, 11, 1),
        until=date(2023, 12, 1),
        issued_at=clock.now(),
        issued_by=outing.tree.an,
    )
    for name, value in more.items():
        setattr(card, name, value)
    card_keys.put_new_keys(card)
    card.save(force_insert=True)
    return card


def test_a_helper_finds_the_team_with_themselves_in_it_and_whose_card_is_whose(outing: Outing) -> None:
    card = _card(outing, outing.mates["ut"])
    _card(outing, outing.mates["hoa"], revoked_at=clock.now())
    _card(outing, outing.mates["tin"], until=TODAY)
    [team] = teams_for_pack(outing.tree.lan, outing.ward, TODAY)
    assert team["id"] == str(outing.team.pk)
    assert team["name"] == "Tổ công nghệ số cộng đồng Khu phố 1"
    assert team["neighbourhood"] == str(outing.neighbourhood.pk)
    shown = [(mate["name"], mate["kind"], mate["body"], mate["me"], mate["card"]) for mate in team["teammates"]]
    assert shown == [
        ("Bùi Thị Lan", "youth", "Đoàn Thanh niên", True, ""),
        ("Lê Thị Hoa", "official", "Hội Phụ nữ", False, ""),
        ("Phạm Trung Tín", "youth", "Đoàn Thanh niên", False, ""),
        ("Trần Văn Út", "official", "Ban quản lý khu phố, ấp", False, card.phone_hash),
    ]
    assert {mate["id"] for mate in team["teammates"]} == {str(mate.pk) for mate in outing.mates.values()}


def test_who_is_not_there_that_day_is_not_in_it(outing: Outing) -> None:
    Teammate.objects.filter(pk=outing.mates["hoa"].pk).update(until=TODAY)
    Teammate.objects.filter(pk=outing.mates["tin"].pk).update(since=TODAY + timedelta(days=1))
    [team] = teams_for_pack(outing.tree.lan, outing.ward, TODAY)
    assert [mate["name"] for mate in team["teammates"]] == ["Bùi Thị Lan", "Trần Văn Út"]
    Team.objects.update(until=TODAY)
    assert teams_for_pack(outing.tree.lan, outing.ward, TODAY) == []
    assert teams_for_pack(outing.tree.lan, outing.tree.units["p5"], TODAY) == []


def test_many_teams_take_no_more_statements_than_one(
    outing: Outing, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(3):
        teams_for_pack(outing.tree.lan, outing.ward, TODAY)
    for number in range(4):
        team = Team.objects.create(unit=outing.ward, name=f"Tổ {number}", since=TODAY)
        _card(outing, mate(team, "Lê Văn Ba", HelperKind.OFFICIAL, Body.FRONT))
    with django_assert_num_queries(3):
        assert len(teams_for_pack(outing.tree.lan, outing.ward, TODAY)) == 5
