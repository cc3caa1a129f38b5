"""1+2 in the ledger: a member who brought a friend and a relative is in the state from the day of the later word."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.ledger.actions import Counted
from doanso.ledger.models import MeasureKind
from doanso.ledger.ports import MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused
from doanso.referrals.models import Referral

REFERRED_FAMILY = "outreach.referred-two"
REFERRAL = "outreach.referral"


def counted(referral: Referral) -> Counted:
    """A referral as the ledger counts it."""
    return Counted(
        family=REFERRED_FAMILY,
        source_id=referral.pk,
        subject_ref=referral.person_id,
        happened_on=referral.happened_on,
        arrived_on=referral.arrived_on,
        grade=referral.grade,
    )


class ReferredTwoFamily:
    """`outreach.referred-two`: there is one figure, so there is nothing to choose."""

    name = REFERRED_FAMILY
    kind = MeasureKind.STATE
    subject_kind = "person"
    source_kind = REFERRAL

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Nothing but the family's name."""
        if parameters:
            message = _("“%(family)s” takes no “parameters”; leave them out.") % {"family": self.name}
            raise Refused(Problem("measure_parameters", message, min(str(key) for key in parameters)))
        return MeasureKey()

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """The next page of referrals that were not taken back; one of whose helps is refused stands nowhere."""
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
            for referral in referrals.select_related("friend__help", "relative__help")[:limit]
        ]


def is_refused(referral: Referral) -> bool:
    """Whether one of its helps is disputed, or was found never to have happened; the slots' helps are loaded."""
    helps = (referral.friend.help, referral.relative.help)
    return any(support_record is not None and support_record.refused_at is not None for support_record in helps)
