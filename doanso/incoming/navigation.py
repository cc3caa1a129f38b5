"""Page of the book of incoming documents."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.navigation import TabPage

PAGES = (
    TabPage(
        "office.documents",
        30,
        "incoming:arrivals",
        ("documents.keep_book",),
        r"^/documents/arrivals/|^/units/[^/]+/arrivals/",
        pgettext_lazy("navigation", "Book of arrivals"),
        _("The book in which the clerk enters every document that came, who handles it and whether it is done."),
        scope="here",
        icon="book",
        short=pgettext_lazy("navigation", "Arrivals"),
    ),
)
