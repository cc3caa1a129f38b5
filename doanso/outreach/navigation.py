"""Tab of visits from door to door."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab(
        "movement.doors", NavigationSection.MOVEMENT, 10, pgettext_lazy("navigation", "Door to door 1+1"), "home-heart"
    ),
    Tab("own.visits", NavigationSection.OWN, 20, pgettext_lazy("navigation", "My visits"), "home-heart"),
)
PAGES = (
    TabPage(
        "movement.doors",
        10,
        "outreach:today",
        ("outreach.view",),
        r"^/outreach/(?!visits/)",
        pgettext_lazy("navigation", "Of the day"),
        _("Who goes from door to door today, which homes asked for a second visit, and what looks unusual."),
    ),
    TabPage(
        "movement.doors",
        20,
        "outreach:visits",
        ("outreach.view",),
        r"^/outreach/visits/",
        pgettext_lazy("navigation", "Visits"),
        _("All visits that phones have sent: where, who went, with what outcome, and whether the pair was complete."),
    ),
    TabPage(
        "movement.doors",
        30,
        "outreach:drives",
        ("outreach.view",),
        r"^/(drives|doors)/",
        pgettext_lazy("navigation", "Drives"),
        _(
            "A drive is a list of doors to reach between two days. Fill it, hand doors out to pairs, and see how far they are."
        ),
        icon="walk",
    ),
    TabPage(
        "movement.doors",
        40,
        "outreach:teams",
        ("outreach.view",),
        r"^/teams/",
        pgettext_lazy("navigation", "Digital teams"),
        _("The community digital teams and their people, with the cards and sign-ins they need at the door."),
        icon="users-group",
    ),
    TabPage(
        "own.visits",
        10,
        "outreach:visits",
        ("outreach.view",),
        r"^/outreach/",
        pgettext_lazy("navigation", "My visits"),
        _("The visits that your phone has sent. What is not yet sent is kept on the phone."),
        scope="own",
    ),
)
