"""Copying a programme to a new year: which year is proposed, what is there already, and forms that are sent twice."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doanso.lib.problems import Refused
from doanso.organisation.actions import merge_units
from doanso.targets import programme_file
from doanso.targets.actions import begin_draft
from doanso.targets.actions.drafts import MOST_INDICATORS
from doanso.targets.copying import shift_plan, years_ahead
from doanso.targets.models import PlanOrigin, ProgrammeDraft
from doanso.targets.renderers import programme_toml
from doanso.targets.tests.conftest import FILE
from doanso.targets.tests.test_programme_drafts import EMPTY, SHOPS
from doanso.targets.tests.test_publish_draft import publish

COPY = {"title": "Chuyển đổi số 2024", "first_day": "01/01/2024", "last_day": "31/12/2024", "carries_division": "on"}


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("first", "last", "not_before", "years"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), 2024, 1),
        (date(2023, 1, 1), date(2023, 12, 31), 2026, 3),
        (date(2023, 9, 5), date(2024, 5, 31), 2024, 1),
        (date(2023, 1, 1), date(2025, 12, 31), 2024, 3),
    ],
    ids=["a year", "an old year", "a school year", "three years"],
)
def test_a_copy_begins_after_the_last_day_and_in_the_year_for_which_one_plans(first, last, not_before, years):
    plan = replace(EMPTY, title="Năm học 2023-2024", first_day=first, last_day=last)

    assert years_ahead(plan, not_before) == years
    assert shift_plan(plan, 1).title == "Năm học 2024-2025"


@pytest.mark.django_db
def test_a_form_that_is_sent_twice_begins_one_draft(loaded, as_user):
    client = as_user(loaded.tree.dung)
    for address, data in (
        ("/programmes/my-tho-2023/copy/", COPY),
        ("/programmes/new/", {**COPY, "way": "blank"}),
        ("/programmes/new/", {"way": "file"}),
    ):
        page = client.get(address)
        key = next(page.context[name]["key"].value() for name in ("form", "blank") if name in page.context)
        if data.get("way") == "file":
            key = page.context["upload"]["key"].value()
        sent = {**data, "key": str(key)}

        urls = set()
        for _press in range(2):
            file = {"file": SimpleUploadedFile("x.toml", FILE.read_bytes())} if data.get("way") == "file" else {}
            urls.add(client.post(address, {**sent, **file}).url)

        assert len(urls) == 1
    assert ProgrammeDraft.objects.count() == 3
    # A form that was gone back to and changed begins another draft.
    client.post("/programmes/new/", {**COPY, "way": "blank", "title": "Năm khác", "key": sent["key"]})
    assert ProgrammeDraft.objects.filter(title="Năm khác").count() == 1
    ProgrammeDraft.objects.filter(title="Năm khác").delete()
    # Another officer's form of the same id begins a draft of its own.
    as_user(loaded.tree.giang).post(
        "/programmes/my-tho-2023/copy/", {**COPY, "key": str(ProgrammeDraft.objects.first().pk)}
    )
    assert ProgrammeDraft.objects.count() == 4


@pytest.mark.django_db
def test_a_year_that_is_copied_twice_is_pointed_out(loaded, as_user):
    client, actor = as_user(loaded.tree.dung), loaded.tree.dung
    assert "Đã có" not in text_of(client.get("/programmes/my-tho-2023/copy/"))
    client.post("/programmes/my-tho-2023/copy/", COPY)
    [draft] = ProgrammeDraft.objects.all()

    page = text_of(client.get("/programmes/my-tho-2023/copy/"))
    assert "Đã có một bản nháp cho thời gian này: “Chuyển đổi số 2024”" in page
    assert f'href="/programmes/drafts/{draft.pk}/"' in page
    publish(draft, actor)
    assert "“Chuyển đổi số 2024” đã ban hành cho thời gian này." in text_of(client.get("/programmes/my-tho-2023/copy/"))
    client.post("/programmes/my-tho-2023/copy/", COPY)
    twin = ProgrammeDraft.objects.exclude(pk=draft.pk).get()
    assert twin.code == "my-tho-2024-2"
    assert "“Chuyển đổi số 2024” đã ban hành cho thời gian này." in text_of(
        client.get(f"/programmes/drafts/{twin.pk}/publish/")
    )


@pytest.mark.django_db
def test_files_that_no_programme_can_be_are_refused_with_what_to_do(tree, as_user):
    own = replace(SHOPS, code="trees", family="results.reported", parameters={}, required_grade=2)
    many = tuple(replace(SHOPS, code=f"shops-{number}") for number in range(MOST_INDICATORS + 1))
    for content, message in (
        (b"x" * 30_000_000, "Tệp lớn hơn 1 MB nên không phải tệp chương trình."),
        (programme_toml.render(replace(EMPTY, indicators=(own,))).encode(), "không bao giờ có bằng chứng đến mức đó"),
        (programme_toml.render(replace(EMPTY, indicators=many)).encode(), "Một chương trình có tối đa 200 chỉ tiêu."),
    ):
        answer = as_user(tree.dung).post(
            "/programmes/new/", {"way": "file", "file": SimpleUploadedFile("x.toml", content)}
        )

        assert answer.status_code == 422
        assert message in text_of(answer)
    assert not ProgrammeDraft.objects.exists()


@pytest.mark.django_db
def test_what_units_report_counts_neither_unattested_nor_with_more_evidence_than_there_is(tree):
    own = replace(SHOPS, code="trees", family="results.reported", parameters={}, least_grade=0)

    with pytest.raises(Refused) as refused:
        programme_file.parse("x.toml", programme_toml.render(replace(EMPTY, indicators=(own,))).encode())

    assert "“least_grade” của nội dung này từ 1 đến 1." in refused.value.problem.message
    assert (
        begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=EMPTY, origin=PlanOrigin.BLANK).code == EMPTY.code
    )


@pytest.mark.django_db
def test_the_programme_of_a_merged_ward_is_copied_for_the_ward_that_goes_on(loaded, as_user):
    tree = loaded.tree
    actor, ward = tree.dung, tree.units["p4"]
    plan = replace(EMPTY, root="p4", code="p4-2023", first_day=date(2023, 1, 1), last_day=date(2023, 12, 31))
    plan = replace(plan, indicators=(SHOPS,))
    publish(begin_draft(actor=actor, root=ward, plan=plan, origin=PlanOrigin.BLANK), actor)
    left = begin_draft(actor=actor, root=ward, plan=replace(plan, code="p4-2024"), origin=PlanOrigin.BLANK)
    merge_units(actor=tree.giang, units=[ward], into=tree.units["p5"])
    client = as_user(actor)

    [row] = [row for row in client.get("/programmes/").context["rows"] if row["programme"].code == "p4-2023"]
    assert (row["may_write"], row["may_copy"]) == (False, True)
    client.post("/programmes/p4-2023/copy/", COPY)
    draft = ProgrammeDraft.objects.exclude(pk=left.pk).exclude(state="published").get()
    assert (draft.root, draft.code) == (tree.units["p5"], "phuong-5-2024")
    assert publish(draft, actor).root == tree.units["p5"]
    assert client.get("/programmes/p4-2023/file/").status_code == 200
    assert client.get("/programmes/p4-2023/edit/").status_code == 404
    assert "Đơn vị của bản nháp này đã kết thúc hoạt động." in text_of(
        client.get(f"/programmes/drafts/{left.pk}/publish/")
    )
