"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.lib import formats
from doanso.support import policy, queries
from doanso.support.models import RecheckRound, Stand, SupportRecord
from doanso.support.queries.recheck_rounds import all_rounds
from doanso.support.queries.stands import all_stands


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("support.supportrecord", _("Help given"), _support_records)
    register_object_kind("support.receipt", _("Receipt"))
    register_object_kind("support.dispute", _("Dispute"))
    register_object_kind("support.recheckround", _("Re-check round"), _rounds)
    register_object_kind("support.recheck", _("Re-check"))
    register_object_kind("support.remark", _("Remark of a resident"))
    register_object_kind("support.stand", _("Guidance stand"), _stands)


def _record_title(support_record: SupportRecord) -> str:
    return _now("Help on %(day)s") % {"day": formats.day(support_record.happened_on)}


def _round_title(recheck_round: RecheckRound) -> str:
    return _now("Re-check drawn on %(day)s") % {"day": formats.day(recheck_round.opened_at)}


def _stand_title(stand: Stand) -> str:
    return f"{stand.place}, {formats.day(stand.happened_on)}"


_support_records = linked(
    policy.VIEW,
    queries.all_records,
    title=_record_title,
    url=lambda support_record: reverse("support:support_record", args=[support_record.pk]),
)
_rounds = linked(
    policy.RECHECK,
    all_rounds,
    title=_round_title,
    url=lambda recheck_round: reverse("support:round", args=[recheck_round.pk]),
)
_stands = linked(
    policy.KEEP_STAND,
    all_stands,
    title=_stand_title,
    url=lambda stand: reverse("support:stand", args=[stand.pk]),
)
