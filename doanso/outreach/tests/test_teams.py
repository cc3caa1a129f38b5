"""Teams and teammates: permissions, refusals, and what ends with a term."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access.models import Role, RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.members.tests.conftest import Register
from doanso.outreach.actions import cards, sign_ins, teams
from doanso.outreach.actions.teams import TeamInput, TeammateInput
from doanso.outreach.models import Body, Card, Team, Teammate
from doanso.outreach.queries.teams import personal_data_rows
from doanso.outreach.tests.conftest import Outing, mate
from doanso.support.models import HelperKind
from doanso.testing import TODAY
from doanso.units.models import Neighbourhood

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
YEAR_END = date(2024, 1, 1)

TEAM = TeamInput(
    name="Tổ công nghệ số cộng đồng  Khu phố 2",
    since=date(2023, 5, 1),
    decision_number="15/QĐ-UBND",
    decided_on=date(2023, 4, 28),
    decided_by="UBND Phường 4",
    services=("portal",),
)
OFFICIAL = TeammateInput(kind="official", body="front", since=date(2023, 5, 1), name="nguyễn văn  tư")


def _verbs() -> list[str]:
    return list(
        AuditEvent.objects.filter(action__startswith="outreach.").order_by("pk").values_list("action", flat=True)
    )


# --- Teams --------------------------------------------------------------------------------------------------------------


def test_a_secretary_writes_down_a_team_as_it_was_decided(outing: Outing) -> None:
    made = teams.make_team(
        actor=outing.tree.an, unit=outing.ward, inputs=replace(TEAM, neighbourhood=outing.neighbourhood)
    )
    made.refresh_from_db()
    assert made.name == "Tổ công nghệ số cộng đồng Khu phố 2"
    assert (made.decision_number, made.decided_on, made.decided_by) == (
        "15/QĐ-UBND",
        date(2023, 4, 28),
        "UBND Phường 4",
    )
    assert (made.neighbourhood, made.since, made.until) == (outing.neighbourhood, date(2023, 5, 1), None)
    assert [service.pk for service in made.services.all()] == ["portal"]
    assert _verbs() == ["outreach.make_team"]


@pytest.mark.parametrize("actor", ["binh", "chi", "khoa", "lan", "hanh", "minh"])
def test_nobody_else_does(outing: Outing, actor: str) -> None:
    with pytest.raises(PermissionDenied):
        teams.make_team(actor=outing.tree.users[actor], unit=outing.ward, inputs=TEAM)
    with pytest.raises(PermissionDenied):
        teams.add_teammate(actor=outing.tree.users[actor], team_id=outing.team.pk, inputs=OFFICIAL)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "team_name_missing", "name"),
        ({"name": "tổ công nghệ số cộng đồng khu phố 1"}, "team_name_taken", "name"),
        ({"name": "Tổ của 0903 123 456"}, "digits_in_words", "name"),
        ({"decided_by": "Chủ tịch 079203001234"}, "digits_in_words", "decided_by"),
        ({"until": date(2023, 5, 1)}, "term_empty", "until"),
        ({"until": date(2023, 4, 1)}, "term_empty", "until"),
        ({"until": TODAY}, "term_over", "until"),
        ({"since": date(1923, 5, 1)}, "term_far", "since"),
        ({"since": date(2053, 5, 1)}, "term_far", "since"),
        ({"decided_on": TOMORROW}, "decided_wrong", "decided_on"),
        ({"services": ("portal", "vneid")}, "service_unknown", "services"),
    ],
)
def test_a_team_that_can_not_be_is_refused(outing: Outing, change: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        teams.make_team(actor=outing.tree.an, unit=outing.ward, inputs=replace(TEAM, **change))
    assert (refused.value.problem.code, refused.value.problem.field) == (code, field)
    assert Team.objects.count() == 1


@pytest.mark.parametrize("unit", ["my-tho", "p4-kp1"])
def test_a_team_belongs_to_a_ward(outing: Outing, unit: str) -> None:
    with pytest.raises(Refused) as refused:
        teams.make_team(actor=outing.tree.dung, unit=outing.tree.units[unit], inputs=TEAM)
    assert refused.value.problem.code == "team_unit"


def test_its_neighbourhood_is_one_of_its_ward(outing: Outing) -> None:
    other = Neighbourhood.objects.create(unit=outing.tree.units["p5"], name="Khu phố 9", since=date(2020, 1, 1))
    with pytest.raises(Refused) as refused:
        teams.make_team(actor=outing.tree.an, unit=outing.ward, inputs=replace(TEAM, neighbourhood=other))
    assert refused.value.problem.code == "neighbourhood_unknown"


def test_a_newer_decision_changes_a_team_and_history_says_what(outing: Outing) -> None:
    inputs = replace(TEAM, name=outing.team.name, since=outing.team.since, neighbourhood=outing.neighbourhood)
    teams.change_team(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    teams.change_team(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    [event] = AuditEvent.objects.filter(action="outreach.change_team")
    assert event.changed == ["decision_number", "decided_on", "services"]


@pytest.mark.parametrize(
    ("change", "code"), [({"since": TODAY}, "people_before"), ({"until": TODAY + timedelta(days=5)}, "people_after")]
)
def test_a_team_keeps_its_people_within_its_days(outing: Outing, change: dict[str, object], code: str) -> None:
    mate(outing.team, "Lê Văn Ba", HelperKind.OFFICIAL, Body.FRONT)
    late = mate(outing.team, "Lê Văn Tư", HelperKind.OFFICIAL, Body.FRONT)
    Teammate.objects.filter(pk=late.pk).update(since=TODAY + timedelta(days=9))
    inputs = replace(TEAM, **({"since": outing.team.since} | change))
    with pytest.raises(Refused) as refused:
        teams.change_team(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    assert refused.value.problem.code == code


def test_with_a_team_end_its_peoples_terms_cards_and_sign_ins(outing: Outing) -> None:
    ut, lan = outing.mates["ut"], outing.mates["lan"]
    card = cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    teams.end_team(actor=outing.tree.an, team_id=outing.team.pk, on=YESTERDAY)
    outing.team.refresh_from_db()
    card.refresh_from_db()
    assert outing.team.until == YESTERDAY
    assert set(Teammate.objects.values_list("until", flat=True)) == {YESTERDAY}
    assert card.revoked_at is not None
    assert RoleAssignment.objects.get(user=lan.user, role=Role.HELPER).until == TODAY
    with pytest.raises(Refused) as refused:
        cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    assert refused.value.problem.code == "team_over"
    with pytest.raises(Refused):
        teams.end_team(actor=outing.tree.an, team_id=outing.team.pk, on=TODAY)
    # Its name is free for the next one.
    teams.make_team(actor=outing.tree.an, unit=outing.ward, inputs=replace(TEAM, name=outing.team.name))


def test_somebody_who_was_to_come_later_was_never_in_an_ended_team(outing: Outing) -> None:
    inputs = replace(OFFICIAL, since=TOMORROW)
    later = teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    teams.end_team(actor=outing.tree.an, team_id=outing.team.pk, on=TODAY)
    later.refresh_from_db()
    assert (later.since, later.until) == (TOMORROW, TOMORROW)


@pytest.mark.parametrize(("on", "code"), [(TOMORROW, "end_ahead"), (date(2023, 2, 28), "end_before_begin")])
def test_a_team_ends_on_a_day_it_was_there(outing: Outing, on: date, code: str) -> None:
    with pytest.raises(Refused) as refused:
        teams.end_team(actor=outing.tree.an, team_id=outing.team.pk, on=on)
    assert refused.value.problem.code == code


# --- People -------------------------------------------------------------------------------------------------------------


def test_somebody_of_another_body_comes_in_by_name(outing: Outing) -> None:
    inputs = replace(OFFICIAL, trained_on=date(2023, 6, 1), training="Lớp kỹ năng số của Sở")
    made = teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    made.refresh_from_db()
    assert (made.name, made.kind, made.body, made.unit) == ("Nguyễn Văn Tư", "official", "front", outing.ward)
    assert (made.member, made.user, made.is_head) == (None, None, False)
    assert (made.trained_on, made.training) == (date(2023, 6, 1), "Lớp kỹ năng số của Sở")
    assert _verbs() == ["outreach.add_teammate"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": ""}, "name_missing", "name"),
        ({"name": "Nguyễn Văn Tư 0903"}, "name_digits", "name"),
        ({"name": "=HYPERLINK(A1)"}, "name_formula", "name"),
        ({"training": "Gọi 0903.123.456"}, "digits_in_words", "training"),
        ({"kind": "guest"}, "kind_unknown", "kind"),
        ({"body": "club"}, "body_unknown", "body"),
        ({"since": date(2023, 2, 1)}, "before_team", "since"),
        ({"since": TODAY, "until": TODAY}, "term_empty", "until"),
        ({"until": TODAY}, "term_over", "until"),
        ({"trained_on": TOMORROW}, "trained_wrong", "trained_on"),
        ({"is_head": True}, "second_head", "is_head"),
    ],
)
def test_whoever_can_not_be_in_a_team_is_refused(
    outing: Outing, change: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=replace(OFFICIAL, **change))
    assert (refused.value.problem.code, refused.value.problem.field) == (code, field)
    assert Teammate.objects.count() == 4


def test_a_second_head_is_refused_with_the_name_of_the_first(outing: Outing) -> None:
    with pytest.raises(Refused) as refused:
        teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=replace(OFFICIAL, is_head=True))
    assert "Bùi Thị Lan" in refused.value.problem.message
    teams.end_term(actor=outing.tree.an, teammate_id=outing.mates["lan"].pk, on=TODAY)
    made = teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=replace(OFFICIAL, is_head=True))
    assert made.is_head


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"until": None}, "", ""),
        ({"until": date(2023, 12, 2)}, "after_team", "until"),
        ({"since": date(2023, 12, 1)}, "after_team", "since"),
    ],
)
def test_nobody_is_in_a_team_after_its_last_day(
    outing: Outing, change: dict[str, object], code: str, field: str
) -> None:
    Team.objects.update(until=date(2023, 12, 1))
    inputs = replace(OFFICIAL, **change)
    if not code:
        teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
        return
    with pytest.raises(Refused) as refused:
        teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    assert (refused.value.problem.code, refused.value.problem.field) == (code, field)


def test_a_member_of_the_register_brings_the_name_along(outing: Outing, register: Register) -> None:
    member = register.duc
    inputs = TeammateInput(kind="youth", body="youth-union", since=TODAY, member=member, name="Ai đó")
    made = teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    assert (made.name, made.member) == (member.contact.name, member)
    with pytest.raises(Refused) as refused:
        teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    assert refused.value.problem.code == "member_twice"


def test_a_member_of_another_ward_is_none_of_this_register(outing: Outing, register: Register) -> None:
    team = teams.make_team(actor=outing.tree.chi, unit=outing.tree.units["p5"], inputs=TEAM)
    stranger = register.duc
    inputs = TeammateInput(kind="youth", body="youth-union", since=TODAY, member=stranger)
    with pytest.raises(Refused) as refused:
        teams.add_teammate(actor=outing.tree.chi, team_id=team.pk, inputs=inputs)
    assert refused.value.problem.code == "member_unknown"


def test_somebodys_data_are_put_right(outing: Outing) -> None:
    ut = outing.mates["ut"]
    inputs = TeammateInput(kind="official", body="front", since=ut.since, name="Trần Văn Út", training="Tập huấn 793")
    teams.change_teammate(actor=outing.tree.an, teammate_id=ut.pk, inputs=inputs)
    teams.change_teammate(actor=outing.tree.an, teammate_id=ut.pk, inputs=inputs)
    [event] = AuditEvent.objects.filter(action="outreach.change_teammate")
    assert event.changed == ["body", "training"]
    with pytest.raises(PermissionDenied):
        teams.change_teammate(actor=outing.tree.chi, teammate_id=ut.pk, inputs=inputs)
    with pytest.raises(Refused) as refused:
        teams.change_teammate(actor=outing.tree.an, teammate_id=ut.pk, inputs=replace(inputs, is_head=True))
    assert refused.value.problem.code == "second_head"


def test_with_a_term_the_card_and_the_sign_in_end(outing: Outing) -> None:
    lan = outing.mates["lan"]
    card = cards.issue_card(actor=outing.tree.an, teammate_id=lan.pk, until=YEAR_END)
    teams.end_term(actor=outing.tree.an, teammate_id=lan.pk, on=TODAY)
    card.refresh_from_db()
    lan.refresh_from_db()
    assert card.revoked_at is not None
    assert lan.until == TODAY
    assert RoleAssignment.objects.get(user=outing.tree.lan).until == TODAY
    assert _verbs()[-2:] == ["outreach.end_term", "outreach.revoke_card"]
    for action in (
        lambda: teams.end_term(actor=outing.tree.an, teammate_id=lan.pk, on=TODAY),
        lambda: teams.change_teammate(actor=outing.tree.an, teammate_id=lan.pk, inputs=OFFICIAL),
        lambda: cards.issue_card(actor=outing.tree.an, teammate_id=lan.pk, until=YEAR_END),
        lambda: sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=lan.pk, username="lan.moi"),
    ):
        with pytest.raises(Refused) as refused:
            action()
        assert refused.value.problem.code == "mate_over"


def test_who_goes_on_in_another_team_of_the_unit_keeps_the_sign_in(outing: Outing) -> None:
    other = teams.make_team(actor=outing.tree.an, unit=outing.ward, inputs=TEAM)
    mate(other, "Bùi Thị Lan", HelperKind.YOUTH, Body.YOUTH_UNION, user=outing.tree.lan, until=YEAR_END)
    teams.end_term(actor=outing.tree.an, teammate_id=outing.mates["lan"].pk, on=TODAY)
    assignment = RoleAssignment.objects.get(user=outing.tree.lan, since=TODAY)
    assert (assignment.role, assignment.until) == (Role.HELPER, YEAR_END)


@pytest.mark.parametrize(("on", "code"), [(TOMORROW, "end_ahead"), (date(2023, 2, 28), "end_before_begin")])
def test_a_term_ends_on_a_day_it_lasted(outing: Outing, on: date, code: str) -> None:
    with pytest.raises(Refused) as refused:
        teams.end_term(actor=outing.tree.an, teammate_id=outing.mates["ut"].pk, on=on)
    assert refused.value.problem.code == code


# --- Sign-ins -----------------------------------------------------------------------------------------------------------


def test_a_teammate_gets_a_sign_in_for_the_term(outing: Outing) -> None:
    tin = outing.mates["tin"]
    Teammate.objects.filter(pk=tin.pk).update(until=YEAR_END)
    user, code = sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=tin.pk, username="tin.pham")
    tin.refresh_from_db()
    assert (tin.user, user.username, user.display_name) == (user, "tin.pham", "Phạm Trung Tín")
    assert code
    held = RoleAssignment.objects.get(user=user)
    assert (held.role, held.unit, held.since, held.until) == (Role.HELPER, outing.ward, TODAY, YEAR_END)
    with pytest.raises(Refused) as refused:
        sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=tin.pk, username="tin.hai")
    assert refused.value.problem.code == "sign_in_there"


def test_the_sign_in_follows_a_changed_term_and_a_changed_team(outing: Outing) -> None:
    tin = outing.mates["tin"]
    user, _code = sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=tin.pk, username="tin.pham")
    inputs = TeammateInput(kind="youth", body="youth-union", since=tin.since, until=YEAR_END, name=tin.name)
    teams.change_teammate(actor=outing.tree.an, teammate_id=tin.pk, inputs=inputs)
    assert RoleAssignment.objects.get(user=user).until == YEAR_END
    team_input = replace(TEAM, since=outing.team.since, until=date(2023, 12, 1))
    teams.change_team(actor=outing.tree.an, team_id=outing.team.pk, inputs=team_input)
    assert RoleAssignment.objects.get(user=user).until == date(2023, 12, 1)
    sign_ins.take_sign_in(actor=outing.tree.an, teammate_id=tin.pk)
    tin.refresh_from_db()
    assert tin.user is None
    assert RoleAssignment.objects.get(user=user).until == TODAY


def test_an_account_of_the_unit_is_taken_over(outing: Outing) -> None:
    """Bình, who leads a branch, visits for the ward too: the role of a helper is added."""
    tin = outing.mates["tin"]
    user, code = sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=tin.pk, account=outing.tree.binh)
    assert (user, code) == (outing.tree.binh, "")
    assert RoleAssignment.objects.filter(user=user, role=Role.HELPER, unit=outing.ward, until=None).exists()


def test_a_secretary_needs_no_role_more(outing: Outing) -> None:
    tin = outing.mates["tin"]
    sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=tin.pk, account=outing.tree.an)
    assert RoleAssignment.objects.filter(user=outing.tree.an).count() == 1


def test_the_same_account_twice_in_a_team_is_refused(outing: Outing) -> None:
    with pytest.raises(Refused) as refused:
        sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=outing.mates["tin"].pk, account=outing.tree.lan)
    assert refused.value.problem.code == "user_twice"


@pytest.mark.parametrize("actor", ["chi", "minh"])
def test_a_strangers_account_is_as_if_there_were_none(outing: Outing, actor: str) -> None:
    with pytest.raises(Refused) as refused:
        sign_ins.give_sign_in(
            actor=outing.tree.an, teammate_id=outing.mates["tin"].pk, account=outing.tree.users[actor]
        )
    assert refused.value.problem.code == "account_unknown"


def test_a_member_with_an_account_goes_with_that_one(outing: Outing, register: Register) -> None:
    member = register.duc
    member.person.user = outing.tree.khoa
    member.person.save()
    inputs = TeammateInput(kind="youth", body="youth-union", since=TODAY, member=member)
    made = teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    user, code = sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=made.pk)
    assert (user, code) == (outing.tree.khoa, "")


def test_a_member_without_one_signs_in_as_the_same_person(outing: Outing, register: Register) -> None:
    member = register.duc
    inputs = TeammateInput(kind="youth", body="youth-union", since=TODAY, member=member)
    made = teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    user, _code = sign_ins.give_sign_in(actor=outing.tree.an, teammate_id=made.pk, username="nguoi.moi")
    member.person.refresh_from_db()
    assert member.person.user == user


@pytest.mark.parametrize(("until", "shown"), [(None, "–"), (YEAR_END, "31/12/2023")])
def test_an_erased_member_is_nobody_in_the_team(
    outing: Outing, register: Register, until: date | None, shown: str
) -> None:
    member = register.duc
    inputs = TeammateInput(kind="youth", body="youth-union", since=TODAY, member=member, until=until)
    made = teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)
    cards.issue_card(actor=outing.tree.an, teammate_id=made.pk, until=YEAR_END)
    [(_title, text)] = personal_data_rows([member.person_id])
    assert f"Nguyễn Hoàng Đức, từ 12/11/2023 đến {shown}" in text
    teams.forget_persons([member.person_id])
    assert personal_data_rows([member.person_id]) == []
    made.refresh_from_db()
    assert (made.name, made.sort_key, made.member, made.until) == ("–", "", None, TODAY)
    card = Card.objects.get(teammate=made)
    assert (bytes(card.keys_encrypted), card.revoked_at is None) == (b"", False)
