import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.imports import actions, comparison
from doanso.imports.actions import apply_import, finish_applying, lifecycle, start_import
from doanso.imports.models import Import, ImportState
from doanso.imports.ports import list_kinds
from doanso.lib import clock
from doanso.lib.spreadsheet import read_workbook
from doanso.members.models import Member
from doanso.members.tests.workbooks import content, row

GOOD = row(1, "Nguyễn Hoàng Đức", "12/04/2001", cccd="082201001234", phone="0912345678")
BAD = row(2, "", "31/02/2000")


def upload(client, sent, unit="p4", name="ds.xlsx"):
    file = SimpleUploadedFile(name, sent)
    return client.post("/imports/", {"kind": "members", "unit": unit, "file": file})


def compared(tree, *rows, username="an", unit="p4") -> Import:
    job = start_import(
        actor=tree.users[username],
        kind="members",
        unit=tree.units[unit],
        source=content(*rows),
        name="ds.xlsx",
        wake=False,
    )
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    return job


def test_from_the_file_to_the_register(tree, as_user):
    client = as_user(tree.an)

    response = upload(client, content(GOOD))
    job = Import.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/imports/{job.pk}/")
    assert 'hx-trigger="every 1s"' in client.get(f"/imports/{job.pk}/").content.decode()
    assert "HX-Refresh" not in client.get(f"/imports/{job.pk}/progress/")

    comparison.compare_import(job.pk)
    assert client.get(f"/imports/{job.pk}/progress/")["HX-Refresh"] == "true"
    page = client.get(f"/imports/{job.pk}/").content.decode()
    assert "Nguyễn Hoàng Đức" in page
    assert Member.objects.count() == 0

    assert client.post(f"/imports/{job.pk}/apply/").status_code == 302
    finish_applying(job.pk)
    job.refresh_from_db()
    assert (job.state, Member.objects.count()) == (ImportState.APPLIED, 1)
    assert client.get(f"/imports/{job.pk}/").status_code == 200


def test_no_kind_of_list_is_chosen_for_somebody_who_did_not_choose(tree, as_user):
    client = as_user(tree.an)
    assert client.get("/imports/").context["form"].fields["kind"].choices[0] == ("", "Chọn")
    assert client.get("/imports/?kind=members").context["form"]["kind"].value() == "members"

    answer = client.post("/imports/", {"unit": "p4", "kind": "", "file": SimpleUploadedFile("ds.xlsx", content(GOOD))})

    assert (answer.status_code, dict(answer.context["form"].errors)) == (422, {"kind": ["Hãy điền mục này."]})
    assert not Import.objects.exists()


def test_rows_that_cannot_be_imported_come_back_with_reasons(tree, as_user):
    job = compared(tree, GOOD, BAD)
    client = as_user(tree.an)

    client.post(f"/imports/{job.pk}/apply/")
    job.refresh_from_db()
    assert job.state == ImportState.COMPARED

    response = client.get(f"/imports/{job.pk}/rejected/")
    rows = read_workbook(b"".join(response.streaming_content)).sheets[0].rows
    assert len(rows) == 2
    back = dict(zip(rows[0], rows[1], strict=False))
    assert (back["Ngày sinh"], back["Chi đoàn"]) == ("31/02/2000", "Khu phố 1")

    client.post(f"/imports/{job.pk}/apply/", {"skip_rejected": "on"})
    finish_applying(job.pk)
    assert Member.objects.count() == 1


def test_each_tab_shows_its_rows(tree, as_user, django_assert_max_num_queries):
    job = compared(tree, GOOD, BAD, row(3, "Phan An", phone="12"))
    client = as_user(tree.an)

    for tab, words_shown in [("new", "Nguyễn Hoàng Đức"), ("rejected", "31"), ("warned", "Phan An"), ("", "31")]:
        with django_assert_max_num_queries(26):
            page = client.get(f"/imports/{job.pk}/?show={tab}&after=x").content.decode()
        assert words_shown in page
    assert "Phan An" not in client.get(f"/imports/{job.pk}/?show=rejected").content.decode()


def test_the_page_shows_what_was_read_of_each_row(tree, as_user):
    odd = row(2, "Trần Thị Thủy", "2003", branch="Khu phố 9", cccd="082303004321", phone="0987.654.321")
    job = compared(tree, GOOD, odd)
    client = as_user(tree.an)

    [good] = client.get(f"/imports/{job.pk}/?show=new").context["rows"]
    [refused] = client.get(f"/imports/{job.pk}/?show=rejected").context["rows"]

    assert dict(good.values) == {
        "Giới tính": "Nam", "Ngày sinh": "12/04/2001", "Số CCCD": "0822••••••34", "Số điện thoại": "091•••••78",
        "Chi đoàn": "Khu phố 1",
    }  # fmt: skip
    assert {"Ngày sinh": "2003", "Số điện thoại": "098•••••••21", "Chi đoàn": "Khu phố 9"}.items() <= dict(
        refused.values
    ).items()
    page = client.get(f"/imports/{job.pk}/?show=rejected").content.decode()
    assert "082303004321" not in page
    assert "0987.654.321" not in page


def test_what_was_read_costs_as_much_for_many_rows(tree, as_user):
    few, many = (
        compared(tree, *(row(n, f"Phan Văn {chr(65 + n)}", "2001") for n in range(count))) for count in (1, 26)
    )
    client = as_user(tree.an)
    questions = []
    for job in (few, many):
        with CaptureQueriesContext(connection) as statements:
            client.get(f"/imports/{job.pk}/?show=new")
        questions.append(len(statements))
    assert questions[0] == questions[1]
    assert questions[1] <= 26


def test_a_long_tab_goes_on(tree, as_user):
    job = compared(tree, *(row(n, f"Phan Văn {chr(65 + n)}", "2001") for n in range(26)))
    client = as_user(tree.an)

    first = client.get(f"/imports/{job.pk}/?show=new")
    assert (len(first.context["rows"]), first.context["next"]) == (25, "?show=new&after=25")
    assert len(client.get(f"/imports/{job.pk}/{first.context['next']}").context["rows"]) == 1


def test_a_comparison_can_be_thrown_away(tree, as_user):
    job = compared(tree, GOOD)
    client = as_user(tree.an)

    assert client.post(f"/imports/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.state == ImportState.CANCELLED

    client.post(f"/imports/{job.pk}/apply/")
    job.refresh_from_db()
    assert (job.state, Member.objects.count()) == (ImportState.CANCELLED, 0)


def test_an_application_that_stopped_is_ended_from_its_page(tree, as_user):
    job = compared(tree, GOOD)
    actions.apply_import(actor=tree.an, job=job, wake=False)
    client, button = as_user(tree.an), f'action="/imports/{job.pk}/cancel/"'
    assert button not in client.get(f"/imports/{job.pk}/").content.decode()
    Import.objects.update(stepped_at=clock.now() - lifecycle.STALLED_AFTER, applied_count=1)
    assert button in client.get(f"/imports/{job.pk}/progress/").content.decode()

    client.post(f"/imports/{job.pk}/cancel/")

    page = client.get(f"/imports/{job.pk}/").content.decode()
    assert Import.objects.get().state == ImportState.CANCELLED
    assert "Trước đó đã ghi 1 dòng." in page


@pytest.mark.parametrize(("sent", "name"), [(b"x", "ds.docx"), (b"", "ds.xlsx")])
def test_what_is_no_workbook_is_refused_at_once(tree, as_user, sent, name):
    response = upload(as_user(tree.an), sent, name=name)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["file"]
    assert Import.objects.count() == 0


def test_a_file_that_cannot_be_read_says_what_to_do(tree, as_user):
    client = as_user(tree.an)
    upload(client, b"PK\x03\x04 rubbish")
    job = Import.objects.get()

    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.problem_code) == (ImportState.REFUSED, "workbook_broken")
    assert job.problem_message in client.get(f"/imports/{job.pk}/").content.decode()


@pytest.mark.parametrize(
    ("username", "status"), [("chi", 404), ("binh", 404), ("hanh", 404), ("lan", 404), ("dung", 200)]
)
def test_imports_are_for_whoever_runs_them_there(tree, as_user, username, status):
    job = compared(tree, GOOD, BAD)
    client = as_user(tree.users[username])

    for address in ("", "progress/", "rejected/"):
        assert client.get(f"/imports/{job.pk}/{address}").status_code == status
    if status == 404:
        assert client.post(f"/imports/{job.pk}/apply/", {"skip_rejected": "on"}).status_code == 404
        assert client.post(f"/imports/{job.pk}/cancel/").status_code == 404


def test_another_unit_cannot_be_chosen(tree, as_user):
    response = upload(as_user(tree.an), content(GOOD), unit="p5")

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["unit"])


def test_an_empty_list_to_fill_in(tree, as_user):
    response = as_user(tree.an).get("/imports/templates/members/")

    rows = read_workbook(b"".join(response.streaming_content)).sheets[0].rows
    assert rows[0][:3] == ["Họ và tên", "Giới tính", "Ngày sinh"]
    assert as_user(tree.an).get("/imports/templates/nothing/").status_code == 404
    assert as_user(tree.an).get("/imports/templates/places.addresses/").status_code == 200


def test_uploading_wakes_the_worker(tree, as_user, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    client = as_user(tree.an)

    with TestCase.captureOnCommitCallbacks(execute=True):
        upload(client, content(GOOD))
    job = Import.objects.get()
    assert job.state == ImportState.COMPARED

    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(f"/imports/{job.pk}/apply/")
    job.refresh_from_db()
    assert job.state == ImportState.APPLIED


def test_a_row_about_somebody_known_leads_there(tree, as_user):
    first = compared(tree, GOOD)
    apply_import(actor=tree.an, job=first, wake=False)
    finish_applying(first.pk)
    member = Member.objects.get()
    elsewhere = row(1, "Nguyễn Hoàng Đức", "12/04/2001", branch="Khu phố 2")
    client = as_user(tree.an)

    for rows, tab, words_shown in [
        ([row(1, "Nguyễn Hoàng Đức", "12/04/2001", phone="0987654321")], "changed", "0987654321"),
        ([elsewhere], "question", "Chi đoàn"),
    ]:
        job = compared(tree, *rows)
        page = client.get(f"/imports/{job.pk}/?show={tab}").content.decode()
        assert f"/members/{member.pk}/" in page
        assert words_shown in page


def test_the_empty_list_of_every_kind_has_an_address(as_user, tree):
    for kind in list_kinds():
        assert as_user(tree.an).get(reverse("imports:empty_list", args=[kind.name])).status_code == 200, kind.name
