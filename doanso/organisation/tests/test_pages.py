from datetime import date

import pytest
from django.urls import reverse

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.actions import forget_user
from doanso.organisation.actions import merge_units
from doanso.organisation.models import Change
from doanso.organisation.tests.conftest import differences
from doanso.testing import TREE_BEGAN
from doanso.units import queries as trees
from doanso.units.models import Unit

MOVE = {"unit": "p4-kp2", "parent": "p5", "on": "01/11/2023", "decision": "12-QĐ/TĐ"}


@pytest.fixture
def send(busy, as_user):
    def post(kind, said, user="giang"):
        return as_user(busy.tree.users[user]).post(reverse("organisation:plan", args=[kind]), said)

    return post


def test_a_change_is_previewed_then_confirmed_then_undone(busy, send, as_user):
    shown = send("move", MOVE)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Khu phố 2 chuyển từ Phường 4 về Phường 5" in text
    assert "Đoàn viên" in text
    assert not Change.objects.exists()

    done = send("move", MOVE | {"confirm": "1"})
    change = Change.objects.get()
    assert done.url == reverse("organisation:change", args=[change.pk])
    assert (change.on, change.decision) == (date(2023, 11, 1), "12-QĐ/TĐ")
    browser = as_user(busy.tree.giang)
    assert "Hoàn tác" in browser.get(done.url).content.decode()
    browser.post(reverse("organisation:undo", args=[change.pk]))
    assert trees.parent(busy.tree.units["p4-kp2"]) == busy.tree.units["p4"]
    assert "đã hoàn tác" in browser.get(reverse("organisation:list")).content.decode()
    assert differences() == []


def test_a_preview_names_figures_before_and_after(busy, send):
    [members] = send("move", MOVE).context["shown"].affected
    assert (members.unit.code, members.ends, members.members) == ("p4-kp2", False, 2)
    moved = {(one.unit.code, one.title): (one.before, one.after) for one in send("move", MOVE).context["shown"].figures}
    assert moved["p4", "Đoàn viên"] == (4, 2)
    assert moved["p5", "Đoàn viên"] == (2, 4)
    assert all(unit != "my-tho" for unit, _title in moved)


def test_roles_at_an_ended_unit_are_passed_on_when_ticked(busy, send):
    role = RoleAssignment.objects.get(user=busy.tree.an)
    said = {"units": ["p4"], "into": "p5", "on": "01/11/2023"}
    shown = send("merge", said).context["shown"]
    assert {one.role_assignment.user.username for one in shown.roles} == {"an", "lan"}
    send("merge", said | {"confirm": "1", "role_assignments": [str(role.pk), "rubbish"]})
    assert set(RoleAssignment.objects.filter(unit=busy.tree.units["p5"]).values_list("user__username", flat=True)) == {
        "an",
        "chi",
    }


def test_a_new_unit_needs_its_names(busy, send):
    answer = send("merge", {"units": ["p4", "p5"], "on": "01/11/2023"})
    assert answer.status_code == 422
    assert {"code", "name", "short_name"} <= set(answer.context["form"].errors)


def test_a_split_chooses_among_what_stands_below(busy, as_user):
    browser = as_user(busy.tree.giang)
    address = f"{reverse('organisation:plan', args=['split'])}?above=p4"
    form = browser.get(address).context["form"]
    assert [code for code, _name in form.fields["children"].choices] == ["p4-kp1", "p4-kp2"]
    said = {
        "unit": "p4",
        "children": ["p4-kp2"],
        "code": "p4b",
        "name": "Đoàn Phường 4B",
        "short_name": "Phường 4B",
        "on": "01/11/2023",
    }
    assert browser.post(address, said | {"confirm": "1"}).status_code == 302
    assert [one.code for one in trees.children(Unit.objects.get(code="p4b"))] == ["p4-kp2"]


def test_the_officer_looks_and_does_not_confirm(busy, send):
    shown = send("move", MOVE, user="dung")
    assert shown.status_code == 200
    assert "data-primary" not in shown.content.decode()
    assert send("move", MOVE | {"confirm": "1"}, user="dung").status_code == 403
    assert send("move", MOVE, user="an").status_code == 404
    assert not Change.objects.exists()


def test_what_can_not_be_is_said_beside_the_form(busy, send):
    answer = send("move", MOVE | {"parent": "p4"})
    assert answer.status_code == 422
    assert "đã trực thuộc" in answer.content.decode()


def test_an_unknown_kind_of_change_is_not_found(busy, as_user):
    assert as_user(busy.tree.giang).get("/organisation/burn/").status_code == 404


def test_whose_role_could_not_be_passed_on_is_named_until_they_are_erased(tree, as_user):
    role = Role.BRANCH_SECRETARY
    held = RoleAssignment.objects.create(user=tree.giang, role=role, unit=tree.units["p4-kp2"], since=TREE_BEGAN)
    change = merge_units(
        actor=tree.giang, units=[tree.units["p4-kp2"]], into=tree.units["p4-kp1"], role_assignments=[held.pk]
    )
    page = f"/organisation/changes/{change.pk}/"
    assert "Võ Trường Giang: Không ai" in as_user(tree.dung).get(page).content.decode()

    forget_user(actor=None, user=tree.giang)
    assert "Võ Trường Giang" not in str(Change.objects.values_list("said", "journal").get())
    assert "–: Không ai" in as_user(tree.dung).get(page).content.decode()
