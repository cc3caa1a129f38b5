"""What a unit claims beyond its records: apart from every figure, and summed up the tree apart."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.reports.models import Estimate
from doanso.reports.queries.periods import sum_estimates
from doanso.reports.queries.unit_months import unit_month

pytestmark = pytest.mark.django_db
NOTE = "Danh sách giấy ở chợ"


@pytest.fixture
def resident(scene):
    return scene.programme.indicators.get(code="portal-residents")


def _sum(scene, unit, indicator):
    month = scene.month()
    return sum_estimates(scene.programme, scene.unit(unit), month.first_day, month.last_day).get(indicator.pk, 0)


def test_it_is_stated_changed_and_withdrawn(scene, resident):
    for value in (36, 30):
        scene.do("estimate", "binh", "p4-kp1", indicator=resident, value=value, note=NOTE)
    stored = Estimate.objects.get()
    assert (stored.value, stored.note, stored.stated_by, stored.period.unit.code) == (
        30,
        NOTE,
        scene.user("binh"),
        "p4-kp1",
    )

    for _ in range(2):
        scene.do("drop_estimate", "binh", "p4-kp1", indicator=resident)
    assert not Estimate.objects.exists()
    assert list(AuditEvent.objects.filter(action__startswith="reports.").order_by("pk").values_list("action", flat=True)) == [
        "reports.estimate", "reports.estimate", "reports.drop_estimate",
    ]  # fmt: skip


def test_it_is_in_no_figure_and_goes_up_the_tree_once_it_was_sent(scene, resident):
    scene.do("estimate", "binh", "p4-kp1", indicator=resident, value=36, note=NOTE)
    scene.do("estimate", "an", "p4", indicator=resident, value=4, note=NOTE)
    assert (_sum(scene, "p4-kp1", resident), _sum(scene, "p4", resident), _sum(scene, "my-tho", resident)) == (36, 4, 0)

    scene.do("send", "binh", "p4-kp1")
    assert _sum(scene, "p4", resident) == 40
    scene.do("give_back", "an", "p4-kp1", words="Xem lại")
    assert _sum(scene, "p4", resident) == 4

    scene.do("send", "binh", "p4-kp1")
    scene.do("explain", "an", "p4", reasons={"missing": "Không chờ"})
    scene.do("send", "an", "p4")
    assert (_sum(scene, "my-tho", resident), _sum(scene, "p5", resident)) == (40, 0)
    indicators = list(scene.programme.indicators.all())
    figures = unit_month(scene.programme, indicators, scene.month(), scene.unit("my-tho")).figures
    [line] = [candidate for candidate in figures.lines if candidate.indicator == resident]
    assert (line.value, line.in_month, line.estimate) == (0, 0, 40)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": None}, "estimate_value"),
        ({"value": 0}, "estimate_value"),
        ({"value": 10_000_001}, "estimate_value"),
        ({"note": "  "}, "words_missing"),
        ({"note": "Số 082205001234"}, "words_number"),
        ({"note": "x" * 301}, "words_long"),
    ],
)
def test_what_is_refused(scene, resident, change, code):
    with pytest.raises(Refused, match=code):
        scene.do("estimate", "binh", "p4-kp1", indicator=resident, **({"value": 3, "note": NOTE} | change))
    assert not Estimate.objects.exists()


@pytest.mark.parametrize("name", ["chi", "hanh", "khoa", "lan", "minh"])
def test_who_tells_none(scene, resident, name):
    with pytest.raises(PermissionDenied):
        scene.do("estimate", name, "p4-kp1", indicator=resident, value=3, note=NOTE)


def test_an_estimate_can_be_stated_before_the_month_is_over(scene, resident, business_day):
    business_day(date(2023, 10, 20))
    assert scene.do("estimate", "an", "p4", indicator=resident, value=3, note=NOTE).state == "draft"
