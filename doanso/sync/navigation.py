"""Tabs of phones and of the records they send."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab("organisation.devices", NavigationSection.ORGANISATION, 40, pgettext_lazy("navigation", "Phones"), "devices"),
    Tab("own.phones", NavigationSection.OWN, 40, pgettext_lazy("navigation", "My phones"), "device-mobile"),
)
PAGES = (
    TabPage(
        "organisation.devices",
        10,
        "sync:devices",
        ("sync.manage_devices",),
        r"^/sync/devices/",
        pgettext_lazy("navigation", "Phones in service"),
        _("The phones with which your people record visits. Put a lost one out of service; it then wipes itself."),
        icon="device-mobile",
    ),
    TabPage(
        "organisation.devices",
        20,
        "sync:list",
        ("sync.decide",),
        r"^/sync/(?!devices/)",
        pgettext_lazy("navigation", "Records not accepted"),
        _(
            "What a phone sent and the server could not accept. Nothing is lost: put it right or refuse it with a reason."
        ),
        icon="cloud-up",
    ),
    TabPage(
        "own.phones",
        10,
        "sync:devices",
        ("sync.manage_devices",),
        r"^/sync/devices/",
        pgettext_lazy("navigation", "My phones"),
        _("The phones with which you record visits. Put a lost one out of service; it then wipes itself."),
        scope="own",
        short=pgettext_lazy("navigation", "Phone"),
    ),
)
