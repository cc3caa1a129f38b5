"""Tab of the months: figures to be closed, and reports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab("programme.months", NavigationSection.PROGRAMME, 40, pgettext_lazy("navigation", "Months"), "calendar-check"),
)
PAGES = (
    TabPage(
        "programme.months",
        10,
        "reports:periods",
        ("reports.view",),
        r"^/periods/$|^/programmes/[^/]+/periods/",
        pgettext_lazy("navigation", "Close figures"),
        _(
            "Each month units send their figures here, and the unit above accepts and closes them. Closed figures change no more."
        ),
        index=r"^/programmes/[^/]+/periods/$",
    ),
    TabPage(
        "programme.months",
        20,
        "reports:home",
        ("reports.view",),
        r"^/reports/$|^/programmes/[^/]+/(reports|layouts)/",
        pgettext_lazy("navigation", "Reports"),
        _(
            "A month's reports in the Union's form, with its closed figures. A finished report becomes a document to sign."
        ),
        index=r"^/programmes/[^/]+/reports/$",
    ),
)
