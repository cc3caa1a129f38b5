"""Partners, agreements and undertakings in words and pills."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from doanso.lib import formats
from doanso.partners import kinds
from doanso.partners.models import Agreement, Undertaking, UndertakingState
from doanso.partners.rules import DUE_SOON, AgreementStatus

KIND_ICONS = {
    kinds.BANK: "building-bank",
    kinds.TELECOM: "device-mobile",
    kinds.WALLET: "qrcode",
    kinds.PRODUCT_PROVIDER: "devices",
    kinds.ECONOMIC_DIVISION: "building-community",
    kinds.MARKET_BOARD: "building-store",
    "school": "book",
    "mass-organisation": "users-group",
}
"""Icons of the shipped kinds; a kind of a committee's own file has that of `OTHER_ICON`."""
OTHER_ICON = "briefcase"

STATUS_PILLS = {
    AgreementStatus.UPCOMING: "none",
    AgreementStatus.IN_EFFECT: "on",
    AgreementStatus.EXPIRING: "behind",
    AgreementStatus.EXPIRED: "risk",
    AgreementStatus.RENEWED: "none",
    AgreementStatus.ENDED: "none",
}
"""The mark of `state_pill` for each status."""
STATUS_NAMES: dict[AgreementStatus, str | Promise] = {
    AgreementStatus.UPCOMING: pgettext_lazy("agreement", "Not yet in effect"),
    AgreementStatus.IN_EFFECT: pgettext_lazy("agreement", "In effect"),
    AgreementStatus.EXPIRING: pgettext_lazy("agreement", "Runs out soon"),
    AgreementStatus.EXPIRED: pgettext_lazy("agreement", "Ran out"),
    AgreementStatus.RENEWED: pgettext_lazy("agreement", "Renewed"),
    AgreementStatus.ENDED: pgettext_lazy("agreement", "Ended"),
}
_UNDERTAKING_PILLS = {
    UndertakingState.KEPT: "on",
    UndertakingState.PARTLY: "behind",
    UndertakingState.DROPPED: "none",
}


def kind_icon(code: str) -> str:
    """Return the icon of a kind of partners."""
    return KIND_ICONS.get(code, OTHER_ICON)


def validity_words(agreement: Agreement) -> str:
    """Return between which days an agreement is in effect."""
    if agreement.ended_on is not None and agreement.valid_until != agreement.ended_on:
        return _("From %(first)s, ended on %(last)s") % {
            "first": formats.day(agreement.valid_from),
            "last": formats.day(agreement.ended_on),
        }
    if agreement.valid_until is None:
        return _("From %(first)s, without a last day") % {"first": formats.day(agreement.valid_from)}
    return _("%(first)s to %(last)s") % {
        "first": formats.day(agreement.valid_from),
        "last": formats.day(agreement.valid_until),
    }


def days_words(day: date, today: date) -> str:
    """Return how far a day is away: “còn 12 ngày”, “hôm nay”, “quá 3 ngày”."""
    left = (day - today).days
    if left == 0:
        return pgettext("partner", "today")
    if left > 0:
        return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": formats.number(left)}
    return ngettext("%(days)s day past", "%(days)s days past", -left) % {"days": formats.number(-left)}


def undertaking_mark(undertaking: Undertaking, today: date) -> tuple[str, str]:
    """Return mark and label of an undertaking's state; an open one is marked by its day."""
    if undertaking.state != UndertakingState.OPEN:
        return _UNDERTAKING_PILLS[UndertakingState(undertaking.state)], str(undertaking.get_state_display())
    if undertaking.due_on is None:
        return "none", str(undertaking.get_state_display())
    if undertaking.due_on < today:
        return "risk", _("Overdue")
    if undertaking.due_on - today <= DUE_SOON:
        return "behind", _("Due soon")
    return "none", str(undertaking.get_state_display())


def quantity_words(undertaking: Undertaking) -> str:
    """Return what was undertaken in figures, and what was done of it: “2 / 3 lớp”; empty where nothing is counted."""
    if undertaking.quantity is None:
        return ""
    whole = f"{formats.number(undertaking.quantity)} {undertaking.unit_of_count}"
    if undertaking.done_quantity is None:
        return whole
    return f"{formats.number(undertaking.done_quantity)} / {whole}"
