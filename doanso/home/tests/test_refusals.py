"""A refusal that no form shows is answered with its sentence and the way back, never as an error of the server."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from doanso.lib.problems import Problem, Refused
from doanso.lib.refusal_middleware import RefusalMiddleware
from doanso.outreach.models import Drive
from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401 -- a fixture


def test_a_drive_that_is_ended_twice_says_so_and_leads_back(outing: Outing, as_user) -> None:  # noqa: F811
    client, url = as_user(outing.tree.an), f"/drives/{outing.drive.pk}/end/"
    assert client.post(url).status_code == 302
    ended_at = Drive.objects.get().ended_at

    again = client.post(url, headers={"Referer": f"http://testserver{url}?trang=2"})

    assert again.status_code == 409
    text = " ".join(again.content.decode().split())
    assert "Việc này chưa làm được" in text
    assert "Đợt này đã kết thúc; hãy tạo đợt mới." in text
    assert f'href="{url}?trang=2"' in text
    assert Drive.objects.get().ended_at == ended_at


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("", "/"),
        ("https://example.org/x", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver", "/"),
        ("http://testserver/drives/", "/drives/"),
    ],
)
def test_the_way_back_is_a_page_of_ours(db: None, rf: RequestFactory, referer: str, back: str) -> None:
    answer = _answer(rf.post("/drives/", headers={"Referer": referer}))

    assert answer.status_code == 409
    assert f'href="{back}"' in answer.content.decode()


def test_programs_are_answered_in_json_and_other_errors_are_left_alone(rf: RequestFactory) -> None:
    answer = _answer(rf.post("/api/v1/x"))

    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/json")
    assert RefusalMiddleware(lambda _request: None).process_exception(rf.get("/"), ValueError()) is None


def _answer(request: HttpRequest):
    refused = Refused(Problem("ended", "Đã kết thúc."))
    return RefusalMiddleware(lambda _request: None).process_exception(request, refused)
