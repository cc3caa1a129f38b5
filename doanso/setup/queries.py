"""Read whether the installation is set up."""

from uuid import UUID

from doanso.access.models import Role, RoleAssignment
from doanso.lib import encryption
from doanso.setup.models import SetupCode
from doanso.units import queries as units
from doanso.units.queries import NamedUnit


def is_set_up() -> bool:
    """Return whether the installation has, or ever had, an administrator; this never becomes false again."""
    return RoleAssignment.objects.filter(role=Role.CITY_ADMINISTRATOR).exists()


def is_open(code_id: UUID) -> bool:
    """Return whether this code is still the one that opens the setup."""
    return SetupCode.objects.filter(pk=code_id, used_at=None).exists()


def committee() -> NamedUnit | None:
    """Return the root of the tree, where units were loaded before the setup; None on an empty installation."""
    return next(iter(units.roots()), None)


def code_hash(code: str) -> str:
    """Return the keyed hash under which a code is stored."""
    return encryption.look_up(code, context="setup.code")
