"""Tabs of the inbox and of the programme's dashboards."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab("today", NavigationSection.TODAY, 10, pgettext_lazy("navigation", "Today"), "inbox"),
    Tab(
        "programme.overview",
        NavigationSection.PROGRAMME,
        10,
        pgettext_lazy("navigation", "Overview"),
        "layout-dashboard",
    ),
    Tab("own.home", NavigationSection.OWN, 5, pgettext_lazy("navigation", "Start"), "home"),
)
PAGES = (
    TabPage(
        "today",
        10,
        "home:today",
        ("units.view",),
        r"^/$|^/today/$",
        pgettext_lazy("navigation", "Today"),
        _(
            "Everything that waits for you stands here, what is due first. Each row leads to the page where you deal with it."
        ),
    ),
    TabPage(
        "programme.overview",
        10,
        "home:overview",
        ("targets.view",),
        r"^/overview/$|^/programmes/(?!new/$)[^/]+/$|^/units/[^/]+/dashboard/$",
        pgettext_lazy("navigation", "Overview"),
        _(
            "How far the programme has come on each target, and which units need help first. Each figure opens its records."
        ),
        index=r"^/programmes/(?!new/$)[^/]+/$|/dashboard/$",
    ),
    TabPage(
        "own.home",
        10,
        "home:start",
        ("outreach.view",),
        r"^/$",
        pgettext_lazy("navigation", "Start"),
        _("What you can do as a helper: go to the doors, keep a stand, and see what you have recorded."),
        scope="own",
    ),
)
