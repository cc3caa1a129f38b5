"""Public points: their numbers, codes and photos, the checks of their plates, and the values that follow from them."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from PIL import Image

from doanso.audit.models import AuditEvent
from doanso.files.actions import open_blob
from doanso.files.models import Blob
from doanso.files.photos import PhotoUpload
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.places.actions import points as actions
from doanso.places.actions.points import PlateCheckInput, PointInput, PublicTextInput
from doanso.places.formulas import Value
from doanso.places.models import KnownFrom, Place, PlateCheck, PublicPoint, PublicText
from doanso.places.queries import points as queries
from doanso.places.tests.conftest import StreetScene

pytestmark = pytest.mark.django_db

TODAY = date(2023, 11, 12)


def photo(colour: str = "red") -> PhotoUpload:
    picture = Image.new("RGB", (900, 600), colour)
    exif = Image.Exif()
    exif[0x010F] = "camera"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return PhotoUpload("Ảnh chụp.jpg", out.getvalue())


def add(street: StreetScene, place: Place, name: str = "Trạm Y tế", kind: str = "health", **more: Any) -> PublicPoint:
    options = {name: more.pop(name) for name in ("photo", "added_reason", "actor") if name in more}
    options.setdefault("actor", street.tree.an)
    inputs = PointInput(kind=kind, name=name, **more)
    return actions.add_point(place=street.fresh(place), inputs=inputs, **options)


def see(street: StreetScene, point: PublicPoint, on: date = TODAY, works: bool = True, **more: Any) -> PlateCheck:
    problem = "" if works else more.pop("problem", "missing")
    inputs = PlateCheckInput(on, works, problem, more.pop("note", ""), more.pop("is_put_up", False))
    return actions.check_plate(actor=more.pop("actor", street.tree.an), point=point, inputs=inputs, **more)


def test_points_and_boards_are_numbered_apart_and_have_codes_of_their_own(street: StreetScene) -> None:
    place = street.create()
    points = [add(street, place), add(street, place, "Chợ"), add(street, place, "Bảng đầu phố", "board")]
    assert [(point.number, point.since) for point in points] == [(1, TODAY), (2, TODAY), (1, TODAY)]
    assert len({point.code for point in points}) == 3
    assert all(len(point.code) == 5 and point.code[0].isalpha() for point in points)
    assert AuditEvent.objects.filter(action="places.add_point", unit_id=place.unit_id).count() == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": "  "}, "point_name"), ({"number": 1}, "point_number_taken"), ({"number": 100}, "point_number")],
)
def test_a_point_without_name_or_with_a_wrong_number_is_refused(street: StreetScene, changes: Any, code: str) -> None:
    place = street.create()
    add(street, place)
    with pytest.raises(Refused) as refused:
        add(street, place, **changes)
    assert refused.value.problem.code == code
    assert PublicPoint.objects.count() == 1


def test_after_the_survey_a_new_point_needs_a_reason(street: StreetScene) -> None:
    place = street.in_progress()
    with pytest.raises(Refused) as refused:
        add(street, place)
    assert refused.value.problem.code == "point_added_reason"
    assert add(street, place, added_reason=" Mới xây xong ").added_reason == "Mới xây xong"


def test_the_form_asks_for_the_reason_only_after_the_survey(street: StreetScene, client: Client) -> None:
    client.force_login(street.tree.an)
    word = "Vì sao lúc chốt khảo sát chưa có điểm này"
    assert word not in client.get(f"/places/{street.create().pk}/points/new/").content.decode()
    place = street.in_progress("Đường Hùng Vương")
    form = client.get(f"/places/{place.pk}/points/new/").context["form"]
    assert form.fields["added_reason"].required
    answer = client.post(f"/places/{place.pk}/points/new/", {"name": "Trạm y tế", "kind": "health"})
    assert answer.context["form"].errors == {"added_reason": ["Hãy điền mục này."]}


def test_strangers_and_branches_do_not_write_points(street: StreetScene) -> None:
    place = street.create()
    for user in (street.tree.binh, street.tree.chi):
        with pytest.raises(PermissionDenied):
            add(street, place, actor=user)


def test_a_photo_is_kept_without_what_the_camera_wrote_and_destroyed_when_replaced(street: StreetScene) -> None:
    point = add(street, street.create(), photo=photo())
    large, small = point.photo, point.photo_small
    assert large is not None
    assert small is not None
    with open_blob(small) as stored:
        picture = Image.open(stored)
        assert picture.size == (480, 320)
        assert not picture.getexif()
    inputs = PointInput(kind="health", name="Trạm Y tế")
    changed = actions.change_point(actor=street.tree.an, point=point, read=1, inputs=inputs, photo=photo("blue"))
    assert changed == ["photo", "photo_small"]
    assert Blob.objects.filter(pk__in=[large.pk, small.pk], erased_at=None).count() == 0
    point.refresh_from_db()
    actions.change_point(actor=street.tree.an, point=point, read=2, inputs=inputs, drops_photo=True)
    assert Blob.objects.filter(erased_at=None).count() == 0


def test_a_refused_change_keeps_no_photo(street: StreetScene) -> None:
    point = add(street, street.create())
    with pytest.raises(Refused) as refused:
        actions.change_point(
            actor=street.tree.an, point=point, read=7, inputs=PointInput(kind="health", name="Trạm"), photo=photo()
        )
    assert refused.value.problem.code == "point_stale"
    assert Blob.objects.filter(erased_at=None).count() == 0


def test_what_is_no_picture_is_refused_at_the_photo(street: StreetScene) -> None:
    with pytest.raises(Refused) as refused:
        add(street, street.create(), photo=PhotoUpload("a.jpg", b"%PDF-1.4"))
    assert refused.value.problem.field == "photo"


def test_a_board_that_becomes_a_point_gets_a_free_number_among_them(street: StreetScene) -> None:
    place = street.create()
    add(street, place)
    board = add(street, place, "Bảng", "board")
    actions.change_point(actor=street.tree.an, point=board, read=1, inputs=PointInput(kind="office", name="Trụ sở"))
    board.refresh_from_db()
    assert (board.number, board.kind, board.version) == (2, "office", 2)


def test_a_removed_point_keeps_its_code_and_frees_its_number(street: StreetScene) -> None:
    place = street.create()
    point = add(street, place)
    with pytest.raises(Refused) as refused:
        actions.remove_point(actor=street.tree.an, point=point, reason=" ")
    assert refused.value.problem.code == "point_removed_reason"
    actions.remove_point(actor=street.tree.an, point=point, reason="Dời đi nơi khác")
    with pytest.raises(Refused):
        actions.remove_point(actor=street.tree.an, point=point, reason="Lần nữa")
    again = add(street, place, "Trạm mới")
    assert again.number == 1
    assert again.code != point.code
    assert [one.pk for one in queries.listed_points(place)] == [again.pk]
    assert [one.pk for one in queries.removed_points(place)] == [point.pk]


def test_a_plate_is_printed_put_up_and_checked(street: StreetScene) -> None:
    place = street.create()
    point = add(street, place)
    assert actions.mark_printed(actor=street.tree.an, place=place, point_ids=[point.pk]) == 1
    see(street, point, is_put_up=True)
    point.refresh_from_db()
    assert (point.printed_on, point.put_up_on, point.checked_on, point.works) == (TODAY, TODAY, TODAY, True)
    see(street, point, works=False, problem="other-code", photo=photo())
    point.refresh_from_db()
    assert (point.put_up_on, point.works) == (TODAY, False)
    assert [(check.works, check.problem) for check in queries.plate_checks(point)] == [
        (False, "other-code"),
        (True, ""),
    ]


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        (PlateCheckInput(date(2023, 11, 13), True), "plate_day_ahead"),
        (PlateCheckInput(date(2023, 11, 11), True), "plate_day_early"),
        (PlateCheckInput(TODAY, None), "plate_outcome"),
        (PlateCheckInput(TODAY, False), "plate_problem"),
    ],
)
def test_a_check_without_day_or_outcome_is_refused(street: StreetScene, inputs: PlateCheckInput, code: str) -> None:
    point = add(street, street.create())
    with pytest.raises(Refused) as refused:
        actions.check_plate(actor=street.tree.an, point=point, inputs=inputs)
    assert refused.value.problem.code == code


def test_an_older_check_does_not_replace_a_newer_one(street: StreetScene, business_day: Any) -> None:
    business_day(date(2023, 9, 1))
    point = add(street, street.create())
    business_day(TODAY)
    see(street, point, TODAY, works=False)
    see(street, point, date(2023, 9, 5))
    point.refresh_from_db()
    assert (point.checked_on, point.works, point.put_up_on) == (TODAY, False, date(2023, 9, 5))


def boards(place: Place, on: date) -> tuple[int, int]:
    """Return how many boards worked on a day, of how many."""
    counts = queries.point_counts(place, on)
    return counts.boards_working, counts.boards


def points(place: Place, on: date) -> tuple[int, int]:
    """Return how many points but boards were digitised on a day, of how many."""
    counts = queries.point_counts(place, on)
    return counts.points_digitised, counts.points


def test_values_follow_the_plates_as_of_a_day(street: StreetScene, business_day: Any) -> None:
    business_day(date(2023, 7, 1))
    place = street.create()
    first, second = add(street, place, "Bảng 1", "board"), add(street, place, "Bảng 2", "board")
    station, school = add(street, place, opening_hours="Cả ngày"), add(street, place, "Trường", "school")
    for point in (first, second, station, school):
        see(street, point, date(2023, 7, 1))
    business_day(TODAY)
    see(street, first, TODAY)
    assert boards(place, date(2023, 7, 1)) == (2, 2)
    # Nobody has scanned the second board for more than a quarter.
    assert boards(place, TODAY) == (1, 2)
    # The school's page says nothing yet.
    assert points(place, TODAY) == (1, 2)
    assert points(place, date(2023, 6, 30)) == (0, 0)
    actions.remove_point(actor=street.tree.an, point=school, reason="Dời đi")
    assert points(place, TODAY) == (1, 1)
    assert points(place, TODAY - timedelta(days=1)) == (1, 2)


def test_a_check_of_a_plate_counts_in_the_list_of_places_at_once(street: StreetScene) -> None:
    place = street.create()
    point = add(street, place)
    street.values[1] = Value(1, 1, KnownFrom.RECORDS)
    assert street.fresh(place).passed == 0
    see(street, point)
    assert street.fresh(place).passed == 1


def test_counts_take_two_statements(street: StreetScene, django_assert_num_queries: Any) -> None:
    place = street.create()
    for number in range(4):
        see(street, add(street, place, f"Điểm {number}"))
    with django_assert_num_queries(2):
        counts = queries.point_counts(place, TODAY)
    assert (counts.points, counts.points_digitised, counts.point_day) == (4, 0, None)


def test_a_place_counts_its_broken_plates_and_those_to_check(
    street: StreetScene, business_day: Any, as_user: Any
) -> None:
    business_day(date(2023, 9, 1))
    place = street.create()
    for number in range(3):
        see(street, add(street, place, f"Điểm {number}"), date(2023, 9, 1))
    business_day(TODAY)
    see(street, PublicPoint.objects.get(place=place, number=1), works=False)
    counts = queries.point_counts(place, TODAY)
    assert (counts.broken, counts.due) == (1, 2)
    page = as_user(street.tree.an).get(reverse("places:place", args=[place.pk])).content.decode()
    assert "<dt>Biển không dùng được</dt><dd>1</dd>" in page
    assert "<dt>Biển cần kiểm tra</dt><dd>2</dd>" in page


def test_plates_are_due_after_45_days_or_when_broken(street: StreetScene, business_day: Any) -> None:
    business_day(date(2023, 9, 1))
    place = street.create()
    old, broken, never = add(street, place), add(street, place, "Chợ"), add(street, place, "Trường")
    see(street, old, date(2023, 9, 1))
    see(street, broken, date(2023, 9, 1))
    business_day(TODAY)
    see(street, broken, works=False)
    due = PublicPoint.objects.filter(queries.plates_due(clock.today()))
    assert {point.pk for point in due} == {old.pk, broken.pk}
    assert never.put_up_on is None


def test_the_plan_is_drawn_and_left_alone_by_who_read_another_one(street: StreetScene) -> None:
    place = street.create()
    read = actions.plan_token(place)
    actions.draw_plan(actor=street.tree.an, place=place, text="tuyến 1,1 200,100\nđiểm 1 5,5", read=read)
    drawn = street.fresh(place)
    assert drawn.outline == {"version": 1, "lines": ["tuyến 1,1 200,100", "điểm 1 5,5"]}
    # The state that officers decide on is not touched.
    assert drawn.version == place.version
    with pytest.raises(Refused) as refused:
        actions.draw_plan(actor=street.tree.an, place=drawn, text="", read=read)
    assert refused.value.problem.code == "plan_stale"
    actions.draw_plan(actor=street.tree.an, place=drawn, text="", read=actions.plan_token(drawn))
    assert street.fresh(place).outline == {}


def test_the_public_page_is_written_and_shown(street: StreetScene) -> None:
    place = street.in_progress()
    inputs = PublicTextInput("Phố cổ", "Old street", "Công an: 113", is_shown=True)
    changed = actions.write_public_page(actor=street.tree.an, place=place, inputs=inputs, read=0)
    assert changed == ["text", "text_en", "contacts", "is_shown"]
    assert street.fresh(place).is_shown
    assert PublicText.objects.get().version == 1
    with pytest.raises(Refused) as refused:
        actions.write_public_page(actor=street.tree.an, place=place, inputs=PublicTextInput(), read=0)
    assert refused.value.problem.code == "page_stale"


def test_after_the_survey_no_point_becomes_a_board(street: StreetScene) -> None:
    place = street.create()
    point = add(street, place)
    change = lambda kind: actions.change_point(  # noqa: E731
        actor=street.tree.an,
        point=point,
        read=PublicPoint.objects.get(pk=point.pk).version,
        inputs=PointInput(kind=kind, name="Trạm Y tế"),
    )
    change("board")
    Place.objects.filter(pk=place.pk).update(surveyed_on=TODAY, state="surveyed")
    with pytest.raises(Refused) as refused:
        change("health")
    assert (refused.value.problem.code, refused.value.problem.field) == ("point_kind_frozen", "kind")
