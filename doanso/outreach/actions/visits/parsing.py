"""Stage 1, parse: records of a phone become a batch. Their bodies were read by `visit_payload.read_visit` on arrival."""

from collections.abc import Sequence

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.members import queries as members
from doanso.outreach.actions.visits.batches import VisitBatch, VisitItem
from doanso.outreach.rules import visits as rules
from doanso.sync.ports import IncomingRecord
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind


def parse_batch(*, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> VisitBatch:
    """Return the batch of these records; hours are corrected by the offset of the phone's clock.

    Refused for visits on both sides of the day on which their unit ended.
    """
    # A branch visits in the name of its ward.
    home_id = members.home_units([unit.pk])[unit.pk] if unit.kind == UnitKind.BRANCH else unit.pk
    today = clock.today()
    items = []
    for record in records:
        payload = record.content
        began_at, ended_at = rules.correct_clock(
            payload.began_at, payload.ended_at, skew=record.skew, received_at=record.received_at
        )
        items.append(VisitItem(record, payload, began_at, ended_at, rules.counted_day(payload.happened_on, today)))
    # Doors and teams of an ended unit stay its own; a visit after its end is its successor's.
    recorded_for = units.unit_of_days(unit, {visit_item.counted_on for visit_item in items})
    return VisitBatch(actor, recorded_for, home_id, today, clock.now(), items)
