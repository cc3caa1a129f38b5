"""The pages of teams, teammates and cards."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.members.tests.conftest import Register
from doanso.outreach import card_keys
from doanso.outreach.actions import cards, teams
from doanso.outreach.models import Body, Card, Team, Teammate
from doanso.outreach.tests.conftest import Outing, mate
from doanso.support.models import HelperKind
from doanso.testing import TODAY

YEAR_END = date(2024, 1, 1)
AsUser = Callable[[User], Client]

TEAM = {
    "name": "Tổ công nghệ số cộng đồng Khu phố 2",
    "unit": "p4",
    "since": "01/05/2023",
    "decision_number": "15/QĐ-UBND",
    "decided_on": "28/4/2023",
    "services": ["portal"],
}
OFFICIAL = {"name": "Nguyễn Văn Tư", "kind": "official", "body": "front", "since": "1/5/2023"}


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# --- Who sees what ------------------------------------------------------------------------------------------------------


def test_the_list_tells_pairs_heads_and_cards(outing: Outing, as_user: AsUser) -> None:
    cards.issue_card(actor=outing.tree.an, teammate_id=outing.mates["ut"].pk, until=YEAR_END)
    alone = Team.objects.create(unit=outing.ward, name="Tổ Khu phố 2", since=TODAY)
    mate(alone, "Lê Văn Ba", HelperKind.OFFICIAL, Body.FRONT)
    body = _text(as_user(outing.tree.an), reverse("outreach:teams"))
    assert "Tổ công nghệ số cộng đồng Khu phố 1" in body
    assert "Bùi Thị Lan" in body
    assert body.count("Chưa có cặp 1+1") == 1
    assert reverse("outreach:new-team") in body


def test_ended_teams_are_asked_for(outing: Outing, as_user: AsUser) -> None:
    teams.end_team(actor=outing.tree.an, team_id=outing.team.pk, on=TODAY)
    client = as_user(outing.tree.an)
    assert outing.team.name not in _text(client, reverse("outreach:teams"))
    assert outing.team.name in _text(client, reverse("outreach:teams") + "?state=ended")
    page = _text(client, reverse("outreach:team", args=[outing.team.pk]))
    assert "Tổ này đã kết thúc ngày 12/11/2023" in page
    assert reverse("outreach:add-mate", args=[outing.team.pk]) not in page


@pytest.mark.parametrize("actor", ["chi", "khoa", "binh", "minh"])
def test_a_stranger_finds_no_such_team(outing: Outing, as_user: AsUser, actor: str) -> None:
    client = as_user(outing.tree.users[actor])
    ut = outing.mates["ut"].pk
    for name, key in (("team", outing.team.pk), ("add-mate", outing.team.pk), ("mate", ut), ("card", ut)):
        assert client.get(reverse(f"outreach:{name}", args=[key])).status_code == 404
    assert client.post(reverse("outreach:revoke-card", args=[ut])).status_code == 404


def test_a_helper_sees_the_own_team_and_no_other(outing: Outing, as_user: AsUser) -> None:
    client, ut = as_user(outing.tree.lan), outing.mates["ut"].pk
    other = Team.objects.create(unit=outing.ward, name="Tổ Khu phố 2", since=TODAY)
    page = _text(client, reverse("outreach:teams"))
    assert page.count(outing.team.name) == 1
    assert other.name not in page
    assert "Trần Văn Út" in _text(client, reverse("outreach:team", args=[outing.team.pk]))
    assert client.get(reverse("outreach:team", args=[other.pk])).status_code == 404
    assert client.get(reverse("outreach:mate", args=[ut])).status_code == 200
    assert client.get(reverse("outreach:card", args=[ut])).status_code == 403
    assert client.post(reverse("outreach:revoke-card", args=[ut])).status_code == 403


def test_a_reader_without_write_permission_sees_a_note(outing: Outing, as_user: AsUser) -> None:
    client = as_user(outing.tree.hanh)
    page = _text(client, reverse("outreach:team", args=[outing.team.pk]))
    assert "T. V. Ú." in page
    assert "Trần Văn Út" not in page
    assert reverse("outreach:add-mate", args=[outing.team.pk]) not in page
    assert "Trần Văn Út" not in _text(client, reverse("outreach:mate", args=[outing.mates["ut"].pk]))
    for name in ("change-mate", "end-mate", "issue-card", "card", "give-sign-in"):
        assert client.get(reverse(f"outreach:{name}", args=[outing.mates["ut"].pk])).status_code == 403


def test_many_teams_and_people_take_no_more_statements(outing: Outing, as_user: AsUser) -> None:
    client = as_user(outing.tree.dung)
    first, page = reverse("outreach:teams"), reverse("outreach:team", args=[outing.team.pk])

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = [statements(item) for item in (first, page)]
    for number in range(12):
        team = Team.objects.create(unit=outing.tree.units["p5"], name=f"Tổ {number}", since=TODAY)
        for item in (team, outing.team):
            made = mate(item, f"Lê Văn Ba {number}", HelperKind.OFFICIAL, Body.FRONT)
            cards.issue_card(actor=outing.tree.dung, teammate_id=made.pk, until=YEAR_END)
    assert [statements(item) for item in (first, page)] == before


# --- Writing down -------------------------------------------------------------------------------------------------------


def test_a_team_is_written_down_and_filled(outing: Outing, as_user: AsUser) -> None:
    client = as_user(outing.tree.an)
    answer = client.post(reverse("outreach:new-team"), TEAM)
    made = Team.objects.exclude(pk=outing.team.pk).get()
    assert answer.url == reverse("outreach:team", args=[made.pk])
    answer = client.post(reverse("outreach:add-mate", args=[made.pk]), OFFICIAL | {"last_day": "31/12/2023"})
    tu = Teammate.objects.get(name="Nguyễn Văn Tư")
    assert answer.url == reverse("outreach:mate", args=[tu.pk])
    assert (tu.team, tu.until) == (made, YEAR_END)
    answer = client.post(
        reverse("outreach:change-mate", args=[tu.pk]), OFFICIAL | {"body": "women", "last_day": "31/12/2023"}
    )
    tu.refresh_from_db()
    assert (answer.status_code, tu.body) == (302, "women")
    client.post(reverse("outreach:end-mate", args=[tu.pk]), {"on": "12/11/2023"})
    tu.refresh_from_db()
    assert tu.until == TODAY
    client.post(reverse("outreach:end-team", args=[made.pk]), {"on": "12/11/2023"})
    made.refresh_from_db()
    assert made.until == TODAY


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": ""}, 'id="id_name_error"'),
        ({"name": "Tổ công nghệ số cộng đồng Khu phố 1"}, "Đơn vị đã có tổ mang tên này"),
        ({"last_day": "1/4/2023"}, "Ngày cuối không thể trước ngày đầu"),
        ({"since": "31/02/2023"}, "31/02/2023"),
        ({"decided_on": "28/4/2033"}, "Ngày quyết định"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field(
    outing: Outing, as_user: AsUser, change: dict[str, str], expected: str
) -> None:
    answer = as_user(outing.tree.an).post(reverse("outreach:new-team"), TEAM | change)
    assert answer.status_code == 422
    assert expected in answer.content.decode()
    assert Team.objects.count() == 1


def test_a_city_officer_chooses_the_unit_first(outing: Outing, as_user: AsUser) -> None:
    client = as_user(outing.tree.dung)
    body = _text(client, reverse("outreach:new-team") + "?unit=p4")
    assert "Khu phố 1</option>" in body
    assert 'value="my-tho"' not in body
    assert "Khu phố 1</option>" not in _text(client, reverse("outreach:new-team") + "?unit=p5")


def test_a_member_is_found_by_search_and_comes_in(outing: Outing, as_user: AsUser, register: Register) -> None:
    client, add = as_user(outing.tree.an), reverse("outreach:add-mate", args=[outing.team.pk])
    page_text = _text(client, add + "?q=hoang+duc")
    assert f"?member={register.duc.pk}" in page_text
    assert "Khang" not in _text(client, add + "?q=khang")
    chosen = f"{add}?member={register.duc.pk}"
    assert 'name="name"' not in _text(client, chosen)
    answer = client.post(chosen, {"kind": "youth", "body": "youth-union", "since": "12/11/2023"})
    assert answer.status_code == 302
    assert Teammate.objects.get(member=register.duc).name == "Nguyễn Hoàng Đức"
    # Somebody who is no member of this ward's register can't be chosen.
    assert 'name="name"' in _text(client, f"{add}?member={register.khang.pk}")


# --- Cards --------------------------------------------------------------------------------------------------------------


def test_a_card_is_issued_and_printed_and_its_code_is_no_place_else(outing: Outing, as_user: AsUser) -> None:
    client, ut = as_user(outing.tree.an), outing.mates["ut"]
    issue = reverse("outreach:issue-card", args=[ut.pk])
    assert "11/11/2024" in _text(client, issue)
    answer = client.post(issue, {"last_day": "31/12/2023"})
    assert answer.url == reverse("outreach:card", args=[ut.pk])
    keys = card_keys.keys_of(Card.objects.get())
    answer = client.get(answer.url)
    body = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert f"{keys.code[:3]} {keys.code[3:]}" in body
    face, _slip = body.split("data-card-slip")
    assert keys.code[:3] + " " not in face.split("data-card-sheet")[1].split("<svg")[0]
    assert "12/11/2023 – 31/12/2023" in body
    assert list(AuditEvent.objects.filter(action="outreach.print_card").values_list("actor", flat=True)) == [
        outing.tree.an.pk
    ]
    page = _text(client, reverse("outreach:mate", args=[ut.pk]))
    assert keys.code not in page
    assert "Có giá trị từ 12/11/2023 đến 31/12/2023" in page


def test_the_code_says_where_we_were_asked(outing: Outing, as_user: AsUser, monkeypatch, settings) -> None:
    settings.ALLOWED_HOSTS = ["doan.example"]
    texts: list[str] = []
    monkeypatch.setattr("doanso.outreach.views.cards.qr.svg", lambda text, label: texts.append(text) or "")
    ut = outing.mates["ut"]
    card = cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    client = as_user(outing.tree.an)
    client.get(reverse("outreach:card", args=[ut.pk]), headers={"host": "doan.example"}, secure=True)
    assert texts == [f"https://doan.example/c/{card_keys.keys_of(card).secret}"]


def test_a_term_too_long_is_said_beside_the_day(outing: Outing, as_user: AsUser) -> None:
    issue = reverse("outreach:issue-card", args=[outing.mates["ut"].pk])
    answer = as_user(outing.tree.an).post(issue, {"last_day": "31/12/2033"})
    assert answer.status_code == 422
    assert "một năm" in answer.content.decode()
    assert not Card.objects.exists()


def test_a_revoked_card_is_not_there_to_print(outing: Outing, as_user: AsUser) -> None:
    client, ut = as_user(outing.tree.an), outing.mates["ut"]
    cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    assert client.post(reverse("outreach:revoke-card", args=[ut.pk])).status_code == 302
    body = _text(client, reverse("outreach:card", args=[ut.pk]))
    assert "Không có thẻ để in" in body
    assert "data-card-" not in body


def test_the_missing_cards_are_issued_and_printed_together(outing: Outing, as_user: AsUser) -> None:
    client, key = as_user(outing.tree.an), outing.team.pk
    page = _text(client, reverse("outreach:team", args=[key]))
    assert "3 người chưa có thẻ và cũng chưa có tài khoản" in page
    issue = reverse("outreach:issue-cards", args=[key])
    answer = client.post(issue, {"last_day": "31/12/2023"})
    assert answer.url == reverse("outreach:team-cards", args=[key])
    body = _text(client, answer.url)
    assert body.count("data-card-slip") == 3
    assert issue not in _text(client, reverse("outreach:team", args=[key]))
    answer = client.post(issue, {"last_day": "31/12/2023"})
    assert answer.status_code == 422
    assert "đều đã có thẻ hoặc tài khoản" in answer.content.decode()


def test_no_card_no_sheet(outing: Outing, as_user: AsUser) -> None:
    body = _text(as_user(outing.tree.an), reverse("outreach:team-cards", args=[outing.team.pk]))
    assert "Trong tổ chưa ai có thẻ còn giá trị" in body


# --- Whoever scans it ---------------------------------------------------------------------------------------------------


@pytest.fixture
def scanned(outing: Outing) -> str:
    card = cards.issue_card(actor=outing.tree.an, teammate_id=outing.mates["ut"].pk, until=YEAR_END)
    return reverse("outreach:shown-card", args=[card_keys.keys_of(card).secret])


def test_a_stranger_reads_that_a_card_is_good_and_no_more(scanned: str) -> None:
    answer = Client().get(scanned)
    body = answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert "Thẻ của Út còn giá trị" in body
    assert "Trần" not in body
    assert "31/12/2023" in body
    assert "Tổ công nghệ số cộng đồng Khu phố 1" in body
    assert answer.wsgi_request.user == AnonymousUser()
    assert not answer.cookies


def test_after_its_end_it_names_nobody(outing: Outing, scanned: str, business_day) -> None:
    business_day(YEAR_END)
    body = Client().get(scanned).content.decode()
    assert "Thẻ này đã hết giá trị" in body
    assert "Út" not in body
    business_day(TODAY)
    cards.revoke_card(actor=outing.tree.an, teammate_id=outing.mates["ut"].pk)
    assert "Thẻ này đã hết giá trị" in Client().get(scanned).content.decode()


def test_before_its_term_it_says_when(outing: Outing, scanned: str) -> None:
    Card.objects.update(since=TODAY + timedelta(days=3))
    assert "15/11/2023" in Client().get(scanned).content.decode()


def test_no_other_link_opens_anything(outing: Outing, scanned: str) -> None:
    assert Client().get(reverse("outreach:shown-card", args=["A" * 22])).status_code == 404
    assert Client().get(scanned.rstrip("/"), follow=True).status_code == 200


# --- Sign-ins -----------------------------------------------------------------------------------------------------------


def test_a_sign_in_is_given_with_a_code_shown_once(outing: Outing, as_user: AsUser) -> None:
    client, tin = as_user(outing.tree.an), outing.mates["tin"]
    give = reverse("outreach:give-sign-in", args=[tin.pk])
    answer = client.post(give, {"username": "tin.pham"})
    assert answer.status_code == 200
    assert "tin.pham" in answer.content.decode()
    assert RoleAssignment.objects.get(user__username="tin.pham").role == Role.HELPER
    assert "tin.pham" in _text(client, reverse("outreach:mate", args=[tin.pk]))
    assert client.post(give, {"username": "tin.hai"}).status_code == 422
    client.post(reverse("outreach:take-sign-in", args=[tin.pk]))
    tin.refresh_from_db()
    assert tin.user is None


@pytest.mark.parametrize(
    ("form_values", "expected"),
    [
        ({"username": "an"}, "đã có người dùng"),
        ({"username": "chi", "has_account": "on"}, "không có tài khoản"),
        ({"username": "nobody", "has_account": "on"}, "không có tài khoản"),
        ({"username": "lan", "has_account": "on"}, "trong tổ này"),
    ],
)
def test_a_wrong_account_is_said(outing: Outing, as_user: AsUser, form_values: dict[str, str], expected: str) -> None:
    give = reverse("outreach:give-sign-in", args=[outing.mates["tin"].pk])
    answer = as_user(outing.tree.an).post(give, form_values)
    assert answer.status_code == 422
    assert expected in answer.content.decode()


def test_an_account_that_is_there_is_named_by_its_owner(outing: Outing, as_user: AsUser) -> None:
    give = reverse("outreach:give-sign-in", args=[outing.mates["tin"].pk])
    answer = as_user(outing.tree.an).post(give, {"username": "binh", "has_account": "on"}, follow=True)
    body = answer.content.decode()
    assert "Tài khoản của Trần Thị Bình ghi được lượt đến nhà" in body
    assert "“binh” (Trần Thị Bình)" in body
