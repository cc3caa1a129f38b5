"""Ask units whether they need help: each rule at most once per unit and month, as an assignment with a due date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from doanso.assignments.actions import assign
from doanso.assignments.models import Assignment
from doanso.assignments.queries import sole_handlers
from doanso.lib import clock
from doanso.lib.committee_files import committee_file
from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable
from doanso.targets.models import Programme
from doanso.targets.queries import all_programmes
from doanso.targets.queries.alerts import UnitActivity, published_on, unit_activity
from doanso.targets.rules import alerts
from doanso.targets.rules.alerts import AlertThresholds
from doanso.units.queries import NamedUnit

SHIPPED = Path(__file__).resolve().parent.parent / "alerts.toml"
SOURCE = "targets.alert"


@dataclass(frozen=True, slots=True)
class Alert:
    """A question to one unit under one rule; it is asked once per `period`."""

    programme: Programme
    unit: NamedUnit
    rule: str
    period: str
    parameters: dict[str, Any]

    @property
    def source_id(self) -> UUID:
        """Return the id of a question: the same for the same unit, rule and period, however often it is computed."""
        return uuid5(self.programme.pk, f"{self.unit.id}/{self.rule}/{self.period}")


def alert_thresholds() -> AlertThresholds:
    """Return the thresholds from the committee's own file in the data folder, else from the shipped one."""
    path = committee_file(SHIPPED)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> AlertThresholds:
    entry = toml_tables.read_toml(path)
    parts = {
        name: TomlTable(f"{path.name}, {name}", entry.table(name)) for name in ("silence", "burst", "night", "phone")
    }
    silence, burst, night, phone = parts.values()
    read = AlertThresholds(
        due_days=entry.integer("due_days", 1, 60),
        silence_days=silence.integer("days", 2, 365),
        burst_days=burst.integer("days", 1, 14),
        burst_times=burst.integer("times", 2, 100),
        burst_least=burst.integer("least", 1, 100_000),
        burst_weeks=burst.integer("weeks", 1, 26),
        burst_fewest_weeks=burst.integer("fewest_weeks", 1, 26),
        night_from=night.integer("from_hour", 12, 23),
        night_to=night.integer("to_hour", 0, 11),
        night_days=night.integer("days", 1, 31),
        night_share=night.integer("share", 1, 100),
        night_least=night.integer("least", 1, 100_000),
        phone_persons=phone.integer("persons", 2, 1_000),
        phone_homes=phone.integer("homes", 1, 1_000),
    )
    for part in (entry, *parts.values()):
        part.finish()
    return read


def _of_unit(
    programme: Programme, looked: UnitActivity, on: date, than: AlertThresholds, recordable_since: date
) -> Iterator[Alert]:
    began, month = max(programme.first_day, looked.unit.unit.since), alerts.month_of(on)
    base_parameters = {"programme": programme.code}
    # Nothing older than the rules read is searched: a longer silence is reported as this span. Nobody could record for a
    # programme before it was published.
    seen_from = max(began, recordable_since, on - than.looks_back - timedelta(days=1))
    silent = alerts.days_of_silence(
        max(looked.days, default=None), seen_from, on, behind=looked.behind, thresholds=than
    )
    if silent is not None:
        yield Alert(programme, looked.unit, "silence", month, {**base_parameters, "days": silent})
    until = alerts.recent_deadline(on, programme.last_day, than)
    burst = alerts.burst_before_deadline(looked.days, began, until, than) if until is not None else None
    if until is not None and burst is not None:
        parameters = {
            **base_parameters,
            "until": until.isoformat(),
            "days": than.burst_days,
            "count": burst[0],
            "usual": burst[1],
        }
        yield Alert(programme, looked.unit, "burst", until.isoformat(), parameters)
    night = alerts.records_at_night(looked.hours, than)
    if night is not None:
        parameters = {
            **base_parameters,
            "from": than.night_from,
            "to": than.night_to,
            "count": night[0],
            "all": night[1],
        }
        yield Alert(programme, looked.unit, "night", month, parameters)
    phones = alerts.count_shared_phones(looked.phones, than)
    if phones is not None:
        yield Alert(
            programme, looked.unit, "phone", month, {**base_parameters, "count": phones, "persons": than.phone_persons}
        )


def find_alerts(on: date) -> list[Alert]:
    """Return the units that the rules would ask on a day, in every current programme; nothing is written."""
    than = alert_thresholds()
    candidates: list[Alert] = []
    for programme in all_programmes().filter(first_day__lte=on, last_day__gte=on):
        published = published_on(programme)
        # Where the business day is set, as in a demo, the real time of publication says nothing of it.
        recordable_since = published if published is not None and published <= on else programme.first_day
        for looked in unit_activity(programme, on, than):
            candidates += _of_unit(programme, looked, on, than, recordable_since)
    return candidates


def assign_alerts(*, dry_run: bool = False) -> list[Alert]:
    """Assign a question to each unit that the rules select; return the questions. With `dry_run` nothing is written.

    Units already asked in the period, or with an open question, are skipped. Each question is created in a transaction of
    its own, so that an interrupted run is continued by the next one.
    """
    on = clock.today()
    candidates = find_alerts(on)
    kinds = {f"alerts.{alert.rule}" for alert in candidates}
    open_now = set(Assignment.objects.filter(kind__in=kinds, completed_at=None).values_list("unit_id", "kind"))
    existing_ids = set(
        Assignment.objects.filter(
            source_kind=SOURCE, source_id__in=[alert.source_id for alert in candidates]
        ).values_list("source_id", flat=True)
    )
    new = [
        alert
        for alert in candidates
        if (alert.unit.id, f"alerts.{alert.rule}") not in open_now and alert.source_id not in existing_ids
    ]
    if dry_run or not new:
        return new
    owners = sole_handlers({alert.unit.id for alert in new})
    due_on = on + timedelta(days=alert_thresholds().due_days)
    for alert in new:
        assign(
            actor=None,
            unit=alert.unit.unit,
            title_code=f"alerts.{alert.rule}",
            parameters=alert.parameters,
            owner=owners.get(alert.unit.id),
            due_on=due_on,
            source_kind=SOURCE,
            source_id=alert.source_id,
        )
    return new
