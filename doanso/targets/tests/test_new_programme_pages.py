"""Where the editor begins: no programme yet, a blank one, a template, a file, and a copy with another year."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doanso.lib.uuid7 import uuid7
from doanso.targets.models import ProgrammeDraft
from doanso.targets.queries.plans import indicator_plan_of
from doanso.targets.tests.conftest import FILE
from doanso.targets.tests.test_programme_pages import COPY, text_of

pytestmark = pytest.mark.django_db


# --- No programme at all ----------------------------------------------------------------------------------------------


def test_where_there_is_no_programme_its_author_is_led_to_write_one(tree, as_user):
    answer = as_user(tree.dung).get("/programmes/")

    assert "Chưa có chương trình" in text_of(answer)
    assert 'href="/programmes/new/"' in text_of(answer)


def test_where_there_is_no_programme_a_secretary_reads_who_publishes_one(tree, as_user):
    answer = as_user(tree.an).get("/programmes/")

    assert "Khi Thành Đoàn Mỹ Tho ban hành chương trình" in text_of(answer)
    assert "/programmes/new/" not in text_of(answer)
    assert as_user(tree.an).get("/programmes/new/").status_code == 403
    assert as_user(tree.khoa).get("/programmes/").status_code == 404


# --- Beginning --------------------------------------------------------------------------------------------------------


def test_a_blank_programme_begins_with_its_first_indicator(tree, as_user):
    answer = as_user(tree.dung).post(
        "/programmes/new/",
        {"way": "blank", "title": "Chuyển đổi số năm 2024", "first_day": "01/01/2024", "last_day": "31/12/2024"},
    )

    draft = ProgrammeDraft.objects.get()
    assert (draft.code, draft.origin) == ("chuyen-doi-so-nam-2024", "blank")
    assert answer.url == f"/programmes/drafts/{draft.pk}/indicators/new/"


def test_days_in_the_wrong_order_are_named(tree, as_user):
    answer = as_user(tree.dung).post(
        "/programmes/new/", {"way": "blank", "title": "Số", "first_day": "01/01/2024", "last_day": "31/12/2023"}
    )

    assert answer.status_code == 422
    assert "Ngày kết thúc đứng trước ngày bắt đầu." in text_of(answer)


def test_a_template_becomes_a_draft_of_the_own_unit_and_the_coming_year(tree, as_user):
    client = as_user(tree.dung)
    page = client.get("/programmes/new/my-tho-2023/")
    assert "Chép chương trình sang 2024" in text_of(page)
    assert "18 chỉ tiêu: 18 giữ, 0 đổi mức, 0 bỏ" in text_of(page)

    answer = client.post(
        "/programmes/new/my-tho-2023/",
        {
            "title": "Số 2024", "first_day": "01/01/2024", "last_day": "31/12/2024", "do-festival": "drop",
            "target-payment-members": "95%", "why-payment-members": "Đã đạt từ tháng 10",
        },
    )  # fmt: skip

    draft = ProgrammeDraft.objects.get()
    assert answer.url == f"/programmes/drafts/{draft.pk}/"
    rows = {row.code: indicator_plan_of(row) for row in draft.indicators.all()}
    assert (draft.code, len(rows), "festival" in rows) == ("my-tho-2024", 17, False)
    changed = rows["payment-members"]
    assert (changed.target, changed.basis, changed.why) == (95, "assumed", "Đã đạt từ tháng 10")
    assert [day.isoformat() for day in rows["online-contests"].due] == [
        "2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31",
    ]  # fmt: skip


def test_another_year_than_the_proposed_one_moves_the_code_and_the_due_days(tree, as_user):
    as_user(tree.dung).post(
        "/programmes/new/my-tho-2023/", {"title": "Số", "first_day": "01/01/2026", "last_day": "31/12/2026"}
    )

    draft = ProgrammeDraft.objects.get()
    assert (draft.code, draft.title) == ("my-tho-2026", "Số")
    contests = indicator_plan_of(draft.indicators.get(code="online-contests"))
    assert [day.isoformat() for day in contests.due] == ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]


def test_a_title_left_as_proposed_follows_the_year_that_was_entered(tree, as_user):
    client = as_user(tree.dung)
    proposed = client.get("/programmes/new/my-tho-2023/").context["form"]["title"].value()
    assert proposed == "Tuổi trẻ TP Mỹ Tho chung tay chuyển đổi số năm 2024"

    client.post("/programmes/new/my-tho-2023/", {"title": proposed, "first_day": "1/1/2026", "last_day": "31/12/2026"})

    assert ProgrammeDraft.objects.get().title == "Tuổi trẻ TP Mỹ Tho chung tay chuyển đổi số năm 2026"


def test_a_first_programme_is_proposed_for_the_running_year_even_in_autumn(tree, as_user, business_day):
    business_day(date(2026, 11, 30))
    client = as_user(tree.dung)

    assert client.get("/programmes/new/").context["blank"]["first_day"].value() == "01/01/2026"
    assert "Chép chương trình sang 2026" in text_of(client.get("/programmes/new/my-tho-2023/"))


def test_the_next_programme_is_proposed_for_the_coming_year_from_october_on(loaded, as_user, business_day):
    client = as_user(loaded.tree.dung)

    for day, year in ((date(2026, 9, 30), 2026), (date(2026, 10, 1), 2027)):
        business_day(day)
        assert client.get("/programmes/new/").context["blank"]["first_day"].value() == f"01/01/{year}"


def test_the_address_of_a_refused_new_indicator_leads_to_an_empty_one(tree, as_user):
    client = as_user(tree.dung)
    client.post(
        "/programmes/new/", {"way": "blank", "title": "Số", "first_day": "01/01/2024", "last_day": "31/12/2024"}
    )
    draft = ProgrammeDraft.objects.get()
    address = f"/programmes/drafts/{draft.pk}/indicators/{uuid7()}/"
    assert client.post(address, {"do": "save", "short_title": "Lớp học số", "target": "hai mươi"}).status_code == 422

    assert client.get(address).url == f"/programmes/drafts/{draft.pk}/indicators/new/"
    assert as_user(tree.an).get(address).status_code == 404


def test_a_template_of_another_committee_is_only_assumed_and_has_a_title_of_its_own(tree, as_user):
    ward = tree.units["p4"]
    tree.giang.role_assignments.update(unit=ward)

    page = as_user(tree.giang).get("/programmes/new/my-tho-2023/")
    assert page.context["form"]["title"].value() == "Chương trình chuyển đổi số năm 2024"
    as_user(tree.giang).post(
        "/programmes/new/my-tho-2023/", {"title": "Số", "first_day": "01/01/2024", "last_day": "31/12/2024"}
    )

    draft = ProgrammeDraft.objects.get()
    assert (draft.root, draft.code) == (ward, "phuong-4-2024")
    assert {row.values["basis"] for row in draft.indicators.all()} == {"assumed"}


def test_a_number_that_cannot_be_is_marked_and_nothing_is_begun(tree, as_user):
    answer = as_user(tree.dung).post(
        "/programmes/new/my-tho-2023/",
        {"title": "Số", "first_day": "01/01/2024", "last_day": "31/12/2024", "target-payment-members": "950",
         "target-online-contests": "2"},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "2 con số cần xem lại" in text_of(answer)
    assert 'value="950"' in text_of(answer)
    assert not ProgrammeDraft.objects.exists()


def test_a_programme_called_like_another_page_gets_a_code_of_its_own(tree, as_user):
    data = {"way": "blank", "title": "New", "first_day": "01/01/2024", "last_day": "31/12/2024"}
    as_user(tree.dung).post("/programmes/new/", data)

    assert ProgrammeDraft.objects.get().code == "new-2"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("last_day = 2023-12-31", "last_day = 9999-12-31"),
        ("= 90", "= " + "9" * 5000),
        ('title = "', r'title = "\u0000'),
    ],
)
def test_a_file_that_no_programme_can_hold_is_refused_in_words(tree, as_user, old, new):
    content = FILE.read_text(encoding="utf-8")
    assert old in content

    file = SimpleUploadedFile("x.toml", content.replace(old, new, 1).encode())
    answer = as_user(tree.dung).post("/programmes/new/", {"way": "file", "file": file})

    assert answer.status_code == 422
    assert answer.context["upload"].errors["file"]
    assert not ProgrammeDraft.objects.exists()


def test_a_number_of_thousands_of_digits_is_no_number(loaded, as_user):
    client = as_user(loaded.tree.dung)
    answer = client.post(
        f"/programmes/{loaded.programme.code}/copy/",
        {"title": "Năm sau", "first_day": "01/01/2024", "last_day": "31/12/2024", "target-vneid2-members": "9" * 5000},
    )

    assert answer.status_code == 422
    data = answer.wsgi_request.POST.dict() | {"target-vneid2-members": "7.5"}
    assert client.post(f"/programmes/{loaded.programme.code}/copy/", data).status_code == 422


def test_a_file_becomes_a_draft_and_a_mistake_in_it_is_named(tree, as_user):
    client = as_user(tree.dung)
    content = FILE.read_bytes()

    wrong = client.post(
        "/programmes/new/", {"way": "file", "file": SimpleUploadedFile("x.toml", content.replace(b"= 90", b"= 900"))}
    )
    assert wrong.status_code == 422
    assert "chỉ tiêu payment-members" in text_of(wrong)
    assert not ProgrammeDraft.objects.exists()
    answer = client.post("/programmes/new/", {"way": "file", "file": SimpleUploadedFile("x.toml", content)})

    draft = ProgrammeDraft.objects.get()
    assert answer.url == f"/programmes/drafts/{draft.pk}/"
    assert (draft.code, draft.indicators.count()) == ("my-tho-2023", 18)


def test_a_programme_is_copied_with_what_was_reached_beside_it(loaded, as_user):
    client = as_user(loaded.tree.dung)
    loaded.reach("p4", "vneid", "level2-active", "Đức")

    page = client.get("/programmes/my-tho-2023/copy/")

    row = next(row for row in page.context["rows"] if row["code"] == "vneid2-members")
    assert (row["old"], row["figure"], row["remark"], row["target"]) == ("100%", "16,6%", "Chưa đạt", "100")
    assert "Đạt đến 12/11" in text_of(page)
    client.post("/programmes/my-tho-2023/copy/", {"title": "2024", "first_day": "01/01/2024", "last_day": "31/12/2024"})
    draft = ProgrammeDraft.objects.get()
    assert (draft.copied_from, draft.code, draft.programme) == (loaded.programme, "my-tho-2024", None)
    assert not draft.carries_division
    assert (
        'href="/programmes/my-tho-2023/indicators/">' in client.get(f"/programmes/drafts/{draft.pk}/").content.decode()
    )


def test_a_copy_points_out_the_weekdays_of_moved_due_days(loaded, as_user):
    page = text_of(as_user(loaded.tree.dung).get("/programmes/my-tho-2023/copy/"))

    assert "gần nhất là" in page


def test_a_copy_leads_on_to_an_indicator_of_its_own(loaded, as_user):
    answer = as_user(loaded.tree.dung).post("/programmes/my-tho-2023/copy/", {**COPY, "then": "add"})

    draft = ProgrammeDraft.objects.get()
    assert answer.url == f"/programmes/drafts/{draft.pk}/indicators/new/"
    assert draft.carries_division


def test_a_template_carries_no_division(tree, as_user):
    as_user(tree.dung).post("/programmes/new/my-tho-2023/", COPY)

    assert not ProgrammeDraft.objects.get().carries_division
