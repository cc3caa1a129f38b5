"""Facts of adoption for the ledger: a person's stage on a service's ladder, from a day on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.adoption.models import AdoptionStage, Usage
from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.ports import MEMBERS, CountingChoice, FamilyDescription, MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused

STATE_FAMILY = "adoption.state"
USAGE = "adoption.usage"
SUBJECT = "person"


def fact_of(usage: Usage, level: int) -> FactInput:
    """Return a usage as the ledger counts it."""
    return FactInput(
        family=STATE_FAMILY,
        source_id=usage.pk,
        subject_ref=usage.person_id,
        happened_on=usage.happened_on,
        arrived_on=usage.arrived_on,
        grade=usage.grade,
        topic=usage.service_id,
        level=level,
    )


class StateFamily:
    """`adoption.state`: parameters are a service and the lowest stage that counts."""

    name = STATE_FAMILY
    kind = MeasureKind.STATE
    subject_kind = SUBJECT
    source_kind = USAGE

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return the service and the stage's level."""
        unknown = sorted(set(parameters) - {"service", "rung"})
        if unknown or len(parameters) != 2:
            raise Refused(
                Problem(
                    "measure_parameters",
                    _("“parameters” needs exactly “service” and “rung”."),
                    unknown[0] if unknown else "parameters",
                )
            )
        stage = AdoptionStage.objects.filter(
            service_id=str(parameters["service"]), code=str(parameters["rung"])
        ).first()
        if stage is None:
            raise Refused(
                Problem(
                    "rung_unknown",
                    _("no service “%(service)s” with a stage “%(stage)s” is loaded.")
                    % {"service": parameters["service"], "stage": parameters["rung"]},
                    "rung",
                )
            )
        return MeasureKey(topic=stage.service_id, level=stage.level)

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of usages that were not taken back."""
        usages = Usage.objects.filter(taken_back_at=None).select_related("stage").order_by("pk")
        if after is not None:
            usages = usages.filter(pk__gt=after)
        return [
            RawFact(
                source_id=usage.pk,
                subject_ref=usage.person_id,
                topic=usage.service_id,
                level=usage.stage.level,
                unit_id=None,
                happened_on=usage.happened_on,
                arrived_on=usage.arrived_on,
                recorded_at=usage.recorded_at,
                grade=usage.grade,
            )
            for usage in usages[:limit]
        ]


def _stage_choices() -> list[CountingChoice]:
    """Return every stage above the lowest of every service, under the service's name."""
    stages = AdoptionStage.objects.filter(level__gt=0).select_related("service").order_by("service__position", "level")
    return [
        CountingChoice(
            title=f"{stage.service.short_name}: {stage.name}",
            parameters={"service": stage.service_id, "rung": stage.code},
            group=stage.service.name,
        )
        for stage in stages
    ]


STATE_DESCRIPTION = FamilyDescription(
    family=STATE_FAMILY,
    title=gettext_lazy("Members who use a service"),
    help=gettext_lazy("A member counts from the stage chosen upwards, from the day an officer has seen it."),
    kinds=("share", "count"),
    choices=_stage_choices,
    unit_of_count=gettext_lazy("members"),
    denominators=(MEMBERS,),
    group="members",
    position=10,
)
