from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access import actions, queries, rules
from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.units.models import Unit, UnitKind

pytestmark = pytest.mark.django_db


def give(tree, giver, role, code, to="minh", **term):
    return actions.grant_role(actor=tree.users[giver], user=tree.users[to], role=role, unit=tree.units[code], **term)


@pytest.mark.parametrize(
    ("giver", "role", "code"),
    [
        ("giang", Role.CITY_ADMINISTRATOR, "my-tho"),
        ("dung", Role.UNIT_SECRETARY, "p5"),
        ("dung", Role.INSPECTOR, "p5"),
        ("an", Role.BRANCH_SECRETARY, "p4-kp1"),
        ("an", Role.MEMBER, "p4-kp2"),
        ("an", Role.HELPER, "p4"),
    ],
)
def test_a_role_is_given_from_today_on(tree, giver, role, code):
    role_assignment = give(tree, giver, role, code)

    assert (role_assignment.since, role_assignment.until) == (clock.today(), None)
    event = AuditEvent.objects.get(action="access.grant")
    assert (event.object_id, event.unit_id, event.changed) == (tree.minh.pk, tree.units[code].pk, [role])


@pytest.mark.parametrize(
    ("giver", "role", "code", "problem"),
    [
        ("dung", Role.CITY_OFFICER, "my-tho", "role_not_grantable"),
        ("an", Role.UNIT_SECRETARY, "p4", "role_not_grantable"),
        ("an", Role.INSPECTOR, "p4", "role_not_grantable"),
        ("giang", Role.CITY_OFFICER, "p4", "role_only_city"),
        ("giang", Role.UNIT_SECRETARY, "p4-kp1", "role_only_grassroots"),
        ("giang", Role.UNIT_SECRETARY, "my-tho", "role_only_grassroots"),
        ("an", Role.BRANCH_SECRETARY, "p4", "role_only_branch"),
    ],
)
def test_a_role_is_refused(tree, giver, role, code, problem):
    before = RoleAssignment.objects.count()

    with pytest.raises(Refused, match=problem):
        give(tree, giver, role, code)
    assert RoleAssignment.objects.count() == before


def test_the_leading_roles_are_held_at_a_root_of_any_kind_but_a_branch():
    for kind in UnitKind:
        problems = {
            is_root: rules.role_problem(Role.CITY_OFFICER, kind, is_root=is_root) is not None
            for is_root in (False, True)
        }
        upper, branch = kind in {UnitKind.PROVINCE, UnitKind.CITY}, kind == UnitKind.BRANCH
        assert problems == {False: not upper, True: branch}
        secretary = rules.role_problem(Role.UNIT_SECRETARY, kind, is_root=True)
        assert (secretary is None) == (not upper and not branch)


@pytest.mark.parametrize(("giver", "code"), [("an", "p5"), ("an", "my-tho"), ("binh", "p4-kp1"), ("hanh", "p4")])
def test_nobody_gives_roles_where_they_hold_no_right_to(tree, giver, code):
    with pytest.raises(PermissionDenied):
        give(tree, giver, Role.MEMBER, code)


def test_nobody_gives_a_role_to_themselves(tree):
    with pytest.raises(Refused, match="role_to_oneself"):
        give(tree, "an", Role.HELPER, "p4", to="an")


def test_a_role_held_already_is_not_given_twice_but_may_follow(tree):
    today = clock.today()
    give(tree, "an", Role.HELPER, "p4", until=today + timedelta(days=10))

    with pytest.raises(Refused, match="role_held"):
        give(tree, "an", Role.HELPER, "p4", since=today + timedelta(days=9))
    assert give(tree, "an", Role.HELPER, "p4", since=today + timedelta(days=10)).until is None


@pytest.mark.parametrize(("since", "until"), [(0, 0), (5, 5), (5, 4), (-20, -1), (-20, 0)])
def test_a_term_ends_after_it_began_and_after_today(tree, since, until):
    today = clock.today()
    with pytest.raises(Refused, match="term_over"):
        give(tree, "an", Role.HELPER, "p4", since=today + timedelta(days=since), until=today + timedelta(days=until))


def test_a_role_taken_back_ends_today_and_may_be_given_again_the_same_day(tree):
    role_assignment = give(tree, "an", Role.HELPER, "p4")

    ended = actions.end_role(actor=tree.an, role_assignment=role_assignment)
    assert ended.until == clock.today()
    assert queries.current_or_future_roles(tree.minh) == set()

    again = give(tree, "an", Role.HELPER, "p4")
    assert (again.pk, again.until) == (role_assignment.pk, None)
    assert [event.action for event in AuditEvent.objects.order_by("id")] == [
        "access.grant",
        "access.end_role",
        "access.grant",
    ]


def test_a_role_taken_back_takes_its_rights_at_the_next_request(tree, as_user):
    client = as_user(tree.an)
    assert client.get("/units/p4/").status_code == 200

    actions.end_role(actor=tree.dung, role_assignment=tree.an.role_assignments.get())

    assert client.get("/units/p4/").status_code == 404


def test_nobody_takes_back_a_role_they_could_not_give(tree):
    with pytest.raises(Refused, match="role_not_grantable"):
        actions.end_role(actor=tree.dung, role_assignment=tree.giang.role_assignments.get())
    with pytest.raises(PermissionDenied):
        actions.end_role(actor=tree.an, role_assignment=tree.chi.role_assignments.get())


def test_the_last_administrator_stays(tree):
    with pytest.raises(Refused, match="role_last_administrator"):
        actions.end_role(actor=tree.giang, role_assignment=tree.giang.role_assignments.get())

    give(tree, "giang", Role.CITY_ADMINISTRATOR, "my-tho")
    actions.end_role(actor=tree.minh, role_assignment=tree.giang.role_assignments.get())
    assert queries.current_or_future_roles(tree.giang) == set()


def test_a_new_account_comes_with_its_role_and_a_first_code(tree):
    user, code = actions.create_account(
        actor=tree.an, username="ha", display_name="Lê Hà", role=Role.BRANCH_SECRETARY, unit=tree.units["p4-kp2"]
    )

    assert len(code) == 8
    events = [event.action for event in AuditEvent.objects.filter(object_id=user.pk, unit_id=tree.units["p4-kp2"].pk)]
    assert sorted(events) == ["access.grant", "accounts.create", "accounts.issue_code"]
    assert not user.has_usable_password()
    assert queries.current_or_future_roles(user) == {Role.BRANCH_SECRETARY}


def test_a_refused_role_leaves_no_account_behind(tree):
    with pytest.raises(Refused, match="role_only_branch"):
        actions.create_account(
            actor=tree.an, username="ha", display_name="Lê Hà", role=Role.BRANCH_SECRETARY, unit=tree.units["p4"]
        )
    assert not User.objects.filter(username="ha").exists()


@pytest.mark.parametrize(("closer", "user"), [("an", "khoa"), ("dung", "an"), ("giang", "dung")])
def test_an_account_is_closed_and_opened_by_an_officer_who_gives_its_roles(tree, closer, user):
    for is_open in (False, True):
        actions.set_account_open(actor=tree.users[closer], user=tree.users[user], is_open=is_open)
        tree.users[user].refresh_from_db()
        assert tree.users[user].is_active is is_open


@pytest.mark.parametrize(
    ("closer", "user", "problem"),
    [("an", "an", "account_own"), ("dung", "giang", "role_not_grantable"), ("an", "chi", PermissionDenied)],
)
def test_an_account_is_not_closed_by_others(tree, closer, user, problem):
    error, match = (Refused, problem) if isinstance(problem, str) else (problem, None)
    with pytest.raises(error, match=match):
        actions.set_account_open(actor=tree.users[closer], user=tree.users[user], is_open=False)


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_list_shows_who_holds_what_below_and_nobody_else(tree, as_user, django_assert_max_num_queries):
    client = as_user(tree.an)
    with django_assert_max_num_queries(12):
        page = client.get("/users/")
    names = [unit_role.role_assignment.user.username for unit_role in page.context["held"]]

    assert sorted(names) == ["an", "binh", "khoa", "lan"]
    matching = client.get("/users/", {"q": "khoa", "role": "member", "unit": "p4-kp1"}).context["held"]
    assert [unit_role.role_assignment.user.username for unit_role in matching] == ["khoa"]


def test_the_list_goes_by_given_name_and_is_searched_without_diacritics(tree, as_user):
    for username, name in (("p1", "Lê Thị Đào"), ("p2", "Đặng Văn Ẩn"), ("p3", "Bùi Đình Ân"), ("p4", "Đỗ Thị Ẩm")):
        user = User.objects.create(username=username, display_name=name, created_at=clock.now())
        RoleAssignment.objects.create(user=user, role="member", unit=tree.units["p4-kp2"], since=clock.today())
    client = as_user(tree.an)

    def search_names(**form_values):
        return [
            unit_role.role_assignment.user.display_name
            for unit_role in client.get("/users/", form_values).context["held"]
        ]

    assert search_names(unit="p4-kp2") == ["Đỗ Thị Ẩm", "Bùi Đình Ân", "Đặng Văn Ẩn", "Lê Thị Đào"]
    assert search_names(q="dao") == search_names(q="đào le") == search_names(q="P1") == ["Lê Thị Đào"]
    assert search_names(q="dinh", unit="p4-kp2") == ["Bùi Đình Ân"]
    assert search_names(q="an", unit="p4-kp2") == ["Bùi Đình Ân", "Đặng Văn Ẩn"]
    assert search_names(q="?") == []


def test_the_list_asks_no_more_statements_for_many_people(tree, as_user):
    client = as_user(tree.an)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as statements:
            client.get("/users/")
        counts.append(len(statements))
        users = [
            User(username=f"u{number}-{index}", display_name=str(index), created_at=clock.now()) for index in range(9)
        ]
        User.objects.bulk_create(users)
        term = {"role": "member", "unit": tree.units["p4"], "since": clock.today()}
        RoleAssignment.objects.bulk_create(RoleAssignment(user=user, **term) for user in users)

    assert counts[0] == counts[1]


def test_the_form_makes_an_account_and_shows_its_code_once(tree, as_user):
    client = as_user(tree.an)
    form_values = {
        "username": "thu.ha", "display_name": "Lê Thu Hà", "phone_number": "0912345678", "role": "branch-secretary",
        "unit": "p4-kp2", "since": clock.today().isoformat(), "last_day": (clock.today() + timedelta(days=9)).isoformat(),
    }  # fmt: skip

    page = client.post("/users/grant/", form_values)

    assert page.status_code == 200
    assert page.context["code"].replace(" ", "").isdigit()
    assert "no-store" in page["Cache-Control"]
    user = User.objects.get(username="thu.ha")
    assert user.role_assignments.get().until == clock.today() + timedelta(days=10)
    assert page.context["code"] not in client.get(f"/users/{user.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "nobody"}, "username"),
        ({"username": "khoa", "display_name": "Ai Đó"}, "username"),
        ({"role": "city-administrator"}, "role"),
        ({"unit": "p5"}, "unit"),
        ({"role": "branch-secretary", "unit": "p4"}, "unit"),
        ({"last_day": "2023-01-01"}, "last_day"),
    ],
)
def test_the_form_says_at_its_field_what_is_wrong(tree, as_user, changed, field):
    form_values = {"username": "minh", "role": "helper", "unit": "p4", "since": clock.today().isoformat()}
    before = RoleAssignment.objects.count()

    page = as_user(tree.an).post("/users/grant/", form_values | changed)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert RoleAssignment.objects.count() == before


def test_the_form_gives_a_role_to_an_account_that_exists(tree, as_user):
    form_values = {"username": "minh", "role": "helper", "unit": "p4", "since": f"{clock.today():%d/%m/%Y}"}
    client = as_user(tree.an)
    assert client.post("/users/grant/", form_values | {"last_day": "31/12/9999"}).status_code == 422

    page = client.post("/users/grant/", form_values | {"last_day": "31/12/2100"})

    assert page["Location"] == f"/users/{tree.minh.pk}/"
    assert queries.current_or_future_roles(tree.minh) == {Role.HELPER}
    assert tree.minh.role_assignments.get().until == date(2101, 1, 1)


def test_taking_back_from_the_page_says_why_not(tree, as_user):
    client = as_user(tree.giang)
    page = client.post(f"/roles/{tree.giang.role_assignments.get().pk}/end/", follow=True)

    assert page.status_code == 200
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert Unit.objects.filter(role_assignments__user=tree.giang).exists()
