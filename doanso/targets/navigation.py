"""Tabs of targets and of handing them out."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab("programme.targets", NavigationSection.PROGRAMME, 20, pgettext_lazy("navigation", "Targets"), "target"),
    Tab(
        "programme.cascade", NavigationSection.PROGRAMME, 30, pgettext_lazy("navigation", "Hand out targets"), "sitemap"
    ),
)
PAGES = (
    TabPage(
        "programme.targets",
        10,
        "home:indicators",
        ("targets.view",),
        r"^/indicators/$|^/programmes/[^/]+/indicators/([^/]+/([^/]+/(remind/)?)?)?$",
        pgettext_lazy("navigation", "Targets"),
        _(
            "All targets of the programme for your unit: what is asked, what is reached, and the records behind each figure."
        ),
        index=r"^/programmes/[^/]+/indicators/$",
    ),
    TabPage(
        "programme.targets",
        20,
        "targets:programmes",
        ("targets.view",),
        r"^/programmes/$|^/programmes/(new|drafts)/|^/programmes/[^/]+/(copy|edit|file|revisions)/$",
        pgettext_lazy("navigation", "Programmes"),
        _(
            "All programmes of your unit and the drafts that are being written. Here a programme is written, changed with a"
            " reason, or copied to a new year."
        ),
    ),
    TabPage(
        "programme.cascade",
        10,
        "home:cascade",
        ("targets.allocate", "targets.answer"),
        r"^/cascade/$|^/programmes/[^/]+/cascade/$|^/units/[^/]+/sizes/$"
        r"|^/programmes/[^/]+/indicators/[^/]+/[^/]+/(allocate|answer|settle|freeze|frozen)/",
        pgettext_lazy("navigation", "Hand out targets"),
        _("Here targets are divided among the units below, and a unit answers what it was given."),
        index=r"^/programmes/[^/]+/cascade/$",
    ),
)
