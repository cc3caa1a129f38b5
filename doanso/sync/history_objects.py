"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.access.ports import register_object_kind


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("sync.device", pgettext_lazy("device", "Phone"))
    register_object_kind("sync.record", _("Record from a phone"))
    register_object_kind("sync.photo", _("Photo from a phone"))
