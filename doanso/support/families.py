"""What support gives the ledger: whom units helped with which service, each person and each shop counted once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.adoption.models import Service
from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.ports import MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused
from doanso.support.models import Help

PEOPLE_FAMILY = "support.people"
BUSINESSES_FAMILY = "support.businesses"
HELP = "support.help"
# Unnamed help stands below the level that people are counted from: a time, and never a person.
UNNAMED, NAMED = 0, 1


def family_of_receivers(*, to_business: bool) -> str:
    """Return the family in which help to people or to shops counts."""
    return BUSINESSES_FAMILY if to_business else PEOPLE_FAMILY


def family_of(support_record: Help) -> str:
    """Return the family in which a support record counts."""
    return family_of_receivers(to_business=support_record.to_business)


def subject_of(help: Help) -> UUID | None:  # noqa: A002
    """Who was helped; an unnamed help stands for itself, and of an erased person nothing is left."""
    if not help.named:
        return help.pk
    return help.business_id if help.to_business else help.person_id


def counted(help: Help) -> FactInput:  # noqa: A002
    """A help as the ledger counts it; it was just recorded, so its receiver is known."""
    subject = subject_of(help)
    if subject is None:
        raise ValueError(f"Help {help.pk} has nobody to be counted.")
    return FactInput(
        family=family_of(help),
        source_id=help.pk,
        subject_ref=subject,
        happened_on=help.happened_on,
        arrived_on=help.arrived_on,
        grade=help.grade,
        topic=help.service_id,
        level=NAMED if help.named else UNNAMED,
        unit_id=help.unit_id,
    )


class _HelpFamily:
    kind = MeasureKind.HELPED
    source_kind = HELP
    to_business: bool

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """`service`, and `count`: "people" (each once, the usual way) or "times" (each help)."""
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
        """What only one of the families asks."""

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """The next page of helps that were not taken back, those of erased persons too."""
        support_records = Help.objects.filter(taken_back_at=None, to_business=self.to_business).order_by("pk")
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
    """`support.people`: with `to`, "residents" (the usual way: an active member is no resident) or "all" (times only)."""

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
        # The ledger never counts an active member as somebody helped, and asks nobody who was helped for a time.
        if (to == "residents") != (count == "people"):
            message = _("People are counted among “residents”, times among “all”.")
            raise Refused(Problem("measure_parameters", message, "to"))


class BusinessesFamily(_HelpFamily):
    """`support.businesses`: shops, which are not their owners."""

    name = BUSINESSES_FAMILY
    subject_kind = "business"
    to_business = True
