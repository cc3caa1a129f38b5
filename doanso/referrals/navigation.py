"""Tabs of members' two people (1+2): of a unit, and one's own record."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab("movement.referrals", NavigationSection.MOVEMENT, 20, pgettext_lazy("navigation", "Spread 1+2"), "share-3"),
    Tab("own.record", NavigationSection.OWN, 10, pgettext_lazy("navigation", "My record"), "id-badge-2"),
)
PAGES = (
    TabPage(
        "movement.referrals",
        10,
        "referrals:list",
        ("outreach.refer",),
        r"^/referrals/",
        pgettext_lazy("navigation", "Spread 1+2"),
        _("Each member guides a friend and a relative. See who has done so, and record it for those who ask you."),
    ),
    TabPage(
        "own.record",
        10,
        "referrals:me",
        ("outreach.refer",),
        r"^/me/|^/my-services/|^/referrals/.|^/members/.",
        pgettext_lazy("navigation", "My record"),
        _("Your digital services and the two people you guide (1+2). What you declare is attested by your secretary."),
        scope="own",
        short=pgettext_lazy("navigation", "Record of mine"),
    ),
)
