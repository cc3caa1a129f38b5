import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from doanso.audit.models import AuditEvent
from doanso.imports import queries
from doanso.imports.actions import run_import
from doanso.imports.models import Import, ImportState
from doanso.ledger.models import Placement
from doanso.members.actions import transfer_member
from doanso.members.models import Absence, Member, Post
from doanso.members.tests.workbooks import row, simple
from doanso.people.models import Contact, Person
from doanso.testing import TODAY, TREE_BEGAN


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES = tmp_path / "files"


GOOD = [
    row(
        1, "Nguyễn Hoàng Đức", "12/04/2001", cccd="082201001234", phone="0912345678", card="820001", joined="26/03/2018"
    ),
    row(2, "TRẦN THỊ THỦY", "2003", "Nữ", branch="Chi đoàn KP 2"),
    row(3, "lê minh khang", date(1999, 1, 2), "nam", branch="kp01"),
]


def run(tree, path, username="an", unit="p4", **more):
    job = run_import(actor=tree.users[username], kind="members", unit=tree.units[unit], path=path, **more)
    return job, queries.row_counts(job)


def counts(report):
    return [report[name] for name in ("rows", "created", "updated", "unchanged")]


def codes(entries):
    return [(entry["row"], entry["column"], entry["code"]) for entry in entries]


def test_new_members_come_in(tree, tmp_path):
    job, report = run(tree, simple(tmp_path / "a.xlsx", *GOOD))

    assert job.state == ImportState.APPLIED
    assert (counts(report), report["rejected"]) == ([3, 3, 0, 0], [])
    members = {member.contact.name: member for member in Member.objects.select_related("contact", "branch")}
    assert set(members) == {"Nguyễn Hoàng Đức", "Trần Thị Thủy", "Lê Minh Khang"}
    duc = members["Nguyễn Hoàng Đức"]
    assert (duc.branch.code, duc.since, duc.joined_on, duc.card_number) == (
        "p4-kp1",
        TREE_BEGAN,
        date(2018, 3, 26),
        "820001",
    )
    assert (duc.contact.birth_date, duc.contact.gender) == (date(2001, 4, 12), "male")
    thuy = members["Trần Thị Thủy"]
    assert (thuy.branch.code, thuy.since, thuy.contact.birth_date, thuy.contact.birth_year) == (
        "p4-kp2",
        TODAY,
        None,
        2003,
    )
    assert Placement.objects.count() == 3
    assert AuditEvent.objects.filter(action="members.admit", actor_note="import").count() == 3


def test_the_same_file_twice_changes_nothing(tree, tmp_path):
    path = simple(tmp_path / "a.xlsx", *GOOD)
    run(tree, path)

    _job, report = run(tree, path)

    assert counts(report) == [3, 0, 0, 3]
    assert (
        Member.objects.count(),
        Person.objects.count(),
        AuditEvent.objects.filter(action="members.admit").count(),
    ) == (
        3,
        3,
        3,
    )


def test_what_changed_is_changed_and_nothing_else(tree, tmp_path):
    run(tree, simple(tmp_path / "a.xlsx", *GOOD))
    changed = row(1, "Nguyễn Hoàng Đức", "12/04/2001", cccd="082201001234", phone="0987 654 321", card="820001")
    untold = row(2, "Trần Thị Thuỷ", "05/06/2003", "", branch="Khu phố 2", joined="01/09/2019")

    job, report = run(tree, simple(tmp_path / "b.xlsx", changed, untold))

    assert counts(report) == [2, 0, 2, 0]
    thuy = Member.objects.select_related("contact").get(contact__folded="tran thi thuy")
    assert (thuy.contact.birth_date, thuy.contact.gender, thuy.contact.name) == (
        date(2003, 6, 5),
        "female",
        "Trần Thị Thủy",
    )
    assert (thuy.joined_on, thuy.since) == (date(2019, 9, 1), TODAY)
    assert AuditEvent.objects.get(action="members.change", object_id=thuy.pk).changed == ["birth_date", "joined_on"]
    [first] = queries.page_of_rows(job, "changed", warned=False, after=0)[0][:1]
    assert [(difference.column, difference.before, difference.after) for difference in first.differences] == [
        ("phone", "0912345678", "0987654321")
    ]


def test_a_rejected_row_stops_the_whole_file(tree, tmp_path):
    path = simple(tmp_path / "a.xlsx", GOOD[0], row(2, "", "01/01/2000"), row(3, "Phan An", "31/02/1800"))

    job, report = run(tree, path)

    assert (job.state, Member.objects.count()) == (ImportState.COMPARED, 0)
    assert counts(report) == [3, 1, 0, 0]
    assert codes(report["rejected"]) == [(3, "Họ và tên", "name_missing"), (4, "Ngày sinh", "date_year")]


def test_the_good_rows_come_in_when_asked_for(tree, tmp_path):
    path = simple(tmp_path / "a.xlsx", GOOD[0], row(2, "", "01/01/2000"))

    job, _report = run(tree, path, skip_rejected=True)

    assert (job.state, Member.objects.count()) == (ImportState.APPLIED, 1)


def test_a_dry_run_writes_nothing(tree, tmp_path):
    _job, report = run(tree, simple(tmp_path / "a.xlsx", *GOOD), dry_run=True)

    assert counts(report) == [3, 3, 0, 0]
    assert (Member.objects.count(), Person.objects.count(), Contact.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (row(2, "Người Khác", "01/01/2000", cccd="082201001234"), "double_citizen_id"),
        (row(2, "Người Khác", "01/01/2000", card="820001"), "double_card"),
        (row(2, "nguyễn hoàng đức", "12/4/2001"), "double_person"),
    ],
)
def test_doubles_inside_the_file_name_the_other_row(tree, tmp_path, second, code):
    _job, report = run(tree, simple(tmp_path / "a.xlsx", GOOD[0], second))

    [entry] = report["rejected"]
    assert (entry["row"], entry["code"]) == (3, code)
    assert "2" in entry["message"]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        (row(1, "Phan An", "01/01/2015"), "Ngày sinh", "too_young"),
        (row(1, "Phan An", "01/01/1950"), "Ngày sinh", "too_old"),
        (row(1, "Phan An", cccd="08220100123456"), "Số CCCD", "citizen_id_length"),
        (row(1, "Phan An", branch="Khu phố 9"), "Chi đoàn", "branch_unknown"),
        (row(1, "Phan An", branch=""), "Chi đoàn", "branch_missing"),
        (row(1, "=HYPERLINK(A1)"), "Họ và tên", "name_formula"),
    ],
)
def test_rows_that_cannot_be_right(tree, tmp_path, cells, column, code):
    _job, report = run(tree, simple(tmp_path / "a.xlsx", cells))

    assert codes(report["rejected"]) == [(2, column, code)]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (row(1, "Phan An", phone="123"), "phone_too_short"),
        (row(1, "Phan An", "31/02/2001"), "date_partial"),
        (row(1, "Phan An", joined="01/01/2030"), "joined_in_future"),
        (row(1, "Phan An", joined="01/01/2005"), "joined_too_young"),
        (row(1, "Phan An", "01/01/1985"), "above_age"),
        (row(1, "Phan An", ""), "birth_missing"),
        (row(1, "Phan"), "name_one_word"),
        (row(1, "Phan An", cccd="082301001234"), "citizen_id_sex"),
        (row(1, "Phan An", joined="2019"), "date_incomplete"),
        (row(1, "Phan An", gender="?"), "gender_unknown"),
    ],
)
def test_doubts_are_said_and_the_row_comes_in(tree, tmp_path, cells, code):
    _job, report = run(tree, simple(tmp_path / "a.xlsx", cells))

    assert [entry["code"] for entry in report["warnings"]] == [code]
    assert counts(report) == [1, 1, 0, 0]


def test_who_is_active_elsewhere_is_a_question_without_a_name(tree, tmp_path):
    run(tree, simple(tmp_path / "a.xlsx", GOOD[0]))

    again = row(1, "Nguyễn Hoàng Đức", "12/04/2001", cccd="082201001234")
    job, report = run(tree, simple(tmp_path / "b.xlsx", again), username="chi", unit="p5")

    [entry] = report["rejected"]
    assert (entry["code"], job.question_count, Member.objects.count()) == ("active_elsewhere", 1, 1)
    assert "Phường 4" not in entry["message"]


def test_who_was_transferred_is_not_brought_back_by_an_old_list(tree, tmp_path):
    path = simple(tmp_path / "a.xlsx", *GOOD)
    run(tree, path)
    moved = Member.objects.get(contact__folded="le minh khang")
    transfer_member(actor=tree.dung, member=moved, to=tree.units["p5-kp1"], on=TODAY)

    _job, report = run(tree, path)

    assert (counts(report), codes(report["rejected"])) == ([3, 0, 0, 2], [(4, "", "membership_ended")])


def test_another_branch_of_the_unit_is_a_question(tree, tmp_path):
    run(tree, simple(tmp_path / "a.xlsx", GOOD[0]))

    moved = row(1, "Nguyễn Hoàng Đức", "12/04/2001", branch="Khu phố 2")
    _job, report = run(tree, simple(tmp_path / "b.xlsx", moved))

    assert codes(report["rejected"]) == [(2, "Chi đoàn", "other_branch")]


def test_posts_and_states_come_along(tree, tmp_path):
    head = ["Họ và tên", "Ngày sinh", "Chi đoàn", "Chức vụ", "Tình trạng"]
    rows = [
        ["Phan An", "01/01/2000", "KP1", "Bí thư", "Đang sinh hoạt"],
        ["Phan Ba", "01/01/2001", "KP1", "Đoàn viên", "Đi học xa"],
        ["Phan Ca", "01/01/2002", "KP1", "P. Bí thư", "Tạm thời"],
        ["Phan Da", "01/01/2003", "KP1", "", "Đã chuyển đi"],
    ]
    path = simple(tmp_path / "a.xlsx", *rows, head=head)

    _job, report = run(tree, path, skip_rejected=True)

    assert (counts(report), codes(report["rejected"])) == ([4, 3, 0, 0], [(5, "Tình trạng", "left")])
    assert list(Post.objects.order_by("kind").values_list("kind", flat=True)) == ["deputy", "secretary"]
    assert [(absence.reason, absence.since) for absence in Absence.objects.all()] == [("study", TODAY)]
    assert Member.objects.get(temporary=True).contact.name == "Phan Ca"

    _job, report = run(tree, path, skip_rejected=True)
    assert counts(report) == [4, 0, 0, 3]


@pytest.mark.parametrize(
    ("username", "unit"), [("binh", "p4-kp1"), ("an", "p5"), ("an", "my-tho"), ("hanh", "p4"), ("lan", "p4")]
)
def test_only_whoever_runs_imports_there(tree, tmp_path, username, unit):
    with pytest.raises(PermissionDenied):
        run(tree, simple(tmp_path / "a.xlsx", *GOOD), username=username, unit=unit)

    assert Import.objects.count() == 0


def test_five_hundred_rows_take_a_fixed_number_of_statements(tree, tmp_path, django_assert_max_num_queries):
    rows = [row(n, f"Nguyễn Văn {chr(65 + n % 26)}{'abcdefghij'[n // 26 % 10]}", "2001") for n in range(480)]
    path = simple(tmp_path / "a.xlsx", *rows)

    with django_assert_max_num_queries(90):
        _job, report = run(tree, path)

    assert counts(report) == [480, 480, 0, 0]


def command(path, *more):
    call_command("import_members", str(path), "--unit", "p4", "--as", "an", *more)


def test_the_command_reports_and_ends_with_0(tree, tmp_path, capsys):
    out = tmp_path / "out.json"

    command(simple(tmp_path / "a.xlsx", *GOOD), "--report", str(out))

    report = json.loads(out.read_text())
    assert list(report) == ["rows", "created", "updated", "unchanged", "rejected", "warnings", "file"]
    assert counts(report) == [3, 3, 0, 0]
    assert Member.objects.count() == 3


def test_the_command_ends_with_1_when_a_row_was_rejected(tree, tmp_path):
    path = simple(tmp_path / "a.xlsx", GOOD[0], row(2, ""))

    with pytest.raises(SystemExit) as ended:
        command(path)
    assert (ended.value.code, Member.objects.count()) == (1, 0)

    with pytest.raises(SystemExit) as ended:
        command(path, "--skip-rejected", "--report", str(tmp_path / "out.json"))
    assert (ended.value.code, Member.objects.count()) == (1, 1)
    [entry] = json.loads((tmp_path / "out.json").read_text())["rejected"]
    assert list(entry) == ["row", "column", "code", "message"]


@pytest.mark.parametrize("harm", ["text", "cut", "missing", "no list"])
def test_the_command_ends_with_2_when_the_file_cannot_be_read(tree, tmp_path, harm):
    path = simple(tmp_path / "a.xlsx", *GOOD)
    if harm == "text":
        path.write_text("Họ và tên;Ngày sinh")
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:-800])
    elif harm == "missing":
        path.unlink()
    else:
        simple(path, ["a", "b"], head=["một", "hai"])

    with pytest.raises(CommandError) as refused:
        command(path)

    assert refused.value.returncode == 2
