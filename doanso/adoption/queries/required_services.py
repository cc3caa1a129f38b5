"""A person on the services that programmes count: the stage that is asked for, and how far the person is; two statements.

On the hot path: building the two statements and their objects with the ORM took a quarter of a member's page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from doanso.accounts.models import User
from doanso.adoption import families, rules
from doanso.adoption.models import AdoptionStage, Declaration, DeclarationOutcome, Obstacle, Service, Usage
from doanso.ledger.models import Measure
from doanso.lib import clock, database
from doanso.lib.database import hot_reads
from doanso.members.models import Member


@dataclass(frozen=True, slots=True)
class RequiredStage:
    """The lowest stage of a service that a programme counts, with the code of the indicator that counts it ("" without one)."""

    service: str
    service_name: str
    short_name: str
    level: int
    name: str
    indicator: str


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """One record of a service's use, as the card shows it; a declaration has `declaration`, a returned one `reason` too."""

    service: str
    level: int
    stage: str
    happened_on: date
    grade: int
    seen_by: str
    obstacle: str
    declaration: UUID | None
    reason: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class RequiredService:
    """A person on one service that a programme counts.

    `seen` is the record in force that an officer has seen, `waiting` a newer declaration that nobody has looked at, `returned`
    the newest one if it was sent back.
    """

    required: RequiredStage
    seen: UsageRecord | None
    waiting: UsageRecord | None
    returned: UsageRecord | None

    @property
    def is_reached(self) -> bool:
        """Return whether an officer has seen the required stage or a higher one."""
        return self.seen is not None and self.seen.level >= self.required.level


_STAGE_COLUMNS = (
    ("s", Service, ("code", "name", "short_name")),
    ("t", AdoptionStage, ("level", "name")),
)
_STAGES = (
    f"FROM {AdoptionStage._meta.db_table} t JOIN {Service._meta.db_table} s ON s.code = t.service_id AND s.by_member"
)
_COUNTED = (
    f"{_STAGES} JOIN {Measure._meta.db_table} m ON m.family = %s AND m.topic = t.service_id AND m.level = t.level"
    " WHERE t.level > 0 ORDER BY s.position, s.code, t.level, m.least_grade, m.id DESC"
)
_FIRST = f"{_STAGES} WHERE t.level = 1 ORDER BY s.position, s.code"


def required_stages() -> list[RequiredStage]:
    """Return the lowest counted stage of each service that members themselves use, in the catalogue's order; one statement.

    Where no programme counts any yet, the first stage of each; a second statement.
    """
    columns = (*_STAGE_COLUMNS, ("m", Measure, ("code",)))
    counted: dict[str, RequiredStage] = {}
    for row in hot_reads.read_joined(columns, _COUNTED, [families.STATE_FAMILY]):
        counted.setdefault(row[0], RequiredStage(*row))
    if counted:
        return list(counted.values())
    first = hot_reads.read_joined(_STAGE_COLUMNS, _FIRST, [])
    return [RequiredStage(code, name, short_name, level, stage, "") for code, name, short_name, level, stage in first]


_USAGE_COLUMNS = (
    ("u", Usage, ("service", "happened_on", "grade", "taken_back_at")),
    ("t", AdoptionStage, ("level", "name")),
    ("w", User, ("display_name",)),
    ("o", Obstacle, ("name",)),
    ("d", Declaration, ("id", "reason")),
)
_USAGES = (
    f"FROM {Usage._meta.db_table} u JOIN {AdoptionStage._meta.db_table} t ON t.id = u.stage_id"
    f" LEFT JOIN {User._meta.db_table} w ON w.id = u.seen_by_id"
    f" LEFT JOIN {Obstacle._meta.db_table} o ON o.code = u.obstacle_id"
    f" LEFT JOIN {Declaration._meta.db_table} d ON d.usage_id = u.id"
    " WHERE u.person_id = %s AND (u.taken_back_at IS NULL OR d.outcome = %s) AND u.happened_on < %s"
    " ORDER BY u.happened_on DESC, u.recorded_at DESC, u.id DESC"
)


def _records(stay: Member) -> Iterable[UsageRecord]:
    """Yield the person's records, newest first. For a stay that has ended, only those before its end."""
    until = stay.until or date.max
    parameters = [stay.person_id, DeclarationOutcome.RETURNED.value, until]
    for row in hot_reads.read_joined(_USAGE_COLUMNS, _USAGES, parameters):
        service, happened_on, grade, taken_back_at, level, stage, seen_by, obstacle, declaration, reason = row
        yield UsageRecord(
            service=service,
            level=level,
            stage=stage,
            happened_on=database.as_date(happened_on),
            grade=grade,
            seen_by=seen_by or "",
            obstacle=obstacle or "",
            declaration=declaration,
            reason=reason or "",
            taken_back=taken_back_at is not None,
        )


def required_services(stay: Member) -> list[RequiredService]:
    """Return the person of a stay on every counted service."""
    records: dict[str, list[UsageRecord]] = {}
    for record in _records(stay):
        records.setdefault(record.service, []).append(record)
    return [_required_service(stage, records.get(stage.service, [])) for stage in required_stages()]


def _required_service(stage: RequiredStage, records: Sequence[UsageRecord]) -> RequiredService:
    """Arrange the records of one service, newest first; a declaration matters only while nothing newer is there."""
    today = clock.today()
    seen = next(
        (record for record in records if record.grade >= rules.SEEN_BY_OFFICER and record.happened_on <= today), None
    )
    newest = records[0] if records and records[0] is not seen else None
    declared = newest if newest is not None and newest.grade == rules.SELF_DECLARED else None
    return RequiredService(
        required=stage,
        seen=seen,
        waiting=declared if declared is not None and not declared.taken_back else None,
        returned=declared if declared is not None and declared.taken_back else None,
    )


_LEVEL_COLUMNS = (("u", Usage, ("person", "service")), ("t", AdoptionStage, ("level",)))
_LEVELS = (
    f"FROM {Usage._meta.db_table} u JOIN {AdoptionStage._meta.db_table} t ON t.id = u.stage_id"
    " WHERE u.person_id IN ({persons}) AND u.taken_back_at IS NULL AND u.grade >= %s AND u.happened_on <= %s"
    " ORDER BY u.happened_on, u.recorded_at, u.id"
)


def reached_counts(person_ids: Sequence[UUID]) -> tuple[int, dict[UUID, int]]:
    """Return how many services are counted, and how many of them each person has reached today; two statements for any number."""
    asked = {stage.service: stage.level for stage in required_stages()}
    if not asked or not person_ids:
        return len(asked), {}
    levels: dict[UUID, dict[str, int]] = {person_id: {} for person_id in person_ids}
    source = _LEVELS.format(persons=database.placeholders(person_ids))
    # In the order of their days: the newest record is in force.
    for person_id, service, level in hot_reads.read_joined(
        _LEVEL_COLUMNS, source, [*person_ids, rules.SEEN_BY_OFFICER, clock.today()]
    ):
        levels[person_id][service] = level
    return len(asked), {
        person_id: sum(reached.get(service, 0) >= level for service, level in asked.items())
        for person_id, reached in levels.items()
    }
