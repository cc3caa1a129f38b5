"""The article's programme in the small tree, with members in three branches who use a service and did things."""

from collections.abc import Callable
from typing import Any

import pytest

from doanso.ledger.models import Total
from doanso.ledger.queries import figures
from doanso.ledger.recount import recount
from doanso.targets.tests.conftest import Loaded, loaded
from doanso.units.models import Neighbourhood, Unit, UnitLink, UnitName, UnitPath
from tools.fixture_replay import replayed

__all__ = ["loaded"]


@pytest.fixture
@replayed
def busy(loaded: Loaded) -> Loaded:
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Quân")
    loaded.reach("p5", "vneid", "level2-active", "Khang")
    return loaded


@pytest.fixture
def shown(busy: Loaded) -> Callable[..., dict[str, int]]:
    """A measure's figures by unit code."""

    def figures_of(code: str, on: Any) -> dict[str, int]:
        codes = dict(Unit.objects.values_list("id", "code"))
        totals = figures(book=busy.programme.book, unit_ids=list(codes), on=on)
        return {
            codes[unit]: figure.total for (unit, measure), figure in totals.items() if measure == code and figure.total
        }

    return figures_of


def state() -> list[Any]:
    """Everything that an undone change leaves as it was: the tree and the totals."""
    rows = []
    for table, names in (
        (Unit, ("code", "kind", "since", "until", "successor__code", "keeper__code")),
        (UnitName, ("unit__code", "name", "short_name", "sort_key", "since", "until")),
        (UnitLink, ("unit__code", "parent__code", "since", "until")),
        (UnitPath, ("unit__code", "ancestor__code", "depth", "since", "until")),
        (Neighbourhood, ("unit__code", "name", "since", "until", "successor__name")),
    ):
        rows.append(sorted(table.objects.values_list(*names), key=str))
    totals = Total.objects.values_list("unit__code", "measure__code", "day", "g0", "g1", "g2", "g3", "g4")
    rows.append(sorted((row for row in totals if any(row[3:])), key=str))
    return rows


def differences() -> list[str]:
    return [str(difference) for difference in recount()]
