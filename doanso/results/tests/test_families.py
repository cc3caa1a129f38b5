"""What the family asks of a programme, and how its records are shown behind a figure."""

from datetime import date

import pytest

from doanso.ledger import ports
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.results import queries
from doanso.results.families import REPORTED_FAMILY, RESULT, ReportedFamily
from doanso.results.models import Result, ResultVersion
from doanso.targets.actions import load_programme
from doanso.targets.drilldown import DrilldownFigure, page_of_records
from doanso.targets.models import Indicator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("topic", [None, "", "Cây xanh", "a" * 61, "-a", 5])
def test_a_topic_is_a_code(topic):
    with pytest.raises(Refused) as refused:
        ReportedFamily().resolve({} if topic is None else {"topic": topic})
    assert refused.value.problem.message == (
        "“topic” là mã gồm chữ thường không dấu, chữ số và gạch nối, nhiều nhất 60 ký tự, ví dụ “trong-cay”."
    )


def test_another_parameter_is_refused():
    with pytest.raises(Refused, match=r"“results\.reported” không có tham số “service”; hãy bỏ đi."):
        ReportedFamily().resolve({"topic": "trees", "service": "portal"})


def test_left_out_the_topic_is_the_indicators_code(reporting):
    works = reporting.indicators["works"]
    measure = reporting.programme.book.measures.get(code=works.numerator)
    assert (measure.family, measure.topic, measure.least_grade) == (REPORTED_FAMILY, "works", 1)
    result = reporting.attest(reporting.report("p4", 1, indicator="works", text="Cầu nông thôn"))
    assert result.topic == "works"
    assert (reporting.shown("works"), reporting.shown("trees")) == ({"p4": 1, "my-tho": 1}, {})


def test_next_years_programme_with_the_same_topic_counts_its_own_days(reporting, tmp_path, business_day):
    text = reporting.file.read_text(encoding="utf-8")
    path = tmp_path / "2024.toml"
    path.write_text(text.replace("2023", "2024"), encoding="utf-8")
    following = load_programme(actor=reporting.tree.dung, path=path)
    reporting.attest(reporting.report(quantity=250))
    business_day(date(2024, 2, 1))
    late = reporting.report(quantity=7, on=date(2023, 12, 30), today=date(2024, 2, 1))
    reporting.attest(late, today=date(2024, 2, 1))
    assert reporting.shown() == {"p4-kp1": 257, "p4": 257, "my-tho": 257}
    reporting.indicators["trees"] = Indicator.objects.select_related("programme__root", "programme__book").get(
        programme=following, code="trees"
    )
    new = reporting.report(quantity=40, on=date(2024, 1, 20), today=date(2024, 2, 1))
    reporting.attest(new, today=date(2024, 2, 1))
    assert reporting.shown() == {"p4-kp1": 257, "p4": 257, "my-tho": 257}
    reporting.programme = following
    assert reporting.shown(on=date(2024, 12, 31)) == {"p4-kp1": 40, "p4": 40, "my-tho": 40}
    assert list(recount()) == []


def test_the_figure_opens_down_to_its_records(reporting):
    counted = reporting.attest(reporting.report("p4-kp1", 250))
    reporting.report("p4-kp2", 40)
    trees = reporting.indicators["trees"]
    figure = DrilldownFigure(reporting.programme, trees, reporting.unit("p4"), date(2023, 11, 12), "numerator")
    page = page_of_records(actor=reporting.tree.an, figure=figure, after=None)
    assert (page.count, page.adds_amounts) == (250, True)
    [line] = page.lines
    assert (line.title, line.url) == ("250 cây: Trồng cây dọc kênh", f"/results/{counted.pk}/")
    assert line.detail == "Chi đoàn Khu phố 1, Phường 4, ngày 05/11/2023"


def test_behind_a_closed_figure_the_old_version_stays_and_says_what_became_of_it(reporting):
    result = reporting.attest(reporting.report(on=date(2023, 10, 20)))
    reporting.close("my-tho", date(2023, 10, 31))
    old = queries.latest_version(result)
    reporting.correct(result, 25)
    lines = ports.source_page(RESULT)(actor=reporting.tree.an, ids=[old.pk])
    assert lines[old.pk].title == "250 cây: Trồng cây dọc kênh"
    assert lines[old.pk].detail.endswith("· Được thay bằng bản sửa")
    stranger = ports.source_page(RESULT)(actor=reporting.tree.chi, ids=[old.pk])
    assert (stranger[old.pk].title, stranger[old.pk].url) == ("Một kết quả bạn không được mở", "")


def test_facts_are_read_in_pages_by_key(reporting):
    for quantity in range(1, 8):
        reporting.report("p4-kp1", quantity)
    family = ports.family(REPORTED_FAMILY)
    read, after = [], None
    while page := family.facts(after=after, limit=3):
        read += page
        after = page[-1].source_id
    assert [fact.source_id for fact in read] == list(ResultVersion.objects.order_by("pk").values_list("pk", flat=True))
    assert {fact.subject_ref for fact in read} == set(Result.objects.values_list("pk", flat=True))
