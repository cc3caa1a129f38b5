"""Progress as machines read it: the same record in the API, in JSON and in CSV."""

from typing import Any

from doanso.targets.queries import IndicatorProgress, Overview

COLUMNS = (
    "code",
    "title",
    "kind",
    "basis",
    "value",
    "target",
    "denominator",
    "percent",
    "needed_per_week",
    "forecast",
    "state",
)


def _per_cent(tenths: int | None) -> float | None:
    """914 tenths as 91.4, the nearest number a machine has to what the pages write."""
    return None if tenths is None else tenths / 10


def indicator(one: IndicatorProgress) -> dict[str, Any]:
    """One indicator. `target` and, for shares and rules, `percent` and `forecast` are in per cent."""
    return {
        "code": one.code,
        "title": one.title,
        "kind": one.kind,
        "basis": one.basis,
        "value": one.value,
        "target": one.target,
        "denominator": one.denominator,
        "percent": _per_cent(one.percent),
        "needed_per_week": one.needed_per_week,
        "forecast": _per_cent(one.forecast) if one.is_share else one.forecast,
        "state": str(one.state),
    }


def overview(found: Overview) -> dict[str, Any]:
    """A unit's progress on a day."""
    return {
        "programme": found.programme.code,
        "unit": found.unit.code,
        "on": found.on.isoformat(),
        "indicators": [indicator(one) for one in found.indicators],
    }
