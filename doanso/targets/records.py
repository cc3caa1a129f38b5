"""Progress as machines read it: the same record in the API, in JSON and in CSV."""

from typing import Any

from doanso.targets.queries import IndicatorProgress, Overview
from doanso.targets.rules import SumCheck

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
    "met_on",
    "given_below",
    "sum_check",
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
        "met_on": one.met_on.isoformat() if one.met_on is not None else None,
        "given_below": _given(one.sum_check),
        "sum_check": str(one.sum_check.state) if one.sum_check is not None else None,
    }


def _given(check: SumCheck | None) -> float | int | None:
    """What the units below were given: per cent for shares, where the whole would stand."""
    if check is None:
        return None
    return _per_cent(check.given) if check.is_share else check.given


def overview(found: Overview) -> dict[str, Any]:
    """A unit's progress on a day; with its children read, theirs too."""
    return {
        "programme": found.programme.code,
        "unit": found.unit.code,
        "on": found.on.isoformat(),
        "indicators": [indicator(one) for one in found.indicators],
        "units": [
            {
                "unit": child.unit.code,
                "name": child.unit.name,
                "indicators": [indicator(one) for one in child.indicators],
            }
            for child in found.children
        ],
    }
