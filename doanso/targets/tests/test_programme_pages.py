"""The programme editor in the browser's requests: draft, indicator, publishing, revisions and file."""

from dataclasses import replace

import pytest

from doanso.targets import programme_file
from doanso.targets.actions import begin_draft, edit_programme, save_indicator
from doanso.targets.actions.loading import Publication, publish_plan
from doanso.targets.models import DraftState, PlanOrigin, Programme, ProgrammeDraft
from doanso.targets.queries.plans import indicator_plan_of, plan_of
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
