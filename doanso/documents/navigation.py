"""Tab of documents."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab("office.documents", NavigationSection.OFFICE, 10, pgettext_lazy("navigation", "Documents"), "file-text"),
    Tab("own.documents", NavigationSection.OWN, 30, pgettext_lazy("navigation", "Documents for me"), "mail"),
)
_REGISTER = TabPage(
    "office.documents",
    40,
    "documents:register",
    ("documents.keep_book",),
    r"^/documents/register/|^/units/[^/]+/register/",
    pgettext_lazy("navigation", "Register"),
    _("The numbers and days of all documents that the unit has issued, and numbers kept free."),
    scope="here",
    icon="list-details",
)
_SEARCH = TabPage(
    "office.documents",
    50,
    "documents:search",
    ("documents.receive",),
    r"^/documents/search/",
    pgettext_lazy("navigation", "Find documents"),
    _("Find a document by its words, also inside the files, or by number."),
    scope="here",
    icon="search",
)
PAGES = (
    TabPage(
        "office.documents",
        10,
        "documents:desk",
        ("documents.receive",),
        r"^/documents/$|^/documents/(new|upload)/|^/documents/[0-9a-f-]{36}/|^/units/[^/]+/(documents|letterhead)/",
        pgettext_lazy("navigation", "Desk"),
        _("Documents that wait for you: to sign, to look at, to issue. Here you also write a new one."),
        scope="here",
    ),
    TabPage(
        "office.documents",
        20,
        "documents:received",
        ("documents.receive",),
        r"^/documents/received/",
        pgettext_lazy("navigation", "Received"),
        _("Documents that other units sent you. Open them, say who handles them, and answer by the day that is asked."),
        scope="here",
        icon="mail",
    ),
    _REGISTER,
    # An inspector, who only reads what others issued, begins at their registers.
    replace(_REGISTER, permissions=("access.unmask",), scope="subtree"),
    _SEARCH,
    replace(_SEARCH, tab="own.documents", order=20, scope="own"),
    TabPage(
        "own.documents",
        10,
        "documents:received",
        ("documents.receive",),
        r"^/documents/received/",
        pgettext_lazy("navigation", "Documents for me"),
        _("Documents that were sent to you. Open them to read, and note what you are asked to do."),
        scope="own",
        short=pgettext_lazy("navigation", "Documents"),
    ),
)
