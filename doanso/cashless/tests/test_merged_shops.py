"""Two followed shops with codes of their own whose businesses were merged: either code is the shop's own."""

import pytest
from django.urls import reverse

from doanso.cashless import actions
from doanso.cashless.actions import CheckInput, CodeInput, check_shop, register_code
from doanso.cashless.models import ChangeState, CodeAlarm, Shop, ShopCheck, ShopCode
from doanso.cashless.queries import shops as queries
from doanso.cashless.tests.conftest import ACB, AGRIBANK, APPLIED, VCB
from doanso.lib.vietqr import fingerprint
from doanso.people.actions import merge_businesses, undo_merge
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(checking):
    """Hai's shop (Vietcombank) and Ba's (ACB) are found to be one; Hai's remains."""
    market = checking.market
    register_code(actor=market.tree.an, shop=market.ba, inputs=CodeInput(ACB, consented=True))
    hai, ba = market.businesses["hai"], market.businesses["ba"]
    checking.merge = merge_businesses(actor=market.tree.dung, source=ba, target=hai)
    return checking


@pytest.mark.parametrize("name", ["hai", "ba"])
def test_either_code_is_right_wherever_the_phone_says_it_was(merged, name):
    assert merged.send(merged.record(name, scan=merged.scan(ACB, "different"))) == [APPLIED]
    assert merged.send(merged.record(name, scan=merged.scan(VCB, "different"))) == [APPLIED]
    assert (
        list(ShopCheck.objects.values_list("scan", "shop__business"))
        == [("same", merged.market.businesses["hai"].pk)] * 2
    )
    assert not CodeAlarm.objects.exists()


def test_a_third_account_is_still_an_alarm(merged):
    assert merged.send(merged.record("hai", scan=merged.scan(AGRIBANK, "different"))) == [APPLIED]
    assert (CodeAlarm.objects.get().last_four, CodeAlarm.objects.get().shop) == ("3456", merged.market.hai)


def test_the_desk_compares_with_both_codes(merged):
    seen = CheckInput(TODAY, "displayed")
    check = check_shop(actor=merged.market.tree.an, shop=merged.market.hai, inputs=seen, code=ACB)
    assert (check.scan, check.alarm) == ("same", None)


def test_a_merge_that_was_undone_parts_the_codes(merged):
    undo_merge(actor=merged.market.tree.dung, merge=merged.merge)
    merged.send(merged.record("hai", scan=merged.scan(ACB, "different")))
    assert CodeAlarm.objects.get().last_four == "8859"


def test_a_change_announced_before_the_merge_is_announced_and_can_be_stopped(merged):
    tree = merged.market.tree
    change = actions.request_change(
        actor=tree.an, shop=merged.market.ba, inputs=CodeInput(AGRIBANK, True), why="Đổi ngân hàng"
    )
    assert merged.send(merged.record("hai", scan=merged.scan(AGRIBANK, "different"))) == [APPLIED]
    assert (ShopCheck.objects.get().scan, ShopCheck.objects.get().change) == ("announced", change)
    merged.send(merged.record("hai", scan=merged.scan(AGRIBANK, "different"), owner_says_changed=False))
    change.refresh_from_db()
    assert (change.state, CodeAlarm.objects.get().shop) == (ChangeState.STOPPED, merged.market.ba)


def test_the_pack_holds_one_shop_with_both_codes(merged):
    shops = {shop["name"]: shop for shop in merged.part()["shops"]}
    assert list(shops) == ["Phở Hai", "Quần áo Tư"]
    key = bytes.fromhex(merged.key)
    assert (shops["Phở Hai"]["code"], shops["Phở Hai"]["other_codes"]) == (
        fingerprint(key, VCB),
        [fingerprint(key, ACB)],
    )
    assert "other_codes" not in shops["Quần áo Tư"]


def test_a_shop_that_is_followed_under_its_merged_name_alone_stays_in_the_list(checking):
    market = checking.market
    Shop.objects.filter(pk=market.ba.pk).delete()
    merge_businesses(actor=market.tree.dung, source=market.businesses["hai"], target=market.businesses["ba"])
    assert [shop["name"] for shop in checking.part()["shops"]] == ["Phở Hai", "Quần áo Tư"]
    assert queries.all_shops().filter(business=market.businesses["hai"]).exists()
    assert checking.send(checking.record("hai", scan=checking.scan(VCB))) == [APPLIED]
    assert ShopCheck.objects.get().scan == "same"


def test_the_page_names_the_other_code_and_erases_it(merged, as_user):
    market = merged.market
    page = reverse("cashless:shop", args=[market.businesses["hai"].pk])
    end = reverse("cashless:end-code", args=[market.businesses["ba"].pk])
    an = as_user(market.tree.an)
    text = an.get(page).content.decode()
    assert "Vietcombank •••• 6789" in text
    assert "ACB •••• 8859" in text
    assert "Cà phê Ba" in text
    assert end in text
    assert "ACB •••• 8859" in an.get(end).content.decode()
    answer = an.post(end)
    assert (answer.status_code, answer.url) == (302, page)
    assert list(ShopCode.objects.filter(erased_at=None).values_list("shop__business__name", flat=True)) == ["Phở Hai"]
    assert "8859" not in an.get(page).content.decode()
    assert as_user(market.tree.chi).get(end).status_code == 404
