"""What this app tells units: agreements that run out."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import formats
from doanso.notices.actions import NoticeInput, clear_notices, notify_many
from doanso.notices.models import Notice
from doanso.notices.ports import register_notice_kind
from doanso.partners import policy
from doanso.partners.models import Agreement

EXPIRING = "partners.agreement-expiring"


def notify_expiring(agreements: Sequence[Agreement]) -> None:
    """Tell the units which keep these agreements, with their partners, that they run out; one statement."""
    notify_many(
        EXPIRING,
        [
            NoticeInput(
                agreement.pk,
                unit=agreement.unit_id,
                parameters={
                    "partner": agreement.partner.short_name,
                    "partner_id": str(agreement.partner_id),
                    "title": agreement.title,
                    "until": agreement.valid_until.isoformat() if agreement.valid_until is not None else "",
                },
            )
            for agreement in agreements
        ],
    )


def clear_expiring(agreement: Agreement) -> None:
    """Remove the notices that an agreement runs out: it was renewed, ended or changed."""
    clear_notices(EXPIRING, agreement.pk)


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_notice_kind(
        EXPIRING,
        gettext_lazy("Agreement that runs out"),
        sentence=_expiring_sentence,
        url=_agreement_url,
        permission=policy.VIEW,
        icon="calendar-event",
    )


def _expiring_sentence(notice: Notice) -> str:
    words = notice.parameters
    message = _("The agreement with %(partner)s, “%(title)s”, runs out on %(day)s.")
    return message % {
        "partner": words["partner"],
        "title": words["title"],
        "day": formats.day(date.fromisoformat(words["until"])),
    }


def _agreement_url(notice: Notice) -> str:
    return reverse("partners:agreement", args=[notice.parameters["partner_id"], notice.source_id])
