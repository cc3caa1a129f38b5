"""The demo of 1+2: every state is on the printed ward's list, and the ledger agrees."""

from dataclasses import dataclass
from datetime import date

import pytest

from doanso.adoption.tests.services import make_services
from doanso.ledger.recount import recount
from doanso.referrals import demo, queries
from doanso.referrals.rules import ReferralProgress, SlotState
from doanso.referrals.tests.scene import make_scene
from doanso.referrals.tests.test_referral_pages import admitted
from doanso.testing import TODAY, Tree

pytestmark = pytest.mark.django_db


@dataclass
class Invented:
    name: str
    birth: date
    phone: str


def test_every_state_is_in_the_demo_and_the_ledger_agrees(tree: Tree, business_day):
    make_services()
    one_two = make_scene(tree)
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
    for day, action in sorted(schedule, key=lambda item: item[0]):
        business_day(day)
        action()
    business_day(TODAY)

    assert all(day <= TODAY for day, _action in schedule)
    counts = queries.count_by_progress(queries.with_progress(queries.members_to_assist(tree.an)))
    assert counts == {
        ReferralProgress.EXPIRED: 2,
        ReferralProgress.DONE: 11,
        ReferralProgress.ONE: 7,
        ReferralProgress.WAITING: 2,
    }
    assert [summary.state for summary in queries.slot_summaries(one_two.khoa.person_id)] == [
        SlotState.DONE,
        SlotState.OPEN,
    ]
    assert list(recount()) == []
