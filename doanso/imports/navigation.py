"""Tab of the import of lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab(
        "people.imports",
        NavigationSection.PEOPLE,
        70,
        pgettext_lazy("navigation", "Import lists"),
        "file-spreadsheet",
        pgettext_lazy("navigation", "Import"),
    ),
)
PAGES = (
    TabPage(
        "people.imports",
        10,
        "imports:list",
        ("imports.run",),
        r"^/imports/",
        pgettext_lazy("navigation", "Import lists"),
        _("Bring an Excel list in: it is first compared with what is known, and nothing is written before you say so."),
    ),
)
