from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from doanso.accounts import actions, rules
from doanso.accounts.models import ResetCode
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.testing import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "một câu chỉ mình tôi biết"


@pytest.fixture
def code(tree):
    """A code An gave out for Khoa."""
    return actions.issue_code(actor=tree.an, user=tree.khoa)


def with_code(client, login, code, password=NEW, again=NEW):
    return client.post("/password/code/", {"login": login, "code": code, "password": password, "again": again})


def test_a_code_sets_a_new_password_once(tree, code, client):
    answer = with_code(client, "khoa", rules.format_code(code))

    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    tree.khoa.refresh_from_db()
    assert tree.khoa.check_password(NEW)
    assert with_code(client, "khoa", code, "còn một câu khác nữa", "còn một câu khác nữa").status_code == 422
    tree.khoa.refresh_from_db()
    assert tree.khoa.check_password(NEW)


def test_using_a_code_ends_other_sessions(tree, code, as_user, client):
    elsewhere = as_user(tree.khoa)

    with_code(client, "khoa", code)

    assert elsewhere.get("/password/").status_code == 302


def test_only_a_keyed_hash_of_the_code_is_kept(tree, code):
    stored = ResetCode.objects.get()

    assert code not in stored.code_hash
    assert stored.issued_by == tree.an
    assert stored.expires_at - stored.issued_at == timedelta(minutes=10)
    assert AuditEvent.objects.filter(action="accounts.issue_code", object_id=tree.khoa.pk, actor=tree.an).count() == 1


def test_a_code_is_over_after_ten_minutes(tree, code):
    ResetCode.objects.update(expires_at=clock.now(), issued_at=clock.now() - rules.CODE_LIVES)

    with pytest.raises(Refused, match="reset_code_wrong"):
        actions.use_code(login="khoa", code=code, password=NEW)


def test_a_new_code_voids_the_one_before(tree, code):
    newer = actions.issue_code(actor=tree.an, user=tree.khoa)

    with pytest.raises(Refused, match="reset_code_wrong"):
        actions.use_code(login="khoa", code=code, password=NEW)
    assert actions.use_code(login="khoa", code=newer, password=NEW) == tree.khoa


def test_five_wrong_tries_void_the_code(tree, code):
    wrong = "0" * 8 if code != "0" * 8 else "1" * 8
    for _try in range(5):
        with pytest.raises(Refused, match="reset_code_wrong"):
            actions.use_code(login="khoa", code=wrong, password=NEW)

    with pytest.raises(Refused, match="reset_code_wrong"):
        actions.use_code(login="khoa", code=code, password=NEW)


def test_a_code_fits_only_its_account_and_unknown_names_hear_the_same(tree, code):
    messages = set()
    for login in ("an", "nobody", "0999999999"):
        with pytest.raises(Refused) as refused:
            actions.use_code(login=login, code=code, password=NEW)
        messages.add(refused.value.problem)

    assert {problem.code for problem in messages} == {"reset_code_wrong"}
    assert len(messages) == 1


@pytest.mark.parametrize("password", ["ngan", "1234567890", "huỳnh đăng khoa"])
def test_a_weak_password_is_refused_and_leaves_the_code_usable(tree, code, password):
    with pytest.raises(Refused, match="password_weak"):
        actions.use_code(login="khoa", code=code, password=password)

    assert actions.use_code(login="khoa", code=code, password=NEW) == tree.khoa


def test_the_page_says_when_the_two_passwords_differ(tree, code, client):
    answer = with_code(client, "khoa", code, again="khác")

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["again"]
    assert ResetCode.objects.get().used_at is None


def test_an_issued_code_is_reported_at_the_next_sign_in_only(tree, code):
    shown = []
    for _time in range(2):
        client = Client()
        answer = client.post("/login/", {"login": "khoa", "password": PASSWORD})
        shown.append([str(message) for message in get_messages(answer.wsgi_request)])

    assert len(shown[0]) == 1
    assert "Nguyễn Văn An" in shown[0][0]
    assert shown[1] == []


def test_a_password_is_changed_with_the_old_one_and_other_devices_leave(tree, as_user):
    here, elsewhere = as_user(tree.khoa), as_user(tree.khoa)
    wrong = here.post("/password/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    right = here.post("/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert (wrong.status_code, right.status_code) == (200, 302)
    tree.khoa.refresh_from_db()
    assert tree.khoa.check_password(NEW)
    assert here.get("/password/").status_code == 200
    assert elsewhere.get("/password/").status_code == 302
    assert AuditEvent.objects.filter(action="accounts.set_password", actor=tree.khoa, changed=["password"]).count() == 1


def test_changing_the_password_voids_open_codes(tree, code):
    actions.set_password(actor=tree.khoa, user=tree.khoa, password=NEW)

    with pytest.raises(Refused, match="reset_code_wrong"):
        actions.use_code(login="khoa", code=code, password="một câu khác hẳn câu kia")
