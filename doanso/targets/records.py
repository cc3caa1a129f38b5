"""Progress for machines: the same record in the API, in JSON and in CSV."""

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
    """Return tenths of a per cent as a number: 914 as 91.4."""
    return None if tenths is None else tenths / 10


def indicator_record(progress: IndicatorProgress) -> dict[str, Any]:
    """Return one indicator as a record. `target` and, for shares and rules, `percent` and `forecast` are in per cent."""
    return {
        "code": progress.code,
        "title": progress.title,
        "kind": progress.kind,
        "basis": progress.basis,
        "value": progress.value,
        "target": progress.target,
        "denominator": progress.denominator,
        "percent": _per_cent(progress.percent),
        "needed_per_week": progress.needed_per_week,
        "forecast": _per_cent(progress.forecast) if progress.is_share else progress.forecast,
        "state": str(progress.state),
        "met_on": progress.met_on.isoformat() if progress.met_on is not None else None,
        "given_below": _given(progress.sum_check),
        "sum_check": str(progress.sum_check.state) if progress.sum_check is not None else None,
    }


def _given(check: SumCheck | None) -> float | int | None:
    """Return the sum given to the units below; for shares the resulting overall per cent."""
    if check is None:
        return None
    return _per_cent(check.given) if check.is_share else check.given


def overview_record(overview: Overview) -> dict[str, Any]:
    """Return a unit's progress on a day as a record, with that of its children if they were read."""
    return {
        "programme": overview.programme.code,
        "unit": overview.unit.code,
        "on": overview.on.isoformat(),
        "indicators": [indicator_record(progress) for progress in overview.indicators],
        "units": [
            {
                "unit": child.unit.code,
                "name": child.unit.name,
                "indicators": [indicator_record(progress) for progress in child.indicators],
            }
            for child in overview.children
        ],
    }
