"""Beginning to follow shops: once each, many in a constant number of statements, by whoever keeps the unit's codes."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.cashless.actions import FollowInput, follow_shops
from doanso.cashless.models import Shop, ShopState
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.people.actions.shops import BusinessInput, match_or_create_businesses
from doanso.people.models import Business

pytestmark = pytest.mark.django_db


def test_a_ward_follows_its_shops(market):
    assert {(shop.business.name, shop.label, shop.state) for shop in Shop.objects.select_related("business")} == {
        ("Phở Hai", "Lê Lợi · số 12", ShopState.NONE),
        ("Cà phê Ba", "Lê Lợi · số 14", ShopState.NONE),
        ("Quần áo Tư", "Lê Lợi · số 16", ShopState.NONE),
    }
    assert AuditEvent.objects.filter(action="cashless.follow").count() == 3


def test_a_shop_followed_again_keeps_its_row_and_gets_the_new_label(market):
    key = market.businesses["hai"].pk
    follow = {"actor": market.tree.an, "unit": market.tree.units["p4"]}
    followed = follow_shops(**follow, businesses=[FollowInput(key, "Chợ Mỹ Tho · sạp A12")])
    assert followed[key].pk == market.hai.pk
    assert market.hai.label == "Chợ Mỹ Tho · sạp A12"
    follow_shops(**follow, businesses=[FollowInput(key)])
    assert market.hai.label == "Chợ Mỹ Tho · sạp A12"


def test_a_merged_business_is_followed_as_the_one_that_remained(market):
    gone = Business.objects.create(
        unit=market.tree.units["p4"],
        name="Pho Hai",
        folded="pho hai",
        merged_into=market.businesses["hai"],
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    followed = follow_shops(actor=market.tree.an, unit=market.tree.units["p4"], businesses=[FollowInput(gone.pk)])
    assert followed[gone.pk].pk == market.hai.pk


def test_an_unknown_business_is_refused(market):
    with pytest.raises(Refused) as refused:
        follow_shops(actor=market.tree.an, unit=market.tree.units["p4"], businesses=[FollowInput(uuid7())])
    assert refused.value.problem.code == "business_unknown"


@pytest.mark.parametrize("name", ["chi", "binh", "lan", "hanh"])
def test_others_may_not_follow_shops_of_ward_4(market, name):
    with pytest.raises(PermissionDenied):
        follow_shops(
            actor=getattr(market.tree, name),
            unit=market.tree.units["p4"],
            businesses=[FollowInput(market.businesses["nam"].pk)],
        )


def test_a_hundred_shops_take_as_many_statements_as_one(market):
    ward = market.tree.units["p4"]

    def statements(first, count):
        inputs = [BusinessInput(f"Sạp {number}", address=f"{number} Chợ") for number in range(first, first + count)]
        keys = [result.business_id for result in match_or_create_businesses(unit_id=ward.pk, inputs=inputs)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            follow_shops(actor=market.tree.an, unit=ward, businesses=[FollowInput(key, "Chợ") for key in keys])
        return len(captured)

    assert statements(0, 1) == statements(1, 100)


def test_a_shop_of_another_wards_register_is_not_followed(market):
    nam, ward = market.businesses["nam"], market.tree.units["p4"]
    with pytest.raises(Refused) as refused:
        follow_shops(actor=market.tree.an, unit=ward, businesses=[FollowInput(nam.pk)])
    assert refused.value.problem.code == "business_unknown"
    assert not Shop.objects.filter(business=nam).exists()


def test_a_shop_that_was_merged_into_one_of_another_ward_keeps_what_that_ward_wrote(market):
    nam = market.businesses["nam"]
    [shop] = follow_shops(
        actor=market.tree.chi, unit=market.tree.units["p5"], businesses=[FollowInput(nam.pk, "Hùng Vương")]
    ).values()
    gone = market.businesses["ba"]
    Business.objects.filter(pk=gone.pk).update(merged_into=nam)
    ward = market.tree.units["p4"]
    followed = follow_shops(actor=market.tree.an, unit=ward, businesses=[FollowInput(gone.pk, "Lê Lợi")])
    assert followed[gone.pk].pk == shop.pk
    shop.refresh_from_db()
    assert shop.label == "Hùng Vương"
