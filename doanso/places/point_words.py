"""The words for fields of public points and public pages in the history."""

from django.utils.translation import gettext_lazy as _

FIELDS = {
    "kind": _("kind"),
    "number": _("number on the plan"),
    "name_en": _("name in English"),
    "purpose": _("sentence on the plate"),
    "purpose_en": _("sentence on the plate, in English"),
    "address": _("address"),
    "opening_hours": _("opening hours"),
    "contact": _("contact"),
    "wifi": _("Wi-Fi"),
    "text": _("text"),
    "text_en": _("text in English"),
    "contacts": _("whom to call"),
    "photo": _("photo"),
    "photo_small": _("photo"),
    "photo_alt": _("words of the photo"),
    "removed_on": _("day of removal"),
    "printed_on": _("day of printing"),
    "checked_on": _("day of the check"),
    "outcome": _("outcome"),
}
