"""Open stands in a phone's pack."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.policy import current_role_assignments
from doanso.lib.uuid7 import uuid7
from doanso.outreach.ports import PackContent, PackRequest
from doanso.outreach.queries.stands import stands_part
from doanso.outreach.tests.conftest import Outing
from doanso.support import stand_keys
from doanso.support.actions import Helper, StandInput, add_self_entry, close_stand, open_stand, record_turn, undo_turn
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


def part(outing: Outing, who: str = "lan", *, device: UUID | None = None, unit: str = "p4") -> Any:
    request = PackRequest(getattr(outing.tree, who), outing.ward, device or uuid7(), TODAY, outing.tree.units[unit])
    content: PackContent = stands_part(request)
    return content


def test_a_helpers_phone_has_todays_open_stands_their_own_first(outing: Outing, opened: Callable[..., Stand]) -> None:
    assert part(outing) is None
    others = opened("an", helper=Helper("Nguyễn Văn An"))
    stand = opened()
    opened(happened_on=TODAY - timedelta(days=1))
    closed = opened()
    close_stand(actor=outing.tree.lan, stand_id=closed.pk)
    own, other = part(outing)
    assert (other["id"], other["kept"]) == (str(others.pk), False)
    assert [own] == [
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
            "kept": True,
            "uncounted": [],
        }
    ]
    # Whoever keeps the ward's stands has them all, their own first.
    assert [(row["id"] == str(stand.pk), row["kept"]) for row in part(outing, "an")] == [(False, True), (True, True)]
    # A ward beside it has none of them.
    assert part(outing, "chi", unit="p5") is None


def test_the_nearest_six_stands_are_on_the_phone(outing: Outing) -> None:
    tree = outing.tree

    def at(code: str, **names: Any) -> str:
        pair = {"helper": Helper("Nguyễn Văn An")} | names
        inputs = StandInput(happened_on=TODAY, place=f"Bàn {code}", services=("portal",), **pair)
        return str(open_stand(actor=tree.an, unit=tree.units[code], inputs=inputs).pk)

    ward, second_ward = at("p4"), at("p4", second=Helper("Bùi Thị Lan"))
    branch, neighbour, latest = at("p4-kp1"), at("p4-kp2"), at("p4-kp2")
    more = [at("p4-kp2") for _more in range(3)]
    assert [row["id"] for row in part(outing, unit="p4-kp1")] == [second_ward, branch, ward, *reversed(more)]
    # From the ward itself its own stand is nearer than those of its branches.
    assert [row["id"] for row in part(outing)] == [second_ward, ward, *reversed(more), latest]
    assert neighbour not in {row["id"] for row in part(outing, "an")}
    assert len(json.dumps(part(outing, "an"), ensure_ascii=False).encode()) <= 4_096


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
    content = part(outing, device=device)
    assert content[0]["others"] == {"named": 1, "unnamed": 1}
    assert content[0]["uncounted"] == []
    # What the desk took back of this phone's lines, the phone counts no more.
    undo_turn(actor=outing.tree.lan, stand_id=stand.pk, turn_id=own.pk)
    assert part(outing, device=device)[0]["uncounted"] == [str(own.pk)]
    Record.objects.create(
        record_id=own.pk, content_hash="1" * 64, kind="support.stand-turn", version=1, device_id=device,
        user=outing.tree.lan, received_at=stand.opened_at, state="superseded",
    )  # fmt: skip
    assert part(outing, device=device)[0]["uncounted"] == []


def test_the_part_has_the_form_of_the_contract_in_four_statements(outing: Outing, opened: Callable[..., Stand]) -> None:
    contract = json.loads((CONTRACT / "pack.json").read_text(encoding="utf-8"))["stands"]
    counts = []
    # As in a phone's call, where the roles are read once.
    outing.tree.lan.prepared_role_assignments = current_role_assignments(outing.tree.lan)
    for _more in range(2):
        opened()
        with CaptureQueriesContext(connection) as captured:
            content = part(outing)
        counts.append(len(captured))
    assert counts == [4, 4]
    assert [list(row) for row in (*contract, *content)] == [list(contract[0])] * 3
    for name in ("pair", "others"):
        assert list(content[0][name]) == list(contract[0][name])
    assert list(content[0]["pair"]["first"]) == list(contract[0]["pair"]["first"])
    assert list(content[0]["services"][0]) == list(contract[0]["services"][0])
