"""Reads of the pages that record help: what counts, who was recorded just now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.ledger.models import Measure, MeasureKind
from doanso.lib import clock, database
from doanso.members.ports import indicator_titles
from doanso.support import families
from doanso.support.models import SupportRecord
from doanso.support.rules.counting import CountingMeasure
from doanso.units.models import Unit

MOST_RECENT = 200
"""Records of one day that a page reads to show whom its user has recorded."""


_COUNTING = (
    "family IN (%s, %s) AND book_id IN (SELECT b.id FROM ledger_book b WHERE b.first_day <= %s AND b.last_day >= %s"
    " AND b.root_id IN (SELECT p.ancestor_id FROM units_unitpath p WHERE p.unit_id = %s AND p.since <= %s"
    " AND (p.until IS NULL OR p.until > %s)))"
)


def counting_measures(unit: Unit, day: date) -> dict[str, list[CountingMeasure]]:
    """Return what the programmes of the unit count on that day, by service; two statements, one where nothing is counted."""
    today = clock.today()
    parameters = [families.PEOPLE_FAMILY, families.BUSINESSES_FAMILY, day, day, unit.pk, today, today]
    rows = sorted(
        database.read_rows(Measure, ("id", "topic", "code", "family", "kind", "least_grade"), _COUNTING, parameters)
    )
    titles = indicator_titles({row[2] for row in rows}) if rows else {}
    measures: dict[str, list[CountingMeasure]] = {}
    for _id, service, code, family, kind, least_grade in rows:
        measures.setdefault(service, []).append(
            CountingMeasure(
                title=titles.get(code, code),
                to_business=family == families.BUSINESSES_FAMILY,
                by_name=kind != MeasureKind.TIMES,
                least_grade=least_grade,
            )
        )
    return measures


class HelperPair(NamedTuple):
    """Who helped and with whom, and the unit that recorded it."""

    unit_id: UUID
    helper: str
    helper_kind: str
    second: str
    second_kind: str


@dataclass(frozen=True, slots=True)
class RecordedReceiver:
    """A receiver recorded in one action: the first record, name and year as the actor may read them, services, moment, pair."""

    support_record_id: UUID
    receipt_id: UUID | None
    name: str
    birth_year: int | None
    named: bool
    services: tuple[str, ...]
    recorded_at: datetime
    pair: HelperPair


_COLUMNS = (
    *("pk", "unit_id", "receipt_id", "named", "recorded_at", "service__short_name"),
    *("contact__name", "contact__birth_year", "business__name"),
    *("helper_name", "helper_kind", "second_helper_name", "second_helper_kind"),
)


def recorded_receivers(actor: User, unit_ids: Collection[UUID], day: date) -> list[RecordedReceiver]:
    """Return whom the actor has recorded at these units for help on that day, the latest first; one statement.

    All services of a receipt are one receiver; so are the records of an unnamed one that were made in one action.
    """
    rows = SupportRecord.objects.filter(
        unit_id__in=list(unit_ids), happened_on=day, recorded_by=actor, taken_back_at=None
    ).order_by("-recorded_at", "service__position")
    return _grouped(actor, rows.values_list(*_COLUMNS)[:MOST_RECENT])


def recorded_with(actor: User, support_record: SupportRecord) -> RecordedReceiver | None:
    """Return the receiver of a record with all services of that day's receipt; None once everything was taken back."""
    rows = SupportRecord.objects.filter(taken_back_at=None)
    if support_record.receipt_id is None:
        rows = rows.filter(pk=support_record.pk)
    else:
        rows = rows.filter(receipt=support_record.receipt_id)
    receivers = _grouped(actor, rows.order_by("service__position").values_list(*_COLUMNS))
    return receivers[0] if receivers else None


def _grouped(actor: User, rows: Iterable[Any]) -> list[RecordedReceiver]:
    shown = access.personal(actor)
    grouped: dict[Any, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row[2] or row[4], []).append(row)
    receivers = []
    for first, *others in grouped.values():
        pk, unit_id, receipt_id, named, recorded_at, _service, name, birth_year, shop, *helpers = first
        services = [_service, *(other[5] for other in others)]
        called = name if name is not None else shop
        receivers.append(
            RecordedReceiver(
                support_record_id=pk,
                receipt_id=receipt_id,
                name=shown.name(called, unit_id) if called else "",
                birth_year=birth_year if shown.shows(unit_id) else None,
                named=named,
                services=tuple(services),
                recorded_at=recorded_at,
                pair=HelperPair(unit_id, *helpers),
            )
        )
    return receivers
