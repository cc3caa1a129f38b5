"""The tab of results."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab(
        "programme.results", NavigationSection.PROGRAMME, 35, pgettext_lazy("navigation", "Results"), "clipboard-check"
    ),
)
PAGES = (
    TabPage(
        "programme.results",
        10,
        "results:list",
        ("results.view",),
        r"^/results/",
        pgettext_lazy("navigation", "Results"),
        _(
            "For indicators that no part of the product counts: a unit reports what it did, the level above confirms it, and "
            "then it counts."
        ),
    ),
)
