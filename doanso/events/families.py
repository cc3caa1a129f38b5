"""Events in the ledger: the family `events.held`, whose topic is the kind of event.

A closing whose report is issued is a source, and its event the subject; one whose report was withdrawn is no fact.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.events.kinds import kinds
from doanso.events.models import EventClosing
from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.parameters import only_parameter
from doanso.ledger.ports import CountingChoice, FamilyDescription, MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused

HELD_FAMILY = "events.held"
CLOSING = "events.closing"
EVENT_PARAMETER = "event"
RECORDED = 1
"""Grade: an official document of the unit says so."""


class HeldFamily:
    """`events.held`: festivals, launch days and other events that were held and whose report is issued."""

    name = HELD_FAMILY
    kind = MeasureKind.TIMES
    subject_kind = "event"
    source_kind = CLOSING
    grade_words: Mapping[int, str | Promise] = {RECORDED: gettext_lazy("An issued report says so")}

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return the kind of event as topic; `parameters` is `{"event": "cashless-festival"}`."""
        code = only_parameter(self.name, parameters, EVENT_PARAMETER)
        known = [kind.code for kind in kinds()]
        if code not in known:
            message = _("“event” must be a kind of event: %(known)s.") % {"known": ", ".join(known)}
            raise Refused(Problem("measure_parameters", message))
        return MeasureKey(topic=str(code))

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of closings in force by id."""
        rows = EventClosing.objects.filter(counted_on__isnull=False, taken_back_on=None)
        rows = rows.select_related("event").order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return [
            RawFact(
                source_id=row.pk,
                subject_ref=row.event_id,
                topic=row.event.kind,
                level=0,
                unit_id=row.unit_id,
                happened_on=row.event.day,
                arrived_on=_day(row.counted_on),
                recorded_at=_moment(row.counted_at),
                grade=RECORDED,
            )
            for row in rows[:limit]
        ]


def _day(value: date | None) -> date:
    if value is None:
        raise ValueError("A closing that counts has its day.")
    return value


def _moment(value: datetime | None) -> datetime:
    if value is None:
        raise ValueError("A closing that counts has its moment.")
    return value


def held_fact(closing: EventClosing) -> FactInput:
    """Return the fact of a closing whose report is issued."""
    return FactInput(
        family=HELD_FAMILY,
        source_id=closing.pk,
        subject_ref=closing.event_id,
        happened_on=closing.event.day,
        arrived_on=_day(closing.counted_on),
        grade=RECORDED,
        topic=closing.event.kind,
        unit_id=closing.unit_id,
    )


DESCRIPTION = FamilyDescription(
    family=HELD_FAMILY,
    title=gettext_lazy("Festivals, launch days and other events that were held"),
    help=gettext_lazy(
        "An event counts on its day once its report is issued; a report that is withdrawn makes it count no more."
    ),
    kinds=("count", "milestone"),
    choices=lambda: [
        CountingChoice(title=kind.name, parameters={EVENT_PARAMETER: kind.code}, unit_of_count=kind.name.lower())
        for kind in kinds()
    ],
    unit_of_count=gettext_lazy("events"),
    group="models",
    position=71,
)
