"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access import policy, queries
from doanso.access.ports import ObjectLink, register_object_kind
from doanso.accounts.models import User
from doanso.units import queries as units


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("units.unit", _("Unit"), _units)
    register_object_kind("units.neighbourhood", _("Neighbourhood"))
    register_object_kind("accounts.user", _("Account"), _accounts)
    register_object_kind("access.invitation", _("Invitation"))
    register_object_kind("access.apitoken", _("Token"))
    register_object_kind("access.administrationmode", _("Administration"))
    register_object_kind("access.unmasking", _("Names shown for a reason"))
    register_object_kind("access.keyfingerprint", _("Key of the installation"))
    register_object_kind("accounts.resetcode", _("Code for a password"))


def _units(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    visible_ids = queries.visible_unit_ids(actor, ids)
    return {
        unit_id: ObjectLink(unit.short_name, reverse("access:unit", args=[unit.code]))
        for unit_id, unit in units.named_units_by_id(visible_ids).items()
    }


def _accounts(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    if not policy.GRANT.allows_anywhere(actor):
        return {}
    return {
        account.pk: ObjectLink(account.display_name, reverse("access:user", args=[account.pk]))
        for account in queries.accounts_to_manage(actor).filter(pk__in=list(ids))
    }
