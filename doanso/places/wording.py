"""Words of criteria and their values, for pages and documents; in Vietnamese numbers."""

from typing import Protocol

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.places.models import AssessmentStage, Criterion, PlaceState, ThresholdKind

PILLS: dict[str, str] = {
    PlaceState.PREPARING: "none",
    PlaceState.SURVEYED: "none",
    PlaceState.IN_PROGRESS: "on",
    PlaceState.SELF_ASSESSED: "behind",
    PlaceState.ASSESSED: "behind",
    PlaceState.RECOGNISED: "met",
    PlaceState.REFUSED: "risk",
    PlaceState.WITHDRAWN: "risk",
    PlaceState.STOPPED: "none",
}
"""The mark of each state: amber where somebody must decide."""
STAGES = {stage.value: stage.label for stage in AssessmentStage}


class MeasuredValue(Protocol):
    """A value as it was computed or kept."""

    @property
    def numerator(self) -> int | None: ...
    @property
    def second_numerator(self) -> int | None: ...
    @property
    def denominator(self) -> int | None: ...


def threshold_words(criterion: Criterion) -> str:
    """Return what is to be reached: "≥ 90%", "≥ 90% và ≥ 70%", "≥ 1", "có"."""
    if criterion.threshold_kind == ThresholdKind.YES:
        return _("yes")
    if criterion.threshold_kind == ThresholdKind.COUNT:
        return f"≥ {formats.number(criterion.threshold)}"
    first = _share_threshold(criterion.threshold)
    if criterion.second_threshold is None:
        return first
    return _("%(first)s and %(second)s") % {"first": first, "second": _share_threshold(criterion.second_threshold)}


def _share_threshold(tenths: int) -> str:
    return formats.goal(tenths) if tenths == 1000 else f"≥ {formats.goal(tenths)}"


def value_words(criterion: Criterion, value: MeasuredValue) -> str:
    """Return a value: "91,4% (32 / 35)", with the second measure behind it; "chưa có số liệu" where nothing is known."""
    if value.numerator is None or (criterion.threshold_kind == ThresholdKind.SHARE and not value.denominator):
        return _("no figure yet")
    if criterion.threshold_kind == ThresholdKind.YES:
        return _("yes") if value.numerator else _("no")
    if criterion.threshold_kind == ThresholdKind.COUNT:
        return formats.number(value.numerator)
    words = share_words(value.numerator, value.denominator or 0)
    if criterion.second_threshold is not None and value.second_numerator is not None:
        words += "; " + share_words(value.second_numerator, value.denominator or 0)
    return words


def share_words(numerator: int, denominator: int) -> str:
    """Return a share with its two numbers, rounded down: "91,4% (32 / 35)"."""
    percent = formats.percent(numerator * 1000 // denominator)
    return f"{percent} ({formats.number(numerator)} / {formats.number(denominator)})"
