"""The counts of what waits, which pages ask for after they have loaded."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.inbox import inbox_kinds, register_inbox_kinds
from doanso.access.models import Role, RoleAssignment
from doanso.assignments.actions import assign
from doanso.home.tests.menus import routes_of
from doanso.lib import clock
from doanso.lib.navigation import pages_of, tabs_in_order
from doanso.people.models import Person, Request
from doanso.support.models import Dispute, Receipt
from doanso.testing import TODAY, TREE_BEGAN

# The statement of all kinds is SQL of our own.
pytestmark = pytest.mark.engines


def _counts(client) -> dict[str, str]:
    answer = client.get("/waiting/")
    assert answer.status_code == 200
    counts: dict[str, str] = answer.json()["counts"]
    return counts


def _request(unit) -> None:
    Request.objects.create(
        person=Person.objects.create(created_at=clock.now()), unit=unit, kind="copy", channel="paper",
        opened_on=TODAY, opened_at=clock.now(), answer_by=TODAY, due_on=TODAY,
    )  # fmt: skip


def _dispute(unit) -> None:
    receipt = Receipt.objects.create(unit=unit, made_at=clock.now())
    Dispute.objects.create(receipt=receipt, unit=unit, reason="not-me", opened_at=clock.now(), opened_on=TODAY)


def _ask(unit, owner=None) -> None:
    assign(
        actor=None, unit=unit, title_code="alerts.silence", parameters={"programme": "my-tho-2023", "days": 14},
        owner=owner, due_on=TODAY + timedelta(days=3), source_kind="proof", source_id=uuid4(),
    )  # fmt: skip


def test_nothing_is_shown_where_nothing_waits(programme, tree, as_user):
    assert _counts(as_user(tree.an)) == {}


def test_a_tab_counts_records_a_section_their_sum_and_the_inbox_its_rows(programme, tree, as_user):
    for _ in range(3):
        _request(tree.units["p4"])
    _dispute(tree.units["p4-kp1"])
    _request(tree.units["p5"])
    _ask(tree.units["p4"])

    assert _counts(as_user(tree.an)) == {
        "today": "3",
        "people": "4",
        "people.requests": "3",
        "people:requests": "3",
        "people.residents": "1",
        "support:list": "1",
    }
    assert _counts(as_user(tree.binh)) == {}


def test_more_than_ninety_nine_are_not_counted(programme, tree, as_user):
    for _ in range(101):
        _dispute(tree.units["p4"])

    assert _counts(as_user(tree.an))["people.residents"] == "99+"


def test_counts_follow_roles_and_the_business_day(programme, tree, as_user, business_day):
    _request(tree.units["p4"])
    client = as_user(tree.an)
    assert _counts(client)["people.requests"] == "1"

    RoleAssignment.objects.filter(user=tree.an).update(until=TODAY + timedelta(days=1))
    assert _counts(client)["people.requests"] == "1"
    business_day(TODAY + timedelta(days=1))
    assert _counts(client) == {}


def test_counts_take_one_statement_beside_rights_and_programme(programme, tree, as_user):
    client = as_user(tree.dung)
    _counts(client)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as statements:
            _counts(client)
        costs.append(len(statements))
        for code in ("p4", "p5"):
            _request(tree.units[code])
            _dispute(tree.units[code])
            _ask(tree.units[code])

    # Session, user, roles, programme, counts.
    assert costs == [5, 5]


def test_the_browser_keeps_counts_for_a_minute_and_for_its_own_session(programme, tree, as_user):
    answer = as_user(tree.an).get("/waiting/")

    assert answer["Cache-Control"] == "private, max-age=60"
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("username", ["khoa", "lan", "minh"])
def test_who_decides_nothing_gets_no_counts(programme, tree, as_user, username):
    _dispute(tree.units["p4"])

    assert _counts(as_user(tree.users[username])) == {}


def test_every_page_asks_once_and_stands_without(programme, tree, as_user):
    page = as_user(tree.an).get("/members/").content.decode()

    assert page.count('data-waiting="/waiting/"') == 1
    assert 'data-due data-wait="today"></span>' in page


@pytest.mark.parametrize("role", [Role.CITY_ADMINISTRATOR, Role.CITY_OFFICER, Role.UNIT_SECRETARY, Role.CLERK])
def test_each_kind_is_counted_on_a_page_of_the_menu(tree, as_user, role):
    pages = {page.route for tab in tabs_in_order() for page in pages_of(tab.code)}
    RoleAssignment.objects.create(user=tree.minh, role=role, unit=tree.units["my-tho"], since=TREE_BEGAN)
    routes = set(routes_of(as_user(tree.minh).get("/account/")))

    assert [kind.code for kind in inbox_kinds() if kind.page not in pages] == []
    assert "documents:desk" in routes


def test_a_kind_registered_twice_fails_at_start():
    with pytest.raises(RuntimeError, match="already"):
        register_inbox_kinds(inbox_kinds()[:1])
