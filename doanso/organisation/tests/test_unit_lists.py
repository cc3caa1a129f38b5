"""Units from Excel: reading workbooks, mending rows on the page, importing as one change, and the tree as a workbook."""

import io
import re
from pathlib import Path

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied

from doanso.access.actions import grant_role
from doanso.access.models import Role, RoleAssignment
from doanso.accounts.actions import create_user
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.lib.spreadsheet import Column, read_workbook, write_table
from doanso.organisation import actions, unit_sheets
from doanso.organisation.models import Change, ChangeKind, UnitList
from doanso.organisation.queries import unit_lists
from doanso.organisation.rules import list_summaries
from doanso.organisation.rules.unit_rows import FIELDS
from doanso.organisation.tests.conftest import differences, state
from doanso.testing import PASSWORD, TREE_BEGAN
from doanso.units import queries as trees
from doanso.units.actions import found_root, load_units
from doanso.units.models import Neighbourhood, Unit, UnitKind, UnitLink, UnitName, UnitPath

PAGE = "/organisation/units/import/"
CITY_FILE = Path(__file__).resolve().parents[3] / "programmes" / "units" / "my-tho-2023.toml"
LIST = [
    ["TÊN ĐƠN VỊ", "LOẠI", "TRỰC THUỘC"],
    ["Đoàn Phường 6", "Đoàn cơ sở", "Thành Đoàn Mỹ Tho"],
    ["Chi đoàn Khu phố 1", "Chi đoàn", "Đoàn Phường 6"],
    ["Chi đoàn Khu phố 2", "Chi đoàn", "Đoàn P6"],
    ["Chi đoàn Khu phố 3", "Chi đoàn", "Đoàn P6"],
    ["Đoàn Phường 4", "Đoàn cơ sở", "Thành Đoàn Mỹ Tho"],
    ["CLB Tin học", "", "Đoàn Phường 6"],
]


def workbook(rows, merged=(), name="Don vi"):
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if value != "":
                sheet.write(number, place, value)
    for first, left, last, right, text in merged:
        sheet.merge_range(first, left, last, right, text)
    book.close()
    return target.getvalue()


def uploaded(rows, name="cay-don-vi.xlsx", **options):
    file = io.BytesIO(workbook(rows, **options))
    file.name = name
    return file


@pytest.fixture
def started(tree):
    return actions.start_list(actor=tree.giang, unit=tree.units["my-tho"], source=workbook(LIST), name="cay.xlsx")


def judged(unit_list):
    fresh = UnitList.objects.select_related("unit").get(pk=unit_list.pk)
    return unit_lists.judged_list(fresh, unit_lists.known_units(fresh.unit))


def verdicts(unit_list):
    return {row.row.number: str(row.verdict) for row in judged(unit_list).rows}


def test_a_list_is_read_with_its_columns_and_judged_against_the_tree(started):
    assert (started.sheet, started.head, started.columns) == ("Don vi", 1, {"name": 0, "kind": 1, "parent": 2})
    assert verdicts(started) == {2: "new", 3: "new", 4: "fault", 5: "fault", 6: "existing", 7: "fault"}
    [alike] = [one for one in list_summaries.alike_faults(judged(started)) if one.suggestion]
    assert (alike.written, alike.suggestion, alike.rows) == ("Đoàn P6", "Đoàn Phường 6", 2)


def test_a_list_is_mended_imported_as_one_change_and_taken_back(tree, started):
    before = state()
    assert actions.replace_parent(actor=tree.giang, unit_list=started, written="Đoàn P6") == 2
    actions.fix_rows(actor=tree.giang, unit_list=started, fixes={7: {"kind": "Chi đoàn"}, 99: {"name": "x"}})
    assert verdicts(started) == {2: "new", 3: "new", 4: "new", 5: "new", 6: "existing", 7: "new"}

    change = actions.apply_list(actor=tree.giang, unit_list=started, expected=5)

    assert [unit.code for unit in trees.subtree(Unit.objects.get(code="28270"))] == [
        "28270", "28270-clb-tin-hoc", "28270-kp1", "28270-kp2", "28270-kp3",
    ]  # fmt: skip
    started.refresh_from_db()
    assert (started.change, started.cells, started.fixes) == (change, [], {})
    assert change.kind == ChangeKind.CREATE
    actions.undo(actor=tree.giang, change=change)
    assert state() == before
    assert differences() == []


def test_what_changed_meanwhile_is_looked_at_again(tree, started):
    actions.leave_out(actor=tree.giang, unit_list=started, numbers=[3], is_out=True)
    with pytest.raises(Refused, match="list-changed"):
        actions.apply_list(actor=tree.giang, unit_list=started, expected=2)
    for _repeated in range(2):
        actions.leave_out(actor=tree.giang, unit_list=started, numbers=[2], is_out=True)
    assert AuditEvent.objects.filter(action="organisation.mend_list").count() == 2
    with pytest.raises(Refused, match="nothing-to-create"):
        actions.apply_list(actor=tree.giang, unit_list=started, expected=0)
    actions.leave_out(actor=tree.giang, unit_list=started, numbers=[2, 3], is_out=False)
    actions.apply_list(actor=tree.giang, unit_list=started, expected=2)
    assert verdicts(started) == {2: "existing", 3: "existing", 4: "fault", 5: "fault", 6: "existing", 7: "fault"}
    actions.leave_out(actor=tree.giang, unit_list=started, numbers=[4, 5], is_out=True)
    actions.fix_rows(actor=tree.giang, unit_list=started, fixes={7: {"kind": "Chi đoàn"}})
    actions.apply_list(actor=tree.giang, unit_list=started, expected=1)
    with pytest.raises(Refused, match="list-finished"):
        actions.apply_list(actor=tree.giang, unit_list=started, expected=0)
    with pytest.raises(Refused, match="list-finished"):
        actions.discard_list(actor=tree.giang, unit_list=started)


def test_only_who_may_change_the_tree_imports_units(tree, started):
    with pytest.raises(PermissionDenied):
        actions.start_list(actor=tree.dung, unit=tree.units["my-tho"], source=workbook(LIST), name="a.xlsx")
    with pytest.raises(PermissionDenied):
        actions.apply_list(actor=tree.dung, unit_list=started, expected=2)
    with pytest.raises(Refused, match="unit-below-branch"):
        actions.start_list(actor=tree.giang, unit=tree.units["p4-kp1"], source=workbook(LIST), name="a.xlsx")


def test_sheets_as_committees_keep_them(tree):
    rows = [
        ["DANH SÁCH CÁC CHI ĐOÀN NĂM 2023"],
        [],
        ["STT", "Đoàn cơ sở", "Chi đoàn", "Bí thư", "Điện thoại", "Ghi chú"],
        [1, "", "Chi đoàn Khu phố 1", "Nguyễn Văn A", "0912345678", "tốt"],
        [2, "", "Chi đoàn Khu phố 2", "Trần B", "", ""],
        [3, "Đoàn phường 9", "Chi đoàn Khu phố 1", "", "", ""],
        ["", "Tổng cộng", "3", "", "", ""],
        ["", "", "Người lập bảng", "", "", ""],
        ["", "TM. BAN CHẤP HÀNH", "", "", "", ""],
        ["", "", "", "", "", "Người lập biểu"],
    ]
    source = workbook(rows, merged=[(3, 1, 4, 1, "Đoàn phường 6")])
    unit_list = actions.start_list(actor=tree.giang, unit=tree.units["my-tho"], source=source, name="ds.xlsx")

    assert unit_list.columns == {"parent": 1, "name": 2}
    kept = [heading for _place, _letter, heading in unit_list.headings]
    assert kept == ["STT", "Đoàn cơ sở", "Chi đoàn", "Ghi chú"]
    assert "0912345678" not in str(unit_list.cells)
    assert "Nguyễn" not in str(unit_list.cells)
    assert verdicts(unit_list) == {4: "fault", 5: "fault", 6: "fault"}
    missing = list_summaries.alike_faults(judged(unit_list))
    assert [(one.written, one.rows, one.may_be_added) for one in missing] == [
        ("Đoàn phường 6", 2, True), ("Đoàn phường 9", 1, True),
    ]  # fmt: skip

    for one in missing:
        actions.add_row(actor=tree.giang, unit_list=unit_list, name=one.written)
    actions.apply_list(actor=tree.giang, unit_list=unit_list, expected=5)
    assert {unit.code for unit in trees.children(tree.units["my-tho"])} == {"p4", "p5", "28270", "28273"}
    assert trees.named_unit(Unit.objects.get(code="28270-kp1")).name == "Chi đoàn Khu phố 1, Phường 6"


def test_a_workbook_without_known_headings_waits_for_its_columns(tree, as_user):
    rows = [["Tập thể", "Ở đâu"], ["Chi đoàn Khu phố 3", "Đoàn Phường 4"]]
    browser = as_user(tree.giang)
    page = browser.post(PAGE, {"unit": "my-tho", "file": uploaded(rows)}, follow=True)
    assert page.context["is_mapped"] is False
    address = page.redirect_chain[-1][0]

    page = browser.post(address, {"map": "1", "name": "0", "parent": "1", "day": "01/02/2023"}, follow=True)
    assert page.context["counts"]["new"] == 1
    browser.post(address, {"apply": "1", "expected": "1"})
    assert Unit.objects.get(code="p4-kp3").since.isoformat() == "2023-02-01"


@pytest.mark.parametrize("content", [b"", b"not excel", workbook([[]]), workbook([[1, 2], [3, 4]])])
def test_a_file_without_a_list_is_refused_beside_its_field(tree, as_user, content):
    file = io.BytesIO(content)
    file.name = "a.xlsx"
    answer = as_user(tree.giang).post(PAGE, {"unit": "my-tho", "file": file})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    assert not UnitList.objects.exists()


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_page_shows_faults_first_mends_them_and_imports(tree, as_user, started):
    browser, address = as_user(tree.giang), f"{PAGE}{started.pk}/"
    page = browser.get(address)
    text = page.content.decode()
    assert "6 dòng: 2 nhập được, 3 cần sửa, 1 đã có" in re.sub(r"\s+", " ", text)
    assert [row.row.number for row in page.context["rows"]] == [4, 5, 7, 2, 3, 6]
    assert [row.row.number for row in browser.get(address, {"show": "file"}).context["rows"]] == [2, 3, 4, 5, 6, 7]
    assert 'name="row-7-kind"' in text
    assert 'name="row-4-parent"' in text
    assert 'name="row-2-' not in text
    assert "Sửa “Đoàn P6” thành “Đoàn Phường 6” cho cả 2 dòng ghi như vậy?" in text

    page = browser.post(address, {"alike": "Đoàn P6", "row-7-kind": "Chi đoàn"}, follow=True)
    assert page.context["counts"] == {"all": 6, "new": 5, "existing": 1, "fault": 0, "waiting": 0, "left_out": 0}
    done = browser.post(address, {"apply": "1", "expected": "5"})
    change = Change.objects.get()
    assert done.url == f"/organisation/changes/{change.pk}/"
    assert "Lập 5 đơn vị thuộc Mỹ Tho" in browser.get(done.url).content.decode()
    assert browser.get(address).url == done.url


def test_a_typed_value_is_kept_with_whatever_button(tree, as_user, started):
    browser, address = as_user(tree.giang), f"{PAGE}{started.pk}/"
    browser.post(address, {"out": "5", "row-4-parent": "Phường 6"})
    assert {number: verdict for number, verdict in verdicts(started).items() if number in (4, 5)} == {
        4: "new", 5: "left-out",
    }  # fmt: skip
    page = browser.post(address, {"apply": "1", "expected": "2"}, follow=True)
    assert "nay nhập được 3 đơn vị" in page.content.decode()
    page = browser.post(address, {"apply": "1", "expected": "3"}, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert page.context["counts"] == {"all": 6, "new": 0, "existing": 4, "fault": 1, "waiting": 0, "left_out": 1}
    browser.post(address, {"discard": "1"})
    started.refresh_from_db()
    assert (started.cells, started.change) == ([], None)
    assert browser.get(address).url == PAGE


def test_an_unknown_unit_above_is_added_or_means_the_lists_own_unit(tree, as_user):
    rows = [["Tên đơn vị", "Trực thuộc"], ["Đoàn phường 9", "Thành Đoàn M.T"], ["Chi đoàn A", "Đoàn phường 6"]]
    rows.append(["Chi đoàn B", "Đoàn phường 9"])
    unit_list = actions.start_list(actor=tree.giang, unit=tree.units["my-tho"], source=workbook(rows), name="a.xlsx")
    browser, address = as_user(tree.giang), f"{PAGE}{unit_list.pk}/"
    assert verdicts(unit_list) == {2: "fault", 3: "fault", 4: "waiting"}
    assert 'name="row-4-' not in browser.get(address).content.decode()

    browser.post(address, {"top": "Thành Đoàn M.T"})
    browser.post(address, {"add": "Đoàn phường 6"})
    assert verdicts(unit_list) == {2: "new", 3: "new", 4: "new", 5: "new"}


def test_a_long_list_takes_a_fixed_number_of_statements(tree, as_user, django_assert_num_queries):
    browser = as_user(tree.giang)
    for count in (3, 400):
        rows = [
            ["Tên đơn vị", "Trực thuộc"],
            *([f"Chi đoàn Khu phố {number}", "Phường 4"] for number in range(5, 5 + count)),
        ]
        unit_list = actions.start_list(
            actor=tree.giang, unit=tree.units["my-tho"], source=workbook(rows), name="a.xlsx"
        )
        browser.get(f"{PAGE}{unit_list.pk}/")
        with django_assert_num_queries(9):
            page = browser.get(f"{PAGE}{unit_list.pk}/")
        assert len(page.context["rows"]) == min(count, 100)


def test_strangers_find_nothing(tree, as_user, started):
    for user in (tree.dung, tree.an, tree.minh):
        browser = as_user(user)
        for path in ("", f"{started.pk}/", f"{started.pk}/faults.xlsx"):
            assert browser.get(f"{PAGE}{path}").status_code == 404
        assert browser.get("/organisation/units/template.xlsx").status_code == 404
    assert as_user(tree.an).get("/organisation/units/export.xlsx").status_code == 404


def cells(answer):
    return read_workbook(b"".join(answer.streaming_content) if answer.streaming else answer.content).sheets[0].rows


def test_the_template_and_the_rows_to_mend_can_be_read_again(tree, as_user, started):
    browser = as_user(tree.giang)
    [head] = cells(browser.get("/organisation/units/template.xlsx"))
    assert head == ["Tên đơn vị", "Loại", "Trực thuộc", "Mã", "Tên ngắn", "Ngày thành lập", "Khu phố, ấp, khóm"]
    faulty = cells(browser.get(f"{PAGE}{started.pk}/faults.xlsx"))
    assert [row[0] for row in faulty] == ["Tên đơn vị", "Chi đoàn Khu phố 2", "Chi đoàn Khu phố 3", "CLB Tin học"]
    assert faulty[1][7] == "Không thấy “Đoàn P6”"
    again = actions.start_list(
        actor=tree.giang,
        unit=tree.units["my-tho"],
        source=workbook([[cell or "" for cell in row] for row in faulty]),
        name="b.xlsx",
    )
    assert again.columns == {
        "name": 0,
        "kind": 1,
        "parent": 2,
        "code": 3,
        "short_name": 4,
        "since": 5,
        "neighbourhoods": 6,
    }


def test_the_exported_tree_builds_the_same_tree(tree, as_user):
    for number in (1, 2, 10):
        Neighbourhood.objects.create(unit=tree.units["p4"], name=f"Khu phố {number}", since=TREE_BEGAN)
    exported = b"".join(as_user(tree.dung).get("/organisation/units/export.xlsx").streaming_content)
    before = state()
    below = Unit.objects.exclude(code="my-tho")
    RoleAssignment.objects.filter(unit__in=below).delete()
    for model in (UnitPath, UnitLink, UnitName, Neighbourhood):
        model.objects.filter(unit__in=below).delete()
    below.delete()

    unit_list = actions.start_list(actor=tree.giang, unit=tree.units["my-tho"], source=exported, name="cay.xlsx")
    assert set(verdicts(unit_list).values()) == {"existing", "new"}
    actions.apply_list(actor=tree.giang, unit_list=unit_list, expected=5)
    after = state()
    assert after[0] == before[0]
    assert after[2:5] == before[2:5]
    assert [row[:3] for row in after[1]] == [row[:3] for row in before[1]]


@pytest.mark.django_db
def test_the_demos_city_is_built_again_from_its_own_export(business_day):
    load_units(actor=None, content=CITY_FILE.read_bytes())
    city = Unit.objects.get(code="my-tho")
    content = io.BytesIO()
    columns = [Column(unit_sheets.HEADINGS[name][0]) for name in FIELDS]
    write_table(content, columns=columns, rows=unit_lists.sheet_rows(trees.subtree(city)))
    before = state()
    for model in (UnitPath, UnitLink, UnitName, Neighbourhood, Unit):
        model.objects.all().delete()
    administrator = create_user(actor=None, username="giang", display_name="Võ Trường Giang", password=PASSWORD)
    city = found_root(
        actor=None, code="my-tho", kind=UnitKind.CITY, name="Thành Đoàn Mỹ Tho", short_name="Mỹ Tho", since=TREE_BEGAN
    )
    grant_role(actor=None, user=administrator, role=Role.CITY_ADMINISTRATOR, unit=city, since=TREE_BEGAN)

    unit_list = actions.start_list(actor=administrator, unit=city, source=content.getvalue(), name="cay.xlsx")
    found = judged(unit_list)
    assert {row.row.number for row in found.rows if row.fault} == set()
    actions.apply_list(actor=administrator, unit_list=unit_list, expected=len(found.units))
    assert state() == before


def test_a_neighbourhood_that_does_not_fit_is_mended_before_the_import(tree, as_user):
    rows = [["Tên đơn vị", "Khu phố, ấp, khóm"], ["Đoàn Phường 6", "Khu phố 1; Khu phố " + "2" * 120]]
    started = actions.start_list(actor=tree.giang, unit=tree.units["my-tho"], source=workbook(rows), name="x.xlsx")

    [row] = judged(started).rows
    assert (row.verdict, row.fault.field) == ("fault", "neighbourhoods")
    browser, address = as_user(tree.giang), f"{PAGE}{started.pk}/"
    assert 'name="row-2-neighbourhoods"' in browser.get(address).content.decode()
    browser.post(
        address, {"fix": "1", "row-2-neighbourhoods": "; ".join(f"Khu phố {number}" for number in range(1, 41))}
    )
    browser.post(address, {"apply": "1", "expected": "1"})
    assert Neighbourhood.objects.filter(unit__code="28270").count() == 40


def test_a_long_cell_of_neighbourhoods_is_read_whole(tree):
    names = [f"Khu phố {number}" for number in range(1, 41)]
    rows = [["Tên đơn vị", "Khu phố, ấp, khóm"], ["Đoàn Phường 6", "; ".join(names)]]
    started = actions.start_list(actor=tree.giang, unit=tree.units["my-tho"], source=workbook(rows), name="x.xlsx")

    [row] = judged(started).rows
    assert list(row.neighbourhoods) == names


def test_hand_made_requests_on_a_list_are_refused(tree, as_user):
    rows = [["A", "B"], ["x", "y"], ["z", "t"]]
    started = actions.start_list(actor=tree.giang, unit=tree.units["my-tho"], source=workbook(rows), name="x.xlsx")
    client, page = as_user(tree.giang), f"{PAGE}{started.pk}/"
    assert "name" not in started.columns

    assert client.post(page, {"add": "Đoàn Phường 6"}).status_code == 302
    assert client.post(page, {"apply": "1", "expected": "9" * 5000}).status_code == 302
    client.post(page, {"map": "1", "name": "0", "day": "12/11/2023"})
    assert client.post(page, {"row-2-name": "Đoàn\0 Phường 6"}).status_code == 302
    started.refresh_from_db()
    assert (started.fixes, len(started.cells)) == ({"2": {"name": "Đoàn Phường 6"}}, 2)
