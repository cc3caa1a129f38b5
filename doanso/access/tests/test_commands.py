import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from doanso.access.queries import current_or_future_roles, history
from doanso.accounts import actions
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
NEW = "một câu chỉ mình tôi biết"


def run(*words):
    output = StringIO()
    call_command(*words, stdout=output)
    return output.getvalue()


def code_in(text):
    return re.search(r"\d{4} \d{4}", text)[0]


def test_the_first_administrator_is_made_on_the_server(tree):
    output = run("grant_role", "first", "city-administrator", "my-tho", "--name", "Trần Quản Trị")

    user = actions.use_code(login="first", code=code_in(output), password=NEW)
    assert current_or_future_roles(user) == {"city-administrator"}
    assert {event.actor_note for event in AuditEvent.objects.filter(object_id=user.pk, actor=None)} == {"grant-role"}


def test_a_role_is_given_to_an_account_that_exists_without_a_code(tree):
    output = run("grant_role", "minh", "helper", "p4")

    assert current_or_future_roles(tree.minh) == {"helper"}
    assert re.search(r"\d{4} \d{4}", output) is None


@pytest.mark.parametrize(
    "words",
    [
        ("minh", "helper", "nowhere"),
        ("nobody", "helper", "p4"),
        ("minh", "city-officer", "p4"),
        ("an", "unit-secretary", "p4"),
        ("nobody", "branch-secretary", "p4", "--name", "Ai"),
    ],
)
def test_a_refused_role_says_why_and_writes_nothing(tree, words):
    before = User.objects.count()
    with pytest.raises(CommandError):
        run("grant_role", *words)
    assert User.objects.count() == before
    assert not AuditEvent.objects.exists()


def test_history_names_the_command_that_gave_a_role(tree, as_user):
    run("grant_role", "minh", "helper", "p4")

    answer = as_user(tree.giang).get("/history/", {"action": "access.grant"})
    assert [line.actor_name for line in answer.context["lines"]] == ["Lệnh trên máy chủ"]
    assert [row.actor_name for row in history(tree.giang, tree.minh)] == ["Lệnh trên máy chủ"]


def test_an_officer_who_forgot_the_password_gets_a_code_on_the_server(tree):
    assert actions.use_code(login="an", code=code_in(run("issue_code", "an")), password=NEW) == tree.an
    with pytest.raises(CommandError):
        run("issue_code", "nobody")
