"""Pages of places: the list, one place at each step, assignments of gaps, and what others may not."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doanso.assignments.actions import complete
from doanso.assignments.models import Assignment
from doanso.audit.models import AuditEvent
from doanso.lib import clock, spreadsheet
from doanso.lib.vietnamese import fold
from doanso.places import actions, policy
from doanso.places.actions import RecognitionInput
from doanso.places.formulas import Value
from doanso.places.models import KnownFrom, Place, PlaceState, Segment
from doanso.places.queries import lists
from doanso.places.tests.conftest import REACHED, StreetScene
from doanso.testing import TODAY


def page(place: Place, name: str = "place", *args: Any) -> str:
    return reverse(f"places:{name}", args=[place.pk, *args])


def post(client: Any, street: StreetScene, place: Place, step: str, **data: Any) -> Any:
    sent = {"read": street.read(place), **{f"{step}-{key}": value for key, value in data.items()}}
    return client.post(page(place, step), sent)


def test_a_re_check_is_offered_to_another_officer_than_the_sender(
    street: StreetScene, as_user: Any, business_day: Any
) -> None:
    place, dung, hoa = street.in_progress(), street.tree.dung, street.hoa
    street.values.update(REACHED)
    street.step(actions.assess_itself, place, dung)
    street.step(actions.assess, place, hoa)
    street.step(actions.recognise, place, hoa, inputs=RecognitionInput(TODAY))
    business_day(date(2024, 5, 10))
    offered = [
        f'action="{page(place, "recheck")}"' in as_user(officer).get(page(place)).content.decode()
        for officer in (dung, hoa)
    ]
    assert offered == [False, True]


def test_a_street_is_brought_to_its_recognition_in_the_browser(street: StreetScene, as_user: Any) -> None:
    ward, city = as_user(street.tree.an), as_user(street.tree.dung)
    answer = ward.post(
        reverse("places:new"),
        {
            "kind": "digital-street", "unit": "p4", "name": "Đường Lê Lợi", "started_on": "01/03/2023",
            "segments": "Đoạn 1; Nguyễn Huệ; Thủ Khoa Huân\nĐoạn 2; Thủ Khoa Huân; Hùng Vương", "note": "",
        },
    )  # fmt: skip
    place = Place.objects.get()
    assert answer.headers["Location"] == page(place)
    assert (place.slug, place.criteria_count) == ("duong-le-loi", 9)
    assert [str(segment) for segment in place.segments.all()] == ["Đoạn 1", "Đoạn 2"]
    text = ward.get(page(place)).content.decode()
    assert "Tiếp theo: lập danh sách" in text
    assert "survey-on" not in text
    post(ward, street, place, "survey", on="20/03/2023", note="")
    post(ward, street, place, "start")
    street.values.update(REACHED)
    assert "Hôm nay đạt đủ cả 9 tiêu chí" in ward.get(page(place)).content.decode()
    post(ward, street, place, "send", note="Xin thẩm định")
    assert "Tiếp theo: thẩm định" in city.get(page(place)).content.decode()
    assert "Tiếp theo: cấp trên thẩm định" in ward.get(page(place)).content.decode()
    post(city, street, place, "assess", note="")
    assert 'name="recognise-decided_on" value="12/11/2023"' in city.get(page(place)).content.decode()
    answer = post(city, street, place, "recognise", decided_on="12/11/2023", decision="15-QĐ/TĐ")
    assert answer.status_code == 302
    assert street.fresh(place).state == PlaceState.RECOGNISED
    text = city.get(page(place)).content.decode()
    assert "15-QĐ/TĐ" in text
    assert "12/05/2024" in text


def test_a_refused_step_says_why_on_the_page(street: StreetScene, as_user: Any) -> None:
    place = street.create()
    answer = post(as_user(street.tree.an), street, place, "survey", on="13/11/2023", note="")
    assert answer.status_code == 422
    assert "Ngày này chưa tới." in answer.content.decode()
    assert street.fresh(place).state == PlaceState.PREPARING


def test_stopping_needs_a_reason_and_its_field_does_not_say_otherwise(street: StreetScene, as_user: Any) -> None:
    place = street.in_progress()

    answer = post(as_user(street.tree.an), street, place, "stop", reason=" ")

    html = answer.content.decode()
    assert (answer.status_code, "Ghi lý do bằng vài chữ." in html) == (422, True)
    assert re.findall(r'<label [^>]*for="id_stop-reason"[^>]*>(.*?)</label>', html) == ["Lý do"]
    place.refresh_from_db()
    assert place.state != "stopped"


def test_a_gap_becomes_an_assignment_of_a_branch_once(street: StreetScene, as_user: Any) -> None:
    place = street.in_progress()
    street.values[4] = Value(35, 40, KnownFrom.RECORDS, known_on=date(2023, 11, 10))
    client = as_user(street.tree.an)
    text = client.get(page(place)).content.decode()
    assert "87,5% (35 / 40)" in text
    assert "Cần thêm 1" in text
    criterion = place.criteria_set.criteria.get(number=4)
    for _time in range(2):
        client.post(page(place, "assign-gap", criterion.pk), {"unit": "p4-kp1"})
    assignment = Assignment.objects.get()
    assert (assignment.kind, assignment.unit, assignment.due_on) == (
        "places.gap", street.unit("p4-kp1"), TODAY + timedelta(days=14),
    )  # fmt: skip
    assert "đã giao, hạn 26/11/2023" in client.get(page(place)).content.decode()
    refused = client.post(page(place, "assign-gap", criterion.pk), {"unit": "p5"}, follow=True)
    assert Assignment.objects.count() == 1
    assert refused.status_code == 200


def test_the_list_shows_what_waits_first_in_a_constant_number_of_statements(
    street: StreetScene, as_user: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    street.recognised("Đường Nguyễn Huệ")
    street.create("Chợ Mỹ Tho", "cashless-market")
    client = as_user(street.tree.dung)
    client.get(reverse("places:list"))
    with django_assert_num_queries(6):
        client.get(reverse("places:list"))
    made = [
        Place(
            kind="digital-street", name=f"Đường số {n}", folded=fold(f"Đường số {n}"), slug=f"duong-so-{n}",
            unit=street.unit(("p4", "p5")[n % 2]), criteria_set=Place.objects.first().criteria_set,
            state="self-assessed", started_on=TODAY, surveyed_on=TODAY, changed_on=TODAY, made_by=street.tree.an,
            made_at="2023-11-12T00:00:00Z", changed_by=street.tree.an,
        )
        for n in range(30)
    ]  # fmt: skip
    Place.objects.bulk_create(made)
    with django_assert_num_queries(6):
        text = client.get(reverse("places:list")).content.decode()
    assert text.index("Đường số 3") < text.index("Chợ Mỹ Tho") < text.index("Đường Nguyễn Huệ")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "nguyen hue"}, ["Đường Nguyễn Huệ"]),
        ({"kind": "cashless-market"}, ["Chợ Mỹ Tho"]),
        ({"state": "recognised"}, ["Đường Nguyễn Huệ"]),
        ({"state": "recheck"}, []),
        ({"unit": "p5"}, []),
    ],
)
def test_the_list_is_narrowed(street: StreetScene, as_user: Any, query: dict[str, str], names: list[str]) -> None:
    street.recognised("Đường Nguyễn Huệ")
    street.create("Chợ Mỹ Tho", "cashless-market")
    answer = as_user(street.tree.dung).get(reverse("places:list"), query)
    assert [row["place"].name for row in answer.context["rows"]] == names


def test_a_place_page_reads_no_more_for_more_criteria_assessments_and_gaps(
    street: StreetScene,
    as_user: Any,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    # The test's criteria have stated values; what registers take while they change is counted in `test_register_values.py`.
    place = street.in_progress()
    client = as_user(street.tree.an)
    client.get(page(place))
    with django_assert_num_queries(19):
        client.get(page(place))
    for number in (1, 2, 3):
        street.step(actions.keep_midterm, place)
        criterion = place.criteria_set.criteria.get(number=number)
        actions.assign_gap(actor=street.tree.an, place=place, criterion=criterion)
        Segment.objects.create(place=place, number=number + 1, name=f"Đoạn {number + 1}")
    with django_assert_num_queries(19):
        client.get(page(place))


def test_kept_scores_are_compared_and_proved(street: StreetScene, as_user: Any) -> None:
    place = street.in_progress()
    street.values[4] = Value(39, 40, KnownFrom.RECORDS)
    street.step(actions.keep_midterm, place, note="Sau đợt tháng 11")
    answer = as_user(street.tree.hanh).get(page(place, "assessments"))
    text = answer.content.decode()
    assert "97,5% (39 / 40)" in text
    assert "Sau đợt tháng 11" in text
    assert [one["is_intact"] for one in answer.context["assessments"]] == [True, True]
    place.assessments.filter(stage="mid").get().values.filter(criterion__number=4).update(numerator=40)
    answer = as_user(street.tree.hanh).get(page(place, "assessments"))
    assert [one["is_intact"] for one in answer.context["assessments"]] == [False, True]


def test_the_list_is_downloaded_as_a_workbook_as_it_is_filtered(
    street: StreetScene, as_user: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    street.recognised()
    street.create("Chợ Mỹ Tho", "cashless-market")
    an = as_user(street.tree.an)
    assert "/places/export/?kind=cashless-market" in an.get("/places/", {"kind": "cashless-market"}).content.decode()

    def rows(**query: str) -> list[list[Any]]:
        answer = an.get("/places/export/", query)
        assert answer["Content-Disposition"] == 'attachment; filename="tuyen-pho-va-cho-2023-11-12.xlsx"'
        return [list(row) for row in spreadsheet.iter_rows(BytesIO(b"".join(answer.streaming_content)))][1:]

    waiting, recognised = rows()
    assert [waiting[0], recognised[0]] == ["Chợ Mỹ Tho", "Đường Lê Lợi"]
    assert recognised[2:4] == ["Đoàn Phường 4", "Đã công nhận"]
    assert [str(value)[:10] for value in recognised[5:13]] == [
        *("9", "9", "2023-03-01", "2023-03-20", "2023-11-12", "2023-11-12", "15-QĐ/TĐ", "2024-05-12")
    ]
    assert [row[0] for row in rows(kind="cashless-market")] == ["Chợ Mỹ Tho"]
    assert rows(q="không có") == []
    event = AuditEvent.objects.filter(action="places.export").first()
    assert event is not None
    assert event.unit_id == street.unit().pk
    with django_assert_num_queries(6):
        assert len(lists.listed_places(street.tree.an, lists.PlaceFilter())) == 2
    # A branch below it sees none of them, and gets an empty list.
    assert as_user(street.tree.binh).get("/places/export/").status_code == 200


@pytest.mark.parametrize(("name", "status"), [("an", 200), ("binh", 404), ("chi", 404), ("hanh", 200), ("lan", 404)])
def test_who_sees_a_place(street: StreetScene, as_user: Any, name: str, status: int) -> None:
    place = street.create()
    assert as_user(getattr(street.tree, name)).get(page(place)).status_code == status
    assert as_user(street.tree.an).get(reverse("places:place", args=[uuid4()])).status_code == 404


def test_a_branch_that_was_given_a_criterion_sees_the_place_and_enters_checks(
    street: StreetScene, as_user: Any
) -> None:
    place = street.in_progress()
    binh = street.tree.binh
    assert not policy.RECORD.allows(binh, place)
    criterion = place.criteria_set.criteria.get(number=1)
    gap = actions.assign_gap(actor=street.tree.an, place=place, criterion=criterion, unit=street.unit("p4-kp1"))
    answer = as_user(binh).get(page(place))
    assert answer.status_code == 200
    assert not answer.context["may_manage"]
    assert policy.RECORD.allows(binh, place)
    assert not policy.MANAGE.allows(binh, place, found_by=policy.VIEW)
    complete(actor=street.tree.dung, assignment=gap.assignment, outcome="done")
    assert not policy.RECORD.allows(binh, place)
    assert as_user(binh).get(page(place)).status_code == 200


@pytest.mark.parametrize(("days", "status"), [(29, 200), (30, 404)])
def test_a_branch_sees_the_place_for_thirty_days_after_its_criterion_is_completed(
    street: StreetScene, as_user: Any, days: int, status: int
) -> None:
    place = street.in_progress()
    criterion = place.criteria_set.criteria.get(number=1)
    gap = actions.assign_gap(actor=street.tree.an, place=place, criterion=criterion, unit=street.unit("p4-kp1"))
    complete(actor=street.tree.dung, assignment=gap.assignment, outcome="done")
    Assignment.objects.update(completed_at=clock.now() - timedelta(days=days))
    binh = as_user(street.tree.binh)
    assert binh.get(page(place)).status_code == status
    assert (f"/places/{place.pk}/" in binh.get(reverse("places:list")).content.decode()) is (status == 200)
    task = binh.get(reverse("assignments:assignment", args=[gap.assignment.pk]))
    assert (f"/places/{place.pk}/" in task.content.decode()) is (status == 200)
    # A second one that is open opens the place again.
    actions.assign_gap(
        actor=street.tree.an,
        place=place,
        criterion=place.criteria_set.criteria.get(number=2),
        unit=street.unit("p4-kp1"),
    )
    assert binh.get(page(place)).status_code == 200


def test_the_public_page_is_shown_before_the_recognition_by_choice(street: StreetScene, as_user: Any) -> None:
    place = street.create()
    as_user(street.tree.an).post(page(place, "show"), {"read": street.read(place), "shown": "1"})
    assert street.fresh(place).is_shown


def test_the_parts_and_the_name_are_changed_and_the_address_stays(street: StreetScene, as_user: Any) -> None:
    place = street.create()
    data = {"name": "Đường Lê Lợi nối dài", "started_on": "01/03/2023", "segments": "Đoạn A\nĐoạn B", "note": "x"}
    answer = as_user(street.tree.an).post(page(place, "edit"), {**data, "read": street.read(place)})
    assert answer.status_code == 302
    fresh = street.fresh(place)
    assert (fresh.name, fresh.slug, fresh.version) == ("Đường Lê Lợi nối dài", "duong-le-loi", 2)
    assert list(fresh.segments.values_list("name", "begins_at")) == [("Đoạn A", ""), ("Đoạn B", "")]
    stale = as_user(street.tree.an).post(page(place, "edit"), {**data, "name": "Y", "read": "1.preparing"})
    assert stale.status_code == 422


def test_the_form_of_a_new_place_says_how_streets_and_markets_are_divided(street: StreetScene, as_user: Any) -> None:
    help_text = as_user(street.tree.an).get(reverse("places:new")).context["form"].fields["segments"].help_text
    assert help_text.startswith("Tuyến phố: Mỗi dòng một đoạn")
    assert "Chợ: Mỗi dòng một khu" in help_text
