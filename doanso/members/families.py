"""Facts of members for the ledger: each person's branch by day, and the days on which a person does not count."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.ports import CountingChoice, FamilyDescription, MeasureKey, RawPlacement, RawSuspension
from doanso.lib.problems import Problem, Refused
from doanso.members.models import Absence, Exemption, Member

ACTIVE_FAMILY = "members.active"
EXEMPT_FAMILY = "members.exempt"
STAY = "members.member"
LEAVE = "members.leave"
SUBJECT = "person"


def membership_fact(member: Member) -> FactInput:
    """Return a stay as the ledger counts it."""
    return FactInput(
        family=ACTIVE_FAMILY,
        source_id=member.pk,
        subject_ref=member.person_id,
        happened_on=member.since,
        arrived_on=member.arrived_on,
        grade=1,
        unit_id=member.branch_id,
    )


def _page(queryset: QuerySet[Any], after: UUID | None, limit: int) -> list[Any]:
    if after is not None:
        queryset = queryset.filter(pk__gt=after)
    return list(queryset.order_by("pk")[:limit])


class ActiveFamily:
    """`members.active`: each stay that is not temporary places its person in the branch."""

    name = ACTIVE_FAMILY
    kind = MeasureKind.STATE
    subject_kind = SUBJECT
    source_kind = STAY

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return the measure of all members; it has no parameters."""
        _refuse_unknown(parameters, set())
        return MeasureKey()

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawPlacement]:
        """Return the next page of stays."""
        return [
            RawPlacement(
                source_id=member.pk,
                subject_ref=member.person_id,
                unit_id=member.branch_id,
                since=member.since,
                until=member.until,
                arrived_on=member.arrived_on,
            )
            for member in _page(Member.objects.filter(temporary=False), after, limit)
        ]


class ExemptFamily:
    """`members.exempt`: absences suspend a person everywhere, exemptions from one indicator."""

    name = EXEMPT_FAMILY
    kind = MeasureKind.STATE
    subject_kind = SUBJECT
    source_kind = LEAVE

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return the measure of those left out of one indicator: `{"indicator": CODE}`."""
        _refuse_unknown(parameters, {"indicator"})
        return MeasureKey(topic=str(parameters.get("indicator", "")))

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawSuspension]:
        """Return the next page over both tables together, by key."""
        rows = chain(
            _page(Absence.objects.filter(taken_back_at=None), after, limit),
            _page(Exemption.objects.filter(taken_back_at=None), after, limit),
        )
        suspensions = [
            RawSuspension(
                source_id=row.pk,
                subject_ref=row.person_id,
                measure_code=getattr(row, "indicator", ""),
                since=row.since,
                until=row.until,
            )
            for row in rows
        ]
        return sorted(suspensions, key=lambda suspension: suspension.source_id)[:limit]


def _refuse_unknown(parameters: Mapping[str, Any], allowed: Iterable[str]) -> None:
    unknown = sorted(set(parameters) - set(allowed))
    if unknown:
        message = _("“%(name)s” is no parameter of this measure; take it out of the programme.")
        raise Refused(Problem("measure_parameter", message % {"name": unknown[0]}, unknown[0]))


ACTIVE_DESCRIPTION = FamilyDescription(
    family=ACTIVE_FAMILY,
    title=gettext_lazy("Members of the branches"),
    help=gettext_lazy("Members who belong to a branch and are not away."),
    kinds=("count",),
    choices=lambda: [CountingChoice(title=_("Members of the branches"))],
    unit_of_count=gettext_lazy("members"),
    group="members",
    position=15,
)
