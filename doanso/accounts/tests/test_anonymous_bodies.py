"""A body that nobody signed in has sent is refused by its declared length, before it is read."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from doanso.lib.anonymous_bodies import MOST_BYTES, is_bounded
from doanso.testing import Tree, signed_in

pytestmark = pytest.mark.django_db
HUGE = 300 << 20
FORM = "multipart/form-data; boundary=x"


class Unread(BytesIO):
    """A body that fails the test when it is read."""

    def read(self, *_size: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def _post(client: Client, path: str, length: int, content_type: str = FORM) -> Any:
    request = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": content_type, "wsgi.input": Unread()}
    return client.request(REQUEST_METHOD="POST", PATH_INFO=path, **request)


@pytest.mark.parametrize("path", ["/login/", "/password/code/", "/verify/", "/theme/"])
@pytest.mark.parametrize("content_type", [FORM, "application/x-www-form-urlencoded"])
def test_nobody_sends_three_hundred_megabytes(path: str, content_type: str) -> None:
    answer = _post(Client(enforce_csrf_checks=True), path, HUGE, content_type)
    assert answer.status_code == 413
    assert "Chưa lưu gì. Hãy gửi ít hơn, hoặc đăng nhập trước." in answer.text


def test_a_machine_is_told_as_json() -> None:
    answer = _post(Client(), "/api/v1/sync", HUGE, "application/json")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (413, "too_long", "")


def test_a_file_for_verification_may_be_as_large_as_its_page_says() -> None:
    assert not is_bounded(get_resolver().resolve("/verify/file/").func)
    answer = _post(Client(), "/verify/file/", HUGE)
    assert (answer.status_code, "lớn hơn 25 MB" in answer.text) == (413, True)


def test_who_is_signed_in_is_bounded_by_each_page(tree: Tree) -> None:
    with pytest.raises(AssertionError, match="the body was read"):
        _post(signed_in(tree.an), "/theme/", MOST_BYTES + 1)


def test_an_ordinary_form_is_read(tree: Tree) -> None:
    assert Client().post("/login/", {"login": "an", "password": "sai"}).status_code == 200
