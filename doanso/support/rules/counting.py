"""Why a help will count, or will not, in the indicators of the programmes that run: plain values only."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from doanso.support.rules import CALLED_BACK, CONFIRMED, PAIR


class CountingMeasure(NamedTuple):
    """What one indicator counts of one service: residents or shops, each once (`by_name`) or each time, from a grade on."""

    title: str
    to_business: bool
    by_name: bool
    least_grade: int


def counting_note(measures: Sequence[CountingMeasure], *, to_business: bool, named: bool) -> str:
    """Return why help with a service does not count at once, and which indicator would need what; empty where it counts.

    `measures` are those of the service. An unnamed receiver is a time and never a person.
    """
    of_receiver = [measure for measure in measures if measure.to_business == to_business]
    counting = [measure for measure in of_receiver if named or not measure.by_name]
    if counting:
        return _needed_evidence(min(counting, key=lambda measure: measure.least_grade))
    if of_receiver:
        return _("“%(indicator)s” counts people by name: this help stays in the history only.") % {
            "indicator": of_receiver[0].title
        }
    if measures and to_business:
        message = _("“%(indicator)s” counts residents: record help to the owner as a resident's.")
        return message % {"indicator": measures[0].title}
    if measures:
        return _("“%(indicator)s” counts shops: record it for a shop.") % {"indicator": measures[0].title}
    return _("No indicator of this year's programme counts it.")


def _needed_evidence(measure: CountingMeasure) -> str:
    needs = {
        PAIR: _("“%(indicator)s” counts it from a 1+1 pair: a youth and an official."),
        CONFIRMED: _("“%(indicator)s” counts it once the receiver confirms the receipt."),
        CALLED_BACK: _("“%(indicator)s” counts it once an officer has called back."),
    }
    return needs[measure.least_grade] % {"indicator": measure.title} if measure.least_grade in needs else ""
