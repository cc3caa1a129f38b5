from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access import actions
from doanso.access.models import ApiToken
from doanso.access.policy import VIEW_UNIT
from doanso.access.queries import token_actor
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused

pytestmark = pytest.mark.django_db
SCOPE = "progress:read"


@pytest.fixture
def token(tree):
    """A's token under the secretary's role at ward 4."""
    return actions.issue_token(actor=tree.an, role_assignment=tree.an.role_assignments.get(), name="Trang web", days=30)


def test_a_token_acts_for_its_user_with_that_role_alone(tree, token):
    tree.an.role_assignments.create(role="inspector", unit=tree.units["p5"], since=clock.today())

    actor = token_actor(token, SCOPE)

    assert actor == tree.an
    assert VIEW_UNIT.allows(actor, tree.units["p4"])
    assert not VIEW_UNIT.allows(actor, tree.units["p5"])
    assert VIEW_UNIT.allows(tree.an, tree.units["p5"])


def test_only_its_hash_is_kept(token):
    stored = ApiToken.objects.get()

    assert token.startswith("ds_")
    assert token not in (stored.token_hash, stored.name)
    assert AuditEvent.objects.get(action="access.issue_token").object_id == stored.pk


def test_a_token_opens_only_its_scope(token):
    assert token_actor(token, "members:read") is None
    assert token_actor("ds_" + "x" * 43, SCOPE) is None
    assert token_actor("", SCOPE) is None


def _revoke(tree, business_day):
    actions.revoke_token(actor=tree.an, token=ApiToken.objects.get())


def _expire(tree, business_day):
    ApiToken.objects.update(created_at=clock.now() - timedelta(days=31), expires_at=clock.now())


def _end_role(tree, business_day):
    actions.end_role(actor=tree.dung, role_assignment=tree.an.role_assignments.get())


def _close(tree, business_day):
    actions.set_account_open(actor=tree.dung, user=tree.an, is_open=False)


def _term_over(tree, business_day):
    tree.an.role_assignments.update(until=clock.today() + timedelta(days=1))
    business_day(clock.today() + timedelta(days=1))


@pytest.mark.parametrize("death", [_revoke, _expire, _end_role, _close, _term_over])
def test_a_token_dies(tree, token, business_day, death):
    assert token_actor(token, SCOPE) is not None

    death(tree, business_day)

    assert token_actor(token, SCOPE) is None


def test_a_token_is_issued_only_under_ones_own_right(tree):
    for user, role_assignment in (("dung", "an"), ("binh", "binh"), ("hanh", "hanh")):
        with pytest.raises(PermissionDenied):
            actions.issue_token(
                actor=tree.users[user],
                role_assignment=tree.users[role_assignment].role_assignments.get(),
                name="x",
                days=1,
            )
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, "token_name"),
        ({"days": 0}, "token_days"),
        ({"days": 367}, "token_days"),
        ({"scope": "all"}, "token_scope"),
    ],
)
def test_a_token_needs_a_name_a_day_and_a_known_scope(tree, changed, code):
    with pytest.raises(Refused, match=code):
        actions.issue_token(
            actor=tree.an, role_assignment=tree.an.role_assignments.get(), **({"name": "x", "days": 1} | changed)
        )


def test_a_token_is_revoked_by_its_owner_or_an_officer_who_gives_that_role(tree, token):
    stored = ApiToken.objects.get()
    with pytest.raises(PermissionDenied):
        actions.revoke_token(actor=tree.chi, token=stored)

    actions.revoke_token(actor=tree.dung, token=stored)
    actions.revoke_token(actor=tree.dung, token=stored)

    assert AuditEvent.objects.filter(action="access.revoke_token").count() == 1


def test_the_page_issues_shows_once_and_revokes(tree, as_user):
    client = as_user(tree.an)
    page = client.post(
        "/tokens/", {"name": "Trang web", "role_assignment": tree.an.role_assignments.get().pk, "days": "30"}
    )
    token = page.context["token"]

    assert token_actor(token, SCOPE) == tree.an
    assert token not in client.get("/tokens/").content.decode()
    assert client.post(f"/tokens/{ApiToken.objects.get().pk}/revoke/").status_code == 302
    assert token_actor(token, SCOPE) is None
