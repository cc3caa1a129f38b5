"""Map columns whose headings are unclear: mapped once, remembered for the unit."""

import pytest

from doanso.imports import comparison, heads
from doanso.imports.actions import finish_applying, forget_column_mapping, map_columns, run_import, start_import
from doanso.imports.models import Import, ImportState, RememberedHead
from doanso.lib.problems import Refused
from doanso.members.models import Member
from doanso.members.tests.workbooks import table

HEAD = ["STT", "Ai", "Sinh vào", "Dân tộc", "Gọi số", "Ở chi đoàn nào"]
ROWS = [
    [1, "Nguyễn Hoàng Đức", "12/04/2001", "Kinh", "0912345678", "Khu phố 1"],
    [2, "Trần Thị Thủy", "05/06/2003", "Hoa", "0912345679", "Khu phố 2"],
]
COLUMN_MEANINGS = {1: "name", 2: "birth", 4: "phone", 5: "branch"}


def read(tree, *rows, username="an", unit="p4") -> Import:
    job = start_import(
        actor=tree.users[username],
        kind="members",
        unit=tree.units[unit],
        source=table(*rows),
        name="a.xlsx",
        wake=False,
    )
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    return job


def map_and_compare(tree, job, column_meanings=COLUMN_MEANINGS, number=1):
    map_columns(actor=tree.an, job=job, sheet="Danh sách", number=number, column_meanings=column_meanings, wake=False)
    comparison.compare_import(job.pk)
    job.refresh_from_db()


def test_unknown_headings_are_mapped_once_and_remembered(tree):
    job = read(tree, HEAD, *ROWS)
    assert (job.state, job.problem_code) == (ImportState.REFUSED, "heading_not_found")

    map_and_compare(tree, job)
    assert (job.state, job.created_count, job.problem_message) == (ImportState.COMPARED, 2, "")
    assert job.layout["remembered"]
    assert job.layout["dropped"] == ["dân tộc"]

    again = read(tree, ["Danh sách năm 2024"], [], [heading.upper() for heading in HEAD], *ROWS)
    assert (again.state, again.created_count, again.layout["remembered"]) == (ImportState.COMPARED, 2, True)


def test_another_unit_remembers_for_itself(tree):
    map_and_compare(tree, read(tree, HEAD, *ROWS))

    assert read(tree, HEAD, *ROWS, username="chi", unit="p5").state == ImportState.REFUSED


def test_the_command_line_remembers_too(tree, tmp_path):
    map_and_compare(tree, read(tree, HEAD, *ROWS))
    path = tmp_path / "a.xlsx"
    path.write_bytes(table(HEAD, *ROWS))

    job = run_import(actor=tree.an, kind="members", unit=tree.units["p4"], path=path)

    assert (job.state, Member.objects.count()) == (ImportState.APPLIED, 2)


def test_a_column_misunderstood_is_read_otherwise(tree):
    head = ["Họ và tên", "Ngày sinh", "Chi đoàn", "Điện thoại", "Zalo"]
    job = read(tree, head, ["Nguyễn Hoàng Đức", "12/04/2001", "Khu phố 1", "không rõ", "0912345678"])
    assert not job.layout["remembered"]
    look = heads.find_head(job)
    assert [column.means for column in look.columns] == ["name", "birth", "branch", "phone", ""]

    map_and_compare(tree, job, {0: "name", 1: "birth", 2: "branch", 4: "phone"})

    assert (job.created_count, job.warning_count, job.layout["ignored"]) == (1, 0, ["Điện thoại"])
    forget_column_mapping(actor=tree.an, job=job, key=look.key, wake=False)
    assert RememberedHead.objects.count() == 0


def test_a_split_birth_stays_split(tree):
    head = [["Họ và tên", "Năm sinh", None, "Chi đoàn"], [None, "Nam", "Nữ", None]]
    job = read(tree, *head, ["Nguyễn Hoàng Đức", "2001", None, "Khu phố 1"])
    look = heads.find_head(job)
    assert [(column.heading, column.means) for column in look.columns] == [
        ("Họ và tên", "name"), ("Năm sinh Nam", "birth_male"), ("Nữ", "birth_female"), ("Chi đoàn", "branch"),
    ]  # fmt: skip

    map_and_compare(tree, job, {column.place: column.means for column in look.columns})

    assert (job.created_count, job.rejected_count) == (1, 0)


def test_headings_in_another_row_are_pointed_at(tree):
    job = read(tree, ["Phường", "Bốn", "Năm", "Hai nghìn", "lẻ", "hai", "ba"], [], HEAD, *ROWS)
    assert heads.find_head(job).number == 1

    map_and_compare(tree, job, number=3)

    assert job.created_count == 2


@pytest.mark.parametrize(
    ("meanings", "number", "code"),
    [
        ({2: "birth"}, 1, "column_missing"),
        (COLUMN_MEANINGS | {2: "name"}, 1, "column_twice"),
        (COLUMN_MEANINGS | {3: "address"}, 1, "column_dropped"),
        (COLUMN_MEANINGS | {2: "secret"}, 1, "column_unknown"),
        (COLUMN_MEANINGS, 2, "not_a_head"),
        (COLUMN_MEANINGS, 40, "not_a_head"),
    ],
)
def test_what_cannot_be_said(tree, meanings, number, code):
    job = read(tree, HEAD, *ROWS)

    with pytest.raises(Refused) as refused:
        map_and_compare(tree, job, meanings, number)

    assert refused.value.problem.code == code
    assert RememberedHead.objects.count() == 0


def test_nothing_of_the_file_is_remembered_in_the_clear(tree):
    map_and_compare(tree, read(tree, HEAD, *ROWS))

    remembered = RememberedHead.objects.get()
    assert remembered.columns == ["", "name", "birth", "", "phone", "branch"]
    assert len(remembered.key) == 64


def test_a_list_being_written_is_not_read_anew(tree):
    job = read(tree, HEAD, *ROWS)
    map_and_compare(tree, job)
    Import.objects.filter(pk=job.pk).update(state=ImportState.APPLYING)
    finish_applying(job.pk)

    with pytest.raises(Refused) as refused:
        map_and_compare(tree, job)
    assert refused.value.problem.code == "not_readable_anew"


def test_the_page_tells_what_stands_in_each_column(tree, as_user):
    job, client = read(tree, HEAD, *ROWS), as_user(tree.an)
    assert f"/imports/{job.pk}/columns/" in client.get(f"/imports/{job.pk}/").content.decode()

    page = client.get(f"/imports/{job.pk}/columns/").content.decode()
    assert "Nguyễn Hoàng Đức · Trần Thị Thủy" in page
    assert "Kinh" not in page

    sent = {"sheet": "Danh sách", "number": "1"} | {f"c{place}": code for place, code in COLUMN_MEANINGS.items()}
    missing = client.post(f"/imports/{job.pk}/columns/", sent | {"c1": ""})
    assert missing.status_code == 422
    assert "Hãy chỉ ra cột nào là “Họ và tên”" in missing.content.decode()
    twice = client.post(f"/imports/{job.pk}/columns/", sent | {"c2": "name"})
    assert list(twice.context["form"].errors) == ["c2"]

    assert client.post(f"/imports/{job.pk}/columns/", sent).status_code == 302
    job.refresh_from_db()
    assert job.state == ImportState.READING
    comparison.compare_import(job.pk)
    page = client.get(f"/imports/{job.pk}/").content.decode()
    assert "Các cột được đọc theo cách đơn vị đã chỉ ra" in page
    assert client.get(f"/imports/{job.pk}/columns/").context["head"].remembered

    client.post(f"/imports/{job.pk}/columns/", {"sheet": "Danh sách", "number": "1", "forget": "1"})
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    assert job.state == ImportState.REFUSED


def test_a_file_without_words_has_no_headings(tree, as_user):
    job = read(tree, [1, 2], [3, 4])

    page = as_user(tree.an).get(f"/imports/{job.pk}/columns/").content.decode()

    assert "Không thấy dòng tiêu đề." in page


@pytest.mark.parametrize(("username", "status"), [("chi", 404), ("binh", 404), ("hanh", 404), ("dung", 200)])
def test_columns_are_mapped_by_the_one_who_runs_imports_there(tree, as_user, username, status):
    job = read(tree, HEAD, *ROWS)

    assert as_user(tree.users[username]).get(f"/imports/{job.pk}/columns/").status_code == status
