"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.policy import personal
from doanso.access.ports import ObjectLink, register_object_kind
from doanso.accounts.models import User
from doanso.members import policy
from doanso.members.models import Member


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("members.member", _("Member"), _members)
    register_object_kind("members.post", _("Office of a member"))
    register_object_kind("members.absence", _("Absence of a member"))
    register_object_kind("members.exemption", _("Exemption of a member"))


def _members(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    members = policy.VIEW.filter(actor, Member.objects.filter(pk__in=list(ids))).select_related("contact")
    shown = personal(actor)
    return {
        member.pk: ObjectLink(
            shown.name(member.contact.name, member.branch_id), reverse("members:member", args=[member.pk])
        )
        for member in members
    }
