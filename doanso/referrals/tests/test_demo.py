"""The demo's 1+2: every state stands on the printed ward's list, and the ledger agrees."""

from dataclasses import dataclass
from datetime import date

import pytest

from doanso.adoption.tests.services import make_services
from doanso.ledger.recount import recount
from doanso.referrals import demo, queries
from doanso.referrals.rules import Need, Stand
from doanso.referrals.tests.referring import refer
from doanso.referrals.tests.test_referral_pages import admitted
from doanso.testing import TODAY, Tree

pytestmark = pytest.mark.django_db


@dataclass
class Invented:
    name: str
    birth: date
    phone: str


def test_every_state_is_told_and_the_ledger_agrees(tree: Tree, business_day):
    make_services()
    one_two = refer(tree)
    admitted(one_two, 20)
    count = 0

    def invent(_youngest: int, oldest: int, on: date) -> Invented:
        nonlocal count
        count += 1
        return Invented(
            f"Phan Văn {chr(65 + count % 26)}{chr(97 + count // 26)}",
            on.replace(year=on.year - oldest),
            f"09010000{count:02}",
        )

    schedule = demo.year([(tree.units["p4"], tree.an)], invent, TODAY, member=tree.khoa, printed="p4")
    for day, deed in sorted(schedule, key=lambda item: item[0]):
        business_day(day)
        deed()
    business_day(TODAY)

    assert all(day <= TODAY for day, _deed in schedule)
    need_counts = queries.counts(queries.with_need(queries.in_care(tree.an)))
    assert need_counts == {Need.EXPIRED: 2, Need.DONE: 11, Need.ONE: 7, Need.WAITING: 2}
    assert [item.stand for item in queries.places(one_two.khoa.person_id)] == [Stand.DONE, Stand.OPEN]
    assert list(recount()) == []
