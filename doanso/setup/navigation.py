"""The pages of the setup after the first start, in the tab of settings."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import TabPage

PAGES = (
    TabPage(
        "organisation.settings",
        20,
        "setup:checklist",
        ("units.load",),
        r"^/setup/(checklist|trial)/",
        pgettext_lazy("navigation", "Setup"),
        _(
            "What is needed to begin and what can wait, with the time each takes. Stop at any time; what is done is kept."
        ),
    ),
    TabPage(
        "organisation.settings",
        30,
        "setup:consent",
        ("units.load",),
        r"^/setup/consent/",
        pgettext_lazy("navigation", "Words of consent"),
        _(
            "What people hear before their data is recorded, and what they may agree to. The committee reads and approves it."
        ),
        icon="shield-lock",
    ),
    TabPage(
        "organisation.settings",
        40,
        "setup:backup",
        ("units.load",),
        r"^/setup/backup/",
        pgettext_lazy("navigation", "Backup"),
        _(
            "A copy of the database and the files, restored on this server as a trial, so that a broken disk loses nothing."
        ),
        icon="folders",
    ),
    TabPage(
        "organisation.settings",
        45,
        "setup:erasures",
        ("units.load",),
        r"^/setup/erasures/",
        pgettext_lazy("navigation", "Erasing by age"),
        _("Personal data that was kept long enough is erased by itself. What is unusual waits here for a yes."),
        icon="shield-lock",
    ),
)
