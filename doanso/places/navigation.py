"""The tab of streets and markets."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab(
        "movement.places",
        NavigationSection.MOVEMENT,
        40,
        pgettext_lazy("navigation", "Streets and markets"),
        "map-pin",
    ),
)
PAGES = (
    TabPage(
        "movement.places",
        10,
        "places:list",
        ("places.view",),
        r"^/places/(?!criteria/|corrections/)",
        pgettext_lazy("navigation", "Streets and markets"),
        _(
            "A street or a market is surveyed, brought to its criteria, assessed by the committee above and recognised once it "
            "meets all of them."
        ),
    ),
    TabPage(
        "movement.places",
        70,
        "places:corrections",
        ("places.manage",),
        r"^/places/corrections/",
        pgettext_lazy("navigation", "Corrections"),
        _(
            "What residents say is wrong on a public page. Your answer is read by whoever sent it, under a link of their own."
        ),
    ),
    TabPage(
        "movement.places",
        80,
        "places:criteria",
        ("places.view",),
        r"^/places/criteria/",
        pgettext_lazy("navigation", "Criteria"),
        _(
            "What a street or market must reach, by kind. The committee edits its own set; a place keeps the version it is "
            "assessed by."
        ),
    ),
)
