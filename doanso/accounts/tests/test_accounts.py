from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from doanso.accounts import actions, queries
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused

pytestmark = pytest.mark.django_db


def test_an_account_is_made_without_a_password(tree):
    user = actions.create_user(
        actor=tree.an, username=" Thu.Ha ", display_name="Lê Thu Hà", phone_number="0912 345 678"
    )

    assert user.username == "thu.ha"
    assert not user.has_usable_password()
    assert b"0912345678" not in bytes(user.phone_encrypted)
    assert queries.shown_phone(user) == "091•••••78"
    assert queries.user_by_login("84912345678") == user
    assert AuditEvent.objects.get(object_id=user.pk).action == "accounts.create"


@pytest.mark.parametrize(
    ("username", "phone", "name", "code"),
    [
        ("khoa", "", "y", "username_taken"),
        ("0912345678", "", "y", "username_form"),
        ("thu hà", "", "y", "username_form"),
        ("ha", "0912345678", "y", "phone_taken"),
        ("ha", "123", "y", "phone_"),
        ("ha", "", "Thu <b>Hà</b>", "name_brackets"),
        ("ha", "", "Thu \u202eHà", "name_hidden_letters"),
    ],
)
def test_an_account_is_refused(tree, username, phone, name, code):
    actions.create_user(actor=tree.an, username="first", display_name="x", phone_number="0912345678")
    before = User.objects.count()

    with pytest.raises(Refused, match=code):
        actions.create_user(actor=tree.an, username=username, display_name=name, phone_number=phone)
    assert User.objects.count() == before


def test_the_choice_of_light_or_dark_is_kept(tree, as_user):
    client = as_user(tree.khoa)

    answer = client.post("/theme/", {"theme": "dark"})

    assert answer.status_code == 204
    assert answer.cookies["theme"].value == "dark"
    tree.khoa.refresh_from_db()
    assert tree.khoa.theme == "dark"
    assert client.post("/theme/", {"theme": "pink"}).status_code == 422
    assert client.get("/theme/").status_code == 405
    assert client.post("/theme/", {"theme": "auto", "next": "//evil.example"})["Location"] == "/"
    assert client.post("/theme/", {"theme": "auto", "next": "[]"})["Location"] == "[]"


def test_migrate_alone_makes_the_shared_cache(settings, tree):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_proof"}}
    step = import_module("doanso.accounts.migrations.0001_initial")

    step.make_cache_table(None, SimpleNamespace(connection=connection))

    assert "cache_proof" in connection.introspection.table_names()
