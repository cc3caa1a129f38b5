"""Page of notices: beside the inbox, and among the own pages of members and helpers, who have no inbox."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (Tab("own.notices", NavigationSection.OWN, 35, pgettext_lazy("navigation", "Notices"), "bell"),)
_NOTICES = TabPage(
    "today",
    30,
    "notices:list",
    ("units.view",),
    r"^/notices/",
    pgettext_lazy("navigation", "Notices"),
    _("What happened and concerns your unit. Opening a notice marks it as seen, for the whole office of the unit."),
    icon="bell",
)
PAGES = (
    _NOTICES,
    replace(
        _NOTICES,
        tab="own.notices",
        permissions=("members.view", "outreach.view"),
        help=_("What happened and concerns you, such as a change of a shift. Opening a notice marks it as seen."),
        scope="own",
    ),
)
