"""Questions about rows of a list of people helped, and the effect of the answers."""

import re
from datetime import date

import pytest

from doanso.imports import queries as imports
from doanso.imports.actions import answer_alike, answer_questions
from doanso.ledger.recount import recount
from doanso.people.models import Consent, Person
from doanso.support.models import SupportRecord
from doanso.support.tests.lists.rows import apply_rows, import_with_questions, line


def test_without_consent_a_time_without_a_name(ward):
    rows = [line("Nguyễn Văn Bảy", consent=None), line("Lê Hoa", 1960, "0912345679", consent="không")]
    job = import_with_questions(ward, *rows)
    assert [(row.findings[0].code, [option.code for option in row.options]) for row in imports.rows_set_aside(job)] == [
        ("no_consent", ["on-paper", "unnamed"]), ("consent_refused", ["unnamed"]),
    ]  # fmt: skip

    answer_questions(actor=ward.tree.an, job=job, answers={1: "unnamed", 2: "unnamed"})
    apply_rows(ward, job)

    assert (Person.objects.count(), SupportRecord.objects.filter(named=False).count()) == (0, 2)
    assert (ward.figure(), ward.figure("portal-times")) == (0, 2)
    again = import_with_questions(ward, *rows)
    assert (again.unchanged_count, again.question_count) == (2, 0)


def test_the_paper_is_kept_for_all_of_them(ward):
    rows = [line("Nguyễn Văn Bảy", consent=None), line("Lê Hoa", 1960, "0912345679", consent=None)]
    job = import_with_questions(ward, *rows)

    answer_alike(actor=ward.tree.an, job=job, question="no_consent", option="on-paper")
    apply_rows(ward, job)

    assert (Person.objects.count(), Consent.objects.count(), ward.figure()) == (2, 2, 2)
    again = import_with_questions(ward, *rows)
    assert (again.unchanged_count, again.question_count) == (2, 0)


def test_no_answer_for_all_is_chosen_before_somebody_chooses(ward, as_user):
    job = import_with_questions(
        ward, line("Nguyễn Văn Bảy", consent=None), line("Lê Hoa", 1960, "0912345679", consent=None)
    )
    client = as_user(ward.tree.an)
    page = client.get(f"/imports/{job.pk}/?show=question").content.decode()
    [choice] = re.findall(r"<select[^>]*name=\"option\"[^>]*>.*?</select>", page)
    assert re.match(r"<select[^>]* required><option value=\"\">Chọn câu trả lời</option>", choice)
    assert " selected" not in choice
    assert " checked" not in page

    page = client.post(f"/imports/{job.pk}/answers/", {"question": "no_consent", "option": ""}, follow=True)

    assert "Chưa chọn câu trả lời nào" in page.content.decode()
    job.refresh_from_db()
    assert (job.question_count, job.answered_count) == (2, 0)


def test_the_page_shows_what_was_read_of_each_row(ward, as_user):
    services = "Dịch vụ công, VNeID"
    job = import_with_questions(
        ward,
        line("Nguyễn Văn Bảy", place="KP 1", service=services, second="Ông Võ Năm (trưởng khu phố)"),
        line("Lê Hoa", "12/3/1960", "0912345679", place="Khu phố 9", consent=None),
    )
    client = as_user(ward.tree.an)

    [new] = client.get(f"/imports/{job.pk}/?show=new").context["rows"]
    page = client.get(f"/imports/{job.pk}/?show=question")
    [question] = page.context["rows"]

    assert {title: value for title, value in new.values if value} == {
        "Năm sinh": "1951", "Số điện thoại": "091•••••78", "Khu phố, ấp": "Khu phố 1", "Dịch vụ": "portal, vneid",
        "Ngày hỗ trợ": "01/11/2023", "Người giúp": "Trần Gia Huy", "Người cùng đi": "Võ Năm", "Có phiếu đồng ý": "đồng ý",
    }  # fmt: skip
    assert {title: value for title, value in question.values if value} == {
        "Năm sinh": "12/03/1960", "Số điện thoại": "091•••••79", "Địa chỉ": "Khu phố 9", "Dịch vụ": "portal",
        "Ngày hỗ trợ": "01/11/2023", "Người giúp": "Trần Gia Huy", "Có phiếu đồng ý": "chưa ghi",
    }  # fmt: skip
    assert "từ “Đồng ý”" in page.content.decode()


def test_an_answer_for_all_speaks_of_nobody(ward, bring):
    bring(line("Nguyễn Văn Bảy"), line("Lê Hoa", 1960, "0912345679"))
    rows = [
        line(name, year, None, None, day="05/11/2023") for name, year in (("Nguyễn Văn Bảy", 1951), ("Lê Hoa", 1960))
    ]
    [kind] = imports.question_groups(import_with_questions(ward, *rows))

    assert [row.label for row in kind.options] == [
        "Đúng là người, cửa hàng đơn vị đã ghi", "Người khác: thêm mới", "Bỏ dòng này",
    ]  # fmt: skip

    head = [["Họ tên", "Năm sinh", None, "Dịch vụ", "Ngày", "Đồng ý"], [None, "Nam", "Nữ", None, None, None]]
    rows = [[name, 1951, 1953, "DVC", "01/11/2023", "x"] for name in ("Trần Ba", "Trần Tư")]
    [kind] = imports.question_groups(import_with_questions(ward, *rows, head=head))

    assert [row.label for row in kind.options] == [
        "Ngày sinh ở cột “Nam” là đúng", "Ngày sinh ở cột “Nữ” là đúng", "Bỏ dòng này",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "people", "support_records"), [("same", 1, 2), ("another", 2, 2), ("leave-out", 1, 1)]
)
def test_a_namesake_is_asked_about(ward, bring, answer, people, support_records):
    bring(line("Nguyễn Văn Bảy"))
    row = line("Nguyễn Văn Bảy", phone=None, place=None, day="05/11/2023")
    job = import_with_questions(ward, row)
    [stored] = imports.rows_set_aside(job)
    assert (stored.findings[0].code, [option.code for option in stored.options]) == (
        "perhaps_known",
        ["same", "another"],
    )
    assert "sinh 1951" in stored.options[0].label

    answer_questions(actor=ward.tree.an, job=job, answers={1: answer})
    job.refresh_from_db()
    if answer != "leave-out":
        apply_rows(ward, job)
        assert imports.row_counts(job)["people_known"] == (answer == "same")
        assert import_with_questions(ward, row).unchanged_count == 1

    assert (Person.objects.count(), SupportRecord.objects.count()) == (people, support_records)
    assert list(recount()) == []


def test_somebody_like_it_in_another_ward_is_no_question_here(ward, bring):
    bring(line("Nguyễn Văn Bảy"), unit="p5")

    job = import_with_questions(ward, line("Nguyễn Văn Bảy", phone=None, place=None))

    assert (job.question_count, job.created_count) == (0, 1)


def test_one_of_several_shops_or_people_is_chosen(ward, bring):
    bring(line("Nguyễn Văn Bảy"), line("Nguyễn Văn Bảy", phone="0912345679", place="2"))
    job = import_with_questions(ward, line("Nguyễn Văn Bảy", phone=None, place=None, day="05/11/2023"))
    [stored] = imports.rows_set_aside(job)
    option_codes = [option.code for option in stored.options]
    assert [code.partition(":")[0] for code in option_codes] == ["is", "is", "another"]

    answer_questions(actor=ward.tree.an, job=job, answers={1: option_codes[1]})
    apply_rows(ward, job)

    assert str(SupportRecord.objects.get(happened_on=date(2023, 11, 5)).contact_id) == option_codes[1].removeprefix(
        "is:"
    )


def test_a_duplicate_that_was_asked_about_is_reported_once(ward):
    rows = [line("Trần Ba", None, None, None, consent=None), line("Trần Ba", None, None, None)]
    job = import_with_questions(ward, *rows)
    assert (job.created_count, job.question_count) == (1, 1)

    answer_questions(actor=ward.tree.an, job=job, answers={1: "on-paper"})
    apply_rows(ward, job)

    assert (Person.objects.count(), SupportRecord.objects.count()) == (1, 1)


def test_who_helped_themselves_is_asked_about(ward):
    rows = [line("Trần Gia Huy"), line("Lê Hoa", 1960, "0912345679", second="Ông Lê Hoa")]
    job = import_with_questions(ward, *rows)
    assert [(row.findings[0].code, [option.code for option in row.options]) for row in imports.rows_set_aside(job)] == [
        ("helped_self", ["namesakes"]), ("helped_self", ["namesakes"]),
    ]  # fmt: skip

    answer_questions(actor=ward.tree.an, job=job, answers={1: "namesakes", 2: "leave-out"})
    apply_rows(ward, job)

    assert (Person.objects.count(), SupportRecord.objects.count()) == (1, 1)
    again = import_with_questions(ward, *rows)
    assert (again.unchanged_count, again.question_count) == (1, 1)


def test_a_helper_of_ones_own_name_without_consent_is_asked_twice(ward):
    job = import_with_questions(ward, line("Trần Gia Huy", consent="có/không"))
    answer_questions(actor=ward.tree.an, job=job, answers={1: "namesakes"})
    apply_rows(ward, job)

    [stored] = imports.rows_set_aside(job)
    assert stored.findings[0].code == "no_consent"
    assert SupportRecord.objects.count() == 0


def test_an_unclear_mark_is_reported(bring):
    head = ["Họ tên", "Năm sinh", "Ngày", "VNeID", "DVC", "Đồng ý"]
    _job, report = bring(["Nguyễn Văn Bảy", 1951, "01/11/2023", "x", "hẹn lại", "x"], head=head)

    assert (report["created"], SupportRecord.objects.get().service_id) == (1, "vneid")
    assert "mark_unclear" in [warning["code"] for warning in report["warnings"]]


def test_births_under_both_sexes_are_asked_about(ward):
    head = [["Họ tên", "Năm sinh", None, "Dịch vụ", "Ngày", "Đồng ý"], [None, "Nam", "Nữ", None, None, None]]
    rows = [
        ["Nguyễn Văn Bảy", 1951, 1953, "DVC", "01/11/2023", "x"],
        ["Lê Hoa", 1960, "12/3/2012", "DVC", "01/11/2023", "x"],
    ]
    job = import_with_questions(ward, *rows, head=head)
    assert [[option.label for option in row.options] for row in imports.rows_set_aside(job)] == [
        ["Nam, sinh 1951", "Nữ, sinh 1953"], ["Nam, sinh 1960"],
    ]  # fmt: skip

    answer_questions(actor=ward.tree.an, job=job, answers={1: "female", 2: "leave-out"})
    apply_rows(ward, job)

    contact = SupportRecord.objects.get().contact
    assert (contact.gender, contact.birth_year) == ("female", 1953)


def test_a_title_hides_nobody_who_helped_themselves(ward):
    job = import_with_questions(ward, line("Chị Trần Gia Huy"))

    assert [row.findings[0].code for row in imports.rows_set_aside(job)] == ["helped_self"]
