"""The demo's shops: every state of the ladder, a settled and an open alarm, and changes before and after their approval."""

from datetime import date

import pytest

from doanso.cashless import demo
from doanso.cashless.models import CodeAlarm, CodeChange, Shop, ShopCheck, ShopCode
from doanso.lib import clock
from doanso.people.actions.shops import BusinessInput, match_or_create_businesses

pytestmark = pytest.mark.django_db


@pytest.fixture
def grown(tree):
    """Both wards' year, up to the day of the tree."""
    wards = [(tree.units["p4"], tree.an), (tree.units["p5"], tree.chi)]
    for unit, _secretary in wards:
        inputs = [
            BusinessInput(f"Tạp hóa {n}", address=f"{n} Lê Lợi", house_number=str(n), street="Lê Lợi")
            for n in range(1, 18)
        ]
        match_or_create_businesses(unit_id=unit.pk, inputs=inputs)
    story = demo.year(wards, date(2023, 11, 12), officer=tree.dung, printed="p4", helper=tree.lan)
    for day, action in sorted(story, key=lambda dated: dated[0]):
        clock.set_today(day)
        action()
    return tree


def test_the_year_of_two_wards(grown):
    own = Shop.objects.filter(unit=grown.units["p4"])
    assert (Shop.objects.count(), own.count()) == (28, 14)
    assert set(own.values_list("state", flat=True)) == {"offered", "displayed", "used", "stopped"}
    assert set(CodeAlarm.objects.values_list("state", "cause")) == {("settled", "different"), ("open", "different")}
    assert sorted(CodeChange.objects.values_list("state", flat=True)) == ["approved", "requested"]
    assert ShopCheck.objects.filter(scan="same").count() > 20
    assert set(ShopCheck.objects.filter(unit=grown.units["p4"]).values_list("made_by", flat=True)) == {grown.lan.pk}
    assert all(code.account_encrypted for code in ShopCode.objects.all())


def test_a_demo_of_january_follows_nothing(tree):
    assert demo.year([(tree.units["p4"], tree.an)], date(2023, 1, 20), officer=tree.dung) == []
