"""Tab of residents who were helped, with stands, and the page of re-checks."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab(
        "people.residents",
        NavigationSection.PEOPLE,
        30,
        pgettext_lazy("navigation", "Residents and help"),
        "heart-handshake",
        pgettext_lazy("navigation", "Residents"),
    ),
    Tab("own.stands", NavigationSection.OWN, 25, pgettext_lazy("navigation", "My stands"), "users-group"),
)
_STANDS = TabPage(
    "people.residents",
    30,
    "support:stands",
    ("support.keep_stand",),
    r"^/support/stands/",
    pgettext_lazy("navigation", "Stands"),
    _("A pair helps many people in a row: residents scan the code and fill in themselves, or you type one line each."),
)
PAGES = (
    TabPage(
        "people.attest",
        30,
        "support:rounds",
        ("support.view",),
        r"^/support/rechecks/",
        pgettext_lazy("navigation", "Re-checks"),
        _("People drawn by lot are called and asked whether they were helped. What is not true no longer counts."),
        icon="phone",
        alone=pgettext_lazy("navigation", "Re-checks"),
    ),
    TabPage(
        "people.residents",
        10,
        "support:list",
        ("support.view",),
        r"^/support/(?!rechecks/|record/|stands/)",
        pgettext_lazy("navigation", "Help given"),
        _("Residents and shops that were helped, with receipts. Here you correct, take back, and decide disputes."),
    ),
    TabPage(
        "people.residents",
        20,
        "support:record",
        ("support.record",),
        r"^/support/record/",
        pgettext_lazy("navigation", "Record a help"),
        _("Record whom you helped with what. The person gets a receipt, with which they confirm or correct it."),
        short=pgettext_lazy("navigation", "Record"),
    ),
    _STANDS,
    # A helper keeps only the stands they opened.
    replace(_STANDS, tab="own.stands", scope="own", short=pgettext_lazy("navigation", "Stand")),
)
