"""Visits in the ledger: the number of visits with an opened door, and of those with two people of two kinds present."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.parameters import no_parameters
from doanso.ledger.ports import CountingChoice, FamilyDescription, MeasureKey, RawFact
from doanso.outreach.models import OPENED, Visit

VISITS_FAMILY = "outreach.visits"
PAIRS_FAMILY = "outreach.pair-visits"
VISIT = "outreach.visit"
PAIR = "outreach.pair"
# A visit rests on the word of its recorder, a pair on that of two people: a second's confirmation that comes later is a fact of
# its own, and changes no grade.
SEEN, ATTESTED = 1, 2


def is_opened(visit: Visit) -> bool:
    """Return whether somebody opened the door, so that the visit is counted at all."""
    return visit.outcome in OPENED


def fact_of_visit(visit: Visit) -> RawFact:
    """Return the fact of a visit, which is its own subject: a refusal has no name, and one home is visited more than once."""
    return RawFact(
        source_id=visit.counted_as,
        subject_ref=visit.pk,
        topic="",
        level=0,
        unit_id=visit.unit_id,
        happened_on=visit.happened_on,
        arrived_on=visit.arrived_on,
        recorded_at=visit.recorded_at,
        grade=SEEN,
    )


def fact_of_pair(visit: Visit) -> RawFact:
    """Return the fact of a visit's pair: it arrived when the second's confirmation did, and counts on the day of the
    visit, also where the phone's clock was ahead."""
    if visit.paired_on is None:
        raise ValueError(f"Visit {visit.pk} has no pair to be counted.")
    return RawFact(
        source_id=visit.counted_as,
        subject_ref=visit.pk,
        topic="",
        level=0,
        unit_id=visit.unit_id,
        happened_on=min(visit.happened_on, visit.arrived_on),
        arrived_on=visit.paired_on,
        recorded_at=visit.recorded_at,
        grade=ATTESTED,
    )


def _counted(family: str, fact: RawFact, ref: UUID) -> FactInput:
    return FactInput(
        family=family,
        source_id=fact.source_id,
        subject_ref=ref,
        happened_on=fact.happened_on,
        arrived_on=fact.arrived_on,
        grade=fact.grade,
        unit_id=fact.unit_id,
    )


def facts_of(visit: Visit) -> list[FactInput]:
    """Return the ledger's entries of a visit: none unless a door was opened, and one more where a pair was present.

    Where a visit was counted before and its pair is complete only now, the ledger knows the first entry already.
    """
    if not is_opened(visit):
        return []
    facts = [_counted(VISITS_FAMILY, fact_of_visit(visit), visit.pk)]
    if visit.paired:
        facts.append(_counted(PAIRS_FAMILY, fact_of_pair(visit), visit.pk))
    return facts


class _VisitFamily:
    kind = MeasureKind.TIMES
    subject_kind = "visit"
    name: str

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return the only measure of the family; there are no parameters."""
        no_parameters(self.name, parameters)
        return MeasureKey()

    def _counting_visits(self, after: UUID | None) -> QuerySet[Visit]:
        visits = Visit.objects.filter(taken_back_at=None, outcome__in=OPENED).order_by("counted_as")
        return visits if after is None else visits.filter(counted_as__gt=after)


class VisitsFamily(_VisitFamily):
    """`outreach.visits`: visits at which somebody opened the door, whatever the outcome."""

    name = VISITS_FAMILY
    source_kind = VISIT

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of visits in effect at which a door was opened."""
        return [fact_of_visit(visit) for visit in self._counting_visits(after)[:limit]]


class PairVisitsFamily(_VisitFamily):
    """`outreach.pair-visits`: those of them with two confirmed people of the two kinds."""

    name = PAIRS_FAMILY
    source_kind = PAIR

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of visits in effect with a complete pair."""
        return [fact_of_pair(visit) for visit in self._counting_visits(after).filter(paired=True)[:limit]]


DESCRIPTIONS = (
    FamilyDescription(
        family=VISITS_FAMILY,
        title=gettext_lazy("Visits at doors"),
        help=gettext_lazy("Visits at which somebody opened the door."),
        kinds=("count",),
        choices=lambda: [CountingChoice(title=_("Visits at doors"))],
        unit_of_count=gettext_lazy("visits"),
        denominator_text=gettext_lazy("Visits at which somebody opened the door"),
        group="rules",
        position=40,
    ),
    FamilyDescription(
        family=PAIRS_FAMILY,
        title=gettext_lazy("Visits of complete 1+1 pairs"),
        help=gettext_lazy("Visits at which both people of the pair were confirmed."),
        kinds=("rule", "share", "count"),
        choices=lambda: [CountingChoice(title=_("Visits of complete 1+1 pairs"))],
        unit_of_count=gettext_lazy("visits"),
        denominators=(VISITS_FAMILY,),
        group="rules",
        position=41,
    ),
)
