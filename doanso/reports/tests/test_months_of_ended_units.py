"""The month of ward 4, which was merged into ward 5 after it: its successor sends it, and the city decides on it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.organisation.actions import merge_units
from doanso.reports.actions.periods import accept_many, send_many
from doanso.reports.queries.periods import awaiting_decision

pytestmark = pytest.mark.django_db

BOARD = "/programmes/my-tho-2023/periods/?month=2023-10"


def merge(scene):
    units = scene.tree.units
    merge_units(actor=scene.tree.giang, units=[units["p4"]], into=units["p5"], on=date(2023, 11, 1))


def pass_branches_on(scene):
    for branch in ("p4-kp1", "p4-kp2"):
        scene.do("send", "an", branch)
        scene.do("accept", "an", branch)


def test_what_the_ended_ward_has_sent_is_accepted_and_closed_in_time(scene, business_day, as_user):
    business_day(date(2023, 11, 3))
    pass_branches_on(scene)
    scene.do("send", "an", "p4")
    merge(scene)
    tree = scene.tree
    assert [period.unit.code for period in awaiting_decision(tree.dung, scene.programme, tree.units["my-tho"])] == [
        "p4"
    ]
    page = as_user(tree.dung).get(BOARD).content.decode()
    assert "/programmes/my-tho-2023/periods/2023-10/p4/accept/" in page
    with pytest.raises(PermissionDenied):
        scene.do("accept", "chi", "p4")
    scene.do("give_back", "dung", "p4", words="Xem lại tuần cuối")
    scene.do("send", "chi", "p4")
    accept_many(actor=tree.dung, programme=scene.programme, month=scene.month(), unit_ids=[tree.units["p4"].pk])
    scene.pass_on(wards=("p5",))
    scene.do("close", "dung", "my-tho")
    assert (scene.state("p4"), scene.period("p4").late) == ("closed", False)


def test_the_successor_sends_what_the_ended_ward_had_not(scene, business_day, as_user):
    business_day(date(2023, 11, 3))
    pass_branches_on(scene)
    merge(scene)
    page = as_user(scene.tree.chi).get("/programmes/my-tho-2023/periods/2023-10/p4/")
    assert page.context["send_url"]
    assert as_user(scene.tree.an).get("/programmes/my-tho-2023/periods/2023-10/p4/").status_code == 404
    sent = send_many(
        actor=scene.tree.chi, programme=scene.programme, month=scene.month(), unit_ids=[scene.unit("p4").pk]
    )
    assert [period.unit.code for period in sent] == ["p4"]
    with pytest.raises(PermissionDenied):
        accept_many(
            actor=scene.tree.chi, programme=scene.programme, month=scene.month(), unit_ids=[scene.unit("p4").pk]
        )
