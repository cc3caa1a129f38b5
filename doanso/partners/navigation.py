"""Tab of partners, with the pages of their agreements and of what they undertake."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

_VIEW = ("partners.view",)
_LABEL = pgettext_lazy("navigation", "Partners")
TABS = (Tab("movement.partners", NavigationSection.MOVEMENT, 60, _LABEL, "heart-handshake"),)
PAGES = (
    TabPage(
        "movement.partners",
        10,
        "partners:list",
        _VIEW,
        r"^/partners/(?!(agreements|undertakings)/$)",
        _LABEL,
        _(
            "Organisations that your unit works with: banks, telecom companies, market boards, the Economic Division. Each page "
            "says whom to ask there, what was agreed until when, and what the partner does."
        ),
        icon="heart-handshake",
    ),
    TabPage(
        "movement.partners",
        20,
        "partners:agreements",
        _VIEW,
        r"^/partners/agreements/$",
        pgettext_lazy("navigation", "Agreements"),
        _(
            "All agreements with partners. A month before its last day an agreement stands in the inbox, until it is renewed or "
            "closed."
        ),
        icon="file-text",
    ),
    TabPage(
        "movement.partners",
        30,
        "partners:undertakings",
        _VIEW,
        r"^/partners/undertakings/$",
        pgettext_lazy("navigation", "Undertakings"),
        _("What partners promised to do, by its day: markets, booths, courses, prizes, and what became of it."),
        icon="flag",
    ),
)
