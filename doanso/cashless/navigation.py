"""The page of shops and stalls, in the tab of streets and markets."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import TabPage

PAGES = (
    TabPage(
        "movement.places",
        40,
        "cashless:shops",
        ("cashless.view",),
        r"^/shops/",
        pgettext_lazy("navigation", "Shops and stalls"),
        _(
            "How far each shop is with payment without cash, whether customers really use it, and whether the code that hangs "
            "there is the right one."
        ),
        icon="building-store",
        short=pgettext_lazy("navigation", "Shops"),
    ),
)
