"""Partners of a place: the board of a market, parts that begin and end, and the places on a partner's page."""

from datetime import timedelta
from typing import Any

import pytest

from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.vietnamese import fold
from doanso.partners.models import Partner
from doanso.partners.ports import PartnerPage
from doanso.places import actions
from doanso.places.models import PlacePartner
from doanso.places.panels import places_of_partner
from doanso.places.tests.conftest import StreetScene
from doanso.places.tests.test_place_pages import page
from doanso.testing import TODAY


def test_a_market_names_its_board_and_the_economic_division(street: StreetScene, as_user: Any) -> None:
    place = street.create("Chợ Mỹ Tho", "cashless-market")
    partners = [
        Partner.objects.create(
            unit=street.unit("p4"), kind=kind, name=name, short_name=name, folded=fold(name), made_by=street.tree.an,
            made_at=clock.now(), changed_at=clock.now(),
        )
        for kind, name in (("market-board", "Ban quản lý chợ Mỹ Tho"), ("economic-division", "Phòng Kinh tế"))
    ]  # fmt: skip
    board, division = partners
    add = {"partner": board, "role": "Lập danh sách sạp", "is_board": True}
    actions.add_partner(actor=street.tree.an, place=place, **add)
    actions.add_partner(actor=street.tree.an, place=place, **add | {"role": "Lập danh sách sạp, thu phí"})
    with pytest.raises(Refused, match="place_partner_board"):
        actions.add_partner(actor=street.tree.an, place=place, partner=division, role="x", is_board=True)
    client = as_user(street.tree.an)
    data = {"partner-partner": str(division.pk), "partner-role": "Chỉ đạo"}
    assert client.post(page(place, "add-partner"), data | {"partner-role": ""}).status_code == 422
    assert client.post(page(place, "add-partner"), data).status_code == 302
    parts = place.partners.filter(until=None).order_by("since", "pk")
    assert [(part.role, part.is_board) for part in parts] == [("Lập danh sách sạp, thu phí", True), ("Chỉ đạo", False)]
    client.post(page(place, "end-partner", parts[1].pk))
    assert place.partners.filter(until=None).count() == 1
    panel = places_of_partner(street.tree.an, PartnerPage(board, TODAY))
    assert panel is not None
    assert [row["place"].name for row in panel.context["rows"]] == ["Chợ Mỹ Tho"]
    assert places_of_partner(street.tree.chi, PartnerPage(board, TODAY)) is None


def test_a_part_ends_once_however_many_had_it_open(street: StreetScene, business_day: Any) -> None:
    place, an = street.create("Chợ Mỹ Tho", "cashless-market"), street.tree.an
    partner = Partner.objects.create(
        unit=street.unit("p4"), kind="market-board", name="Ban quản lý", short_name="BQL", folded=fold("Ban quản lý"),
        made_by=an, made_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    part = actions.add_partner(actor=an, place=place, partner=partner, role="Thu phí")
    opened = [PlacePartner.objects.get(pk=part.pk) for _user in range(2)]
    actions.end_partner(actor=an, part=opened[0])
    business_day(TODAY + timedelta(days=1))
    assert actions.end_partner(actor=an, part=opened[1]).until == TODAY
    assert PlacePartner.objects.get().until == TODAY
    assert AuditEvent.objects.filter(action="places.end_partner").count() == 1
