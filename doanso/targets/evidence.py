"""What is shown beside a figure: its evidence grades, and the counts that are known but not part of it.

Anything else that tells how reliable a figure is, such as re-checks, is another line of `lines_of`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from doanso.ledger import queries as ledger
from doanso.ledger.queries import ClaimCounts
from doanso.lib import formats
from doanso.support import labels
from doanso.support.queries import recheck_rounds as rechecks
from doanso.targets.queries import IndicatorMeasures
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class BesideLine:
    """One line beside a figure, with a remark on what it means."""

    title: str
    value: str
    remark: str = ""


def lines_beside(measures: IndicatorMeasures, unit: Unit, on: date) -> Sequence[BesideLine]:
    """Return the lines beside one figure of a unit on a day; none if no app counts it."""
    measure = measures.by_code.get(measures.indicator.numerator)
    if measure is None:
        return []
    return lines_of(
        ledger.claim_counts(book=measures.programme.book, measure=measure, unit_id=unit.pk, on=on), unit, on
    )


def lines_of(claims: ClaimCounts | None, unit: Unit, on: date) -> Sequence[BesideLine]:
    """Return the lines of a figure of people helped: claims waiting for evidence, people helped before, people erased since.

    Empty for any other figure.
    """
    if claims is None:
        return []
    lines = [
        BesideLine(_("Wait for enough evidence"), formats.number(claims.waiting), _("in no figure yet")),
        BesideLine(
            _("Helped before, here or by another unit"),
            _("%(count)s times") % {"count": formats.number(claims.again)},
            _("each person counts once"),
        ),
    ]
    if claims.erased:
        remark = _("the number stays, the name is gone")
        lines.append(BesideLine(_("Erased at the person's request"), formats.number(claims.erased), remark))
    return [*lines, *_rechecks(claims, unit, on)]


def _rechecks(claims: ClaimCounts, unit: Unit, on: date) -> list[BesideLine]:
    """Return how often re-checks of randomly drawn people found support records wrong; empty if nobody was asked."""
    rate = rechecks.error_rate_of_measure(family=claims.family, service=claims.topic, unit_id=unit.pk, on=on)
    if rate is None or rate == rechecks.ErrorRate():
        return []
    return [BesideLine(_("Re-check"), labels.error_rate_words(rate), labels.unanswered_words(rate))]
