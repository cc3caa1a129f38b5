"""Read whether the installation is set up, what the committee approved, and its backups."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from doanso import data_folder
from doanso.access.models import Role, RoleAssignment
from doanso.lib import clock, encryption
from doanso.setup import rules
from doanso.setup.models import ConsentApproval, ErasureState, InstallationBackup, SetupCode
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


def _begun_without_end() -> QuerySet[InstallationBackup]:
    """Return the backups that a restored database shows as begun, of which the worker has ended some today."""
    is_begun = Q(started_at__isnull=False, finished_at=None)
    return InstallationBackup.objects.filter(is_begun | Q(interrupted_on=clock.today()))


def may_be_restored_today() -> bool:
    """Return whether the database may have been restored today from a backup of this product.

    A restored database shows its own backup as begun, and the worker ends that at the first start. A backup that is being made at
    this moment, or was killed today, looks the same.
    """
    return _begun_without_end().exists()


def committee_file_differences() -> list[tuple[str, bool]]:
    """Return the committee's own files that a database restored today had when it was backed up, and the data folder has not.

    Each with whether a file of that name is there, but with another content. Empty where nothing was restored.
    """
    backup = _begun_without_end().order_by("-started_at", "-pk").first()
    if backup is None:
        return []
    saved: Mapping[str, str] = backup.committee_files
    present = data_folder.digests(data_folder.read_committee_files(settings.DATA))
    return [(name, name in present) for name, digest in sorted(saved.items()) if present.get(name) != digest]


def waiting_erasures() -> QuerySet[ErasureState]:
    """Return the erasures that wait for an administrator's yes."""
    return ErasureState.objects.filter(waiting_since__isnull=False)


def erasure_states() -> dict[str, ErasureState]:
    """Return how each erasure was last looked at, by code."""
    return {state.code: state for state in ErasureState.objects.select_related("approved_by")}
