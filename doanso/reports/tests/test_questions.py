"""What keeps a month from being sent, and how each question is settled or answered."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.adoption.actions import take_back_attestation
from doanso.adoption.models import Usage
from doanso.ledger.actions import fold
from doanso.ledger.models import Total
from doanso.lib.problems import Refused
from doanso.reports.models import Reason
from doanso.reports.period_words import question_words
from doanso.reports.queries.questions import all_questions, month_questions
from doanso.targets.actions import AllocationDecision, Part, allocate, answer

pytestmark = pytest.mark.django_db


def _codes(scene, unit, month="2023-10"):
    return [
        (question.code, question.is_open)
        for question in all_questions(scene.programme, scene.month(month), scene.unit(unit))
    ]


def _words(scene, unit, month="2023-10"):
    [question] = all_questions(scene.programme, scene.month(month), scene.unit(unit))
    return question_words(question, scene.programme, scene.month(month), scene.unit(unit))


def _close_september(scene):
    scene.pass_on("2023-09")
    scene.do("close", "dung", "my-tho", "2023-09")


def test_a_ward_waits_for_its_branches_or_says_why_it_does_not(scene):
    scene.do("send", "binh", "p4-kp1")
    assert _codes(scene, "p4") == [("missing", True)]
    assert _words(scene, "p4").sentence == (
        "2 đơn vị cấp dưới chưa được duyệt: Khu phố 1, Khu phố 2. Nếu không chờ, các đơn vị này sẽ bị chốt trễ."
    )
    assert _words(scene, "p4").url == "/programmes/my-tho-2023/periods/?month=2023-10&unit=p4"
    with pytest.raises(Refused, match="questions_open"):
        scene.do("send", "an", "p4")

    scene.do("explain", "an", "p4", reasons={"missing": "Khu phố 2 chưa có bí thư."})
    assert _codes(scene, "p4") == [("missing", False)]
    assert scene.do("send", "an", "p4").state == "sent"


def test_with_all_branches_accepted_nothing_is_asked(scene):
    for code in ("p4-kp1", "p4-kp2"):
        scene.do("send", "an", code)
        scene.do("accept", "an", code)
    assert _codes(scene, "p4") == []


def test_an_answer_can_be_changed_and_taken_back(scene):
    scene.do("explain", "an", "p4", reasons={"missing": "Chưa có bí thư."})
    scene.do("explain", "an", "p4", reasons={"missing": "Bí thư đi học."})
    assert list(Reason.objects.values_list("words", flat=True)) == ["Bí thư đi học."]
    with pytest.raises(Refused, match="words_number"):
        scene.do("explain", "an", "p4", reasons={"missing": "Gọi 0903 111 222"})

    scene.do("explain", "an", "p4", reasons={"missing": " "})
    assert not Reason.objects.exists()


def test_what_nobody_asks_is_passed_over(scene):
    scene.do("explain", "an", "p4", reasons={"x" * 200: "Vì", "sum:portal-residents": "Vì", "fell:nothing": "Vì"})
    assert not Reason.objects.exists()


def test_a_figure_below_that_of_the_last_closing_wants_a_reason(scene):
    scene.reach("p4", "Đức", "Thủy", on=date(2023, 9, 5))
    _close_september(scene)
    usage = Usage.objects.get(person_id=scene.members["Đức"].person_id)
    take_back_attestation(actor=scene.user("dung"), usage_id=usage.pk)

    assert _codes(scene, "p4-kp1") == [("fell:vneid2-members", True)]
    assert _codes(scene, "p4-kp2") == []
    words = _words(scene, "p4-kp1")
    assert words.sentence == "VNeID mức độ 2 giảm từ 2/2 (100%) (ngày 30/09/2023) xuống 1/2 (50,0%)."
    assert words.url.startswith("/programmes/my-tho-2023/indicators/vneid2-members/p4-kp1/?on=2023-10-31")
    scene.do("explain", "binh", "p4-kp1", reasons={"fell:vneid2-members": "Xác nhận nhầm người, đã rút."})
    assert scene.do("send", "binh", "p4-kp1").state == "sent"


def test_before_the_first_closing_nothing_can_have_fallen(scene):
    scene.reach("p4", "Đức")
    assert _codes(scene, "p4-kp1") == []


def test_a_target_without_an_answer_is_asked_for(scene):
    resident = scene.programme.indicators.get(code="portal-residents")
    allocate(
        actor=scene.user("dung"), indicator=resident, unit=scene.unit("my-tho"), split="hand",
        parts=[Part(scene.unit("p5").pk, 3000)], decision=AllocationDecision("12-QĐ/TĐ", date(2023, 1, 10), date(2023, 1, 10)),
        counted_on=date(2023, 1, 10),
    )  # fmt: skip
    scene.do("send", "chi", "p5-kp1")
    scene.do("accept", "chi", "p5-kp1")
    assert _codes(scene, "p5") == [("unanswered", True)]
    assert _words(scene, "p5").url == "/programmes/my-tho-2023/cascade/?unit=p5"

    answer(actor=scene.user("chi"), indicator=resident, unit=scene.unit("p5"), kind="accepted")
    assert _codes(scene, "p5") == []


def test_a_sum_that_differs_names_recount_and_takes_no_words(scene):
    scene.reach("p4", "Đức", on=date(2023, 10, 5))
    scene.pass_on(wards=("p5",))
    for code in ("p4-kp1", "p4-kp2"):
        scene.do("send", "an", code)
        scene.do("accept", "an", code)
    while fold():
        pass
    assert _codes(scene, "p4") == []
    Total.objects.filter(unit=scene.unit("p4"), measure__code="vneid2-members-numerator").update(g1=5)
    Total.objects.filter(unit=scene.unit("p4"), measure__family="adoption.state").update(g1=5)

    [first, *_rest] = all_questions(scene.programme, scene.month(), scene.unit("p4"))
    assert (first.kind, first.takes_words) == ("sum", False)
    assert "doanso recount" in question_words(first, scene.programme, scene.month(), scene.unit("p4")).sentence
    scene.do("explain", "an", "p4", reasons={first.code: "Không biết"})
    with pytest.raises(Refused, match="questions_open"):
        scene.do("send", "an", "p4")


def test_many_units_cost_as_much_as_one(scene):
    costs = []
    for codes in (["p4"], ["p4", "p5", "p4-kp1", "p4-kp2", "p5-kp1"]):
        with CaptureQueriesContext(connection) as seen:
            month_questions(scene.programme, scene.month(), [scene.unit(code).pk for code in codes])
        costs.append(len(seen))
    assert costs[0] == costs[1]
