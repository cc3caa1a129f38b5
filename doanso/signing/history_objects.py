"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.utils.translation import gettext_lazy as _

from doanso.access.ports import register_object_kind


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("signing.session", _("Signing"))
    register_object_kind("signing.publicfile", _("File anybody can verify"))
    register_object_kind("signing.authority", _("Certification authority"))
    register_object_kind("signing.certificate", _("Certificate"))
    register_object_kind("signing.revocationlist", _("Revocation list"))
