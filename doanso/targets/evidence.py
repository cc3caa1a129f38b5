"""What stands beside a figure: by which evidence it stands, and what is known of it but not in it.

Whatever tells how far a figure can be trusted, such as re-checks, is one more line of `beside`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from doanso.ledger import queries as ledger
from doanso.ledger.models import Measure, MeasureKind
from doanso.lib import formats
from doanso.support.queries import recheck_rounds as rechecks
from doanso.targets.models import Indicator, Programme
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class BesideLine:
    """One line beside a figure, with a remark on what it means."""

    title: str
    value: str
    remark: str = ""


def beside(programme: Programme, indicator: Indicator, unit: Unit, on: date) -> Sequence[BesideLine]:
    """Lines for one figure of a unit on a day; nothing where nobody counts it."""
    if not indicator.numerator:
        return []
    return _claims(programme, indicator, unit, on)


def _claims(programme: Programme, indicator: Indicator, unit: Unit, on: date) -> list[BesideLine]:
    """People helped: who waits for evidence, who was helped before, and who was erased."""
    measure = programme.book.measures.filter(code=indicator.numerator, kind=MeasureKind.HELPED).first()
    if measure is None:
        return []
    claim_counts = ledger.beside(book=programme.book, code=measure.code, unit_id=unit.pk, on=on)
    erased = ledger.erased_count(book=programme.book, code=measure.code, unit_id=unit.pk, on=on)
    lines = [
        BesideLine(_("Wait for enough evidence"), formats.number(claim_counts.waiting), _("in no figure yet")),
        BesideLine(
            _("Helped before, here or by another unit"),
            _("%(count)s times") % {"count": formats.number(claim_counts.again)},
            _("each person counts once"),
        ),
    ]
    if erased:
        lines.append(
            BesideLine(
                _("Erased at the person's request"), formats.number(erased), _("the number stays, the name is gone")
            )
        )
    return [*lines, *_rechecks(measure, unit, on)]


def _rechecks(measure: Measure, unit: Unit, on: date) -> list[BesideLine]:
    """How often the records of helps were wrong, as far as people drawn by chance say; nothing where nobody was asked."""
    rate = rechecks.error_rate_of_measure(family=measure.family, service=measure.topic, unit_id=unit.pk, on=on)
    if rate is None or rate == rechecks.ErrorRate():
        return []
    return [BesideLine(_("Re-check"), rechecks.words(rate), rechecks.silent_words(rate))]
