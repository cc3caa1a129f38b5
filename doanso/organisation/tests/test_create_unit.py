"""New units, one by one: the action, its page, and undoing it."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.access.actions import grant_role
from doanso.access.models import Role
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.organisation.actions import create_unit, create_units, undo
from doanso.organisation.models import Change, ChangeKind
from doanso.organisation.tests.conftest import differences, state
from doanso.testing import TREE_BEGAN
from doanso.units import queries as trees
from doanso.units.actions import NewUnit
from doanso.units.models import Unit, UnitKind

PAGE = "/organisation/units/new/"
BRANCH = {"kind": UnitKind.BRANCH, "code": "p4-kp3", "name": "Chi đoàn Khu phố 3, Phường 4", "short_name": "Khu phố 3"}


def new(code, parent, kind=UnitKind.BRANCH, since=TREE_BEGAN, neighbourhoods=()):
    return NewUnit(
        code=code,
        kind=kind,
        name=f"Đơn vị {code}",
        short_name=code,
        parent=parent,
        since=since,
        neighbourhoods=neighbourhoods,
    )


def test_a_unit_is_created_below_another_and_taken_back_the_same_day(busy):
    tree, before = busy.tree, state()

    change = create_unit(actor=tree.giang, parent=tree.units["p4"], since=date(2023, 10, 1), **BRANCH)

    made = Unit.objects.get(code="p4-kp3")
    assert (change.kind, change.unit, change.on) == (ChangeKind.CREATE, tree.units["my-tho"], date(2023, 10, 1))
    assert [unit.code for unit in trees.ancestors(made)] == ["my-tho", "p4"]
    assert trees.named_unit(made, date(2023, 10, 1)).name == BRANCH["name"]
    assert set(AuditEvent.objects.filter(action="organisation.create").values_list("object_id", flat=True)) == {made.pk}
    assert differences() == []

    undo(actor=tree.giang, change=change)
    assert state() == before
    assert differences() == []


def test_units_below_one_another_are_one_change(tree):
    units = [new("p6", "my-tho", UnitKind.WARD, neighbourhoods=("Khu phố 1", "Khu phố 2"))]
    units += [new(f"p6-kp{number}", "p6") for number in range(1, 5)]

    change = create_units(actor=tree.giang, units=units, decision="12-QĐ/TĐ")

    p6 = Unit.objects.get(code="p6")
    assert [unit.code for unit in trees.subtree(p6)] == ["p6", "p6-kp1", "p6-kp2", "p6-kp3", "p6-kp4"]
    assert [area.name for area in trees.neighbourhoods(p6)] == ["Khu phố 1", "Khu phố 2"]
    assert (Change.objects.get(), len(change.said["units"])) == (change, 5)


def test_a_list_takes_as_many_statements_as_a_single_unit(tree):
    def statements(units):
        with CaptureQueriesContext(connection) as captured:
            create_units(actor=tree.giang, units=units)
        return len(captured)

    # PostgreSQL takes three named locks where SQLite has its one write lock.
    expected = 24 if connection.vendor == "postgresql" else 21
    assert statements([new("p4-a", "p4")]) == expected
    assert statements([new(f"p4-b{number}", "p4") for number in range(40)]) == expected


@pytest.mark.parametrize(
    ("units", "problem"),
    [
        ([], "nothing-to-create"),
        ([new("p4", "my-tho")], "unit-code-taken"),
        ([new("p4-kp3", "p4"), replace(new("p4-kp3", "p4"), name="Đơn vị khác")], "unit-code-taken"),
        ([new("p4-kp3", "p9")], "unit-parent-unknown"),
        ([new("p6-kp1", "p6"), new("p6", "my-tho", UnitKind.WARD)], "unit-parent-unknown"),
        ([new("p4-kp1-a", "p4-kp1")], "unit-below-branch"),
        ([new("P 4", "p4")], "code-form"),
        ([new("p4-kp3", "p4", since=date(2019, 12, 31))], "unit-not-in-effect"),
        ([new("p4-kp3", "p4", since=date(2023, 11, 13))], "day-ahead"),
        ([new("p4-kp3", "p4", kind="club")], "kind-unknown"),
        ([new("p4-kp3", "p4", neighbourhoods=("Khu phố " + "1" * 120,))], "too-long"),
        ([new("p4-kp3", "p4", neighbourhoods=("=1+1",))], "name_formula"),
        ([new("p4-a", "p4"), replace(new("p4-b", "p4"), name="đơn vị P4-A")], "unit-name-taken"),
    ],
)
def test_with_any_fault_nothing_is_created(tree, units, problem):
    before = state()
    with pytest.raises(Refused, match=problem):
        create_units(actor=tree.giang, units=units)
    assert state() == before


def test_only_the_administrator_creates_units(tree):
    for user in (tree.dung, tree.an):
        with pytest.raises(PermissionDenied):
            create_unit(actor=user, parent=tree.units["p4"], **BRANCH)


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"names": "Ấp 1\nẤp 2\nẤp 1"}, "names", "“Ấp 1” được ghi hai lần; hãy ghi một lần."),
        (
            {"names": "Ấp 1\nẤp 2", "since": "01/01/2019"},
            "since",
            "Đơn vị cấp trên chỉ có từ ngày 01/01/2020; hãy ghi ngày đó hoặc một ngày sau.",
        ),
    ],
)
def test_a_refused_form_says_what_to_write_instead_and_creates_nothing(tree, as_user, data, field, message):
    before = state()

    answer = as_user(tree.giang).post(PAGE, {"parent": "p4", "since": "12/11/2023", "kind": "branch"} | data)

    assert (answer.status_code, dict(answer.context["form"].errors)) == (422, {field: [message]})
    assert state() == before


def test_a_form_that_is_sent_twice_makes_one_unit(tree, as_user):
    client = as_user(tree.giang)
    data = {"parent": "p4", "names": "Chi đoàn Khu phố 3", "since": "12/11/2023"}

    assert client.post(PAGE, data).status_code == 302
    answer = client.post(PAGE, data)

    assert answer.status_code == 422
    assert answer.context["form"].errors["names"] == ["“Chi đoàn Khu phố 3” đã có ngay dưới đơn vị cấp trên này."]
    assert Unit.objects.filter(code__startswith="p4-kp3").count() == 1


def test_what_is_in_use_is_not_taken_back(tree):
    change = create_unit(actor=tree.giang, parent=tree.units["p4"], **BRANCH)
    grant_role(actor=tree.giang, user=tree.minh, role=Role.BRANCH_SECRETARY, unit=Unit.objects.get(code="p4-kp3"))

    with pytest.raises(Refused, match=r"in-use: Đã có dữ liệu .* Đơn vị nào lập nhầm thì cho kết thúc hoạt động\."):
        undo(actor=tree.giang, change=change)
    assert Unit.objects.filter(code="p4-kp3").exists()


# --- The page -----------------------------------------------------------------------------------------------------


def test_several_names_become_several_units_with_proposed_codes(tree, as_user):
    browser = as_user(tree.giang)
    sent = {"parent": "p4", "names": "Chi đoàn Khu phố 3\n\n Chi đoàn  Quân sự ", "since": "01/10/2023"}

    answer = browser.post(PAGE, sent, follow=True)

    assert answer.redirect_chain == [(f"{PAGE}?parent=p4&kind=", 302)]
    assert "Đã thêm 2 đơn vị." in answer.content.decode()
    made = {unit.code: (unit.kind, unit.short_name) for unit in trees.children(tree.units["p4"])}
    assert made["p4-kp3"] == (UnitKind.BRANCH, "Khu phố 3")
    assert made["p4-quan-su"] == (UnitKind.BRANCH, "Quân sự")
    assert [row.change for row in answer.context["created"]] == [Change.objects.get()]

    change = Change.objects.get()
    back = browser.post(reverse("organisation:undo", args=[change.pk]), {"next": "create"})
    assert (back.status_code, back.url) == (302, PAGE)
    assert not Unit.objects.filter(code="p4-kp3").exists()


def test_a_place_of_the_official_list_fills_the_form(tree, as_user):
    browser = as_user(tree.giang)
    page = browser.get(PAGE, {"parent": "my-tho", "q": "phuong 6 my tho"})
    assert [place.code for place in page.context["places"]] == ["28270"]

    form = browser.get(PAGE, {"parent": "my-tho", "place": "28270"}).context["form"]
    assert (form["names"].value(), form["kind"].value(), form["code"].value()) == ("Đoàn phường 6", "ward", "28270")
    answer = browser.post(PAGE, {"parent": "my-tho", "names": "Đoàn phường 6", "since": "01/01/2023"})
    assert answer.status_code == 302
    assert Unit.objects.get(code="28270").kind == UnitKind.WARD


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"names": " "}, "names"),
        ({"names": "CLB Tin học"}, "kind"),
        ({"names": "Chi đoàn A\nChi đoàn B", "code": "p4-a"}, "code"),
        ({"names": "Chi đoàn Khu phố 3", "code": "p4-kp1"}, "code"),
        ({"names": "Chi đoàn Khu phố 3", "code": "P4_KP"}, "code"),
        ({"names": "Chi đoàn <b>"}, "names"),
        ({"names": "Chi đoàn Khu phố 3", "since": "01/01/2030"}, "since"),
        ({"names": "Chi đoàn Khu phố 3", "since": "01/01/2019"}, "since"),
        ({"names": "Chi đoàn Khu phố 3", "parent": "p4-kp1"}, "parent"),
    ],
)
def test_a_refusal_stands_beside_its_field(tree, as_user, sent, field):
    answer = as_user(tree.giang).post(PAGE, {"parent": "p4", "names": "Chi đoàn A", "since": "01/10/2023"} | sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Change.objects.exists()


def test_the_ways_to_the_page(tree, as_user):
    administrator, officer = as_user(tree.giang), as_user(tree.dung)
    link = f'href="{PAGE}'
    for address in ("/units/", "/organisation/", "/units/p4/"):
        assert link in administrator.get(address).content.decode()
        assert link not in officer.get(address).content.decode()
    assert f'{link}?parent=p4"' in administrator.get("/units/p4/").content.decode()
    assert link not in administrator.get("/units/p4-kp1/").content.decode()
    assert officer.get(PAGE).status_code == 404


def test_a_root_alone_leads_to_its_first_units(tree, as_user):
    Unit.objects.filter(code__in=["p4-kp1", "p4-kp2", "p5-kp1", "p4", "p5"]).update(until=date(2021, 1, 1))
    for table in ("links", "paths_up"):
        for unit in Unit.objects.exclude(code="my-tho"):
            getattr(unit, table).update(until=date(2021, 1, 1))
    page = as_user(tree.giang).get("/units/").content.decode()
    assert "Thành Đoàn Mỹ Tho chưa có đơn vị trực thuộc" in page
    form = as_user(tree.giang).get(PAGE).context["form"]
    assert form["since"].value() == "1/1/2020" or form.initial["since"] == TREE_BEGAN


def test_many_units_are_taken_back_in_a_fixed_number_of_statements(tree):
    def statements(count):
        change = create_units(actor=tree.giang, units=[new(f"p4-b{number}", "p4") for number in range(count)])
        with CaptureQueriesContext(connection) as captured:
            undo(actor=tree.giang, change=change)
        return len(captured)

    assert statements(3) == statements(60)
