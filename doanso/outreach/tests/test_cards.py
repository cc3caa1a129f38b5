"""Helper cards: good for a term, printed again, and no good once revoked."""

import base64
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.outreach import card_keys
from doanso.outreach.actions import cards
from doanso.outreach.models import Card, Team, Teammate
from doanso.outreach.tests.conftest import Outing
from doanso.testing import TODAY

YEAR_END = date(2024, 1, 1)


def _verbs() -> list[str]:
    return list(
        AuditEvent.objects.filter(action__startswith="outreach.").order_by("pk").values_list("action", flat=True)
    )


def test_a_card_is_good_from_today_for_its_term(outing: Outing) -> None:
    ut = outing.mates["ut"]
    card = cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    card.refresh_from_db()
    keys = card_keys.keys_of(card)
    assert (card.since, card.until, card.issued_by, card.revoked_at) == (TODAY, YEAR_END, outing.tree.an, None)
    assert len(base64.urlsafe_b64decode(keys.secret + "==")) == 16
    assert len(keys.code) == 6
    assert keys.code.isdecimal()
    assert card.secret_lookup == card_keys.secret_lookup(keys.secret)
    assert card.code_lookup == card_keys.code_lookup(card.pk, keys.code)
    assert card.phone_hash == card_keys.phone_hash(keys.secret)
    assert _verbs() == ["outreach.issue_card"]


def test_the_next_card_ends_the_last_one(outing: Outing) -> None:
    ut = outing.mates["ut"]
    first = cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    before = card_keys.keys_of(first).secret
    second = cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert bytes(first.keys_encrypted) == b""
    assert card_keys.keys_of(second).secret != before
    assert _verbs() == ["outreach.issue_card", "outreach.revoke_card", "outreach.issue_card"]


def test_whoever_comes_later_gets_a_card_for_then(outing: Outing) -> None:
    ut = outing.mates["ut"]
    Teammate.objects.filter(pk=ut.pk).update(since=TODAY + timedelta(days=9))
    card = cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    assert card.since == TODAY + timedelta(days=9)


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (TODAY, "card_term_over"),
        (date(2023, 1, 1), "card_term_over"),
        (TODAY + timedelta(days=367), "card_term_long"),
        (date(2023, 12, 16), "card_after_term"),
    ],
)
def test_a_term_that_can_not_be_is_refused(outing: Outing, until: date, code: str) -> None:
    ut = outing.mates["ut"]
    if code == "card_after_term":
        Team.objects.update(until=date(2023, 12, 20))
        Teammate.objects.filter(pk=ut.pk).update(until=date(2023, 12, 15))
    with pytest.raises(Refused) as refused:
        cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=until)
    assert (refused.value.problem.code, refused.value.problem.field) == (code, "until")
    assert not Card.objects.exists()


def test_a_revoked_card_is_not_printed_again(outing: Outing) -> None:
    ut = outing.mates["ut"]
    cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    printed = cards.reprint(actor=outing.tree.an, teammate_id=ut.pk)
    assert printed.keys == card_keys.keys_of(printed.card)
    cards.revoke_card(actor=outing.tree.an, teammate_id=ut.pk)
    cards.revoke_card(actor=outing.tree.an, teammate_id=ut.pk)
    assert _verbs() == ["outreach.issue_card", "outreach.print_card", "outreach.revoke_card"]
    with pytest.raises(Refused) as refused:
        cards.reprint(actor=outing.tree.an, teammate_id=ut.pk)
    assert refused.value.problem.code == "no_card"


def test_a_card_whose_term_is_over_is_not_printed_again(outing: Outing, business_day) -> None:
    ut = outing.mates["ut"]
    cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=TODAY + timedelta(days=1))
    business_day(TODAY + timedelta(days=1))
    with pytest.raises(Refused) as refused:
        cards.reprint(actor=outing.tree.an, teammate_id=ut.pk)
    assert refused.value.problem.code == "no_card"
    cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)


@pytest.mark.parametrize("who", ["binh", "chi", "hanh", "lan", "minh"])
def test_nobody_else_issues_revokes_or_prints(outing: Outing, who: str) -> None:
    ut, actor = outing.mates["ut"], outing.tree.users[who]
    cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    for action in (
        lambda: cards.issue_card(actor=actor, teammate_id=ut.pk, until=YEAR_END),
        lambda: cards.revoke_card(actor=actor, teammate_id=ut.pk),
        lambda: cards.reprint(actor=actor, teammate_id=ut.pk),
    ):
        with pytest.raises(PermissionDenied):
            action()
    assert Card.objects.filter(revoked_at=None).count() == 1


def test_whoever_lacks_one_gets_a_card_and_nobody_elses_changes(outing: Outing) -> None:
    an, mates = outing.tree.an, outing.mates
    first = cards.issue_card(actor=an, teammate_id=mates["ut"].pk, until=YEAR_END)
    Teammate.objects.filter(pk=mates["tin"].pk).update(until=date(2023, 12, 1))
    made = cards.issue_missing(actor=an, team_id=outing.team.pk, until=YEAR_END)
    # Lan has a sign-in.
    assert {(card.teammate, card.until) for card in made} == {
        (mates["hoa"], YEAR_END),
        (mates["tin"], date(2023, 12, 1)),
    }
    first.refresh_from_db()
    assert first.revoked_at is None
    with pytest.raises(Refused) as refused:
        cards.issue_missing(actor=an, team_id=outing.team.pk, until=YEAR_END)
    assert refused.value.problem.code == "nobody_missing"
    with pytest.raises(PermissionDenied):
        cards.issue_missing(actor=outing.tree.chi, team_id=outing.team.pk, until=YEAR_END)


def test_a_term_that_can_not_be_issues_no_card_at_all(outing: Outing) -> None:
    with pytest.raises(Refused) as refused:
        cards.issue_missing(actor=outing.tree.an, team_id=outing.team.pk, until=date(2025, 1, 1))
    assert refused.value.problem.code == "card_term_long"
    assert not Card.objects.exists()


def test_a_teams_cards_are_printed_together(outing: Outing) -> None:
    an = outing.tree.an
    cards.issue_missing(actor=an, team_id=outing.team.pk, until=YEAR_END)
    cards.revoke_card(actor=an, teammate_id=outing.mates["hoa"].pk)
    printed = cards.reprint_team(actor=an, team_id=outing.team.pk)
    assert [printed_card.card.teammate.name for printed_card in printed] == ["Phạm Trung Tín", "Trần Văn Út"]
    assert _verbs().count("outreach.print_card") == 2
    with pytest.raises(PermissionDenied):
        cards.reprint_team(actor=outing.tree.hanh, team_id=outing.team.pk)
