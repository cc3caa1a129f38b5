"""From the survey to the recognition, its entry in the ledger, its end, and what refuses each step."""

import re
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from doanso.audit.models import AuditEvent
from doanso.ledger import queries as ledger
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.notices.models import Notice
from doanso.places import actions, queries
from doanso.places.actions import PlaceInput, RecognitionInput
from doanso.places.formulas import Value
from doanso.places.models import AssessmentStage, KnownFrom, Place, PlaceState, Recognition
from doanso.places.tests.conftest import FILE, REACHED, StreetScene
from doanso.targets.actions import load_programme
from doanso.targets.models import Programme
from doanso.testing import TODAY

pytestmark = pytest.mark.engines


def figures(programme: Programme, street: StreetScene, code: str, on: date = date(2023, 12, 31)) -> dict[str, int]:
    indicator = programme.indicators.get(code=code)
    codes = {unit.pk: unit_code for unit_code, unit in street.tree.units.items()}
    shown = ledger.figures(book=programme.book, unit_ids=list(codes), on=on)
    return {
        codes[unit_id]: figure.total
        for (unit_id, measure), figure in shown.items()
        if measure == indicator.numerator and figure.total
    }


def refusal(step: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        step()
    return caught.value.problem.code


def states(place: Place) -> list[str]:
    events = AuditEvent.objects.filter(object_id=place.pk).order_by("id")
    return [event.action for event in events]


def test_a_street_counts_from_its_recognition_until_it_is_withdrawn(street: StreetScene) -> None:
    programme = load_programme(actor=street.tree.dung, path=FILE)
    place = street.recognised()
    assert figures(programme, street, "digital-streets") == {"p4": 1, "my-tho": 1}
    assert figures(programme, street, "cashless-markets") == {}
    assert place.state == PlaceState.RECOGNISED
    assert place.passed == place.criteria_count == 9
    recognition = Recognition.objects.get()
    assert (recognition.decided_on, recognition.recheck_due) == (TODAY, date(2024, 5, 12))
    street.step(actions.withdraw_recognition, place, street.tree.dung, reason="Bảng QR hỏng quá nửa")
    assert figures(programme, street, "digital-streets") == {}
    assert street.fresh(place).state_reason == "Bảng QR hỏng quá nửa"
    out = StringIO()
    call_command("recount", stdout=out)
    assert "places.recognised" not in out.getvalue()
    assert states(place) == [
        "places.create", "places.survey", "places.start", "places.assess_itself", "places.make_assessment",
        "places.recognise", "places.withdraw",
    ]  # fmt: skip


def test_a_withdrawn_place_may_be_recognised_again_and_counts_once(street: StreetScene) -> None:
    programme = load_programme(actor=street.tree.dung, path=FILE)
    place = street.recognised("Chợ Mỹ Tho", "cashless-market")
    street.step(actions.withdraw_recognition, place, street.tree.dung, reason="Phí chợ thu tiền mặt")
    street.step(actions.start_work, place)
    street.step(actions.assess_itself, place)
    street.step(actions.assess, place, street.tree.dung)
    street.step(actions.recognise, place, street.hoa, inputs=RecognitionInput(TODAY))
    assert figures(programme, street, "cashless-markets") == {"p4": 1, "my-tho": 1}
    assert Recognition.objects.count() == 2


def test_recount_reads_recognitions_from_their_own_table(street: StreetScene) -> None:
    load_programme(actor=street.tree.dung, path=FILE)
    street.recognised()
    call_command("recount", stdout=StringIO())
    Recognition.objects.update(
        withdrawn_on=TODAY, withdrawn_reason="x", withdrawn_by=street.hoa, withdrawn_at=clock.now()
    )
    with pytest.raises(SystemExit):
        call_command("recount", stdout=StringIO())


def test_one_failed_criterion_is_never_averaged_away(street: StreetScene) -> None:
    place = street.in_progress()
    for number in range(1, 10):
        street.values[number] = Value(100, 100, KnownFrom.RECORDS, second_numerator=100)
    # One household short of 90%.
    street.values[4] = Value(89, 99, KnownFrom.RECORDS)
    street.step(actions.assess_itself, place)
    assessment = street.step(actions.assess, place, street.tree.dung)
    assert (assessment.passed, assessment.criteria_count) == (8, 9)
    step = lambda: street.step(actions.recognise, place, street.tree.dung, inputs=RecognitionInput(TODAY))  # noqa: E731
    assert refusal(step) == "place_criteria"
    street.step(actions.refuse_recognition, place, street.tree.dung, reason="Tiêu chí 4 thiếu 1 hộ")
    assert street.fresh(place).state == PlaceState.REFUSED
    street.step(actions.start_work, place)
    assert street.fresh(place).state == PlaceState.IN_PROGRESS


def test_an_assessment_is_decided_on_within_thirty_days_and_can_be_made_again(
    street: StreetScene, business_day: Callable[[date], None]
) -> None:
    place = street.assessed()
    recognise = lambda on: street.step(  # noqa: E731
        actions.recognise, place, street.hoa, inputs=RecognitionInput(on, "15-QĐ/TĐ")
    )
    business_day(date(2023, 12, 13))
    assert refusal(lambda: recognise(date(2023, 12, 13))) == "place_assessment_old"
    street.values[4] = Value(8, 10, KnownFrom.RECORDS)
    again = street.step(actions.assess, place, street.hoa, note="Đi lại")
    assert (again.stage, again.on, again.passed) == (AssessmentStage.CITY, date(2023, 12, 13), 8)
    assert refusal(lambda: recognise(date(2023, 12, 13))) == "place_criteria"
    street.values.update(REACHED)
    newest = street.step(actions.assess, place, street.hoa)
    assert recognise(date(2023, 12, 13)).assessment == newest
    assert [row.stage for row in queries.assessments_of(place)] == ["city", "city", "city", "self", "baseline"]
    assert refusal(lambda: street.step(actions.assess, place, street.hoa)) == "place_state"


def test_a_decision_of_a_day_in_time_may_be_entered_late(
    street: StreetScene, business_day: Callable[[date], None]
) -> None:
    place = street.assessed()
    business_day(date(2024, 3, 1))
    inputs = RecognitionInput(date(2023, 12, 12), "15-QĐ/TĐ")
    assert street.step(actions.recognise, place, street.hoa, inputs=inputs).decided_on == date(2023, 12, 12)


def test_the_page_offers_another_assessment_where_the_former_is_old(
    street: StreetScene, business_day: Callable[[date], None], as_user: Callable[..., Any]
) -> None:
    place = street.assessed()
    hoa = as_user(street.hoa)
    main = re.compile(r"<button [^>]*\bdata-primary>")
    page = hoa.get(f"/places/{place.pk}/").content.decode()
    assert "Công nhận" in main.split(page)[1][:400]
    business_day(date(2024, 1, 20))
    page = hoa.get(f"/places/{place.pk}/").content.decode()
    assert "Đã quá lâu để quyết định" in page
    assert "Thẩm định lại" in main.split(page)[1][:400]
    answer = hoa.post(f"/places/{place.pk}/assess/", {"read": street.read(place), "assess-note": ""})
    assert answer.status_code == 302
    assert queries.latest_assessment(place, AssessmentStage.CITY).on == date(2024, 1, 20)


def test_whoever_sent_it_neither_assesses_nor_decides(street: StreetScene) -> None:
    place = street.in_progress()
    street.step(actions.assess_itself, place, street.tree.dung)
    assert refusal(lambda: street.step(actions.assess, place, street.tree.dung)) == "place_own"
    with pytest.raises(PermissionDenied):
        street.step(actions.assess, place, street.tree.an)
    street.values.update({n: Value(1, 1, KnownFrom.CHECK, second_numerator=1) for n in range(1, 10)})
    street.step(actions.assess, place, street.hoa)
    decide = lambda by: street.step(actions.recognise, place, by, inputs=RecognitionInput(TODAY))  # noqa: E731
    assert refusal(lambda: decide(street.tree.dung)) == "place_own"
    decide(street.hoa)


def test_a_step_names_what_its_user_has_read(street: StreetScene) -> None:
    place = street.in_progress()
    read = street.read(place)
    street.step(actions.assess_itself, place)
    late = lambda: actions.stop_place(actor=street.tree.an, place=place, read=read, reason="x")  # noqa: E731
    assert refusal(late) == "place_stale"
    assert refusal(lambda: street.step(actions.start_work, place)) == "place_state"


def test_the_survey_freezes_the_day_and_keeps_the_baseline(street: StreetScene) -> None:
    place = street.create()
    street.values[4] = Value(12, 40, KnownFrom.RECORDS)
    early = lambda: street.step(actions.complete_survey, place, on=date(2023, 2, 28))  # noqa: E731
    assert refusal(early) == "place_day_early"
    street.step(actions.complete_survey, place, on=date(2023, 3, 20), note="Đủ 40 hộ")
    fresh = street.fresh(place)
    assert fresh.is_frozen
    assert fresh.surveyed_on == date(2023, 3, 20)
    [baseline] = queries.assessments_of(fresh)
    assert (baseline.stage, baseline.on, baseline.passed) == (AssessmentStage.BASELINE, date(2023, 3, 20), 0)


def test_a_kept_assessment_can_be_proved(street: StreetScene) -> None:
    place = street.assessed()
    assessments = queries.assessments_of(place)
    values = queries.values_of(assessments)
    assert [assessment.stage for assessment in assessments] == ["city", "self", "baseline"]
    assert all(queries.is_intact(assessment, values[assessment.pk]) for assessment in assessments)
    tampered = values[assessments[0].pk][7]
    tampered.numerator = 9
    assert not queries.is_intact(assessments[0], values[assessments[0].pk])


def test_a_returned_self_assessment_is_taken_back_with_its_reason(street: StreetScene) -> None:
    place = street.in_progress()
    street.step(actions.assess_itself, place)
    assert Notice.objects.filter(kind="places.sent", unit=street.unit("my-tho")).count() == 1
    street.step(actions.return_assessment, place, street.tree.dung, reason="Thiếu ảnh bảng số 2")
    assert street.fresh(place).state == PlaceState.IN_PROGRESS
    assert list(Notice.objects.values_list("kind", flat=True)) == ["places.returned"]
    assert queries.latest_assessment(place, AssessmentStage.SELF) is None


def test_a_recheck_moves_the_next_one_and_leaves_the_recognition(
    street: StreetScene, business_day: Callable[[date], None]
) -> None:
    place = street.recognised()
    business_day(date(2024, 5, 13))
    actions.look_over_places()
    assert Notice.objects.filter(kind="places.recheck-due").count() == 1
    street.values[9] = Value(3, 5, KnownFrom.RECORDS)
    assessment = street.step(actions.recheck, place, street.tree.dung)
    assert (assessment.stage, assessment.passed) == (AssessmentStage.RECHECK, 8)
    assert Recognition.objects.get().recheck_due == date(2024, 11, 13)
    assert not Notice.objects.filter(kind="places.recheck-due").exists()
    assert street.fresh(place).passed == 8
    assert street.fresh(place).state == PlaceState.RECOGNISED


@pytest.mark.parametrize("name", ["chi", "binh", "hanh", "lan", "minh"])
def test_others_set_up_no_place_in_the_ward(street: StreetScene, name: str) -> None:
    with pytest.raises(PermissionDenied):
        street.create(by=getattr(street.tree, name))


def test_a_waiting_place_stays_in_the_inbox_of_an_officer_who_shows_it(street: StreetScene) -> None:
    place = street.in_progress()
    street.step(actions.assess_itself, place)
    dung, an = street.tree.dung, street.tree.an
    street.step(actions.set_shown, place, dung, shown=True)
    assert street.fresh(place).changed_by_id == dung.pk
    assert [each.pk for each in queries.to_assess(dung)] == [place.pk]
    assert list(queries.to_assess(an)) == []
    assert Notice.objects.filter(kind="places.sent").count() == 1
    street.step(actions.assess, place, dung)
    assert list(Notice.objects.values_list("kind", flat=True)) == ["places.assessed"]


def test_notes_and_reasons_with_a_mark_of_secrecy_are_refused(street: StreetScene) -> None:
    place = street.create()
    secret = "TỐI MẬT\nKế hoạch phòng thủ"
    survey = lambda: street.step(actions.complete_survey, place, on=date(2023, 3, 20), note=secret)  # noqa: E731
    assert refusal(survey) == "document_secret"
    assert refusal(lambda: street.step(actions.stop_place, place, reason=secret)) == "document_secret"


def test_an_assessed_place_waits_no_more_to_be_assessed(street: StreetScene) -> None:
    place = street.in_progress()
    street.step(actions.assess_itself, place)
    street.step(actions.assess, place, street.tree.dung)
    assert list(Notice.objects.values_list("kind", flat=True)) == ["places.assessed"]


def test_whoever_sent_it_neither_decides_on_it_nor_re_checks_it(street: StreetScene) -> None:
    place, dung, hoa = street.in_progress(), street.tree.dung, street.hoa
    street.values.update(REACHED)
    street.step(actions.assess_itself, place, dung)
    street.step(actions.assess, place, hoa)
    # The inbox offers only what the officer may do.
    assert [list(queries.to_decide(officer)) for officer in (dung, hoa)] == [[], [place]]
    street.step(actions.recognise, place, hoa, inputs=RecognitionInput(TODAY))
    assert refusal(lambda: street.step(actions.recheck, place, dung)) == "place_own"
    due = Recognition.objects.get().recheck_due
    assert [list(queries.recheck_due(officer, due)) for officer in (dung, hoa)] == [[], [place]]
    street.step(actions.recheck, place, street.hoa)


def test_name_and_first_day_of_a_place_stay_its_own(street: StreetScene) -> None:
    place, other = street.create(), street.create("Đường Hùng Vương")
    change = lambda **values: street.step(  # noqa: E731
        actions.change_place, place, inputs=PlaceInput(**{"name": place.name, "started_on": place.started_on} | values)
    )
    assert refusal(lambda: change(name="đường hùng vương")) == "place_twice"
    change(started_on=date(2023, 3, 2))
    street.step(actions.complete_survey, place, on=date(2023, 3, 20))
    assert refusal(lambda: change(started_on=date(2023, 3, 5))) == "place_started_frozen"
    street.step(actions.stop_place, other, reason="Không làm nữa")
    assert change(name="Đường Hùng Vương", started_on=date(2023, 3, 2)).name == "Đường Hùng Vương"
