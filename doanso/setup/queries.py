"""Read whether the installation is set up, what the committee approved, and its backups."""

from uuid import UUID

from doanso.access.models import Role, RoleAssignment
from doanso.lib import clock, encryption
from doanso.setup import rules
from doanso.setup.models import ConsentApproval, InstallationBackup, SetupCode
from doanso.units import queries as units
from doanso.units.queries import NamedUnit

_SHOWN = 7


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


def consent_approval(version: str) -> ConsentApproval | None:
    """Return the approval of a version of the consent text; None where it was not approved."""
    return ConsentApproval.objects.filter(text_version=version).select_related("approved_by").first()


def latest_backups() -> list[InstallationBackup]:
    """Return the latest backups, asked for, running and ended, the newest first."""
    return list(InstallationBackup.objects.select_related("requested_by").order_by("-requested_at", "-pk")[:_SHOWN])


def running_backup() -> InstallationBackup | None:
    """Return the backup that waits or is being made; None without one, or where it has been silent for too long."""
    begun = InstallationBackup.objects.filter(finished_at=None).select_related("requested_by")
    latest = begun.order_by("-requested_at", "-pk").first()
    if (
        latest is None
        or rules.backup_state(latest.started_at, latest.requested_at, clock.now()) == rules.BackupState.BROKEN
    ):
        return None
    return latest
