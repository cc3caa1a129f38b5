"""The records behind a figure of a report, as they were when it was frozen."""

from datetime import date

import pytest
from django.urls import reverse

from doanso.members.actions import transfer_member
from doanso.reports.actions.reports import freeze_report, start_report
from doanso.reports.rules import spans
from doanso.reports.tests.test_report_pages import text_of
from doanso.targets.queries import progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(scene):
    """Ward 4's report of November so far, with two members who have VNeID."""
    scene.reach("p4", "Đức", "Thủy", on=date(2023, 11, 8))
    made, _new = start_report(
        actor=scene.user("an"), programme=scene.programme, unit=scene.unit("p4"), span=spans.read("2023-11")
    )
    return made


def at(report, indicator="vneid2-members", **parameters):
    address = reverse("reports:figure", args=[report.programme.code, report.pk, indicator])
    return address + ("?" + "&".join(f"{name}={value}" for name, value in parameters.items()) if parameters else "")


def test_while_it_is_written_the_figures_of_now_are_shown(scene, as_user, report):
    answer = as_user(scene.tree.an).get(at(report))

    assert (answer.status_code, answer["Location"]) == (
        302,
        "/programmes/my-tho-2023/indicators/vneid2-members/p4/?on=2023-11-12",
    )


def test_frozen_it_shows_who_was_counted_then(scene, as_user, report):
    frozen_report = freeze_report(actor=scene.user("an"), report=report)
    scene.reach("p4", "Quân", on=date(2023, 11, 9))
    transfer_member(actor=scene.tree.dung, member=scene.members["Đức"], to=scene.unit("p5-kp1"), on=date(2023, 11, 10))
    now = {item.code: item.value for item in progress(scene.programme, scene.unit("p4"), date(2023, 11, 12))}

    page = text_of(as_user(scene.tree.dung).get(at(frozen_report)))
    asked_of = text_of(as_user(scene.tree.an).get(at(frozen_report, of="denominator")))

    assert now["vneid2-members"] == 2
    assert ("Nguyễn Hoàng Đức" in page, "Trần Thị Thủy" in page, "Võ Minh Quân" in page) == (True, True, False)
    assert "Đã tính: 2" in page
    assert "Mẫu số: 4" in asked_of
    [line] = [item for item in frozen_report.content["lines"] if item["code"] == "vneid2-members"]
    assert (line["path"], line["total"]) == (at(frozen_report), 2)


@pytest.mark.parametrize(("name", "status"), [("an", 200), ("dung", 200), ("hanh", 200), ("chi", 404), ("khoa", 404)])
def test_who_may_see_it(scene, as_user, report, name, status):
    frozen_report = freeze_report(actor=scene.user("an"), report=report)

    assert as_user(scene.tree.users[name]).get(at(frozen_report)).status_code == status


@pytest.mark.parametrize("asked", [{"of": "all"}, {"after": "x"}, {"of": "exempt", "after": "1~2"}])
def test_no_such_records(scene, as_user, report, asked):
    frozen_report = freeze_report(actor=scene.user("an"), report=report)

    assert as_user(scene.tree.an).get(at(frozen_report, **asked)).status_code == 404
    assert as_user(scene.tree.an).get(at(frozen_report, indicator="online-contests")).status_code == 404
