"""What checks say about shops as of a day."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.cashless.models import ScanResult, Shop, ShopState
from doanso.cashless.queries import shops as queries
from doanso.cashless.queries.statuses import ShopStatus, shop_states
from doanso.cashless.rules.ladder import CheckFacts, reconcile_state, status_of
from doanso.lib import clock
from doanso.people.models import Business
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2023, 10, 5), date(2023, 11, 6)


def _ids(market):
    return [market.businesses[name].pk for name in ("hai", "ba", "tu", "nam")]


def test_the_newest_check_up_to_the_day_decides(market):
    market.saw("hai", ShopState.DISPLAYED, OCTOBER, scan=ScanResult.SAME, used_recently=False)
    market.saw("hai", ShopState.USED, NOVEMBER, used_recently=True)
    market.saw("ba", ShopState.STOPPED, NOVEMBER, reason="Ngại hóa đơn")
    market.saw("tu", ShopState.OFFERED, TODAY, taken_back_at=clock.now(), taken_back_reason="Nhầm")
    hai, ba, *_rest = _ids(market)
    assert shop_states(_ids(market), TODAY) == {
        hai: ShopStatus("used", True, True, NOVEMBER, OCTOBER, "same"),
        ba: ShopStatus("stopped", False, None, NOVEMBER, None),
    }
    assert shop_states(_ids(market), date(2023, 11, 5)) == {
        hai: ShopStatus("displayed", True, False, OCTOBER, OCTOBER, "same")
    }
    assert shop_states(_ids(market), date(2023, 10, 4)) == {}


def test_checks_of_a_merged_business_are_those_of_the_one_that_remained(market):
    market.saw("ba", ShopState.USED, OCTOBER, used_recently=True)
    hai, ba = market.businesses["hai"], market.businesses["ba"]
    Business.objects.filter(pk=ba.pk).update(merged_into=hai)
    same = ShopStatus("used", True, True, OCTOBER, None)
    assert shop_states([hai.pk], TODAY) == {hai.pk: same}
    assert shop_states([ba.pk], TODAY) == {ba.pk: same}
    assert shop_states([hai.pk, ba.pk], TODAY) == {hai.pk: same, ba.pk: same}


def test_four_shops_take_as_many_statements_as_one(market):
    for name in ("hai", "ba", "tu"):
        market.saw(name, ShopState.DISPLAYED)

    def statements(ids):
        with CaptureQueriesContext(connection) as captured:
            shop_states(ids, TODAY)
        return len(captured)

    assert statements(_ids(market)[:1]) == statements(_ids(market)) == 3


@pytest.mark.parametrize(
    ("state", "answer", "expected"),
    [
        ("displayed", True, ("used", True)),
        ("used", False, ("displayed", False)),
        ("used", None, ("used", True)),
        ("displayed", None, ("displayed", None)),
        ("offered", True, ("offered", None)),
        ("stopped", False, ("stopped", None)),
    ],
)
def test_state_and_answer_agree(state, answer, expected):
    assert reconcile_state(state, answer) == expected


def test_an_open_question_is_not_answered_from_an_earlier_check():
    checks = [CheckFacts(NOVEMBER, "displayed", None, ""), CheckFacts(OCTOBER, "used", True, "same")]
    assert status_of(checks) == ("displayed", None, NOVEMBER, OCTOBER)
    assert status_of([]).checked_on is None


@pytest.mark.parametrize(("days", "due"), [(29, False), (30, True)])
def test_a_shop_is_due_once_nobody_looked_for_thirty_days(market, days, due):
    Shop.objects.filter(pk=market.hai.pk).update(state="displayed", checked_on=TODAY - timedelta(days=days))
    assert (Shop.objects.filter(queries.due_condition(), pk=market.hai.pk).exists(), queries.is_due(market.hai)) == (
        due,
        due,
    )
