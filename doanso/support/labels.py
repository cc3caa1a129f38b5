"""Texts by which pages show a support record: its evidence, its claim, and a receiver without a name."""

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.lib import formats
from doanso.lib.templatetags.ds import state_pill
from doanso.support.rules import recheck_rounds as rules
from doanso.support.rules.recheck_rounds import ErrorRate

EVIDENCE: tuple[Promise, ...] = (
    gettext_lazy("0 · self-declared"),
    gettext_lazy("1 · seen by one helper"),
    gettext_lazy("2 · attested by a pair"),
    gettext_lazy("3 · confirmed by their own word through the receipt"),
    gettext_lazy("4 · called back by an officer"),
)
"""By grade of evidence."""

_CLAIMS: dict[str, tuple[str, Promise]] = {
    "counted": ("on", pgettext_lazy("claim", "Counted")),
    "waiting": ("none", gettext_lazy("Waiting for enough evidence")),
    "elsewhere": ("none", gettext_lazy("Helped already by another unit")),
    "again": ("none", gettext_lazy("Counted once before, by this unit")),
    "refused": ("behind", gettext_lazy("Disputed")),
    "untrue": ("none", gettext_lazy("Dispute upheld, not counted")),
    "member": ("none", gettext_lazy("A member is no resident")),
    "taken-back": ("none", gettext_lazy("Taken back")),
    "unnamed": ("none", gettext_lazy("A time, no person")),
}
_OUTSIDE = ("none", gettext_lazy("In no programme"))


def claim_pill(claim: str) -> SafeString:
    """Return the mark of a claim's state, with its word."""
    state, words = _CLAIMS.get(claim, _OUTSIDE)
    return state_pill(state, str(words))


def missing_name(*, named: bool) -> str:
    """Return the text in place of a receiver's name that was erased or never given."""
    return _("Data erased at the person's wish") if named else _("Does not want to be named")


def error_rate_words(rate: ErrorRate) -> str:
    """Return the rate in words: "2 sai trên 41 trả lời, tỷ lệ sai 1,3–16,1%", or that there are too few answers."""
    if not rate.is_enough:
        return _("too few answers yet, %(n)s of %(least)s") % {"n": formats.number(rate.n), "least": rules.ENOUGH}
    low, high = rate.tenths
    return _("%(wrong)s wrong of %(n)s answers, share of wrong ones %(low)s–%(high)s") % {
        "wrong": formats.number(rate.wrong),
        "n": formats.number(rate.n),
        "low": formats.tenths(low),
        "high": f"{formats.tenths(high)}%",
    }


def unanswered_words(rate: ErrorRate) -> str:
    """Return the numbers of receivers without an answer, in words."""
    return _("%(unreached)s not reached, %(refused)s did not want to answer; not counted as right or wrong") % {
        "unreached": formats.number(rate.unreached),
        "refused": formats.number(rate.refused),
    }
