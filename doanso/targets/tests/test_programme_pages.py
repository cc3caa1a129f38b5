"""The programme editor in the browser's requests: list, new, copy, draft, indicator, publishing, revisions and file."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doanso.lib.uuid7 import uuid7
from doanso.targets import programme_file
from doanso.targets.actions import begin_draft, edit_programme, save_indicator
from doanso.targets.actions.loading import Publication, publish_plan
from doanso.targets.models import DraftState, PlanOrigin, Programme, ProgrammeDraft
from doanso.targets.queries.plans import indicator_plan_of, plan_of
from doanso.targets.tests.conftest import FILE
from doanso.targets.tests.test_programme_drafts import EMPTY, SHOPS

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(tree):
    plan = replace(EMPTY, indicators=(SHOPS,))
    return begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=plan, origin=PlanOrigin.BLANK)


COPY = {"title": "2024", "first_day": "01/01/2024", "last_day": "31/12/2024", "carries_division": "on"}


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def fields(answer, **changed) -> dict[str, str]:
    """What the form of the open panel would send, with some fields changed."""
    form = answer.context["panel"]
    sent = {name: form[name].value() for name in form.fields if not form.fields[name].disabled}
    values = {name: form.fields[name].prepare_value(value) for name, value in sent.items()}
    return {name: "" if value is None else str(value) for name, value in (values | changed).items()}


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


def test_a_copy_leads_on_to_an_indicator_of_its_own(loaded, as_user):
    answer = as_user(loaded.tree.dung).post("/programmes/my-tho-2023/copy/", {**COPY, "then": "add"})

    draft = ProgrammeDraft.objects.get()
    assert answer.url == f"/programmes/drafts/{draft.pk}/indicators/new/"
    assert draft.carries_division


def test_a_template_carries_no_division(tree, as_user):
    as_user(tree.dung).post("/programmes/new/my-tho-2023/", COPY)

    assert not ProgrammeDraft.objects.get().carries_division


# --- A draft ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "count"}, "Chỉ chỉ tiêu kiểu Mốc mới có ngày đến hạn; hãy chọn kiểu Mốc hoặc bỏ các ngày này."),
        (
            {"target": "1"},
            "Số ngày đến hạn nhiều hơn số mốc ở mức chỉ tiêu; hãy bỏ bớt ngày hoặc nâng mức.",
        ),
        ({"due": "30/06/2031"}, "Mỗi ngày đến hạn phải nằm trong thời gian của chương trình."),
    ],
)
def test_due_days_that_cannot_be_are_refused_in_the_words_of_the_form(tree, as_user, changed, message):
    client = as_user(tree.dung)
    client.post("/programmes/new/my-tho-2023/", COPY)
    row = ProgrammeDraft.objects.get().indicators.get(code="online-contests")
    address = f"/programmes/drafts/{row.draft_id}/indicators/{row.pk}/"

    answer = client.post(address, fields(client.get(address), **changed))

    assert answer.status_code == 422
    assert message in text_of(answer)
    assert len(indicator_plan_of(ProgrammeDraft.objects.get().indicators.get(code="online-contests")).due) == 4


def test_an_indicator_needs_four_fields(tree, as_user, draft):
    client = as_user(tree.dung)
    page = client.get(f"/programmes/drafts/{draft.pk}/indicators/new/")
    address = f"/programmes/drafts/{draft.pk}/indicators/{page.context['panel_id']}/"
    choice = next(
        value
        for _heading, options in page.context["panel"].fields["counts"].choices[1:]
        for value, title in options
        if title == "VNeID: Mức 2 đã kích hoạt"
    )

    answer = client.post(
        address,
        {"short_title": "VNeID mức 2", "counts": choice, "target": "80%", "why": "Theo kế hoạch", "basis": "stated",
         "version": "0"},
    )  # fmt: skip

    assert answer.url == f"/programmes/drafts/{draft.pk}/"
    plan = indicator_plan_of(draft.indicators.get(code="vneid-muc-2"))
    assert (plan.kind, plan.target, plan.denominator, plan.unit_of_count) == ("share", 80, "members", "đoàn viên")
    assert (plan.group, plan.title) == ("members", "VNeID mức 2")
    assert plan.denominator_text == "Đoàn viên đang sinh hoạt, trừ người được miễn chỉ tiêu này"
    assert plan.parameters == {"service": "vneid", "rung": "level2-active"}


def test_what_a_target_means_is_computed_without_saving(loaded, as_user):
    draft = edit_programme(actor=loaded.tree.dung, programme=loaded.programme)
    row = draft.indicators.get(code="tiengiangs-members")
    client = as_user(loaded.tree.dung)
    address = f"/programmes/drafts/{draft.pk}/indicators/{row.pk}/"
    page = client.get(address)
    assert "Nghĩa là 80% × 6 đoàn viên hiện có = 5 người, tính đến 31/12/2023." in text_of(page)

    answer = client.post(address, fields(page, target="50%", do="compute"))

    assert "Nghĩa là 50% × 6 đoàn viên hiện có = 3 người" in text_of(answer)
    row.refresh_from_db()
    assert row.version == 1


def test_choosing_something_else_to_count_brings_what_fits_it(tree, as_user, draft):
    client = as_user(tree.dung)
    row = draft.indicators.get()
    address = f"/programmes/drafts/{draft.pk}/indicators/{row.pk}/"
    page = client.get(address)

    answer = client.post(address, fields(page, counts="documents.signed?{}", kind="milestone", do="compute"))

    panel = answer.context["panel"]
    assert (panel["kind"].value(), panel["denominator"].value(), panel["unit_of_count"].value()) == (
        "rule", "documents.outgoing", "văn bản",
    )  # fmt: skip
    refused = client.post(address, fields(page, counts="documents.outgoing?{}", kind="share"))
    assert refused.status_code == 422
    assert "Nội dung này chỉ đếm được theo kiểu: Số lượng." in text_of(refused)


def test_two_writers_of_one_indicator_both_keep_their_text(tree, as_user, draft):
    row = draft.indicators.get()
    address = f"/programmes/drafts/{draft.pk}/indicators/{row.pk}/"
    client = as_user(tree.giang)
    page = client.get(address)
    save_indicator(
        actor=tree.dung,
        draft_id=draft.pk,
        indicator_id=row.pk,
        version=1,
        plan=replace(SHOPS, why="Của Dũng.", target=12),
    )

    answer = client.post(address, fields(page, why="Của Giang."))

    assert answer.status_code == 409
    shown = text_of(answer)
    assert "Của Dũng." in shown
    assert "Của Giang." in shown
    again = client.post(address, fields(answer))
    assert again.status_code == 302
    row.refresh_from_db()
    assert (row.version, row.values["why"], row.values["target"]) == (3, "Của Giang.", 10)


def test_text_written_in_a_draft_that_was_thrown_away_stays_on_the_page(tree, as_user, draft):
    client = as_user(tree.dung)
    row = draft.indicators.get()
    page = client.get(f"/programmes/drafts/{draft.pk}/indicators/{row.pk}/")
    client.post(f"/programmes/drafts/{draft.pk}/discard/")

    answer = client.post(f"/programmes/drafts/{draft.pk}/indicators/{row.pk}/", fields(page, why="Câu vừa viết."))

    assert answer.status_code == 422
    assert "Câu vừa viết." in text_of(answer)
    assert "Hãy khôi phục bản nháp rồi lưu lại." in text_of(answer)
    client.post(f"/programmes/drafts/{draft.pk}/discard/", {"do": "restore"})
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN


def test_an_indicator_is_taken_out_and_put_back(tree, as_user, draft):
    client, row = as_user(tree.dung), draft.indicators.get()
    address = f"/programmes/drafts/{draft.pk}/indicators/{row.pk}/"

    removed = client.post(address, {"do": "remove", "version": "1"}, follow=True)
    assert "1 chỉ tiêu đã bỏ ra" in text_of(removed)
    restored = client.post(address, {"do": "restore", "version": "2"}, follow=True)

    assert "“Cửa hàng” đã trở lại bản nháp." in text_of(restored)
    assert client.post(address, {"do": "up"}).url == address


def test_the_head_of_a_draft_is_saved_and_a_second_writer_compares(tree, as_user, draft):
    client, address = as_user(tree.dung), f"/programmes/drafts/{draft.pk}/head/"
    sent = {"title": "Số 2025", "code": "so-2025", "first_day": "01/01/2025", "last_day": "31/12/2025", "version": "1"}

    assert client.post(address, sent).url == f"/programmes/drafts/{draft.pk}/"
    answer = client.post(address, sent | {"title": "Số khác"})

    assert answer.status_code == 409
    assert "đang lưu: Số 2025" in text_of(answer)
    assert 'value="2"' in text_of(answer)


def test_a_page_of_a_draft_takes_the_same_statements_for_any_number_of_indicators(
    loaded, as_user, django_assert_num_queries
):
    draft = edit_programme(actor=loaded.tree.dung, programme=loaded.programme)
    client = as_user(loaded.tree.dung)
    client.get(f"/programmes/drafts/{draft.pk}/")

    with django_assert_num_queries(6):
        client.get(f"/programmes/drafts/{draft.pk}/")
    draft.indicators.exclude(code="festival").update(removed=True)
    with django_assert_num_queries(6):
        client.get(f"/programmes/drafts/{draft.pk}/")


def test_the_list_takes_the_same_statements_for_any_number_of_programmes(loaded, as_user, django_assert_num_queries):
    client = as_user(loaded.tree.an)
    client.get("/programmes/")
    with django_assert_num_queries(7):
        client.get("/programmes/")
    plan = replace(EMPTY, indicators=(SHOPS,))
    for number in range(3):
        edit = replace(plan, code=f"so-{number}")
        publish_plan(actor=loaded.tree.dung, plan=edit, publication=Publication())

    with django_assert_num_queries(7):
        answer = client.get("/programmes/")
    assert [row["programme"].code for row in answer.context["rows"]] == ["my-tho-2023", "so-0", "so-1", "so-2"]
    assert {row["unit"] for row in answer.context["rows"]} == {"p4"}


def test_a_result_follows_the_code_of_its_indicator(tree, as_user):
    own = replace(SHOPS, code="green-lanes", family="results.reported", parameters={})
    draft = begin_draft(
        actor=tree.dung, root=tree.units["my-tho"], plan=replace(EMPTY, indicators=(own,)), origin=PlanOrigin.BLANK
    )
    row, client = draft.indicators.get(), as_user(tree.dung)
    address = f"/programmes/drafts/{draft.pk}/indicators/{row.pk}/"

    page = client.get(address)
    assert "Như trong tệp" not in text_of(page)
    client.post(address, fields(page, code="clean-lanes"))

    row.refresh_from_db()
    assert (row.code, row.values["parameters"]) == ("clean-lanes", {"topic": "clean-lanes"})


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_a_new_programme_is_published_from_its_page(tree, as_user, draft):
    client = as_user(tree.dung)
    page = client.get(f"/programmes/drafts/{draft.pk}/publish/")
    assert "1 chỉ tiêu mới" in text_of(page)

    answer = client.post(f"/programmes/drafts/{draft.pk}/publish/", {"stamp": page.context["form"]["stamp"].value()})

    assert answer.url == "/programmes/so-2024/indicators/"
    assert Programme.objects.get().title == "Chuyển đổi số 2024"
    assert client.get(f"/programmes/drafts/{draft.pk}/").url == "/programmes/so-2024/indicators/"
    assert client.get(f"/programmes/drafts/{draft.pk}/publish/").url == "/programmes/so-2024/indicators/"


def test_a_change_is_shown_with_the_units_it_concerns_and_its_reasons(loaded, as_user):
    draft = edit_programme(actor=loaded.tree.dung, programme=loaded.programme)
    row = draft.indicators.get(code="portal-residents")
    save_indicator(
        actor=loaded.tree.dung, draft_id=draft.pk, indicator_id=row.pk, version=1, reason="Kế hoạch 45",
        plan=replace(indicator_plan_of(row), target=6000),
    )  # fmt: skip
    client = as_user(loaded.tree.dung)
    moved = draft.indicators.get(code="portal-members")
    client.post(f"/programmes/drafts/{draft.pk}/indicators/{moved.pk}/", {"do": "up"})

    page = client.get(f"/programmes/drafts/{draft.pk}/publish/")
    shown = text_of(page)
    assert "<del>5.000 người dân</del> <ins>6.000 người dân</ins>" in shown
    assert "Chưa đơn vị nào được giao mức riêng." in shown
    assert "Dân đăng ký dịch vụ công: Kế hoạch 45" in shown
    stamp = page.context["form"]["stamp"].value()
    assert client.post(f"/programmes/drafts/{draft.pk}/publish/", {"stamp": stamp, "reason": ""}).status_code == 422
    client.post(f"/programmes/drafts/{draft.pk}/publish/", {"stamp": stamp, "reason": "Theo kế hoạch 45"})

    history = text_of(as_user(loaded.tree.an).get("/programmes/my-tho-2023/revisions/?unit=p4"))
    assert "Theo kế hoạch 45" in history
    assert "<ins>6.000 người dân</ins>" in history
    assert "Ban hành với 18 chỉ tiêu" in history
    assert history.count("Thứ tự chỉ tiêu thay đổi.") == 1


def test_a_stale_page_publishes_nothing(tree, as_user, draft):
    client = as_user(tree.dung)
    row = draft.indicators.get()
    save_indicator(actor=tree.giang, draft_id=draft.pk, indicator_id=row.pk, version=1, plan=replace(SHOPS, target=12))

    answer = client.post(f"/programmes/drafts/{draft.pk}/publish/", {"stamp": "2"})

    assert answer.status_code == 422
    assert "Hãy xem lại rồi ban hành." in text_of(answer)
    assert not Programme.objects.exists()


# --- A published programme --------------------------------------------------------------------------------------------


def test_editing_asks_before_it_begins_a_draft_and_leads_to_it_afterwards(loaded, as_user):
    client = as_user(loaded.tree.dung)

    assert "mỗi chỗ sửa cần ghi vì sao" in text_of(client.get("/programmes/my-tho-2023/edit/"))
    assert not ProgrammeDraft.objects.exists()
    begun = client.post("/programmes/my-tho-2023/edit/")

    assert client.get("/programmes/my-tho-2023/edit/").url == begun.url
    shown = text_of(client.get(begun.url))
    assert "18 chỉ tiêu" in shown
    assert "Đang soạn" in text_of(client.get("/programmes/"))


def test_the_file_of_a_programme_and_of_a_draft_reads_back_as_the_same_plan(loaded, as_user):
    client = as_user(loaded.tree.dung)
    draft = edit_programme(actor=loaded.tree.dung, programme=loaded.programme)

    for address in ("/programmes/my-tho-2023/file/", f"/programmes/drafts/{draft.pk}/file/"):
        answer = client.get(address)
        assert answer["Content-Disposition"] == 'attachment; filename="my-tho-2023.toml"'
        assert programme_file.parse("x.toml", answer.content) == plan_of(loaded.programme)


@pytest.mark.parametrize("page", ["edit", "copy", "file"])
def test_a_secretary_writes_no_programme_of_the_city(loaded, as_user, page):
    assert as_user(loaded.tree.an).get(f"/programmes/my-tho-2023/{page}/").status_code == 404
