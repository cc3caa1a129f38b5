"""A stand of ward 4, and what is done at it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from doanso.support import stand_keys
from doanso.support.actions import Helper, StandInput, TurnResult, add_self_entry, finish_turn, open_stand, record_turn
from doanso.support.models import Stand, StandTurn
from doanso.support.stand_keys import StandEntry
from doanso.support.tests.conftest import Ward
from doanso.testing import TODAY

BAY = StandEntry("Nguyễn Thị Bảy", 1951, "0912000111")


def stand_input(**overrides: Any) -> StandInput:
    """Return the input of a stand of a pair with the portal and VNeID."""
    fields = {
        "happened_on": TODAY,
        "place": "Nhà văn hoá Khu phố 3",
        "services": ("portal", "vneid"),
        "helper": Helper("Trần Gia Huy"),
        "second": Helper("Võ Thị Năm", "official"),
    } | overrides
    return StandInput(**fields)


class AtStand:
    """A stand and its pair."""

    def __init__(self, ward: Ward, **overrides: Any) -> None:
        self.ward, self.actor = ward, ward.tree.an
        self.stand = open_stand(actor=self.actor, unit=ward.tree.units["p4"], inputs=stand_input(**overrides))
        self.link = stand_keys.link_of(self.stand)

    def record(self, entry: StandEntry | None = BAY, **overrides: Any) -> TurnResult:
        """Record by hand, with the portal, somebody who agreed."""
        fields = {"key": uuid4(), "services": ["portal"], "agreed": True, "actor": self.actor} | overrides
        return record_turn(stand_id=self.stand.pk, entry=entry, **fields)

    def enter(self, entry: StandEntry | None = BAY, **overrides: Any) -> StandTurn:
        """A resident's own entry."""
        fields = {"link": self.link, "key": uuid4(), "text_version": "2023-09", "network": "10.0.0.1"} | overrides
        return add_self_entry(entry=entry, **fields)

    def finish(self, turn: StandTurn, **overrides: Any) -> TurnResult:
        """Record who entered themselves."""
        fields = {"actor": self.actor, "services": ["portal"]} | overrides
        return finish_turn(stand_id=self.stand.pk, turn_id=turn.pk, **fields)

    def fresh(self) -> Stand:
        """The stand as stored."""
        return Stand.objects.get(pk=self.stand.pk)

    def states(self) -> list[tuple[int, str]]:
        """Numbers and states of all turns."""
        return list(StandTurn.objects.order_by("number").values_list("number", "state"))


@pytest.fixture
def at_stand(ward: Ward) -> AtStand:
    """A stand of today in ward 4."""
    return AtStand(ward)


@pytest.fixture
def another(ward: Ward) -> Callable[..., AtStand]:
    """Return a function that opens another stand."""
    return lambda **overrides: AtStand(ward, **overrides)
