"""Read the input of the alert rules, for all units directly below a programme's root at once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from doanso.adoption.queries import usage_figures
from doanso.ledger.queries import recorded_by_day
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.people import queries as people
from doanso.support import queries as support
from doanso.targets.models import IndicatorKind, Programme
from doanso.targets.queries.overviews import progress_of_children
from doanso.targets.rules import ProgressState, alerts
from doanso.targets.rules.alerts import AlertThresholds
from doanso.units.models import UnitPath
from doanso.units.queries import NamedUnit

_WORK = (IndicatorKind.COUNT, IndicatorKind.SHARE)


@dataclass(frozen=True, slots=True)
class UnitActivity:
    """The recent records of one unit with everything below it, as the rules of alerts need them."""

    unit: NamedUnit
    behind: bool
    days: Mapping[date, int] = field(default_factory=dict)
    hours: Mapping[int, int] = field(default_factory=dict)
    phones: list[tuple[int, int]] = field(default_factory=list)


def published_on(programme: Programme) -> date | None:
    """Return the day on which a programme was first published; None for one without revisions."""
    first = programme.revisions.filter(number=1).values_list("made_at", flat=True).first()
    return clock.local(first).date() if first is not None else None


def unit_activity(programme: Programme, on: date, than: AlertThresholds) -> list[UnitActivity]:
    """Return the activity of every unit directly below the root: whether it is behind, when it recorded, shared phones.

    The number of statements is constant.
    """
    children = progress_of_children(programme, programme.root, on)
    home = _homes([child.unit.id for child in children], on)
    codes = set(
        programme.indicators.filter(kind__in=_WORK)
        .exclude(numerator="")
        .exclude(family__startswith="members.")
        .values_list("numerator", flat=True)
    )
    first = on - than.looks_back
    days: dict[UUID, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    recorded = recorded_by_day(book=programme.book, unit_ids=home, codes=codes, first=first, last=on)
    for (unit_id, day), count in recorded.items():
        days[home[unit_id]][day] += count
    hours: dict[UUID, list[dict[int, int]]] = defaultdict(list)
    lately = on - timedelta(days=than.night_days - 1)
    for hourly_counts in (support.hours_of_records(home, lately, on), usage_figures.hours_of_records(home, lately, on)):
        for (unit_id, hour), count in hourly_counts.items():
            hours[home[unit_id]].append({hour: count})
    phones: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for unit_id, shared in people.shared_phones(home, than.phone_persons).items():
        phones[home[unit_id]] += shared
    return [
        UnitActivity(
            unit=child.unit,
            behind=any(
                progress.state in (ProgressState.BEHIND, ProgressState.RISK) and progress.kind in _WORK
                for progress in child.indicators
            ),
            days=dict(days[child.unit.id]),
            hours=alerts.sum_by_hour(hours[child.unit.id]),
            phones=phones[child.unit.id],
        )
        for child in children
    ]


def _homes(child_ids: list[UUID], on: date) -> dict[UUID, UUID]:
    """Return for each unit below these units the one of them it is under."""
    paths = UnitPath.objects.filter(in_effect(on), ancestor_id__in=child_ids)
    return dict(paths.values_list("unit_id", "ancestor_id"))
