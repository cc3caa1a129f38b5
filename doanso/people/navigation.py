"""Tabs of the directory, of possible duplicates and of requests about personal data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import NavigationSection, Tab, TabPage

TABS = (
    Tab("people.directory", NavigationSection.PEOPLE, 40, pgettext_lazy("navigation", "Directory"), "address-book"),
    Tab(
        "people.duplicates",
        NavigationSection.PEOPLE,
        50,
        pgettext_lazy("navigation", "Perhaps the same"),
        "users-group",
    ),
    Tab("people.requests", NavigationSection.PEOPLE, 60, pgettext_lazy("navigation", "Data requests"), "shield-lock"),
)
PAGES = (
    TabPage(
        "people.directory",
        10,
        "people:people",
        ("people.view",),
        r"^/people/",
        pgettext_lazy("navigation", "Directory"),
        _(
            "What your units know of members and residents. Here you record a consent, or a request about personal data."
        ),
    ),
    TabPage(
        "people.duplicates",
        10,
        "people:pairs",
        ("people.settle_duplicates",),
        r"^/duplicates/",
        pgettext_lazy("navigation", "Perhaps the same"),
        _("Pairs of entries that may be one person. Compare them and decide; a decision can be undone."),
    ),
    TabPage(
        "people.requests",
        10,
        "people:requests",
        ("people.view_requests",),
        r"^/requests/",
        pgettext_lazy("navigation", "Data requests"),
        _("People who ask to see, correct or erase their data. Each request has a day by which it must be answered."),
    ),
)
