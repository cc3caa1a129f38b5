"""Progress over the API."""

import json
from datetime import date

import pytest
from django.test import Client

from doanso.access.actions import end_role, issue_token
from doanso.access.models import RoleAssignment

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/programmes/my-tho-2023/progress"


@pytest.fixture
def token_of(loaded):
    def issue(name: str) -> str:
        user = loaded.tree.users[name]
        return issue_token(actor=user, role_assignment=RoleAssignment.objects.get(user=user), name="Trang tin", days=30)

    return issue


def get(address: str, token: str = ""):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return Client().get(address, headers=headers)


def test_an_officers_token_reads_progress(loaded, token_of):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Hân", on=date(2023, 11, 1))
    token = token_of("dung")

    answer = get(f"{ADDRESS}?unit=p4&on=2023-11-01", token)

    assert answer.status_code == 200
    values = answer.json()
    assert (values["programme"], values["unit"], values["on"]) == ("my-tho-2023", "p4", "2023-11-01")
    first = values["indicators"][0]
    assert (first["code"], first["value"], first["denominator"], first["percent"]) == ("vneid2-members", 2, 4, 50.0)
    assert get(ADDRESS, token).json()["unit"] == "my-tho"
    assert get(f"{ADDRESS}?on=2023-10-31", token).json()["indicators"][0]["value"] == 0
    assert (first["sum_check"], first["met_on"], values["units"]) == (None, None, [])
    below = get(f"{ADDRESS}?below=true", token).json()["units"]
    assert [(child["unit"], child["name"]) for child in below] == [("p4", "Đoàn Phường 4"), ("p5", "Đoàn Phường 5")]
    assert below[0]["indicators"][0]["value"] == 2


@pytest.mark.parametrize(
    ("query", "status"),
    [("?unit=p4", 200), ("?unit=p4-kp1", 200), ("?unit=p5", 404), ("", 404), ("?unit=nowhere", 404)],
)
def test_a_token_reaches_as_far_as_its_role(token_of, query, status):
    assert get(ADDRESS + query, token_of("an")).status_code == status


def test_a_day_outside_the_programme_is_read_at_its_edge(token_of):
    assert get(f"{ADDRESS}?on=2031-01-01", token_of("dung")).json()["on"] == "2023-12-31"


@pytest.mark.parametrize("text", ["0", "1", "1699747200", "", "2023-11-12T00:00:00", "12/11/2023", "2023-02-30"])
def test_what_is_not_written_as_a_day_is_refused(loaded, token_of, text):
    answer = get(f"{ADDRESS}?on={text}", token_of("dung"))
    assert (answer.status_code, answer.json()["field"]) == (422, "on")


def test_what_is_no_success_has_one_shape(loaded, token_of):
    token = token_of("dung")

    answers = {
        401: get(ADDRESS),
        404: get("/api/v1/programmes/nothing/progress", token),
        422: get(f"{ADDRESS}?on=yesterday", token),
    }

    for status, answer in answers.items():
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "message", "field"}
    assert answers[401].headers["WWW-Authenticate"] == "Bearer"
    assert answers[422].json() == {
        "code": "parameter_invalid",
        "message": "Không đọc được “on”. Ngày viết theo dạng 2023-11-12.",
        "field": "on",
    }
    assert get(ADDRESS, "ds_made-up").status_code == 401


def test_a_token_dies_with_its_role(loaded, token_of):
    token = token_of("dung")
    assert get(ADDRESS, token).status_code == 200

    end_role(actor=loaded.tree.giang, role_assignment=RoleAssignment.objects.get(user=loaded.tree.dung))

    assert get(ADDRESS, token).status_code == 401


def test_a_session_is_no_token(loaded, as_user):
    assert as_user(loaded.tree.dung).get(ADDRESS).status_code == 401


def test_it_describes_itself():
    answer = Client().get("/api/v1/openapi.json")

    schema = json.loads(answer.content)
    assert schema["openapi"].startswith("3.1")
    operation = schema["paths"]["/api/v1/programmes/{code}/progress"]["get"]
    assert set(operation["responses"]) == {"200", "401", "404", "422"}
    assert {parameter["name"] for parameter in operation["parameters"]} == {"code", "unit", "on", "below"}
    fields = schema["components"]["schemas"]["IndicatorOut"]["properties"]
    assert list(fields) == [
        "code", "title", "kind", "basis", "value", "target", "denominator", "percent", "needed_per_week", "forecast",
        "state", "met_on", "given_below", "sum_check",
    ]  # fmt: skip
