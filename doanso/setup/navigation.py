"""The page of the setup's checklist, in the tab of settings."""

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
)
