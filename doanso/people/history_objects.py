"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.lib import clock, formats
from doanso.people import policy
from doanso.people.models import Request


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("people.person", _("Person"))
    register_object_kind("people.contact", _("Contact"))
    register_object_kind("people.household", _("Household"))
    register_object_kind("people.business", _("Shop"))
    register_object_kind("people.request", _("Data request"), _requests)
    register_object_kind("people.duplicate", _("Possible duplicate"))
    register_object_kind("people.consent", _("Consent"))
    register_object_kind("people.consenttext", _("Consent text"))


def _request_title(request: Request) -> str:
    return _now("Request of %(day)s") % {"day": formats.day(clock.business_day(request.opened_at))}


_requests = linked(
    policy.VIEW_REQUESTS,
    Request.objects.all,
    title=_request_title,
    url=lambda request: reverse("people:request", args=[request.pk]),
)
