"""Pages of the use of services, and the tab of attestations."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (Tab("people.attest", NavigationSection.PEOPLE, 20, pgettext_lazy("navigation", "Attest"), "checks"),)
PAGES = (
    TabPage(
        "people.members",
        20,
        "adoption:overview",
        ("adoption.view",),
        r"^/adoption/$|^/units/[^/]+/(services|difficulties|still-using)/|^/declare-links/|^/difficulties/",
        pgettext_lazy("navigation", "Use of services"),
        _("How many members use each digital service, who is stuck and needs help, and who is to be asked again."),
        index=r"^/units/[^/]+/(services|difficulties|still-using)/$|^/declare-links/$",
        icon="device-mobile",
    ),
    TabPage(
        "people.attest",
        10,
        "adoption:attest",
        ("adoption.attest",),
        r"^/attest/",
        pgettext_lazy("navigation", "Attest use"),
        _("Confirm for many members at once that they use a service. A few, drawn by lot, are checked in person."),
    ),
    TabPage(
        "people.attest",
        20,
        "adoption:declarations",
        ("adoption.attest",),
        r"^/declarations/",
        pgettext_lazy("navigation", "Declared by members"),
        _("What members declared about themselves waits here until you attest it or return it with a reason."),
        icon="clipboard-check",
    ),
)
