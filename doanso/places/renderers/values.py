"""Values of criteria in words, as the public page shows them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from doanso.lib import formats
from doanso.lib.numbers import percent_tenths
from doanso.places.formulas import formula
from doanso.places.models import ThresholdKind
from doanso.places.queries.public import PublicScore


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of the table of criteria: title, figure, what it is made of, its day, and whether it is reached."""

    title: str
    figure: str
    detail: str
    day: date | None
    passed: bool

    @property
    def state(self) -> str:
        """Return the state whose colour the line has."""
        return "on" if self.passed else "behind"


def score_row(score: PublicScore, on: date) -> ScoreRow:
    """Return the line of a criterion; its day is that of the newest record or check behind it, else that of the table."""
    criterion, value = score.criterion, score.value
    if value.numerator is None or (criterion.threshold_kind == ThresholdKind.SHARE and not value.denominator):
        return ScoreRow(criterion.title, "–", _("no figures yet"), None, passed=False)
    day = value.known_on or on
    if criterion.threshold_kind == ThresholdKind.YES:
        return ScoreRow(
            criterion.title, _("Yes") if value.numerator else pgettext("criterion", "No"), "", day, score.passed
        )
    if criterion.threshold_kind == ThresholdKind.COUNT:
        return ScoreRow(criterion.title, formats.number(value.numerator), "", day, score.passed)
    whole = value.denominator or 0
    figure = formats.percent(percent_tenths(value.numerator, whole))
    parts = [f"{formats.number(value.numerator)}/{formats.number(whole)}"]
    if value.second_numerator is not None and criterion.second_threshold is not None:
        registered = formula(criterion.formula)
        second = str(registered.second) if registered is not None and registered.second else ""
        parts.append(f"{formats.number(value.second_numerator)}/{formats.number(whole)} {second}".strip())
    return ScoreRow(criterion.title, figure, "; ".join(parts), day, score.passed)
