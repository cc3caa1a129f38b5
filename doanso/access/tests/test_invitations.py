"""Invitations: many at once, shown once, used once, by whoever the inviter could still give the role to."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.test import Client

from doanso.access import actions
from doanso.access.actions import InvitationInput, end_role
from doanso.access.models import Invitation, Role, RoleAssignment
from doanso.access.views import invitations
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused

pytestmark = pytest.mark.django_db
PASSWORD = "sen-hong-dau-ngo-2026"
ACCOUNT = {"display_name": "Ngô Thị Sáu", "username": "sau.nt", "password": PASSWORD, "again": PASSWORD}


def _invite(actor, unit, role=Role.BRANCH_SECRETARY, name=""):
    return actions.invite(actor=actor, batch=uuid4(), inputs=[InvitationInput(unit, role, name)])[0]


def _links(answer) -> list[str]:
    return re.findall(r"http://testserver(/i/[\w-]+/)", answer.content.decode())


def test_units_without_a_holder_are_ticked(tree, as_user):
    answer = as_user(tree.giang).get("/users/invite/?role=branch-secretary")

    assert [(row["entry"].unit.code, row["ticked"], row["entry"].holder) for row in answer.context["rows"]] == [
        ("p4-kp1", False, "Trần Thị Bình"),
        ("p4-kp2", True, ""),
        ("p5-kp1", True, ""),
    ]
    assert [role.value for role in answer.context["roles"]] == [role.value for role in Role if role != Role.MEMBER]


def test_of_more_units_than_fit_those_that_nobody_holds_or_is_invited_to_go_first(tree, as_user, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_ROWS", 1)
    client = as_user(tree.giang)

    shown = []
    for _round in range(3):
        context = client.get("/users/invite/?role=branch-secretary").context
        [row] = context["rows"]
        shown.append((row["entry"].unit.code, row["ticked"], context["left_out"]))
        if row["ticked"]:
            _invite(tree.giang, row["entry"].unit.unit)

    assert shown == [("p4-kp2", True, 2), ("p5-kp1", True, 2), ("p4-kp1", False, 2)]


def test_the_role_that_is_offered_first_is_held_below_the_own_unit(tree, as_user):
    assert as_user(tree.giang).get("/users/invite/").context["role"] == Role.UNIT_SECRETARY
    assert as_user(tree.an).get("/users/invite/").context["role"] == Role.BRANCH_SECRETARY


def test_many_are_invited_at_once_and_each_has_a_link_a_code_and_a_text(tree, as_user):
    client = as_user(tree.giang)
    batch = client.get("/users/invite/?role=branch-secretary").context["batch"]
    data = {
        "role": "branch-secretary", "batch": str(batch), "units": ["p4-kp2"], "name-p4-kp2": "Ngô Thị Sáu",
        "pasted": "Lý Văn Bảy\tp5-kp1\n\nHồ Thị Tám; chi đoàn khu phố 2, Phường 4\n",
    }  # fmt: skip

    answer = client.post("/users/invite/", data)

    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    page = answer.content.decode()
    links = set(_links(answer))
    assert len(links) == 3
    assert page.count("<svg viewBox=") == 3
    assert "Chào Ngô Thị Sáu. Mời bạn dùng Đoàn Số với vai trò Bí thư chi đoàn, Chi đoàn Khu phố 2, Phường 4." in page
    assert sorted(Invitation.objects.values_list("display_name", "unit__code")) == [
        ("Hồ Thị Tám", "p4-kp2"), ("Lý Văn Bảy", "p5-kp1"), ("Ngô Thị Sáu", "p4-kp2"),
    ]  # fmt: skip
    assert not any(link.strip("/i") in str(list(Invitation.objects.values_list())) for link in links)
    assert client.post("/users/invite/", data).status_code == 422
    assert Invitation.objects.count() == 3
    assert AuditEvent.objects.filter(action="access.invite", actor=tree.giang).count() == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Đánh dấu ít nhất một đơn vị"),
        ({"pasted": "Lý Văn Bảy"}, "Dòng 1: ghi họ tên, dấu phẩy rồi đơn vị"),
        ({"pasted": "Lý Văn Bảy, Phường 9"}, "Dòng 1: không có đơn vị “Phường 9”"),
        (
            {"pasted": "\nLý Văn Bảy, Khu phố 1"},
            "Dòng 2: có nhiều đơn vị tên “Khu phố 1”. Ghi mã đơn vị, ví dụ p4-kp1.",
        ),
        ({"units": ["p4-kp2"], "name-p4-kp2": "=HYPERLINK(1)"}, ""),
    ],
)
def test_a_list_that_cannot_be_read_invites_nobody(tree, as_user, data, message):
    answer = as_user(tree.giang).post("/users/invite/", {"role": "branch-secretary"} | data)

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_role_that_may_not_be_given_invites_to_no_other(tree, as_user):
    client, chosen = as_user(tree.an), {"units": ["p4", "p4-kp2"]}
    for role in ("unit-secretary", "city-officer", "member", "nothing"):
        assert client.post("/users/invite/", chosen | {"role": role}).status_code == 403
    answer = client.post("/users/invite/", chosen | {"role": ""})
    assert (answer.status_code, "Chọn vai trò của người được mời." in answer.content.decode()) == (422, True)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1:8000", True), ("localhost", True), ("testserver", False)])
def test_links_that_only_this_machine_opens_are_told(tree, as_user, host, warned):
    client = as_user(tree.giang)
    sentence = f"chỉ mở được trên chính máy này, vì địa chỉ đang dùng là {host}."

    assert (sentence in client.get("/users/invite/", HTTP_HOST=host).content.decode()) is warned
    sheet = client.post(
        "/users/invite/", {"role": "branch-secretary", "units": "p4-kp2", "batch": uuid4()}, HTTP_HOST=host
    )
    assert (sentence in sheet.content.decode()) is warned


def test_who_was_invited_makes_an_account_and_is_signed_in(tree):
    link = f"/i/{_invite(tree.giang, tree.units['p4-kp2'], name='Ngô Thị Sáu').secret}/"
    client = Client()

    page = client.get(link)
    assert 'value="Ngô Thị Sáu"' in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    answer = client.post(link, ACCOUNT)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    user = User.objects.get(username="sau.nt")
    assert user.check_password(PASSWORD)
    role = RoleAssignment.objects.get(user=user)
    assert (role.role, role.unit, role.since, role.until) == (
        Role.BRANCH_SECRETARY, tree.units["p4-kp2"], clock.today(), None,
    )  # fmt: skip
    assert client.get("/", follow=True).status_code == 200
    assert Invitation.objects.get().user == user
    assert AuditEvent.objects.get(action="access.grant", object_id=user.pk).actor == tree.giang
    assert AuditEvent.objects.get(action="access.accept_invitation").actor == user
    assert Client().get(link).status_code == 404
    assert Client().post(link, ACCOUNT | {"username": "khac"}).status_code == 404


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"username": "an"}, "username"),
        ({"password": "ngan", "again": "ngan"}, "password"),
        ({"again": "another-password"}, "again"),
        ({"display_name": ""}, "display_name"),
    ],
)
def test_a_refused_account_leaves_the_link_open(tree, data, field):
    link = f"/i/{_invite(tree.giang, tree.units['p4-kp2']).secret}/"

    answer = Client().post(link, ACCOUNT | data)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Client().post(link, ACCOUNT).status_code == 302


def _expire(invitation: Invitation) -> None:
    now = clock.now()
    Invitation.objects.filter(pk=invitation.pk).update(made_at=now - timedelta(days=15), expires_at=now)


@pytest.mark.parametrize(
    "end", ["expired", "withdrawn", "renewed", "inviter-closed", "inviter-without-role", "unit-ended"]
)
def test_a_link_that_is_over_opens_nothing(tree, end):
    issued = _invite(tree.an, tree.units["p4-kp2"])
    if end == "expired":
        _expire(issued.invitation)
    elif end == "withdrawn":
        actions.withdraw_invitation(actor=tree.giang, invitation=issued.invitation)
    elif end == "renewed":
        actions.issue_invitation_anew(actor=tree.giang, invitation=issued.invitation)
    elif end == "inviter-closed":
        User.objects.filter(pk=tree.an.pk).update(is_active=False)
    elif end == "inviter-without-role":
        end_role(actor=tree.giang, role_assignment=RoleAssignment.objects.get(user=tree.an))
    else:
        tree.units["p4-kp2"].until = clock.today()
        tree.units["p4-kp2"].save()

    answer = Client().post(f"/i/{issued.secret}/", ACCOUNT)

    assert answer.status_code == 404
    assert "Lời mời này không còn dùng được" in answer.content.decode()
    assert not User.objects.filter(username="sau.nt").exists()


def test_a_lost_link_is_issued_anew_also_after_its_end(tree, as_user):
    issued = _invite(tree.giang, tree.units["p4-kp2"])
    _expire(issued.invitation)
    client = as_user(tree.giang)
    assert "Hết hạn" in client.get("/users/invitations/").content.decode()

    (link, *_rest) = _links(client.post(f"/users/invitations/{issued.invitation.pk}/anew/"))

    assert Client().get(f"/i/{issued.secret}/").status_code == 404
    assert Client().post(link, ACCOUNT).status_code == 302
    assert client.post(f"/users/invitations/{issued.invitation.pk}/anew/")["Location"] == "/users/invitations/"
    assert client.post(f"/users/invitations/{issued.invitation.pk}/withdraw/")["Location"] == "/users/invitations/"
    page = client.get("/users/invitations/").content.decode()
    assert "Đã vào" in page
    assert "Lời mời này đã dùng" in page


@pytest.mark.parametrize(
    ("name", "unit", "role"),
    [
        ("an", "p5-kp1", Role.BRANCH_SECRETARY),
        ("an", "p4", Role.UNIT_SECRETARY),
        ("dung", "my-tho", Role.CITY_ADMINISTRATOR),
        ("binh", "p4-kp1", Role.BRANCH_SECRETARY),
    ],
)
def test_nobody_invites_beyond_what_they_may_give(tree, name, unit, role):
    with pytest.raises((PermissionDenied, Refused)):
        _invite(tree.users[name], tree.units[unit], role)
    assert not Invitation.objects.exists()


def test_a_role_is_offered_only_where_it_fits(tree):
    with pytest.raises(Refused) as refused:
        _invite(tree.giang, tree.units["p4"], Role.BRANCH_SECRETARY)

    assert refused.value.problem.code == "role_not_here"


def test_others_invitations_are_not_found(tree, as_user):
    mine = _invite(tree.giang, tree.units["p5-kp1"]).invitation
    client = as_user(tree.an)

    assert client.post(f"/users/invitations/{mine.pk}/anew/").status_code == 404
    assert client.post(f"/users/invitations/{mine.pk}/withdraw/").status_code == 404
    assert list(client.get("/users/invitations/").context["rows"]) == []
    assert as_user(tree.binh).get("/users/invitations/").status_code == 404


def test_the_list_takes_a_constant_number_of_statements(tree, as_user, django_assert_max_num_queries):
    client = as_user(tree.giang)
    for code in ("p4-kp1", "p4-kp2", "p5-kp1"):
        _invite(tree.giang, tree.units[code])
    with django_assert_max_num_queries(8) as few:
        client.get("/users/invitations/")
    for code in ("p4-kp1", "p4-kp2", "p5-kp1"):
        _invite(tree.giang, tree.units[code])
    with django_assert_max_num_queries(8) as many:
        client.get("/users/invitations/")
    assert len(few) == len(many)


def test_guessing_links_slows_down_and_is_not_logged(tree, capfd):
    client = Client()
    answers = [client.get(f"/i/{'x' * 21}{number:02d}/").status_code for number in range(61)]

    assert answers == [404] * 60 + [429]
    # What a log writes, not what its records hold: the filter is the handler's.
    assert "xxxxxxxxxxxx" not in capfd.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_two_browsers_with_one_link_make_one_account(tree):
    secret = _invite(tree.giang, tree.units["p4-kp2"]).secret
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def accept(username: str) -> None:
        try:
            together.wait()
            actions.accept_invitation(secret=secret, display_name="Ngô Thị Sáu", username=username, password=PASSWORD)
            outcomes.append("made")
        except Refused as refused:
            outcomes.append(refused.problem.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=(name,)) for name in ("mot", "hai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["invitation_over", "made"]
    assert User.objects.filter(username__in=["mot", "hai"]).count() == 1
