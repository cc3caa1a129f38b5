"""Whatever is done and taken back in whatever order, the register agrees with itself, and the ledger with the register."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doanso.ledger import queries
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.members import actions
from doanso.members.actions import Admission
from doanso.members.models import Member, MemberState, Post
from doanso.people.actions import Particulars
from doanso.testing import TODAY, taken_back

FIRST = date(2023, 9, 1)
DUC = Particulars(name="Nguyễn Hoàng Đức", birth_date=date(2001, 4, 12), citizen_id="082201001234")
BRANCHES = ("p4-kp1", "p4-kp2", "p5-kp1")

branches, days = st.sampled_from(BRANCHES), st.integers(0, 40).map(lambda after: FIRST + timedelta(days=after))
random_actions = st.one_of(
    st.tuples(st.just("transfer"), branches, days),
    st.tuples(st.just("end"), st.sampled_from(["grown-out", "struck-off"]), days),
    st.tuples(st.just("admit"), branches, days),
    st.tuples(st.just("away"), st.just(""), days),
    st.tuples(st.just("office"), branches, days),
    st.tuples(st.sampled_from(["back from transfer", "back from end", "back from office"]), st.just(""), days),
)


@pytest.fixture
def book(register):
    return open_book(
        code="my-tho-2023",
        root=register.tree.units["my-tho"],
        first_day=date(2023, 1, 1),
        last_day=date(2023, 12, 31),
        measures=[MeasurePlan("members", "members.active")],
    )


def do(tree, person_id, action: str, value: str, on: date) -> None:
    """Run one action on the person's newest stay, as the city's officer."""
    stay = Member.objects.filter(person_id=person_id).order_by("recorded_at").last()
    office = Post.objects.filter(person_id=person_id).order_by("-pk").first()
    by = {"actor": tree.dung}
    match action:
        case "transfer":
            actions.transfer_member(**by, member=stay, to=tree.units[value], on=on)
        case "end":
            actions.end_membership(**by, member=stay, state=value, on=on)
        case "admit":
            actions.admit_member(**by, entry=Admission(tree.units[value], DUC, since=on))
        case "away":
            actions.set_absence(**by, member=stay, reason="work", since=on, until=on + timedelta(days=5))
        case "office":
            actions.assign_post(**by, member=stay, unit=tree.units[value], kind="deputy", since=on)
        case "back from transfer":
            actions.take_back_transfer(**by, member=stay)
        case "back from end":
            actions.take_back_ending(**by, member=stay)
        case "back from office" if office is not None:
            actions.take_back_post(**by, member=stay, post=office)


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(random_actions, min_size=2, max_size=9))
def test_register_and_ledger_agree(register, book, steps):
    tree, person_id = register.tree, register.duc.person_id
    with taken_back():
        for action in steps:
            try:
                with transaction.atomic():
                    do(tree, person_id, *action)
            except Refused:
                continue
        stays = Member.objects.filter(person_id=person_id, temporary=False)
        spans = list(stays.order_by("since", "recorded_at").values_list("since", "until"))
        assert all(until is not None and until <= since for (_s, until), (since, _u) in pairwise(spans))
        assert stays.filter(state=MemberState.ACTIVE).count() <= 1
        posts = Post.objects.filter(person_id=person_id)
        if not stays.filter(state=MemberState.ACTIVE).exists():
            assert not posts.filter(Q(until=None) | Q(until__gt=TODAY + timedelta(days=1))).exists()
        assert list(recount()) == []
        # Everybody who was away is back by now.
        for code in BRANCHES:
            unit = tree.units[code]
            active_count = Member.objects.filter(branch=unit, state=MemberState.ACTIVE).count()
            assert queries.figures(book=book, unit_ids=[unit.pk], on=TODAY)[unit.pk, "members"].total == active_count
