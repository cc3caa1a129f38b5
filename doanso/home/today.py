"""Frequent actions of a secretary's day."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from doanso.access.models import Role, RoleAssignment


@dataclass(frozen=True, slots=True)
class QuickAction:
    """A frequent action of secretaries, offered as a button."""

    label: str
    icon: str
    url: str


def quick_actions(role_assignment: RoleAssignment) -> list[QuickAction]:
    """Return the actions of users who record the day's work, the main one last; the city's officers do not."""
    if role_assignment.role not in (Role.UNIT_SECRETARY, Role.BRANCH_SECRETARY):
        return []
    return [
        QuickAction(_("Open a stand"), "users-group", reverse("support:new-stand")),
        QuickAction(pgettext("menu", "Attest"), "checks", reverse("adoption:attest")),
        QuickAction(_("Record a help"), "plus", reverse("support:record")),
    ]
