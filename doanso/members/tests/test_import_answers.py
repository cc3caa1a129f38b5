"""What each answer to a question about a members' list comes to."""

from datetime import date

import pytest

from doanso.imports import comparison, queries
from doanso.imports.actions import answer_questions, apply_import, finish_applying, start_import
from doanso.members.actions import end_membership, set_absence, transfer_member
from doanso.members.models import Absence, Member, MemberState
from doanso.members.tests.workbooks import content, row, table
from doanso.people import queries as people
from doanso.testing import TODAY


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES = tmp_path / "files"


DUC = {"cccd": "082201001234", "card": "820001"}


@pytest.fixture
def ask(tree, register):
    """Compare one row, answer its question, write it; the options, and what became of it."""

    def _ask(list_row, answer, unit="p4"):
        job = start_import(
            actor=tree.an, kind="members", unit=tree.units[unit], source=content(list_row), name="a.xlsx", wake=False
        )
        comparison.compare_import(job.pk)
        [stored] = queries.rows_set_aside(job)
        options = [option.code for option in stored.options]
        answer = next((code for code in options if code.startswith("is:")), "") if answer == "is" else answer
        answer_questions(actor=tree.an, job=job, answers={1: answer})
        job.refresh_from_db()
        if answer != "leave-out":
            apply_import(actor=tree.an, job=job, wake=False)
            finish_applying(job.pk)
            job.refresh_from_db()
        counts = [job.created_count, job.updated_count, job.unchanged_count, job.question_count]
        return stored.findings[0].code, [code.partition(":")[0] for code in options], counts

    return _ask


def test_a_number_under_another_name(ask, register):
    list_row = row(1, "Nguyễn Hoàng Đạt", cccd=DUC["cccd"])

    assert ask(list_row, "keep") == ("name_differs", ["same", "keep"], [0, 0, 1, 0])
    assert ask(list_row, "same") == ("name_differs", ["same", "keep"], [0, 1, 0, 0])
    register.duc.contact.refresh_from_db()
    assert register.duc.contact.name == "Nguyễn Hoàng Đạt"


def test_a_year_alone_corrects_no_whole_date(ask):
    assert ask(row(1, "Nguyễn Hoàng Đức", "2002"), "keep") == ("birth_differs", ["keep", "another"], [0, 0, 1, 0])


def test_a_year_beside_a_known_card_takes_no_whole_date_away(ask, register):
    list_row = row(1, "Nguyễn Hoàng Đức", "2002", card=DUC["card"], phone="0912000111")

    assert ask(list_row, "keep") == ("birth_differs", ["keep"], [0, 1, 0, 0])
    register.duc.contact.refresh_from_db()
    contact = register.duc.contact
    assert (contact.birth_date, contact.birth_year) == (date(2001, 4, 12), 2001)
    assert people.decrypt_field(contact, "phone") == "0912000111"


def test_who_left_comes_back_as_the_same_person(ask, tree, register):
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=TODAY)

    assert ask(row(1, "Nguyễn Hoàng Đức"), "return") == ("membership_ended", ["return", "another"], [1, 0, 0, 0])
    stays = Member.objects.filter(person=register.duc.person).order_by("recorded_at")
    assert [stay.state for stay in stays] == [MemberState.STRUCK_OFF, MemberState.ACTIVE]


def test_who_left_and_is_known_by_number_is_nobody_else(ask, tree, register):
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=TODAY)

    outcome = ask(row(1, "Nguyễn Hoàng Đức", cccd=DUC["cccd"]), "return")

    assert outcome == ("membership_ended", ["return"], [1, 0, 0, 0])


def test_the_dead_do_not_come_back(ask, tree, register):
    end_membership(actor=tree.an, member=register.duc, state="died", on=TODAY)

    assert ask(row(1, "Nguyễn Hoàng Đức"), "another") == ("membership_ended", ["another"], [1, 0, 0, 0])
    assert Member.objects.filter(person=register.duc.person).count() == 1


def test_another_branch_stays_or_is_another_person(ask):
    list_row = row(1, "Nguyễn Hoàng Đức", branch="Khu phố 2", phone="0987654321")

    assert ask(list_row, "keep") == ("other_branch", ["move", "keep", "another"], [0, 1, 0, 0])


def test_who_moved_is_transferred_by_the_answer(ask, register, tree):
    assert ask(row(1, "Nguyễn Hoàng Đức", branch="Khu phố 2", phone="0987654321"), "move")[2] == [0, 1, 0, 0]

    old = Member.objects.get(pk=register.duc.pk)
    new = Member.objects.get(previous=old)
    assert (old.state, new.state, new.branch_id) == ("transferred", "active", tree.units["p4-kp2"].pk)
    assert people.decrypt_field(new.contact, "phone") == "0987654321"


def test_who_is_back_is_away_no_longer(tree, register):
    set_absence(actor=tree.an, member=register.duc, reason="study", since=TODAY)
    cells = ["Nguyễn Hoàng Đức", "12/04/2001", "Khu phố 1", "Có mặt", None]
    job = start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=table(HEAD, cells), name="a.xlsx", wake=False
    )
    comparison.compare_import(job.pk)
    answer_questions(actor=tree.an, job=job, answers={1: "back"})
    apply_import(actor=tree.an, job=job, wake=False)
    finish_applying(job.pk)

    job.refresh_from_db()
    assert (job.updated_count, job.question_count) == (1, 0)
    assert Absence.objects.get().until == TODAY


def test_a_namesake_without_birth(ask):
    list_row = row(1, "Nguyễn Hoàng Đức", "", branch="Khu phố 2", phone="0987654321")

    assert ask(list_row, "same") == ("namesake", ["same", "another"], [0, 1, 0, 0])


def test_one_of_several_is_chosen(ask, tree, register):
    twin = row(1, "Nguyễn Hoàng Đức", branch="Khu phố 2")
    assert ask(twin, "another")[2] == [1, 0, 0, 0]
    other_member = Member.objects.exclude(pk=register.duc.pk).get(contact__name="Nguyễn Hoàng Đức")
    transfer_member(actor=tree.an, member=other_member, to=tree.units["p4-kp1"], on=TODAY)

    outcome = ask(row(1, "Nguyễn Hoàng Đức", phone="0987654321"), "is")

    assert outcome == ("ambiguous", ["is", "is", "another"], [0, 1, 0, 0])


def test_the_place_of_somebody_of_another_unit_is_never_shown(ask):
    assert ask(row(1, "Lê Minh Khang", "02/01/1999"), "another") == ("perhaps_elsewhere", ["another"], [1, 0, 0, 0])


def test_who_is_active_elsewhere_by_number_can_only_be_left_out(ask, register):
    number = "082099001111"
    register.khang.contact.citizen_id_lookup = people.lookup_hash("citizen_id", number)
    register.khang.contact.save(update_fields=["citizen_id_lookup"])

    outcome = ask(row(1, "Lê Minh Khang", "02/01/1999", cccd=number), "leave-out")

    assert outcome == ("active_elsewhere", [], [0, 0, 0, 0])


def test_a_card_of_somebody_else_is_laid_aside(ask, register):
    temporary = {"temporary": True, "card_number": "T-1"}
    Member.objects.filter(pk=register.thuy.pk).update(**temporary)

    outcome = ask(row(1, "Nguyễn Hoàng Đức", cccd=DUC["cccd"], card="T-1", phone="0987654321"), "without")

    assert outcome == ("card_taken", ["without"], [0, 1, 0, 0])


HEAD = ["Họ tên", "Ngày sinh", "Chi đoàn", "Tình trạng", "SĐT"]


@pytest.mark.parametrize(("state", "code"), [("Có mặt", "still_away"), ("Chuyển đi", "left")])
def test_a_state_that_contradicts_the_register_is_laid_aside(tree, register, state, code):
    set_absence(actor=tree.an, member=register.duc, reason="study", since=TODAY)
    cells = ["Nguyễn Hoàng Đức", "12/04/2001", "Khu phố 1", state, "0987654321"]
    job = start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=table(HEAD, cells), name="a.xlsx", wake=False
    )
    comparison.compare_import(job.pk)
    assert [stored.findings[0].code for stored in queries.rows_set_aside(job)] == [code]

    answer_questions(actor=tree.an, job=job, answers={1: "without"})
    apply_import(actor=tree.an, job=job, wake=False)
    finish_applying(job.pk)

    job.refresh_from_db()
    assert (job.updated_count, job.question_count) == (1, 0)


def test_two_answers_cannot_mean_one_member(tree, register):
    rows = [row(1, "Nguyễn Hoàng Đức", "13/04/2001"), row(2, "Nguyễn Hoàng Đức", "14/04/2001")]
    job = start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=content(*rows), name="a.xlsx", wake=False
    )
    comparison.compare_import(job.pk)
    answer_questions(actor=tree.an, job=job, answers={1: "same", 2: "same"})
    apply_import(actor=tree.an, job=job, wake=False)
    finish_applying(job.pk)

    job.refresh_from_db()
    assert (job.updated_count, job.question_count) == (1, 1)
    assert [stored.findings[0].code for stored in queries.rows_set_aside(job)] == ["same_member_twice"]


def test_births_under_both_sexes_are_asked_about(tree):
    head = [["Họ và tên", "Ngày sinh", None, "Chi đoàn"], [None, "Nam", "Nữ", None]]
    rows = [["Lê Minh Khang", "12/04/2001", "13/04/2002", "KP 1"], ["Phan An", "12/04/1950", 2001, "KP 1"]]
    job = start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=table(*head, *rows), name="a.xlsx", wake=False
    )
    comparison.compare_import(job.pk)
    questions = list(queries.rows_set_aside(job))
    assert [stored.findings[0].code for stored in questions] == ["both_sexes"] * 2
    assert [[option.label for option in stored.options] for stored in questions] == [
        ["Nam, sinh 12/04/2001", "Nữ, sinh 13/04/2002"], ["Nữ, sinh 2001"],
    ]  # fmt: skip

    answer_questions(actor=tree.an, job=job, answers={1: "female", 2: "leave-out"})
    job.refresh_from_db()
    apply_import(actor=tree.an, job=job, wake=False)
    finish_applying(job.pk)

    contact = Member.objects.get().contact
    assert (contact.name, contact.gender, str(contact.birth_date)) == ("Lê Minh Khang", "female", "2002-04-13")
