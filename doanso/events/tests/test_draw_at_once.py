"""Officers who press the same button at the same moment: one list, one result."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from doanso.events import actions
from doanso.events.models import Draw, DrawNumberEntry, DrawResult, DrawRound, DrawStep
from doanso.events.tests.conftest import SUNDAY, festival_of
from doanso.events.tests.draw_scene import NUMBER_DAY, DrawScene
from doanso.lib.problems import Refused
from doanso.people.tests.test_at_once import at_once
from doanso.testing import Tree

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def test_steps_taken_at_once_happen_once(tree: Tree, business_day: Callable[..., None]) -> None:
    festival = festival_of(tree, tree.units["my-tho"], tree.dung)
    festival.step(actions.open_event)
    scene = DrawScene(festival, tree.giang, business_day)
    scene.prepare()
    draw, both = scene.draw, (tree.dung, tree.giang)
    read = draw.version
    seeds = at_once(
        *[lambda user=user: actions.commit_draw(actor=user, draw=draw, read=read).seed_hash for user in both]
    )
    assert set(seeds) == {Draw.objects.get().seed_hash}
    scene.came(range(1, 41))
    business_day(SUNDAY)
    lists = at_once(*[lambda user=user: actions.freeze_draw(actor=user, draw=draw).list_hash for user in both])
    assert set(lists) == {Draw.objects.get().list_hash}
    business_day(NUMBER_DAY + timedelta(days=1))
    entered = at_once(
        *[lambda user=user: actions.enter_draw_number(actor=user, draw=draw, typed="083506").is_drawn for user in both]
    )
    assert sorted(entered) == [False, True]
    assert (DrawNumberEntry.objects.count(), DrawRound.objects.count(), DrawResult.objects.count()) == (2, 3, 5)
    assert DrawStep.objects.count() == 3
    absent = DrawResult.objects.order_by("pk")[0]

    def redraw(reason: str) -> str:
        try:
            actions.redraw_prize(actor=tree.dung, result=absent, reason=reason)
        except Refused as refused:
            return refused.problem.code
        return "drawn"

    assert sorted(at_once(lambda: redraw("Không đến nhận"), lambda: redraw("Từ chối nhận"))) == [
        "draw_replaced",
        "drawn",
    ]
    assert DrawResult.objects.count() == 6
