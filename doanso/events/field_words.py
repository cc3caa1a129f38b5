"""Words for the fields that history names."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIELDS = {
    "kind": _("kind"),
    "title": pgettext_lazy("history", "title"),
    "summary": _("text of the public page"),
    "place": pgettext_lazy("history", "place"),
    "address": pgettext_lazy("history", "address"),
    "contact": _("whom to ask"),
    "day": pgettext_lazy("history", "day"),
    "begins": pgettext_lazy("history", "beginning"),
    "ends": pgettext_lazy("history", "end"),
    "capacity": pgettext_lazy("history", "places"),
    "state": pgettext_lazy("history", "state"),
    "timetable": pgettext_lazy("history", "timetable"),
    "partners": pgettext_lazy("history", "partners"),
    "booths": pgettext_lazy("history", "booths"),
    "budget": pgettext_lazy("history", "budget"),
    "materials": _("things to prepare"),
    "report": pgettext_lazy("history", "report"),
    "shifts": pgettext_lazy("history", "shifts"),
    "minimum_age": _("lowest age"),
    "alt": _("what the photo shows"),
    "subjects": _("whom the photo shows"),
    "asked_by": _("who asked the people"),
    "asked_on": _("when they were asked"),
    "is_public": _("shown to everybody"),
}
