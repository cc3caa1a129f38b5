"""Keeping a superior's layout, seeing what it is filled with, and ending it."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.files.actions import open_blob, store
from doanso.lib.problems import Refused
from doanso.lib.spreadsheet import read_workbook
from doanso.reports.actions.layouts import end_layout, keep_layout
from doanso.reports.actions.renderings import ask_rendering, make_rendering
from doanso.reports.actions.reports import start_report
from doanso.reports.models import Layout
from doanso.reports.queries import layouts as queries
from doanso.reports.rules import spans
from doanso.reports.tests.layouts import layout as workbook
from doanso.reports.tests.layouts import with_part

pytestmark = pytest.mark.django_db
PAGE = "/programmes/my-tho-2023/layouts/"
NAMES = {"ds_don_vi": "$A$1", "ds_portal_residents_luy_ke": "$B$3", "ds_portal_resident_luyke": "$C$3"}


@pytest.fixture
def keep(scene):
    """Keep a layout for a unit, as somebody."""

    def do(by: str = "an", unit: str = "p4", *, name: str = "Biểu 01 Tỉnh Đoàn", file: bytes | None = None) -> Layout:
        return keep_layout(
            actor=scene.user(by),
            programme=scene.programme,
            unit=scene.unit(unit),
            name=name,
            source=file if file is not None else workbook(names=NAMES),
            file_name="bieu-01.xlsx",
        )

    return do


def sent(file: bytes, **more: str) -> dict[str, object]:
    return {"name": "Biểu 01", "unit": "p4", "file": SimpleUploadedFile("bieu-01.xlsx", file), **more}


def test_a_layout_is_uploaded_and_its_page_shows_what_it_asks_for(scene, as_user):
    client = as_user(scene.tree.an)

    answer = client.post(PAGE, sent(workbook(names=NAMES)))

    layout = Layout.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}{layout.pk}/")
    assert (layout.unit, layout.name, layout.blob.name, layout.added_by) == (
        scene.unit("p4"),
        "Biểu 01",
        "bieu-01.xlsx",
        scene.tree.an,
    )
    page = client.get(answer["Location"]).content.decode()
    assert "Người dân được giúp đăng ký tài khoản dịch vụ công: kết quả lũy kế" in page
    assert "ds_portal_resident_luyke" in page
    assert "Có phải là ds_portal_residents_luy_ke không?" in page
    assert "từ 01/10/2023 đến 31/10/2023" in page


def test_keeping_and_ending_are_in_history(scene, keep):
    layout = keep()
    end_layout(actor=scene.tree.an, layout=layout)
    end_layout(actor=scene.tree.an, layout=layout)

    actions = AuditEvent.objects.filter(object_id=layout.pk).order_by("id").values_list("action", "unit_id")
    assert list(actions) == [("reports.keep_layout", layout.unit_id), ("reports.end_layout", layout.unit_id)]


def test_one_of_the_same_name_takes_the_place_of_the_older(keep):
    older, other = keep(), keep(name="Biểu 02")
    newer = keep()

    assert list(Layout.objects.filter(ended_at=None).order_by("name").values_list("pk", flat=True)) == [
        newer.pk,
        other.pk,
    ]
    assert Layout.objects.get(pk=older.pk).ended_at is not None


def test_the_same_name_at_another_unit_is_another_layout(keep):
    mine, theirs = keep(), keep("dung", "my-tho")

    assert Layout.objects.filter(ended_at=None).count() == 2
    assert mine.unit_id != theirs.unit_id


@pytest.mark.parametrize(("by", "unit"), [("an", "my-tho"), ("an", "p5"), ("binh", "p4-kp1"), ("hanh", "my-tho")])
def test_nobody_keeps_a_layout_elsewhere(keep, by, unit):
    with pytest.raises(PermissionDenied):
        keep(by, unit)
    assert not Layout.objects.exists()


def test_nobody_ends_a_layout_of_another_unit(scene, keep):
    layout = keep("dung", "my-tho")

    with pytest.raises(PermissionDenied):
        end_layout(actor=scene.tree.an, layout=layout)
    assert Layout.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"%PDF-1.7", "Mẫu phải là tệp Excel .xlsx"),
        (workbook()[:-400], "bị hỏng"),
        (with_part(workbook(), "xl/vbaProject.bin", lambda _text: "x"), "macro"),
        (with_part(workbook(), "xl/media/x.png", lambda _text: "\0" * 20_000_000), "bung ra lớn hơn nhiều"),
        (b"PK" + b"\0" * (6 << 20), "lớn hơn 5 MB"),
        (b"", "rỗng"),
    ],
    ids=["no workbook", "broken", "macros", "a bomb", "too large", "nothing"],
)
def test_what_is_no_plain_workbook_is_refused_on_the_page_and_not_kept(scene, as_user, file, words):
    answer = as_user(scene.tree.an).post(PAGE, sent(file))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Layout.objects.exists()


def test_a_unit_outside_the_programme_is_refused(scene, keep, business_day):
    other = scene.programme
    other.root = scene.unit("p5")

    with pytest.raises(Refused) as refused:
        keep_layout(
            actor=scene.tree.an,
            programme=other,
            unit=scene.unit("p4"),
            name="x",
            source=workbook(),
            file_name="x.xlsx",
        )
    assert refused.value.problem.code == "unit_outside"


def test_the_list_shows_the_own_layouts_those_in_use_first(scene, keep, as_user, django_assert_max_num_queries):
    ended, used = keep(name="Biểu cũ"), keep(name="Biểu mới")
    end_layout(actor=scene.tree.an, layout=ended)
    keep("dung", "my-tho", name="Của thành phố")
    client = as_user(scene.tree.an)

    with django_assert_max_num_queries(20):
        page = client.get(PAGE).content.decode()

    assert page.index("Biểu mới") < page.index("Biểu cũ")
    assert f"{PAGE}{used.pk}/" in page
    assert "ngừng dùng lúc" in page
    assert "Của thành phố" not in page
    assert "Của thành phố" in as_user(scene.tree.dung).get(PAGE).content.decode()


def test_the_list_costs_the_same_however_many_there_are(scene, keep, as_user, django_assert_num_queries):
    client = as_user(scene.tree.an)
    keep()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    for number in range(4):
        keep(name=f"Biểu {number}")

    with django_assert_num_queries(len(queries)):
        client.get(PAGE)


def test_the_uploaded_file_comes_back_as_it_was(scene, keep, as_user):
    file = workbook(names=NAMES)
    layout = keep(file=file)

    answer = as_user(scene.tree.an).get(f"{PAGE}{layout.pk}/file/")

    assert answer.getvalue() == file
    assert answer["Content-Disposition"] == 'attachment; filename="mau-my-tho-2023-p4.xlsx"'


def test_ending_asks_for_nothing_more_and_the_page_says_so(scene, keep, as_user):
    layout = keep()
    client = as_user(scene.tree.an)

    answer = client.post(f"{PAGE}{layout.pk}/end/")

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    page = client.get(f"{PAGE}{layout.pk}/").content.decode()
    assert "báo cáo không còn dùng mẫu này" in page
    assert "/end/" not in page


def test_a_kept_file_that_cannot_be_read_any_more_can_be_ended(scene, keep, as_user):
    layout = keep()
    layout.blob = store(source=b"PK broken", name="bieu-01.xlsx", limit=100)
    layout.save()

    page = as_user(scene.tree.an).get(f"{PAGE}{layout.pk}/").content.decode()

    assert "bị hỏng" in page
    assert f"{PAGE}{layout.pk}/end/" in page


@pytest.mark.parametrize(("user", "status"), [("an", 200), ("chi", 404), ("binh", 404), ("khoa", 404), ("hanh", 403)])
def test_who_opens_a_layout_of_ward_4(scene, keep, as_user, user, status):
    layout = keep()

    assert as_user(scene.user(user)).get(f"{PAGE}{layout.pk}/").status_code == status


def test_the_example_holds_every_name_of_the_programme(scene, as_user):
    answer = as_user(scene.tree.an).get(f"{PAGE}example/")

    assert answer["Content-Disposition"] == 'attachment; filename="mau-co-ten-o.xlsx"'
    sheets = {sheet.name: sheet.rows for sheet in read_workbook(io.BytesIO(answer.content)).sheets}
    names = {row[0] for row in sheets["Các tên ô"] if row}
    assert {"ds_don_vi", "ds_portal_residents_luy_ke", "ds_tong_members", "ds_dong", "ds_cot_members"} <= names


def test_the_example_uploaded_is_understood_whole(scene, as_user):
    client = as_user(scene.tree.an)
    file = client.get(f"{PAGE}example/").content

    page = client.get(client.post(PAGE, sent(file))["Location"]).content.decode()

    assert "Đọc được mọi tên ô" in page
    assert "Tên ô chưa đúng" not in page


def test_a_layout_is_tried_with_the_last_month_that_is_over(scene, business_day):
    content = queries.content_today(scene.programme, scene.unit("p4"))

    assert (content.first_day.isoformat(), content.last_day.isoformat()) == ("2023-10-01", "2023-10-31")
    business_day(scene.programme.first_day)
    content = queries.content_today(scene.programme, scene.unit("p4"))
    assert content.first_day.isoformat() == "2023-01-01"


def test_a_report_comes_out_in_the_layout_of_the_unit_above(scene, keep):
    layout = keep("dung", "my-tho")
    report, _new = start_report(
        actor=scene.tree.an, programme=scene.programme, unit=scene.unit("p4"), span=spans.read("2023-10")
    )
    rendering = ask_rendering(
        actor=scene.tree.an, report=report, format="xlsx", base="http://testserver", layout=layout, wake=False
    )

    make_rendering(rendering.pk)

    rendering.refresh_from_db()
    assert rendering.state == "done"
    with open_blob(rendering.blob) as plain:
        rows = read_workbook(plain.read()).sheets[0].rows
    assert rows[0][0] == "Đoàn Phường 4"
    assert rows[2][:3] == ["Lũy kế", 0, None]
