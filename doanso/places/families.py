"""Recognitions in the ledger: the family `places.recognised`, whose topic is the kind of place.

A recognition is a source and its place the subject; one that was withdrawn is no fact.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.parameters import only_parameter
from doanso.ledger.ports import CountingChoice, FamilyDescription, MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused
from doanso.places.kinds import kinds
from doanso.places.models import Place, Recognition

RECOGNISED_FAMILY = "places.recognised"
RECOGNITION = "places.recognition"
PLACE_PARAMETER = "place"
ATTESTED = 1
"""Grade: seen by an officer above."""


class RecognisedFamily:
    """`places.recognised`: streets, markets and other places that meet all their criteria."""

    name = RECOGNISED_FAMILY
    kind = MeasureKind.TIMES
    subject_kind = "place"
    source_kind = RECOGNITION

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return the kind of place as topic; `parameters` is `{"place": "digital-street"}`."""
        code = only_parameter(self.name, parameters, PLACE_PARAMETER)
        known = [kind.code for kind in kinds()]
        if code not in known:
            message = _("“place” must be a kind of place: %(known)s.") % {"known": ", ".join(known)}
            raise Refused(Problem("measure_parameters", message))
        return MeasureKey(topic=str(code))

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of recognitions in force by id."""
        rows = Recognition.objects.filter(withdrawn_on=None).select_related("place").order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return [
            RawFact(
                source_id=row.pk,
                subject_ref=row.place_id,
                topic=row.place.kind,
                level=0,
                unit_id=row.unit_id,
                happened_on=row.decided_on,
                arrived_on=row.arrived_on,
                recorded_at=row.decided_at,
                grade=ATTESTED,
            )
            for row in rows[:limit]
        ]


def fact_of(recognition: Recognition, place: Place) -> FactInput:
    """Return the fact of a recognition."""
    return FactInput(
        family=RECOGNISED_FAMILY,
        source_id=recognition.pk,
        subject_ref=place.pk,
        happened_on=recognition.decided_on,
        arrived_on=recognition.arrived_on,
        grade=ATTESTED,
        topic=place.kind,
        unit_id=recognition.unit_id,
    )


DESCRIPTION = FamilyDescription(
    family=RECOGNISED_FAMILY,
    title=gettext_lazy("Streets, markets and other places that meet all their criteria"),
    help=gettext_lazy(
        "A place counts from the day on which it is recognised; a recognition that is withdrawn counts no more."
    ),
    kinds=("count", "milestone"),
    choices=lambda: [
        CountingChoice(title=kind.name, parameters={PLACE_PARAMETER: kind.code}, unit_of_count=kind.short_name.lower())
        for kind in kinds()
    ],
    unit_of_count=gettext_lazy("places"),
    group="models",
    position=70,
)
