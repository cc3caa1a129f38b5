"""Pages of certificates and of the authorities that issue them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab(
        "organisation.settings", NavigationSection.ORGANISATION, 60, pgettext_lazy("navigation", "Settings"), "settings"
    ),
)
PAGES = (
    TabPage(
        "office.documents",
        60,
        "signing:certificates",
        ("signing.view",),
        r"^/signing/(certificates|sessions)/",
        pgettext_lazy("navigation", "Certificates"),
        _("The certificates with which people sign and units seal, and until when they are valid."),
        icon="signature",
    ),
    TabPage(
        "organisation.settings",
        50,
        "signing:authorities",
        ("signing.trust",),
        r"^/signing/authorities/",
        pgettext_lazy("navigation", "Certification authorities"),
        _("Whose certificates count as valid here. Add only authorities that the State has licensed."),
        icon="shield-check",
    ),
)
