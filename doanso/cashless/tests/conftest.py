"""Three shops of ward 4 that its secretary follows: Hai (phở), Ba (coffee) and Tư (clothes); one of ward 5; Lan's phone."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from doanso.cashless import code_keys
from doanso.cashless.actions import CodeInput, FollowInput, follow_shops, register_code
from doanso.cashless.models import CheckOrigin, Shop, ShopCheck
from doanso.cashless.queries.pack import shops_part
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.lib.vietqr import VietQR, fingerprint
from doanso.outreach.ports import PackRequest
from doanso.people.actions.shops import BusinessInput, match_or_create_businesses
from doanso.people.models import Business
from doanso.support.tests.conftest import ward as ward
from doanso.sync.actions import register_device
from doanso.sync.tests.conftest import Phone, sealed
from doanso.testing import TODAY, Tree
from tools.fixture_replay import replayed


@dataclass
class Market:
    """The tree and the shops by name: `hai`, `ba`, `tu` of ward 4 (followed), `nam` of ward 5 (not followed)."""

    tree: Tree
    businesses: dict[str, Business]
    shops: dict[str, Shop]

    def __getattr__(self, name: str) -> Shop:
        try:
            return Shop.objects.get(pk=self.__dict__["shops"][name].pk)
        except KeyError:
            raise AttributeError(name) from None

    def saw(self, name: str, state: str, on: date = TODAY, **more: Any) -> ShopCheck:
        """Write a check's row as it is, for reads."""
        now = clock.now()
        shop = self.shops[name]
        return ShopCheck.objects.create(
            **{
                "shop": shop,
                "unit": shop.unit,
                "happened_on": on,
                "seen_at": now,
                "origin": CheckOrigin.DESK,
                "state": state,
                "first_name": "Nguyễn Văn An",
                "made_by": self.tree.an,
                "made_at": now,
                "arrived_on": max(on, TODAY),
            }
            | more
        )


SHOPS = {
    "hai": BusinessInput("Phở Hai", "Ăn uống", address="12 Lê Lợi", house_number="12", street="Lê Lợi"),
    "ba": BusinessInput("Cà phê Ba", "Ăn uống", address="14 Lê Lợi", house_number="14", street="Lê Lợi"),
    "tu": BusinessInput("Quần áo Tư", "Quần áo", address="16 Lê Lợi", house_number="16", street="Lê Lợi"),
}


@pytest.fixture
@replayed
def market(tree: Tree) -> Market:
    return make_market(tree)


def make_market(tree: Tree) -> Market:
    ward, other = tree.units["p4"], tree.units["p5"]
    with transaction.atomic():
        results = match_or_create_businesses(unit_id=ward.pk, inputs=list(SHOPS.values()))
    with transaction.atomic():
        [nam] = match_or_create_businesses(
            unit_id=other.pk, inputs=[BusinessInput("Tạp hóa Năm", address="1 Hùng Vương")]
        )
    ids = {name: result.business_id for name, result in zip(SHOPS, results, strict=True)}
    businesses = {name: Business.objects.get(pk=key) for name, key in {**ids, "nam": nam.business_id}.items()}
    followed = follow_shops(
        actor=tree.an,
        unit=ward,
        businesses=[FollowInput(ids[name], f"Lê Lợi · số {12 + 2 * n}") for n, name in enumerate(ids)],
    )
    return Market(tree, businesses, {name: followed[ids[name]] for name in ids})


VCB = VietQR("970436", "0123456789")
ACB = VietQR("970416", "257678859")
AGRIBANK = VietQR("970405", "7104205123456")


@pytest.fixture
def registered(market: Market) -> Market:
    """The same; Hai's shop is paid to Vietcombank •••• 6789 since today."""
    register_code(actor=market.tree.an, shop=market.hai, inputs=CodeInput(VCB, consented=True))
    return market


# --- Phones -----------------------------------------------------------------------------------------------------------

APPLIED = ("applied", "")
NOBODY = {"team": None, "first": {"teammate": None}, "second": None}


class Checking:
    """Lan's phone and what it reports."""

    def __init__(self, market, phone):
        self.market, self.phone = market, phone
        self.key = code_keys.codes_key(phone.device.pk)

    def scan(self, code, result="same"):
        return {
            "result": result,
            "fingerprint": fingerprint(bytes.fromhex(self.key), code),
            "bank": code.bank_bin,
            "last_four": code.account[-4:],
        }

    def record(self, name="hai", *, of=None, base=None, **more):
        body = {
            "business": str(self.market.businesses[name].pk),
            "happened_on": str(TODAY),
            "seen_at": "2023-11-12T09:38:12+07:00",
            "state": "displayed",
            "used_recently": None,
            "reason": "",
            "scan": None,
            "pair": NOBODY,
            "owner_says_changed": None,
        } | more
        envelope = {
            "kind": "cashless.check",
            "version": 1,
            "unit": str(self.phone.unit.pk),
            "base": base,
            "made_at": "2023-11-12T09:40:00+07:00",
            "body": body,
        }
        return sealed(envelope, of)

    def send(self, *records):
        answer = self.phone.send(*records, sent_at=clock.now().isoformat())
        assert answer["again"] == []
        return [(ack["state"], (ack["problem"] or {}).get("code", "")) for ack in answer["acks"]]

    def part(self, who="lan"):
        request = PackRequest(
            getattr(self.market.tree, who), self.phone.unit, self.phone.device.pk, TODAY, self.phone.unit
        )
        return shops_part(request)


@pytest.fixture
def checking(registered):
    registration = register_device(actor=registered.tree.lan, device_id=uuid7(), name="Máy của Lan")
    ward = registered.tree.units["p4"]
    return Checking(registered, Phone(registration.device, registration.token, ward, Client()))
