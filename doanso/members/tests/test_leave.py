from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.lib.problems import Refused
from doanso.members.actions import end_absence, end_exemption, end_membership, exempt, set_absence
from doanso.tally.models import Suspension
from doanso.testing import TODAY

AWAY = date(2023, 6, 1)


def suspension(source):
    one = Suspension.objects.get(source_id=source.pk)
    return one.measure_code, one.since, one.until


def test_away_and_back(register):
    tree = register.tree

    absence = set_absence(actor=tree.binh, member=register.duc, reason="study", since=AWAY)
    assert suspension(absence) == ("", AWAY, None)

    end_absence(actor=tree.binh, member=register.duc, absence=absence, until=date(2023, 9, 1))
    assert suspension(absence) == ("", AWAY, date(2023, 9, 1))


def test_days_away_do_not_overlap(register):
    tree = register.tree
    set_absence(actor=tree.an, member=register.duc, reason="work", since=AWAY, until=date(2023, 9, 1))

    with pytest.raises(Refused) as refused:
        set_absence(actor=tree.an, member=register.duc, reason="work", since=date(2023, 8, 31))
    assert refused.value.problem.code == "absence_overlaps"

    set_absence(actor=tree.an, member=register.duc, reason="work", since=date(2023, 9, 1))


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"since": AWAY, "until": AWAY}, "span_empty"),
        ({"since": date(2018, 1, 1)}, "span_before_stay"),
        ({"since": TODAY + timedelta(days=1)}, "day_in_future"),
        ({"since": AWAY, "reason": "bored"}, "absence_reason"),
    ],
)
def test_days_away_must_make_sense(register, days, code):
    with pytest.raises(Refused) as refused:
        set_absence(actor=register.tree.an, member=register.duc, **({"reason": "work"} | days))

    assert refused.value.problem.code == code


def test_who_left_is_not_away(register):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="grown-out", on=TODAY)

    with pytest.raises(Refused) as refused:
        set_absence(actor=tree.an, member=register.duc, reason="work", since=AWAY)

    assert refused.value.problem.code == "stay_ended"


def test_exempt_from_one_indicator_and_no_more(register):
    tree = register.tree

    exemption = exempt(
        actor=tree.an,
        member=register.duc,
        indicator="payment-members",
        reason="Chưa đủ tuổi mở tài khoản",
        review_on=date(2024, 3, 1),
    )
    assert suspension(exemption) == ("payment-members", TODAY, None)

    end_exemption(actor=tree.an, member=register.duc, exemption=exemption, until=TODAY + timedelta(days=30))
    assert suspension(exemption) == ("payment-members", TODAY, TODAY + timedelta(days=30))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": "  "}, "exemption_reason"),
        ({"review_on": TODAY}, "review_too_early"),
    ],
)
def test_an_exemption_has_a_reason_and_a_review(register, more, code):
    with pytest.raises(Refused) as refused:
        exempt(
            actor=register.tree.an,
            member=register.duc,
            **({"indicator": "payment-members", "reason": "Chưa đủ tuổi", "review_on": date(2024, 3, 1)} | more),
        )

    assert refused.value.problem.code == code


@pytest.mark.parametrize("who", ["binh", "chi", "hanh"])
def test_exempting_is_for_the_unit_and_above(register, who):
    with pytest.raises(PermissionDenied):
        exempt(
            actor=register.tree.users[who],
            member=register.duc,
            indicator="payment-members",
            reason="Chưa đủ tuổi",
            review_on=date(2024, 3, 1),
        )
