"""Consent purpose by purpose, guardians, withdrawal."""

from datetime import date

import pytest
from django.db import transaction

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.people.actions import Particulars, PersonConsent, give_consents, match_or_create_people, withdraw_consent
from doanso.people.models import Consent, ConsentText
from doanso.people.rules.ages import needs_guardian


@pytest.fixture
def consent_input(tree):
    """What somebody of that birth agrees to in ward 4."""

    def make(*purposes, birth_year=1958, guardian_name="", **others):
        with transaction.atomic():
            [met] = match_or_create_people(
                unit_id=tree.units["p4"].pk,
                inputs=[Particulars("Nguyễn Thị Mai", birth_year=birth_year, phone="0903111222")],
            )
        return PersonConsent(
            person_id=met.person_id,
            unit_id=tree.units["p4"].pk,
            purposes=purposes,
            channel=others.get("channel", "paper"),
            text_version=others.get("text_version", "2023-09"),
            taken_on=date(2023, 11, 12),
            guardian_name=guardian_name,
        )

    return make


@transaction.atomic
def give(actor, *entries):
    give_consents(actor=actor, entries=entries)


def test_each_purpose_stands_by_itself_with_who_took_it_and_how(tree, consent_input):
    give(tree.an, consent_input("support", "recheck"))

    consent = Consent.objects.get(purpose="support")
    assert (consent.channel, consent.taken_by, consent.text_version, consent.by_guardian) == (
        "paper",
        tree.an,
        "2023-09",
        False,
    )
    assert Consent.objects.count() == 2
    assert ConsentText.objects.get().version == "2023-09"
    assert AuditEvent.objects.get(action="people.give_consent").changed == ["support", "recheck"]


def test_given_twice_stands_once(tree, consent_input):
    give(tree.an, consent_input("support"))
    give(tree.an, consent_input("support"))

    assert Consent.objects.count() == 1


def test_a_newcomers_consents_are_taken_from_the_input_without_reading_back(
    tree, consent_input, django_assert_num_queries
):
    child, grown = (Particulars("Nguyễn Thị Mai", birth_year=year) for year in (2010, 1958))
    agreed = consent_input("support")
    with pytest.raises(Refused) as refused:
        give(tree.an, agreed._replace(newcomer=child))
    assert refused.value.problem.code == "guardian_needed"

    give(tree.an, consent_input("recheck"))
    # The words of the version, the consent, the history, and the transaction around them.
    with django_assert_num_queries(5):
        give(tree.an, agreed._replace(newcomer=grown))
    assert Consent.objects.count() == 2


def test_a_refusal_writes_nothing(tree, consent_input):
    give(tree.an, consent_input())

    assert not Consent.objects.exists()
    assert not ConsentText.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text_version": "1999"}, "consent_text_unknown"),
        ({"channel": "zalo"}, "consent_channel_unknown"),
        ({"birth_year": 2010}, "guardian_needed"),
        ({"birth_year": 2007}, "guardian_needed"),
        ({"birth_year": 2010, "guardian_name": "<b>Cha</b>"}, "name_brackets"),
    ],
)
def test_what_cannot_stand_is_refused(tree, consent_input, changes, code):
    with pytest.raises(Refused) as refused:
        give(tree.an, consent_input("support", **changes))

    assert refused.value.problem.code == code
    assert not Consent.objects.exists()


def test_an_unknown_purpose_is_refused(tree, consent_input):
    with pytest.raises(Refused) as refused:
        give(tree.an, consent_input("advertising"))

    assert refused.value.problem.code == "consent_purpose_unknown"


def test_a_guardian_agrees_for_a_child_but_not_to_a_public_name(tree, consent_input):
    give(tree.an, consent_input("support", birth_year=2010, guardian_name="Trần Văn Cha"))
    assert Consent.objects.get().by_guardian

    with pytest.raises(Refused) as refused:
        give(tree.an, consent_input("publish", birth_year=2010, guardian_name="Trần Văn Cha"))
    assert refused.value.problem.code == "not_for_children"


@pytest.mark.parametrize(
    ("birth_date", "birth_year", "needs"),
    [
        (date(2007, 11, 12), 2007, False),
        (date(2007, 11, 13), 2007, True),
        (date(2010, 1, 1), 2010, True),
        (None, 2006, False),
        (None, 2007, True),
        (None, 2023, True),
        (None, None, False),
    ],
)
def test_who_needs_a_guardian_on_12_november_2023(birth_date, birth_year, needs):
    needed = needs_guardian(birth_date=birth_date, birth_year=birth_year, on=date(2023, 11, 12), below=16)
    assert needed is needs


def test_one_purpose_is_taken_back_and_may_be_given_again(tree, consent_input):
    entry = consent_input("support", "recheck")
    give(tree.an, entry)

    assert withdraw_consent(actor=None, person_id=entry.person_id, purposes=["recheck"], channel="screen") == 1
    assert withdraw_consent(actor=None, person_id=entry.person_id, purposes=["recheck"], channel="screen") == 0
    withdrawn = Consent.objects.get(purpose="recheck")
    assert (withdrawn.withdrawn_channel, withdrawn.withdrawn_at is None) == ("screen", False)
    assert Consent.objects.get(purpose="support").withdrawn_at is None

    give(tree.an, entry)
    assert Consent.objects.filter(purpose="recheck").count() == 2
