"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import ObjectLink, linked, register_object_kind
from doanso.accounts.models import User
from doanso.lib import formats
from doanso.people import policy, queries
from doanso.people.models import Contact, Request


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("people.person", _("Person"), _persons)
    register_object_kind("people.contact", _("Contact"), _contacts)
    register_object_kind("people.household", _("Household"))
    register_object_kind("people.business", _("Shop"))
    register_object_kind("people.request", _("Data request"), _requests)
    register_object_kind("people.duplicate", _("Possible duplicate"))
    register_object_kind("people.consent", _("Consent"))
    register_object_kind("people.consenttext", _("Consent text"))


def _contact_link(contact: Contact) -> ObjectLink:
    return ObjectLink(contact.name, reverse("people:person", args=[contact.pk]))


def _contacts(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    contacts = policy.VIEW.filter(actor, queries.all_contacts().filter(pk__in=list(ids)))
    return {contact.pk: _contact_link(contact) for contact in contacts}


def _persons(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    """Return for each person the newest contact that the actor may open."""
    contacts = policy.VIEW.filter(actor, queries.all_contacts().filter(person_id__in=list(ids))).order_by("pk")
    return {contact.person_id: _contact_link(contact) for contact in contacts if contact.person_id is not None}


def _request_title(request: Request) -> str:
    return _now("Request of %(day)s") % {"day": formats.day(request.opened_at)}


_requests = linked(
    policy.VIEW_REQUESTS,
    Request.objects.all,
    title=_request_title,
    url=lambda request: reverse("people:request", args=[request.pk]),
)
