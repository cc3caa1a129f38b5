from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access import ports
from doanso.access.models import Role, RoleAssignment
from doanso.access.roles import GRANTS, Scope
from doanso.audit.actions import record
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def test_units_are_listed_as_far_as_one_sees_them_and_found_without_marks(tree, as_user):
    assert [unit.code for unit, *_more in as_user(tree.giang).get("/units/").context["rows"]] == ["my-tho", "p4", "p5"]
    assert [unit.code for unit, *_more in as_user(tree.an).get("/units/").context["rows"]] == ["p4", "p4-kp1", "p4-kp2"]
    rows = as_user(tree.giang).get("/units/", {"q": "khu pho 1"}).context["rows"]
    assert [unit.code for unit, *_more in rows] == ["p4-kp1", "p5-kp1"]


def test_a_unit_shows_its_facts_officers_and_history_with_few_statements(tree, as_user, django_assert_max_num_queries):
    record(actor=tree.dung, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"])
    client = as_user(tree.an)
    with django_assert_max_num_queries(12):
        page = client.get("/units/p4/")

    assert [one.code for one, _kind in page.context["children"]] == ["p4-kp1", "p4-kp2"]
    assert [one.role_assignment.user for one in page.context["officers"]] == [tree.an]
    assert [row.actor_name for row in page.context["events"]] == ["Phạm Thị Dung"]
    assert page.context["crumbs"] == []
    assert as_user(tree.giang).get("/units/p4-kp1/").context["crumbs"][1:] == [("Phường 4", "/units/p4/")]


def test_ones_own_account_shows_roles_and_a_masked_phone(tree, as_user):
    page = as_user(tree.lan).get("/account/")

    assert [unit_role.role for unit_role in page.context["roles"]] == [Role.HELPER.label]
    assert not page.context["may_have_tokens"]


def test_roles_are_read_once_per_request(tree, as_user):
    client = as_user(tree.an)

    with CaptureQueriesContext(connection) as statements:
        client.get("/units/p4/")

    conditions = [
        query["sql"].partition(" WHERE ")[2] for query in statements if "access_roleassignment" in query["sql"]
    ]
    assert len([condition for condition in conditions if "h.user_id =" in condition]) == 1
    assert not [condition for condition in conditions if '"user_id" =' in condition]


def test_a_page_costs_three_statements_before_its_own(tree, as_user, django_assert_num_queries):
    client = as_user(tree.an)

    # Session, user, and the roles with their units and the units' names.
    with django_assert_num_queries(3):
        page = client.get("/account/")

    assert [(unit_role.role, unit_role.unit.name) for unit_role in page.context["roles"]] == [
        (Role.UNIT_SECRETARY.label, tree.units["p4"].names.get().name)
    ]


def test_a_role_of_later_stands_in_the_account_and_opens_nothing(tree, as_user):
    later = TODAY + timedelta(days=3)
    RoleAssignment.objects.create(user=tree.minh, role=Role.UNIT_SECRETARY, unit=tree.units["p4"], since=later)
    client = as_user(tree.minh)

    page = client.get("/account/")

    assert [(unit_role.role, unit_role.begun) for unit_role in page.context["roles"]] == [
        (Role.UNIT_SECRETARY.label, False)
    ]
    assert page.context["frame"].menu.sections == ()
    assert client.get("/units/").status_code == 404


def test_nothing_is_read_without_sign_in(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/units/").status_code == 302


# --- Start-up checks --------------------------------------------------------------------------------------------------


def test_a_role_with_an_unknown_verb_is_named_at_start(monkeypatch):
    monkeypatch.setitem(GRANTS, Role.HELPER, {"tea.pour": Scope.SUBTREE})

    assert any("'tea.pour'" in message.msg for message in run_checks() if (message.id or "").startswith("access."))


def test_an_action_is_registered_once():
    with pytest.raises(RuntimeError, match=r"access\.grant"):
        ports.register_action("access.grant", "đã rót trà")
    assert ports.action_sentence("access.grant", ["helper", "sugar"]) == "đã giao vai trò: Cộng tác viên"
    assert ports.action_sentence("access.grant") == "đã giao vai trò"
    assert ports.action_sentence("tea.drink") == "đã làm một việc mà phiên bản này chưa có lời mô tả"
