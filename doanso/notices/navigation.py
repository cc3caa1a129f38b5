"""Page of notices, beside the inbox."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import TabPage

PAGES = (
    TabPage(
        "today",
        30,
        "notices:list",
        ("assignments.view",),
        r"^/notices/",
        pgettext_lazy("navigation", "Notices"),
        _("What happened and concerns your unit. Opening a notice marks it as seen, for the whole office of the unit."),
        icon="bell",
    ),
)
