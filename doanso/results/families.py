"""Results in the ledger: the family `results.reported`, whose topic is the code under which an indicator's results are counted.

A version is a source; its fact has the grade `REPORTED` until it is attested. The subject is the result, so that all its versions
wait for one lock.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.parameters import only_parameter
from doanso.ledger.ports import CountingChoice, FamilyDescription, MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused
from doanso.results.models import Result, ResultState, ResultVersion

REPORTED_FAMILY = "results.reported"
RESULT = "results.result"
TOPIC = "topic"
REPORTED, ATTESTED = 0, 1
"""Grades: the unit's own word, and seen by an officer above."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
IN_FORCE = Q(is_latest=True, result__state__in=[ResultState.WAITING, ResultState.ATTESTED])
"""The versions that are facts."""


class ReportedFamily:
    """`results.reported`: what units report, each result with its own quantity."""

    name = REPORTED_FAMILY
    kind = MeasureKind.TIMES
    subject_kind = "result"
    source_kind = RESULT
    adds_amounts = True

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return the topic; `parameters` is `{"topic": "slug"}`."""
        topic = only_parameter(self.name, parameters, TOPIC)
        if not isinstance(topic, str) or not _SLUG.fullmatch(topic):
            message = _("“topic” is a code of small letters, digits and hyphens, at most 60, such as “tree-planting”.")
            raise Refused(Problem("measure_parameters", message))
        return MeasureKey(topic=topic)

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of versions in force by id."""
        versions = ResultVersion.objects.filter(IN_FORCE).select_related("result").order_by("pk")
        if after is not None:
            versions = versions.filter(pk__gt=after)
        return [_raw_fact(version) for version in versions[:limit]]


def _raw_fact(version: ResultVersion) -> RawFact:
    result = version.result
    return RawFact(
        source_id=version.pk,
        subject_ref=result.pk,
        topic=result.topic,
        level=0,
        unit_id=result.unit_id,
        happened_on=version.happened_on,
        arrived_on=version.arrived_on,
        recorded_at=version.made_at,
        grade=ATTESTED if result.state == ResultState.ATTESTED else REPORTED,
        amount=version.quantity,
    )


def fact_of(result: Result, version: ResultVersion) -> FactInput:
    """Return the fact of a new version, which nobody has attested yet."""
    return FactInput(
        family=REPORTED_FAMILY,
        source_id=version.pk,
        subject_ref=result.pk,
        happened_on=version.happened_on,
        arrived_on=version.arrived_on,
        grade=REPORTED,
        topic=result.topic,
        unit_id=result.unit_id,
        amount=version.quantity,
    )


DESCRIPTION = FamilyDescription(
    family=REPORTED_FAMILY,
    title=gettext_lazy("Results that units report themselves"),
    help=gettext_lazy(
        "For what no part of the product counts: a unit enters day, quantity and a sentence, and it counts once an officer above "
        "has confirmed it."
    ),
    kinds=("count", "milestone"),
    choices=lambda: [CountingChoice(title=_("Results that units report, confirmed by the level above"))],
    unit_of_count=gettext_lazy("results"),
    code_parameter=TOPIC,
    position=90,
    least_grade=ATTESTED,
    best_grade=ATTESTED,
)
