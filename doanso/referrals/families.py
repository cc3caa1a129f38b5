"""Facts of 1+2 for the ledger: a member with two confirmed slots is in the state from the day of the later confirmation."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.parameters import no_parameters
from doanso.ledger.ports import MEMBERS, CountingChoice, FamilyDescription, MeasureKey, RawFact
from doanso.referrals.models import Referral

REFERRED_FAMILY = "outreach.referred-two"
REFERRAL = "outreach.referral"


def counted_referral(referral: Referral) -> FactInput:
    """Return a referral as the ledger counts it."""
    return FactInput(
        family=REFERRED_FAMILY,
        source_id=referral.pk,
        subject_ref=referral.person_id,
        happened_on=referral.happened_on,
        arrived_on=referral.arrived_on,
        grade=referral.grade,
    )


class ReferredTwoFamily:
    """The family `outreach.referred-two`: one figure, without parameters."""

    name = REFERRED_FAMILY
    kind = MeasureKind.STATE
    subject_kind = "person"
    source_kind = REFERRAL

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return the only key of the family; refuse any parameter."""
        no_parameters(self.name, parameters)
        return MeasureKey()

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of referrals that were not taken back; `refused` where a support record of either slot is
        refused.
        """
        referrals = Referral.objects.filter(taken_back_at=None).order_by("pk")
        if after is not None:
            referrals = referrals.filter(pk__gt=after)
        return [
            RawFact(
                source_id=referral.pk,
                subject_ref=referral.person_id,
                topic="",
                level=0,
                unit_id=None,
                happened_on=referral.happened_on,
                arrived_on=referral.arrived_on,
                recorded_at=referral.recorded_at,
                grade=referral.grade,
                refused=is_refused(referral),
            )
            for referral in referrals.select_related("friend__support_record", "relative__support_record")[:limit]
        ]


def is_refused(referral: Referral) -> bool:
    """Return whether a support record of either slot is disputed or was found untrue; the caller has loaded both slots with
    theirs.
    """
    support_records = (referral.friend.support_record, referral.relative.support_record)
    return any(record is not None and record.refused_at is not None for record in support_records)


DESCRIPTION = FamilyDescription(
    family=REFERRED_FAMILY,
    title=gettext_lazy("Members who guided a friend and a relative (1+2)"),
    help=gettext_lazy("A member counts from the day on which the second of the two confirmed."),
    kinds=("share", "count"),
    choices=lambda: [CountingChoice(title=_("Members who guided a friend and a relative (1+2)"))],
    unit_of_count=gettext_lazy("members"),
    denominators=(MEMBERS,),
    group="rules",
    position=50,
)
