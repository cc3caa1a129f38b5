"""Who sees the checklist and the trial copy: the administrators of the leading committee."""

from django.http import Http404

from doanso.access.models import Role, RoleAssignment
from doanso.access.policy import Permission, current_role_assignments
from doanso.accounts.models import User

SET_UP = Permission("units.load", unit_of="id")


def administrator_role(user: User) -> RoleAssignment | None:
    """Return the user's role as an administrator; None without one. No statement where the user's roles were read."""
    return next(
        (
            role_assignment
            for role_assignment in current_role_assignments(user)
            if role_assignment.role == Role.CITY_ADMINISTRATOR
        ),
        None,
    )


def administrator_role_or_404(user: User) -> RoleAssignment:
    """Return the user's role as an administrator; raise Http404 without one."""
    role_assignment = administrator_role(user)
    if role_assignment is None:
        raise Http404
    return role_assignment
