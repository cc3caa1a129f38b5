from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Suspension
from doanso.lib.problems import Refused
from doanso.members.actions import (
    Admission,
    admit_member,
    assign_post,
    change_member,
    end_absence,
    end_exemption,
    end_membership,
    end_post,
    exempt,
    set_absence,
    take_back_absence,
    take_back_exemption,
    transfer_member,
)
from doanso.people.actions import Particulars
from doanso.testing import TODAY

AWAY = date(2023, 6, 1)


def suspension(source):
    row = Suspension.objects.get(source_id=source.pk)
    return row.measure_code, row.since, row.until


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
        ({"indicator": "members"}, "exemption_indicator"),
        ({"indicator": "typed-wrong"}, "exemption_indicator"),
        ({"since": TODAY + timedelta(days=1)}, "day_in_future"),
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


def test_an_end_is_not_put_off_into_the_next_term(register):
    term = {"actor": register.tree.an, "member": register.duc}
    next_exempt = {"indicator": "payment-members", "reason": "Chưa đủ tuổi", "review_on": date(2024, 3, 1)}
    exemption = exempt(since=AWAY, until=date(2023, 9, 1), **next_exempt, **term)
    exempt(since=date(2023, 10, 1), **next_exempt, **term)
    office = {"unit": register.duc.branch, "kind": "deputy"}
    post = assign_post(since=AWAY, until=date(2023, 9, 1), **office, **term)
    assign_post(since=date(2023, 10, 1), **office, **term)
    for end, code in (
        (lambda until: end_exemption(exemption=exemption, until=until, **term), "exemption_overlaps"),
        (lambda until: end_post(post=post, until=until, **term), "post_held"),
    ):
        with pytest.raises(Refused) as refused:
            end(date(2023, 10, 2))
        assert (refused.value.problem.code, refused.value.problem.field) == (code, "until")
        end(date(2023, 10, 1))


@pytest.mark.parametrize("username", ["binh", "chi", "hanh"])
def test_exempting_is_for_the_unit_and_above(register, username):
    with pytest.raises(PermissionDenied):
        exempt(
            actor=register.tree.users[username],
            member=register.duc,
            indicator="payment-members",
            reason="Chưa đủ tuổi",
            review_on=date(2024, 3, 1),
        )


def exempted(actor, member):
    return exempt(
        actor=actor, member=member, indicator="payment-members", reason="Chưa đủ tuổi", review_on=date(2024, 3, 1)
    )


@pytest.mark.parametrize(
    "action", ["end_absence", "end_exemption", "end_post", "change", "take_back_absence", "take_back_exemption"]
)
def test_the_ward_a_member_left_changes_nothing_any_more(register, action):
    tree = register.tree
    arrived = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=date(2023, 11, 1))
    absence = set_absence(actor=tree.chi, member=arrived, reason="study", since=date(2023, 11, 5))
    exemption = exempted(tree.chi, arrived)
    post = assign_post(
        actor=tree.chi, member=arrived, unit=tree.units["p5-kp1"], kind="secretary", since=date(2023, 11, 5)
    )
    particulars = Particulars(name="Nguyễn Hoàng Đức", birth_date=date(2001, 4, 12))

    def do(actor, member):
        return {
            "end_absence": lambda: end_absence(actor=actor, member=member, absence=absence, until=TODAY),
            "end_exemption": lambda: end_exemption(actor=actor, member=member, exemption=exemption, until=TODAY),
            "end_post": lambda: end_post(actor=actor, member=member, post=post, until=TODAY),
            "change": lambda: change_member(
                actor=actor, member=member, particulars=particulars, joined_on=None, card_number=""
            ),
            "take_back_absence": lambda: take_back_absence(actor=actor, member=member, absence=absence),
            "take_back_exemption": lambda: take_back_exemption(actor=actor, member=member, exemption=exemption),
        }[action]()

    with pytest.raises(Refused) as refused:
        do(tree.an, register.duc)
    assert refused.value.problem.code == "stay_ended"
    with pytest.raises(PermissionDenied):
        do(tree.an, arrived)

    do(tree.chi, arrived)


def test_a_guest_is_away_and_exempt_at_home_only(register):
    tree = register.tree
    guest = admit_member(
        actor=tree.chi,
        entry=Admission(
            branch=tree.units["p5-kp1"],
            particulars=Particulars(name="Nguyễn Hoàng Đức"),
            temporary=True,
            person=register.duc.person,
        ),
    )
    absence = set_absence(actor=tree.an, member=register.duc, reason="study", since=AWAY)

    for action in (
        lambda: set_absence(actor=tree.chi, member=guest, reason="study", since=TODAY),
        lambda: exempted(tree.chi, guest),
        lambda: end_absence(actor=tree.chi, member=guest, absence=absence, until=TODAY),
        lambda: take_back_absence(actor=tree.chi, member=guest, absence=absence),
    ):
        with pytest.raises(Refused) as refused:
            action()
        assert refused.value.problem.code == "stay_temporary"


def test_a_mistake_is_taken_back_once(register):
    tree = register.tree
    absence = set_absence(actor=tree.an, member=register.duc, reason="study", since=AWAY)
    take_back_absence(actor=tree.an, member=register.duc, absence=absence)

    for action in (
        lambda: take_back_absence(actor=tree.an, member=register.duc, absence=absence),
        lambda: end_absence(actor=tree.an, member=register.duc, absence=absence, until=TODAY),
    ):
        with pytest.raises(Refused) as refused:
            action()
        assert refused.value.problem.code == "taken_back"

    assert Suspension.objects.get(source_id=absence.pk).taken_back is True
    assert AuditEvent.objects.filter(action="members.take_back_absence", object_id=register.duc.pk).count() == 1
    set_absence(actor=tree.an, member=register.duc, reason="work", since=AWAY)
