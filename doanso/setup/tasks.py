"""Background task that makes a backup."""

from uuid import UUID

from django.tasks import task

from doanso.setup import actions


@task
def make_backup(backup_id: str) -> None:
    """Make the requested backup and test it."""
    actions.carry_out_backup(UUID(backup_id))
