"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.utils.translation import gettext_lazy as _

from doanso.access.ports import register_object_kind


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("organisation.change", _("Change of the organisation"))
    register_object_kind("organisation.unitlist", _("List of units"))
