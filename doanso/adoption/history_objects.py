"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.policy import personal
from doanso.access.ports import ObjectLink, register_object_kind
from doanso.accounts.models import User
from doanso.adoption import policy
from doanso.adoption.models import Usage
from doanso.members.models import Member


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("adoption.usage", _("Use of a service"), _usages)
    register_object_kind("adoption.useanswer", _("Answer whether a service is used"))
    register_object_kind("adoption.bulkdraw", _("Attestation of many"))
    register_object_kind("adoption.declarelink", _("Link for declaring"))
    register_object_kind("adoption.declaration", _("Declaration of a member"))
    register_object_kind("adoption.difficulty", _("Difficulty with a service"))
    register_object_kind("adoption.adoptionstage", _("Stage of a service"))
    register_object_kind("adoption.service", _("Service"))


def _usages(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    """Return the usages under the newest membership of their person that the actor sees; three statements."""
    usages = list(Usage.objects.filter(pk__in=list(ids)).select_related("service"))
    members = Member.objects.filter(person__in={usage.person_id for usage in usages})
    visible = policy.VIEW.filter(actor, members).select_related("contact").order_by("since", "pk")
    newest = {member.person_id: member for member in visible}
    shown = personal(actor)
    links = {}
    for usage in usages:
        if (member := newest.get(usage.person_id)) is not None:
            name = shown.name(member.contact.name, member.branch_id)
            links[usage.pk] = ObjectLink(
                f"{usage.service.name}, {name}", reverse("adoption:services", args=[member.pk])
            )
    return links
