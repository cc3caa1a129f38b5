"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import ObjectLink, register_object_kind
from doanso.accounts.models import User
from doanso.targets import policy
from doanso.targets.models import Programme, ProgrammeDraft
from doanso.units.models import Unit


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("targets.programme", _("Programme"), _programmes)
    register_object_kind("targets.programmedraft", _("Draft of a programme"), _drafts)
    register_object_kind("targets.indicator", _("Indicator"))
    register_object_kind("targets.target", _("Target of a unit"))
    register_object_kind("targets.allocation", _("Allocation of targets"))
    register_object_kind("targets.answer", _("Answer to a target"))
    register_object_kind("targets.settlement", _("Decision on a target"))
    register_object_kind("targets.frozenlist", _("List behind a denominator"))
    register_object_kind("targets.unitsize", _("Size of a unit"))


def _programmes(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    """Return the programmes whose root the actor sees, which their pages begin with."""
    roots = policy.VIEW.filter(actor, Unit.objects.all()).values("pk")
    return {
        programme.pk: ObjectLink(programme.title, reverse("targets:indicators", args=[programme.code]))
        for programme in Programme.objects.filter(pk__in=list(ids), root__in=roots)
    }


def _drafts(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    """Return the drafts that the actor may write."""
    return {
        draft.pk: ObjectLink(draft.title, reverse("targets:draft", args=[draft.pk]))
        for draft in policy.DRAFT.filter(actor, ProgrammeDraft.objects.filter(pk__in=list(ids)))
    }
