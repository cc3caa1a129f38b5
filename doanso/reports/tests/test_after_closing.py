"""What becomes known after a month was closed leaves it as it is, and falls in the next one."""

from datetime import date

import pytest

from doanso.adoption.actions import take_back_attestation
from doanso.adoption.models import Usage
from doanso.ledger.actions import complete_snapshots
from doanso.ledger.recount import recount
from doanso.members.actions import transfer_member
from doanso.reports.queries.unit_months import unit_month

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def _figures(scene, unit, month):
    indicators = list(scene.programme.indicators.all())
    lines = unit_month(scene.programme, indicators, scene.month(month), scene.unit(unit)).figures.lines
    return {
        figure_line.indicator.code: (figure_line.value, figure_line.percent, figure_line.in_month)
        for figure_line in lines
        if figure_line.value is not None
    }


def test_moves_corrections_and_erasures_leave_the_closed_month_as_it_was(scene, business_day):
    scene.reach("p4", "Đức", "Thủy", "Quân", on=date(2023, 10, 5))
    scene.pass_on()
    scene.do("close", "dung", "my-tho")
    units = ("my-tho", "p4", "p5", "p4-kp1")
    before = {unit: _figures(scene, unit, "2023-10") for unit in units}
    assert before["p4"]["vneid2-members"] == (3, 750, 3)

    transfer_member(
        actor=scene.user("dung"), member=scene.members["Đức"], to=scene.unit("p5-kp1"), on=date(2023, 10, 20)
    )
    usage = Usage.objects.get(person_id=scene.members["Quân"].person_id)
    take_back_attestation(actor=scene.user("dung"), usage_id=usage.pk)

    assert {unit: _figures(scene, unit, "2023-10") for unit in units} == before
    assert _figures(scene, "p4", "2023-11")["vneid2-members"] == (1, 333, -2)
    assert _figures(scene, "p5", "2023-11")["vneid2-members"] == (1, 333, 1)
    assert _figures(scene, "my-tho", "2023-11")["vneid2-members"] == (2, 333, -1)
    complete_snapshots()
    # Counts every snapshot anew as well.
    assert list(recount()) == []
