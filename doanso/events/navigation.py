"""The tab of events."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

_VIEW = ("events.view",)
_LABEL = pgettext_lazy("navigation", "Events")
TABS = (Tab("movement.events", NavigationSection.MOVEMENT, 50, _LABEL, "calendar-event"),)
PAGES = (
    TabPage(
        "movement.events",
        10,
        "events:list",
        _VIEW,
        r"^/events/(?!(duty|shifts)/)",
        _LABEL,
        _(
            "Festivals, launch days, competition days and training days of your unit: partners and their booths, the timetable, "
            "who is on duty, the budget."
        ),
        icon="calendar-event",
    ),
    TabPage(
        "movement.events",
        20,
        "events:duty",
        _VIEW,
        r"^/events/(duty|shifts)/",
        pgettext_lazy("navigation", "Shifts"),
        _("Shifts that your unit fills at events, its own and those of the units above, with who is on duty."),
        icon="users",
    ),
)
