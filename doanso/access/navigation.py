"""Tabs of units, rights and history, and one's own account."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab(
        "organisation.units",
        NavigationSection.ORGANISATION,
        10,
        pgettext_lazy("navigation", "Units"),
        "building-community",
    ),
    Tab("organisation.rights", NavigationSection.ORGANISATION, 30, pgettext_lazy("navigation", "Rights"), "key"),
    Tab("organisation.history", NavigationSection.ORGANISATION, 50, pgettext_lazy("navigation", "History"), "history"),
    Tab("own.account", NavigationSection.OWN, 50, pgettext_lazy("navigation", "My account"), "user-circle"),
)
PAGES = (
    TabPage(
        "organisation.units",
        10,
        "access:units",
        ("units.view",),
        r"^/(units/([^/]+/(unmask/|export/.*)?)?|organisation/units/.*)$",
        pgettext_lazy("navigation", "Units"),
        _("The units below yours, with their secretaries. A unit's page shows how it stands and what it needs."),
    ),
    TabPage(
        "organisation.rights",
        10,
        "access:users",
        ("access.grant",),
        r"^/(users|roles)/(?!invit)",
        pgettext_lazy("navigation", "Accounts"),
        _(
            "Who may do what, and where. Here you make accounts, give roles and end them, and issue codes for new passwords."
        ),
    ),
    TabPage(
        "organisation.rights",
        15,
        "access:invitations",
        ("access.grant",),
        r"^/users/invit",
        pgettext_lazy("navigation", "Invitations"),
        _(
            "Invite officers and secretaries by a personal link, with which each makes their own account. The list shows who "
            "has not come yet."
        ),
        index=r"^/users/invitations/$",
        icon="user-plus",
    ),
    TabPage(
        "organisation.rights",
        20,
        "access:tokens",
        ("access.issue_token",),
        r"^/tokens/",
        pgettext_lazy("navigation", "Tokens"),
        _("Tokens let another program read figures of your unit. They show no personal data and end on a day."),
        icon="key",
    ),
    TabPage(
        "organisation.rights",
        30,
        "access:administration",
        ("access.administer",),
        r"^/administration/",
        pgettext_lazy("navigation", "Administration"),
        _("For at most an hour and with a reason, see the state of this installation. Every page you open is noted."),
        icon="settings",
    ),
    TabPage(
        "organisation.history",
        10,
        "access:history",
        ("audit.view",),
        r"^/history/",
        pgettext_lazy("navigation", "History"),
        _("Who did what to which object, and when. Nothing in it can be changed or erased."),
    ),
    TabPage(
        "own.account",
        10,
        "access:account",
        (),
        r"^/(account|password|theme)/",
        pgettext_lazy("navigation", "My account"),
        _("Your sign-in, your roles, your password, and whether pages are light or dark."),
        scope="own",
        short=pgettext_lazy("navigation", "Me"),
    ),
)
