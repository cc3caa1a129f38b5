"""A ready text for a partner, which has no account: what runs out, and what is still to be done."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.ready_text import ReadyText
from doanso.partners.models import Agreement
from doanso.partners.queries.agreements import AgreementRow
from doanso.partners.queries.undertakings import UndertakingRow


def reminder_text(agreement: Agreement, row: AgreementRow, undertakings: Sequence[UndertakingRow]) -> ReadyText | None:
    """Return the text to send to the partner; None while nothing runs out and nothing is open."""
    left = [entry for entry in undertakings if entry.is_open]
    if not row.needs_decision and not left:
        return None
    lines = [_("Dear %(partner)s,") % {"partner": agreement.partner.short_name}]
    if row.needs_decision and agreement.valid_until is not None:
        message = _(
            "Our agreement “%(title)s” is in effect up to %(day)s. Please let us know whether you wish to renew it."
        )
        lines.append(message % {"title": agreement.title, "day": formats.day(agreement.valid_until)})
    if left:
        lines.append(_("By this agreement the following is still to be done:"))
        lines += [f"- {_line(entry)}" for entry in left]
    lines.append(_("Thank you for working with us."))
    return ReadyText(_("Message to the partner"), "\n".join(lines), key="partner-message")


def _line(entry: UndertakingRow) -> str:
    undertaking = entry.undertaking
    due = ""
    if undertaking.due_on is not None:
        due = _("by %(day)s") % {"day": formats.day(undertaking.due_on)}
    return ", ".join(filter(None, (undertaking.text.rstrip("."), entry.quantity, due)))
