"""Start-up checks of the table of roles."""

from typing import Any

from django.core.checks import Error, register

from doanso.access.ports import action_names
from doanso.access.roles import GRANTS


@register()
def roles_name_known_actions(**_options: Any) -> list[Error]:
    """Report roles that name an unregistered permission, which would silently grant nothing."""
    registered = action_names()
    return [
        Error(f"Role {role!r} names the permission {permission!r}, which no app registers.", id="access.E001")
        for role, permissions in GRANTS.items()
        for permission in sorted(set(permissions) - registered)
    ]
