import pytest
from django.contrib.auth import hashers
from django.test import Client
from django.urls import reverse

from doanso.accounts import actions, backends
from doanso.accounts.models import User
from doanso.testing import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/login/"


def sign_in(login, password=PASSWORD, client=None):
    client = client or Client()
    return client, client.post(LOGIN, {"login": login, "password": password})


def signed_in_as(client):
    return client.session.get("_auth_user_id")


@pytest.fixture
def with_phone(tree):
    """Khoa has a phone on the account."""
    user = tree.khoa
    actions._set_phone(user, "0912 345 678")
    user.save()
    return tree


@pytest.mark.parametrize("login", ["khoa", " Khoa ", "KHOA", "0912345678", "+84 912.345.678", "912345678"])
def test_sign_in_by_user_name_or_phone_however_typed(with_phone, login):
    client, answer = sign_in(login)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in_as(client) == str(with_phone.khoa.pk)


@pytest.mark.parametrize("login", ["khoa", "0912345678", "nobody", "0999999999", ""])
def test_a_wrong_password_and_an_unknown_name_read_the_same(with_phone, login):
    client, answer = sign_in(login, "not-the-password")

    assert answer.status_code == 200
    assert signed_in_as(client) is None
    if login:
        assert answer.context["form"].non_field_errors() or answer.context["form"].errors
        assert login not in str(answer.context["form"].errors)


@pytest.mark.parametrize("login", ["khoa", "nobody", "0999999999"])
def test_unknown_names_take_one_password_hash_like_known_ones(with_phone, login, monkeypatch):
    hashed = []
    real = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", lambda *words: (hashed.append(1), real(*words))[1])

    assert backends.NameOrPhoneBackend().authenticate(None, username=login, password="wrong") is None
    assert len(hashed) == 1


def test_the_session_gets_a_new_id_at_sign_in(tree):
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key

    sign_in("khoa", client=client)

    assert client.session.session_key != before
    assert client.session["seen"] is True


def test_the_next_page_is_kept_only_within_the_house(tree):
    inside = Client().post(LOGIN + "?next=/units/", {"login": "khoa", "password": PASSWORD})
    outside = Client().post(LOGIN + "?next=https://evil.example/", {"login": "khoa", "password": PASSWORD})

    assert inside["Location"] == "/units/"
    assert outside["Location"] == "/"


def test_the_sixth_try_at_one_name_is_refused_even_with_the_right_password(tree):
    for _try in range(5):
        sign_in("khoa", "wrong")

    client, answer = sign_in("khoa")

    assert answer.status_code == 200
    assert signed_in_as(client) is None
    assert sign_in("an")[1].status_code == 302


def test_a_closed_account_is_revealed_only_with_its_password(tree):
    User.objects.filter(pk=tree.khoa.pk).update(is_active=False)

    client, answer = sign_in("khoa")
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_inactive"))
    assert signed_in_as(client) is None
    assert sign_in("khoa", "wrong")[1].status_code == 200
    assert client.get(answer["Location"]).status_code == 200


def test_closing_an_account_ends_its_sessions(tree, as_user):
    client = as_user(tree.khoa)
    assert client.get("/password/").status_code == 200

    actions.set_active(actor=tree.an, user=tree.khoa, active=False)

    assert client.get("/password/").status_code == 302


def test_there_is_no_sign_up_and_no_email_page(client, db):
    for path in ("/signup/", "/email/", "/accounts/login/", "/admin/"):
        assert client.get(path).status_code == 404


def test_signing_out_takes_a_post(tree, as_user):
    client = as_user(tree.khoa)

    assert client.get("/logout/").status_code == 200
    assert signed_in_as(client)
    assert client.post("/logout/").status_code == 302
    assert signed_in_as(client) is None


def test_sign_in_page_speaks_vietnamese_and_is_not_kept(client, db):
    page = client.get(LOGIN)

    assert "Đăng nhập" in page.content.decode()
    assert "placeholder" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_a_form_sent_after_the_session_ended_leads_to_a_sign_in_that_says_it_was_not_saved(tree, as_user):
    lost = "Bạn không còn đăng nhập nên nội dung vừa gửi chưa được lưu. Hãy đăng nhập rồi nhập và gửi lại."
    client, form = (
        as_user(tree.khoa),
        {"oldpassword": PASSWORD, "password1": "một câu khác", "password2": "một câu khác"},
    )
    client.session.flush()

    answer = client.post("/password/", form)

    assert answer["Location"] == "/login/?next=/password/&sent=1"
    assert lost in client.get(answer["Location"]).content.decode()
    assert client.post(answer["Location"], {"login": "khoa", "password": PASSWORD})["Location"] == "/password/"
    tree.khoa.refresh_from_db()
    assert tree.khoa.check_password(PASSWORD)


def test_who_only_opened_a_page_is_told_of_nothing_lost(tree):
    answer = Client().get("/password/")

    assert answer["Location"] == "/login/?next=/password/"
    assert "chưa được lưu" not in Client().get(answer["Location"]).content.decode()
