"""Tab of changes of the organisation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab(
        "organisation.changes", NavigationSection.ORGANISATION, 20, pgettext_lazy("navigation", "Rearrange"), "sitemap"
    ),
)
PAGES = (
    TabPage(
        "organisation.changes",
        10,
        "organisation:list",
        ("organisation.preview",),
        r"^/organisation/(?!units/)",
        pgettext_lazy("navigation", "Rearrange"),
        _("Merge, split, move, rename or end units. You see what it changes before it is done, and can take it back."),
    ),
)
