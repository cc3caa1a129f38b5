"""Page of assignments, which are rows of the inbox."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import TabPage

PAGES = (
    TabPage(
        "today",
        20,
        "assignments:list",
        ("assignments.view",),
        r"^/assignments/",
        pgettext_lazy("navigation", "Assignments"),
        _("What your unit was asked to do, with a day for each. Take one over, hand it on, or write what was done."),
        icon="calendar-event",
        listed=False,
    ),
)
