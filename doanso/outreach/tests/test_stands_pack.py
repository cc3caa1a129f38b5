"""Open stands in a phone's pack."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.lib.uuid7 import uuid7
from doanso.outreach.ports import PackContent, PackRequest
from doanso.outreach.queries.stands import stands_part
from doanso.outreach.tests.conftest import Outing
from doanso.support import stand_keys
from doanso.support.actions import Helper, StandInput, add_self_entry, close_stand, open_stand, record_turn
from doanso.support.models import Stand, StandTurn
from doanso.support.stand_keys import StandEntry
from doanso.sync.actions import register_device
from doanso.sync.models import Record
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

CONTRACT = Path(__file__).parents[3] / "contract"


@pytest.fixture
def opened(outing: Outing) -> Callable[..., Stand]:
    """Return a function that opens a stand of ward 4 with the portal and payment."""

    def made(who: str = "lan", **changes: Any) -> Stand:
        fields: dict[str, Any] = {
            "happened_on": TODAY,
            "place": "Nhà văn hoá Khu phố 3",
            "services": ("portal", "payment"),
            "helper": Helper("Bùi Thị Lan"),
            "second": Helper("Trần Văn Út", "official"),
        } | changes
        return open_stand(actor=getattr(outing.tree, who), unit=outing.ward, inputs=StandInput(**fields))

    return made


def part(outing: Outing, who: str = "lan") -> Any:
    content: PackContent = stands_part(PackRequest(getattr(outing.tree, who), outing.ward, uuid7(), TODAY))
    return content


def test_a_helpers_phone_has_the_stand_that_they_opened(outing: Outing, opened: Callable[..., Stand]) -> None:
    assert part(outing) is None
    opened("an")
    stand = opened()
    opened(happened_on=TODAY - timedelta(days=1))
    closed = opened()
    close_stand(actor=outing.tree.lan, stand_id=closed.pk)
    assert part(outing) == [
        {
            "id": str(stand.pk),
            "unit": str(outing.ward.pk),
            "place": "Nhà văn hoá Khu phố 3",
            "day": "2023-11-12",
            "planned": 30,
            "services": [{"code": "portal", "name": "portal"}, {"code": "payment", "name": "payment"}],
            "pair": {
                "first": {"name": "Bùi Thị Lan", "kind": "youth", "member": None},
                "second": {"name": "Trần Văn Út", "kind": "official", "member": None},
            },
            "others": {"named": 0, "unnamed": 0},
            "waiting": 0,
        }
    ]
    # Whoever keeps the ward's stands has them all, their own first.
    assert [row["id"] == str(stand.pk) for row in part(outing, "an")] == [False, True]


def test_others_are_whom_this_phone_has_not_recorded(outing: Outing, opened: Callable[..., Stand]) -> None:
    stand = opened()
    for entry in (StandEntry("Nguyễn Thị Bảy", 1951), None, None):
        record_turn(
            actor=outing.tree.lan, stand_id=stand.pk, key=uuid4(), entry=entry, services=["portal"], agreed=True
        )
    for name in ("Bùi Thị Tư", None):
        entry = StandEntry(name, 1949) if name else None
        link = stand_keys.link_of(stand)
        add_self_entry(link=link, key=uuid4(), entry=entry, text_version="2023-09", network="10.0.0.1")
    assert (part(outing)[0]["others"], part(outing)[0]["waiting"]) == ({"named": 1, "unnamed": 2}, 2)
    device = uuid7()
    own = StandTurn.objects.filter(named=False, state="recorded").first()
    assert own is not None
    register_device(actor=outing.tree.lan, device_id=device, name="Máy của Lan")
    Record.objects.create(
        record_id=own.pk, content_hash="0" * 64, kind="support.stand-turn", version=1, device_id=device,
        user=outing.tree.lan, received_at=stand.opened_at, state="applied",
    )  # fmt: skip
    content: Any = stands_part(PackRequest(outing.tree.lan, outing.ward, device, TODAY))
    assert content[0]["others"] == {"named": 1, "unnamed": 1}


def test_the_part_has_the_form_of_the_contract_in_four_statements(outing: Outing, opened: Callable[..., Stand]) -> None:
    contract = json.loads((CONTRACT / "pack.json").read_text(encoding="utf-8"))["stands"]
    counts = []
    for _more in range(2):
        opened()
        with CaptureQueriesContext(connection) as captured:
            content = part(outing)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert [list(row) for row in (*contract, *content)] == [list(contract[0])] * 3
    for name in ("pair", "others"):
        assert list(content[0][name]) == list(contract[0][name])
    assert list(content[0]["pair"]["first"]) == list(contract[0]["pair"]["first"])
    assert list(content[0]["services"][0]) == list(contract[0]["services"][0])
