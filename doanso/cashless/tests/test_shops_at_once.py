"""Two who act on one shop at the same moment: one row, one alarm, and never a code in force that somebody stopped."""

from functools import partial

import pytest
from django.db import transaction

from doanso.cashless import actions
from doanso.cashless.actions import CheckInput, CodeInput, FollowInput, follow_shops
from doanso.cashless.models import ChangeState, CodeAlarm, CodeChange, Shop, ShopCheck, ShopCode
from doanso.cashless.tests.conftest import ACB, AGRIBANK, VCB, make_market
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.actions.locking import lock_to_erase
from doanso.people.actions.matching import match_or_create_people
from doanso.people.models import Business
from doanso.people.particulars import Particulars
from doanso.people.tests.test_at_once import at_once
from doanso.testing import TODAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


@pytest.fixture
def scene(tree):
    market = make_market(tree)
    actions.register_code(actor=tree.an, shop=market.hai, inputs=CodeInput(VCB, consented=True))
    return market


def _outcomes(*calls):
    """Run the calls at once; return the codes of refusals, and "done" for each one that was carried out."""
    return sorted(outcome if isinstance(outcome, str) else "done" for outcome in at_once(*calls))


def test_two_who_follow_the_same_shop_at_once_follow_it_once(scene):
    chi, ward = scene.tree.chi, scene.tree.units["p5"]
    follow = partial(follow_shops, actor=chi, unit=ward, businesses=[FollowInput(scene.businesses["nam"].pk)])
    assert _outcomes(follow, follow) == ["done", "done"]
    assert Shop.objects.filter(business=scene.businesses["nam"]).count() == 1


def test_two_codes_registered_at_once_are_one(scene):
    register = partial(actions.register_code, actor=scene.tree.an, shop=scene.ba)
    first, second = CodeInput(ACB, consented=True), CodeInput(AGRIBANK, consented=True)
    assert _outcomes(partial(register, inputs=first), partial(register, inputs=second)) == ["code_registered", "done"]
    assert ShopCode.objects.filter(shop=scene.ba).count() == 1


@pytest.fixture
def change(scene):
    return actions.request_change(actor=scene.tree.an, shop=scene.hai, inputs=CodeInput(ACB, True), why="Đổi")


def test_two_officers_approve_at_once(scene, change):
    approve = partial(actions.approve_change, change=change)
    outcomes = _outcomes(partial(approve, actor=scene.tree.dung), partial(approve, actor=scene.tree.giang))
    assert outcomes == ["change_decided", "done"]
    assert ShopCode.objects.filter(shop=scene.hai).count() == 2


def test_the_owner_stops_a_change_while_it_is_approved(scene, change):
    approve = partial(actions.approve_change, actor=scene.tree.dung, change=change)
    outcomes = _outcomes(approve, partial(actions.object_to_change, change=change))
    assert outcomes in (["done", "done"], ["change_decided", "done"])
    assert CodeChange.objects.get().state == ChangeState.STOPPED
    [code] = ShopCode.objects.filter(until_at=None)
    assert code.last_four == "6789"
    assert CodeAlarm.objects.count() == 1


def test_two_who_see_the_same_foreign_code_at_once_raise_one_alarm(scene):
    check = partial(
        actions.check_shop, actor=scene.tree.an, shop=scene.hai, inputs=CheckInput(TODAY, "displayed"), code=ACB
    )
    assert _outcomes(check, check, check) == ["done"] * 3
    assert (ShopCheck.objects.count(), CodeAlarm.objects.count()) == (3, 1)


def test_an_owner_is_erased_while_a_change_is_approved(scene, change):
    with transaction.atomic():
        [owner] = match_or_create_people(unit_id=scene.tree.units["p4"].pk, inputs=[Particulars("Lê Thị Hai")])
    Business.objects.filter(pk=scene.businesses["hai"].pk).update(owner=owner.person_id)

    def erase():
        with transaction.atomic():
            erase_everywhere(actor=scene.tree.an, locked=lock_to_erase([owner.person_id]), action="people.erase")

    outcomes = _outcomes(partial(actions.approve_change, actor=scene.tree.dung, change=change), erase)
    assert outcomes in (["done", "done"], ["change_decided", "done"])
    assert set(ShopCode.objects.values_list("account_lookup", flat=True)) == {""}
    assert set(CodeChange.objects.values_list("account_lookup", flat=True)) == {""}
    assert not any(bytes(row.account_encrypted) for row in (*ShopCode.objects.all(), *CodeChange.objects.all()))
