"""Two phones, or two officers, with the same card at the same moment."""

from datetime import date

import pytest
from django.db import transaction

from doanso.outreach import card_keys
from doanso.outreach.actions import cards, sign_ins, teams
from doanso.outreach.actions.cards import CardProof
from doanso.outreach.actions.teams import TeammateInput
from doanso.outreach.models import Card, Teammate
from doanso.outreach.tests.conftest import Outing
from doanso.people.tests.test_at_once import at_once
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db(transaction=True)

YEAR_END = date(2024, 1, 1)


def test_phones_together_have_five_tries(outing: Outing) -> None:
    ut = outing.mates["ut"]
    card = cards.issue_card(actor=outing.tree.an, teammate_id=ut.pk, until=YEAR_END)
    wrong = f"{(int(card_keys.keys_of(card).code) + 1) % 10**6:06}"

    def guess() -> list[str]:
        with transaction.atomic():
            tried = [CardProof(ut.pk, "code", wrong, TODAY)] * 2
            return [checked.problem for checked in cards.check_proofs(unit=outing.ward, proofs=tried)]

    problems = [problem for phone_problems in at_once(*[guess] * 4) for problem in phone_problems]
    assert sorted(problems) == ["code_stopped"] * 3 + ["code_wrong"] * 5
    card.refresh_from_db()
    assert card.misses == 5


def test_of_cards_issued_at_once_one_is_good(outing: Outing) -> None:
    ut = outing.mates["ut"].pk
    at_once(*[lambda: cards.issue_card(actor=outing.tree.an, teammate_id=ut, until=YEAR_END)] * 3)
    assert (Card.objects.count(), Card.objects.filter(revoked_at=None).count()) == (3, 1)


def test_no_card_outlives_a_term_that_ends_meanwhile(outing: Outing) -> None:
    ut = outing.mates["ut"].pk
    at_once(
        lambda: cards.issue_card(actor=outing.tree.an, teammate_id=ut, until=YEAR_END),
        lambda: teams.end_term(actor=outing.tree.dung, teammate_id=ut, on=TODAY),
        lambda: cards.issue_card(actor=outing.tree.dung, teammate_id=ut, until=YEAR_END),
    )
    assert Teammate.objects.get(pk=ut).until == TODAY
    assert not Card.objects.filter(revoked_at=None).exists()


def test_of_two_heads_made_at_once_one_is(outing: Outing) -> None:
    teams.end_term(actor=outing.tree.an, teammate_id=outing.mates["lan"].pk, on=TODAY)

    def make(name: str) -> Teammate:
        inputs = TeammateInput("official", "front", TODAY, name=name, is_head=True)
        return teams.add_teammate(actor=outing.tree.an, team_id=outing.team.pk, inputs=inputs)

    at_once(lambda: make("Lê Văn Ba"), lambda: make("Lê Văn Tư"))
    assert Teammate.objects.filter(is_head=True, until=None).count() == 1


def test_an_account_given_twice_at_once_goes_to_one(outing: Outing) -> None:
    at_once(
        *[
            lambda key=outing.mates[name].pk: sign_ins.give_sign_in(
                actor=outing.tree.an, teammate_id=key, account=outing.tree.binh
            )
            for name in ("ut", "hoa", "tin")
        ]
    )
    assert Teammate.objects.filter(user=outing.tree.binh).count() == 1
