from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access import actions
from doanso.access.models import Role
from doanso.accounts import actions as accounts
from doanso.accounts.models import ResetCode
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused

pytestmark = pytest.mark.django_db


def test_a_secretary_gives_a_member_a_code_that_works(tree):
    code = actions.issue_reset_code(actor=tree.an, user=tree.khoa)

    assert accounts.use_code(login="khoa", code=code, password="một câu chỉ mình tôi biết") == tree.khoa
    assert AuditEvent.objects.filter(action="accounts.issue_code", actor=tree.an, object_id=tree.khoa.pk).count() == 1


@pytest.mark.parametrize("role", [Role.BRANCH_SECRETARY, Role.INSPECTOR, Role.HELPER])
def test_an_account_that_is_more_than_a_member_gets_none(tree, role):
    tree.khoa.role_assignments.create(role=role, unit=tree.units["p5-kp1"], since=clock.today())

    with pytest.raises(Refused, match="reset_only_members"):
        actions.issue_reset_code(actor=tree.an, user=tree.khoa)
    assert not ResetCode.objects.exists()


def test_a_role_to_come_counts_too(tree, business_day):
    tree.khoa.role_assignments.create(
        role=Role.UNIT_SECRETARY, unit=tree.units["p5"], since=clock.today() + timedelta(days=30)
    )

    with pytest.raises(Refused, match="reset_only_members"):
        actions.issue_reset_code(actor=tree.an, user=tree.khoa)


def test_a_former_officers_account_gets_none(tree):
    today = clock.today()
    tree.khoa.role_assignments.create(
        role=Role.BRANCH_SECRETARY, unit=tree.units["p4-kp1"], since=today - timedelta(days=90), until=today
    )

    with pytest.raises(Refused, match="reset_only_members"):
        actions.issue_reset_code(actor=tree.an, user=tree.khoa)


def test_a_role_in_the_own_ward_is_no_foothold_in_the_account_of_another_ward(tree):
    actions.grant_role(actor=tree.chi, user=tree.khoa, role=Role.MEMBER, unit=tree.units["p5-kp1"])

    for secretary in (tree.chi, tree.an):
        with pytest.raises(Refused, match="reset_elsewhere"):
            actions.issue_reset_code(actor=secretary, user=tree.khoa)
    assert actions.issue_reset_code(actor=tree.dung, user=tree.khoa)


def test_a_members_code_opens_nothing_once_the_member_is_an_officer(tree):
    code = actions.issue_reset_code(actor=tree.an, user=tree.khoa)
    actions.grant_role(actor=tree.dung, user=tree.khoa, role=Role.UNIT_SECRETARY, unit=tree.units["p4"])

    with pytest.raises(Refused, match="reset_code_wrong"):
        accounts.use_code(login="khoa", code=code, password="một câu chỉ mình tôi biết")


@pytest.mark.parametrize("officer", ["chi", "binh", "hanh", "lan", "minh", "khoa"])
def test_officers_without_the_right_there_give_none(tree, officer):
    with pytest.raises(PermissionDenied):
        actions.issue_reset_code(actor=tree.users[officer], user=tree.khoa)


def test_a_closed_account_gets_none(tree):
    actions.set_account_open(actor=tree.an, user=tree.khoa, is_open=False)

    with pytest.raises(Refused, match="account_closed"):
        actions.issue_reset_code(actor=tree.an, user=tree.khoa)


def test_an_officers_account_nobody_has_a_password_for_yet_gets_its_first_code_from_who_could_give_its_role(tree):
    user, _code = actions.create_account(
        actor=tree.dung, username="ha", display_name="Lê Hà", role=Role.UNIT_SECRETARY, unit=tree.units["p4"]
    )

    with pytest.raises(Refused, match="role_not_grantable"):
        actions.issue_reset_code(actor=tree.an, user=user)
    code = actions.issue_reset_code(actor=tree.dung, user=user)
    accounts.use_code(login="ha", code=code, password="một câu chỉ mình tôi biết")
    with pytest.raises(Refused, match="reset_only_members"):
        actions.issue_reset_code(actor=tree.dung, user=user)


def test_the_page_shows_the_code_once_and_keeps_it_nowhere(tree, as_user, caplog):
    client = as_user(tree.an)
    page = client.post(f"/users/{tree.khoa.pk}/code/")

    code = page.context["code"].replace(" ", "")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert code not in client.get(f"/users/{tree.khoa.pk}/").content.decode()
    assert code not in caplog.text


def test_the_page_says_why_there_is_no_code(tree, as_user):
    page = as_user(tree.an).post(f"/users/{tree.binh.pk}/code/", follow=True)

    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert not page.context["code_possible"]
