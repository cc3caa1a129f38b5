"""Words for the fields that history names."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIELDS = {
    "kind": _("kind"),
    "name": _("name"),
    "short_name": _("short name"),
    "address": _("address"),
    "website": _("website"),
    "note": pgettext_lazy("history", "note"),
    "post": pgettext_lazy("history", "post"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "since": _("first day"),
    "title": pgettext_lazy("history", "title"),
    "number": pgettext_lazy("history", "number"),
    "signed_on": _("day of signing"),
    "valid_from": _("first day"),
    "valid_until": _("last day"),
    "terms": _("what is agreed"),
    "document": pgettext_lazy("history", "document"),
    "incoming": pgettext_lazy("history", "document that came"),
    "file": pgettext_lazy("history", "file"),
    "text": _("what the partner does"),
    "quantity": _("quantity"),
    "unit_of_count": _("unit of count"),
    "due_on": _("day by which it is due"),
    "agreement": pgettext_lazy("history", "agreement"),
    "state": pgettext_lazy("history", "state"),
}
