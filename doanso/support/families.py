"""Families of facts that support registers with the ledger: people and shops helped with a service, each counted once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.adoption.models import Service
from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.ports import CountingChoice, FamilyDescription, MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused
from doanso.support.models import SupportRecord

PEOPLE_FAMILY = "support.people"
BUSINESSES_FAMILY = "support.businesses"
HELP = "support.help"
# An unnamed record has a level below that of people: it counts as a time, never as a person.
UNNAMED, NAMED = 0, 1


def family_of_receivers(*, to_business: bool) -> str:
    """Return the family in which support of people or of shops counts."""
    return BUSINESSES_FAMILY if to_business else PEOPLE_FAMILY


def family_of(support_record: SupportRecord) -> str:
    """Return the family in which a support record counts."""
    return family_of_receivers(to_business=support_record.to_business)


def subject_of(support_record: SupportRecord) -> UUID | None:
    """Return the helped person or shop: an unnamed record is a subject of its own, an erased person gives None."""
    if not support_record.named:
        return support_record.pk
    return support_record.business_id if support_record.to_business else support_record.person_id


def fact_of(support_record: SupportRecord) -> FactInput:
    """Return a new record as the ledger counts it; it was just recorded, so its receiver is known."""
    subject = subject_of(support_record)
    if subject is None:
        raise ValueError(f"Help {support_record.pk} has nobody to be counted.")
    return FactInput(
        family=family_of(support_record),
        source_id=support_record.pk,
        subject_ref=subject,
        happened_on=support_record.happened_on,
        arrived_on=support_record.arrived_on,
        grade=support_record.grade,
        topic=support_record.service_id,
        level=NAMED if support_record.named else UNNAMED,
        unit_id=support_record.unit_id,
    )


class _HelpFamily:
    kind = MeasureKind.HELPED
    source_kind = HELP
    to_business: bool

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Parse `service`, and `count`: "people" (each once, the default) or "times" (each record)."""
        unknown = sorted(set(parameters) - self._known())
        if unknown or "service" not in parameters:
            message = _("“parameters” needs “service” and may have %(known)s.")
            allowed = ", ".join(f"“{name}”" for name in sorted(self._known() - {"service"}))
            raise Refused(Problem("measure_parameters", message % {"known": allowed}, (unknown or ["service"])[0]))
        service = str(parameters["service"])
        if not Service.objects.filter(pk=service).exists():
            message = _("no service “%(service)s” is loaded.")
            raise Refused(Problem("service_unknown", message % {"service": service}, "service"))
        count = parameters.get("count", "people")
        if count not in {"people", "times"}:
            message = _("“count” is “people” or “times”.")
            raise Refused(Problem("measure_parameters", message, "count"))
        self._require_receivers(parameters, count)
        if count == "times":
            return MeasureKey(topic=service, level=UNNAMED, kind=MeasureKind.TIMES)
        return MeasureKey(topic=service, level=NAMED)

    def _known(self) -> set[str]:
        return {"service", "count"}

    def _require_receivers(self, parameters: Mapping[str, Any], count: str) -> None:
        """Check the parameters that only one of the families has."""

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of records that were not taken back, those of erased persons too."""
        support_records = SupportRecord.objects.filter(taken_back_at=None, to_business=self.to_business).order_by("pk")
        if after is not None:
            support_records = support_records.filter(pk__gt=after)
        return [
            RawFact(
                source_id=support_record.pk,
                subject_ref=subject_of(support_record),
                topic=support_record.service_id,
                level=NAMED if support_record.named else UNNAMED,
                unit_id=support_record.unit_id,
                happened_on=support_record.happened_on,
                arrived_on=support_record.arrived_on,
                recorded_at=support_record.recorded_at,
                grade=support_record.grade,
                refused=support_record.refused_at is not None,
            )
            for support_record in support_records[:limit]
        ]


class PeopleFamily(_HelpFamily):
    """`support.people`: with `to`, "residents" (the default; active members are no residents) or "all" (times only)."""

    name = PEOPLE_FAMILY
    subject_kind = "person"
    to_business = False

    def _known(self) -> set[str]:
        return super()._known() | {"to"}

    def _require_receivers(self, parameters: Mapping[str, Any], count: str) -> None:
        to = parameters.get("to", "residents" if count == "people" else "all")
        if to not in {"residents", "all"}:
            message = _("“to” is “residents” or “all”.")
            raise Refused(Problem("measure_parameters", message, "to"))
        # The ledger never counts an active member as a person helped, and times have no subject.
        if (to == "residents") != (count == "people"):
            message = _("People are counted among “residents”, times among “all”.")
            raise Refused(Problem("measure_parameters", message, "to"))


class BusinessesFamily(_HelpFamily):
    """`support.businesses`: shops, which are not their owners."""

    name = BUSINESSES_FAMILY
    subject_kind = "business"
    to_business = True


def _services() -> list[Service]:
    return list(Service.objects.order_by("position"))


def _people_choices() -> list[CountingChoice]:
    """Return residents and times of each service."""
    choices = []
    for service in _services():
        choices += [
            CountingChoice(
                title=_("%(service)s: each resident once") % {"service": service.short_name},
                parameters={"service": service.pk, "to": "residents"},
                group=service.name,
            ),
            CountingChoice(
                title=_("%(service)s: every time of help") % {"service": service.short_name},
                parameters={"service": service.pk, "count": "times", "to": "all"},
                group=service.name,
                unit_of_count=_("times"),
            ),
        ]
    return choices


def _business_choices() -> list[CountingChoice]:
    """Return shops helped with each service."""
    return [
        CountingChoice(
            title=_("%(service)s: each shop once") % {"service": service.short_name},
            parameters={"service": service.pk},
            group=service.name,
        )
        for service in _services()
    ]


DESCRIPTIONS = (
    FamilyDescription(
        family=PEOPLE_FAMILY,
        title=gettext_lazy("Residents helped with a service"),
        help=gettext_lazy(
            "Counted from support records; each resident once in the whole programme, wherever the help was given."
        ),
        kinds=("count", "milestone"),
        choices=_people_choices,
        unit_of_count=gettext_lazy("residents"),
        group="residents",
        position=20,
    ),
    FamilyDescription(
        family=BUSINESSES_FAMILY,
        title=gettext_lazy("Shops helped with a service"),
        help=gettext_lazy("Counted from support records; a shop is not its owner."),
        kinds=("count", "milestone"),
        choices=_business_choices,
        unit_of_count=gettext_lazy("shops"),
        group="residents",
        position=30,
    ),
)
