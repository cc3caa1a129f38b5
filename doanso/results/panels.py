"""Results on an indicator's page: the button to report one, and what waits beside the figure."""

from django.urls import reverse

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.panels import Panel
from doanso.results import policy, queries
from doanso.results.families import REPORTED_FAMILY
from doanso.results.models import ResultState
from doanso.results.wording import quantity_words
from doanso.targets.ports import IndicatorPage


def report_button(actor: User, page: IndicatorPage) -> Panel | None:
    """Return the button that reports a result of the unit on the page."""
    indicator = page.indicator
    if indicator.family != REPORTED_FAMILY or not indicator.numerator or not _is_open(page):
        return None
    if not policy.RECORD_AT.allows_at(actor, page.unit):
        return None
    url = f"{reverse('results:new')}?indicator={indicator.pk}&unit={page.unit.code}"
    return Panel("results/report_button.html", {"url": url})


def _is_open(page: IndicatorPage) -> bool:
    return page.indicator.programme.first_day <= clock.today() and page.unit.until is None


def reported_results(actor: User, page: IndicatorPage) -> Panel | None:
    """Return how many results of the unit and below wait or were sent back, with links to them; one statement."""
    indicator = page.indicator
    if indicator.family != REPORTED_FAMILY or not policy.VIEW.allows_anywhere(actor):
        return None
    pending = queries.pending_results(indicator, page.unit)
    url = f"{reverse('results:list')}?view={queries.ALL}&indicator={indicator.pk}&unit={page.unit.code}"
    return Panel(
        "results/reported.html",
        {
            "url": url,
            "waiting": pending.waiting,
            "waiting_words": quantity_words(indicator, pending.waiting_quantity),
            "waiting_url": f"{url}&state={ResultState.WAITING}",
            "returned": pending.returned,
            "returned_url": f"{url}&state={ResultState.RETURNED}",
        },
    )
