"""Tab of members."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (Tab("people.members", NavigationSection.PEOPLE, 10, pgettext_lazy("navigation", "Members"), "users"),)
PAGES = (
    TabPage(
        "people.members",
        10,
        "members:list",
        ("members.view",),
        r"^/members/",
        pgettext_lazy("navigation", "List"),
        _(
            "The members of your unit: find somebody, add a member, record a transfer or an absence, or export the list."
        ),
    ),
)
