"""Questions of a comparison are answered on its page; an answer holds for the very question it was given to."""

import pytest

from doanso.audit.models import AuditEvent
from doanso.imports import comparison
from doanso.imports.actions import answer_alike, answer_questions, apply_import, finish_applying, start_import
from doanso.imports.models import Import, ImportState
from doanso.lib.problems import Refused
from doanso.lib.spreadsheet import read_workbook
from doanso.members.actions import end_membership
from doanso.members.models import Member
from doanso.members.tests.workbooks import content, row
from doanso.testing import TODAY
from tools.fixture_replay import replayed

DUC, THUY = row(1, "Nguyễn Hoàng Đức", "12/04/2001"), row(2, "Trần Thị Thủy", "05/06/2003", "Nữ")
"""Two of the branch; below, the same with other birth dates."""
DUC_OTHER, THUY_OTHER = row(1, "Nguyễn Hoàng Đức", "13/04/2001"), row(2, "Trần Thị Thủy", "06/06/2003", "Nữ")


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


def written(tree, job, skip=False) -> Import:
    apply_import(actor=tree.an, job=job, skip_rejected=skip, wake=False)
    finish_applying(job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture
@replayed
def questioned_job(tree) -> Import:
    """Two questions: somebody of that name in that branch has another birth date."""
    written(tree, compared(tree, DUC, THUY))
    job = compared(tree, DUC_OTHER, THUY_OTHER)
    assert job.question_count == 2
    return job


def births() -> list[tuple[str, str]]:
    return sorted((member.contact.name, member.contact.birth_date.isoformat()) for member in Member.objects.all())


def test_each_row_gets_its_own_answer(tree, questioned_job):
    assert answer_questions(actor=tree.an, job=questioned_job, answers={1: "same", 2: "another"}) == 2
    questioned_job.refresh_from_db()
    assert (questioned_job.question_count, questioned_job.answered_count) == (0, 2)

    written(tree, questioned_job)

    assert births() == [
        ("Nguyễn Hoàng Đức", "2001-04-13"),
        ("Trần Thị Thủy", "2003-06-05"),
        ("Trần Thị Thủy", "2003-06-06"),
    ]
    assert (
        questioned_job.state,
        questioned_job.updated_count,
        questioned_job.created_count,
        questioned_job.answered_count,
    ) == ("applied", 1, 1, 0)
    assert questioned_job.applied_count == 2


def test_an_answer_counts_once_and_can_be_taken_back(tree, questioned_job):
    assert answer_questions(actor=tree.an, job=questioned_job, answers={1: "same"}) == 1
    assert answer_questions(actor=tree.an, job=questioned_job, answers={1: "same"}) == 0
    assert [event.changed for event in AuditEvent.objects.filter(action="imports.answer")] == [["birth_differs:1"]]

    assert answer_questions(actor=tree.an, job=questioned_job, answers={1: ""}) == 1

    questioned_job.refresh_from_db()
    assert (questioned_job.question_count, questioned_job.answered_count) == (2, 0)


def test_a_row_may_be_left_out_and_is_not_handed_back(tree, questioned_job, as_user):
    answer_questions(actor=tree.an, job=questioned_job, answers={1: "leave-out", 2: "keep"})
    questioned_job.refresh_from_db()
    assert (questioned_job.question_count, questioned_job.skipped_count, questioned_job.answered_count) == (0, 1, 1)

    written(tree, questioned_job)

    assert births() == [("Nguyễn Hoàng Đức", "2001-04-12"), ("Trần Thị Thủy", "2003-06-05")]
    assert (questioned_job.skipped_count, questioned_job.unchanged_count) == (1, 1)
    assert as_user(tree.an).get(f"/imports/{questioned_job.pk}/rejected/").status_code == 404


def test_all_of_a_kind_are_answered_alike(tree, questioned_job, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert answer_alike(actor=tree.an, job=questioned_job, question="birth_differs", option="same") == 2
    assert answer_alike(actor=tree.an, job=questioned_job, question="birth_differs", option="same") == 0

    written(tree, questioned_job)

    assert births() == [("Nguyễn Hoàng Đức", "2001-04-13"), ("Trần Thị Thủy", "2003-06-06")]


def test_only_what_is_offered_is_an_answer(tree, questioned_job):
    with pytest.raises(Refused) as refused:
        answer_questions(actor=tree.an, job=questioned_job, answers={1: "return"})

    assert refused.value.problem.code == "not_offered"
    assert answer_alike(actor=tree.an, job=questioned_job, question="birth_differs", option="return") == 0


def test_an_answer_to_another_question_is_no_answer(tree, questioned_job):
    answer_alike(actor=tree.an, job=questioned_job, question="birth_differs", option="same")
    duc = Member.objects.get(contact__name="Nguyễn Hoàng Đức")
    end_membership(actor=tree.an, member=duc, state="grown-out", on=TODAY)

    written(tree, questioned_job)

    assert (questioned_job.question_count, questioned_job.updated_count) == (1, 1)
    assert births()[0] == ("Nguyễn Hoàng Đức", "2001-04-12")


def test_what_the_register_holds_by_now_needs_no_answer(tree, questioned_job):
    answer_alike(actor=tree.an, job=questioned_job, question="birth_differs", option="same")
    again = compared(tree, DUC_OTHER)
    answer_questions(actor=tree.an, job=again, answers={1: "same"})
    written(tree, again)

    written(tree, questioned_job)

    assert (questioned_job.unchanged_count, questioned_job.updated_count, questioned_job.question_count) == (1, 1, 0)


def test_questions_left_open_are_answered_later(tree, questioned_job):
    answer_questions(actor=tree.an, job=questioned_job, answers={2: "same"})
    written(tree, questioned_job, skip=True)
    assert (questioned_job.state, questioned_job.question_count) == (ImportState.APPLIED, 1)

    answer_questions(actor=tree.an, job=questioned_job, answers={1: "same"})
    questioned_job.refresh_from_db()
    assert questioned_job.state == ImportState.COMPARED
    written(tree, questioned_job)

    assert (questioned_job.state, questioned_job.applied_count, questioned_job.updated_count) == (
        ImportState.APPLIED,
        2,
        2,
    )
    assert births() == [("Nguyễn Hoàng Đức", "2001-04-13"), ("Trần Thị Thủy", "2003-06-06")]


def test_what_still_waits_is_no_success(tree, questioned_job, as_user):
    client = as_user(tree.an)
    answer_questions(actor=tree.an, job=questioned_job, answers={2: "same"})
    written(tree, questioned_job, skip=True)

    page = client.get(f"/imports/{questioned_job.pk}/").content.decode()
    assert "Còn 1 dòng chờ bạn trả lời." in page
    assert "Xong." not in page
    assert 'data-note="on"' not in page
    assert 'data-s="met"' not in page
    assert 'aria-current="step"' in page
    assert "Còn 1 dòng chờ trả lời" in client.get("/imports/").content.decode()

    answer_questions(actor=tree.an, job=questioned_job, answers={1: "same"})
    questioned_job.refresh_from_db()
    written(tree, questioned_job)
    page = client.get(f"/imports/{questioned_job.pk}/").content.decode()
    assert 'data-note="on"' in page
    assert "<b>Xong.</b>" in page
    assert 'data-s="met"' in page


def test_what_was_refused_is_no_success(tree, as_user):
    job = written(tree, compared(tree, DUC, row(2, "", "05/06/2003")), skip=True)

    page = as_user(tree.an).get(f"/imports/{job.pk}/").content.decode()

    assert "1 dòng không nhận, chưa có trong danh sách: tải về kèm lý do, sửa rồi nhập lại." in page
    assert "Đã ghi, 1 dòng không nhận" in page
    assert "<b>Xong.</b>" not in page


def test_a_row_answered_again_after_it_was_written_stays_as_it_is(tree, questioned_job):
    answer_alike(actor=tree.an, job=questioned_job, question="birth_differs", option="another")
    written(tree, questioned_job)

    assert answer_questions(actor=tree.an, job=questioned_job, answers={1: "same"}) == 0
    assert Member.objects.count() == 4


def test_a_list_thrown_away_takes_no_answer(tree, questioned_job):
    Import.objects.filter(pk=questioned_job.pk).update(state=ImportState.CANCELLED)

    with pytest.raises(Refused):
        answer_questions(actor=tree.an, job=questioned_job, answers={1: "same"})


def test_the_page_asks_and_keeps_the_answer(tree, questioned_job, as_user):
    client = as_user(tree.an)
    page = client.get(f"/imports/{questioned_job.pk}/?show=question").content.decode()
    assert 'name="a1" value="same"' in page
    assert "Đúng là người này: sửa ngày sinh" in page
    assert "Trả lời nhiều câu hỏi như nhau" in page

    answer = client.post(f"/imports/{questioned_job.pk}/answers/", {"a1": "same"})
    assert (answer.status_code, answer["Location"]) == (302, f"/imports/{questioned_job.pk}/?show=question")
    page = client.get(f"/imports/{questioned_job.pk}/?show=answered").content.decode()
    assert 'value="same" checked' in page

    client.post(f"/imports/{questioned_job.pk}/answers/", {"question": "birth_differs", "option": "another"})
    questioned_job.refresh_from_db()
    assert (questioned_job.question_count, questioned_job.answered_count) == (0, 2)

    client.post(
        f"/imports/{questioned_job.pk}/answers/", {"a1": "same", "a2": "another", "back": "1", "show": "answered"}
    )
    questioned_job.refresh_from_db()
    assert (questioned_job.question_count, questioned_job.answered_count) == (2, 0)


def test_nothing_chosen_changes_nothing(tree, questioned_job, as_user):
    client = as_user(tree.an)

    page = client.post(
        f"/imports/{questioned_job.pk}/answers/", {"a1x": "same", "ax": "same"}, follow=True
    ).content.decode()

    assert "Chưa chọn câu trả lời nào" in page


def test_open_questions_come_back_with_their_cells(tree, questioned_job, as_user):
    response = as_user(tree.an).get(f"/imports/{questioned_job.pk}/rejected/")

    rows = read_workbook(b"".join(response.streaming_content)).sheets[0].rows
    assert dict(zip(rows[0], rows[1], strict=False))["Ngày sinh"] == "13/04/2001"


@pytest.mark.parametrize(("username", "status"), [("chi", 404), ("binh", 404), ("hanh", 404), ("dung", 302)])
def test_answers_are_for_whoever_runs_imports_there(tree, questioned_job, as_user, username, status):
    assert (
        as_user(tree.users[username]).post(f"/imports/{questioned_job.pk}/answers/", {"a1": "same"}).status_code
        == status
    )
