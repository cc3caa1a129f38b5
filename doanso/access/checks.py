"""Start-up checks of the table of roles."""

from typing import Any

from django.core.checks import Error, register

from doanso.access.ports import verb_names
from doanso.access.roles import GRANTS


@register()
def roles_name_known_verbs(**_options: Any) -> list[Error]:
    """Report roles that name an unregistered verb, which would silently grant nothing."""
    registered = verb_names()
    return [
        Error(f"Role {role!r} names the verb {permission!r}, which no app registers.", id="access.E001")
        for role, verbs in GRANTS.items()
        for permission in sorted(set(verbs) - registered)
    ]
