"""Backups: the latest ones, what they hold and where they lie; make one now."""

import shlex

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.files import stores
from doanso.lib import clock, database
from doanso.lib.problems import Refused
from doanso.setup import actions, backup_folder, queries, rules
from doanso.setup.policy import administrator_role_or_404
from doanso.setup.rules import BackupState


@login_required
@never_cache
@require_safe
def backup(request: AuthenticatedRequest) -> HttpResponse:
    """Show the latest backups; while one is made the page asks for itself again."""
    administrator_role_or_404(request.user)
    now = clock.now()
    rows = [
        (
            entry,
            rules.backup_state(
                entry.started_at, entry.requested_at, now, finished_at=entry.finished_at, problem=entry.problem
            ),
        )
        for entry in queries.latest_backups()
    ]
    engine, _version = database.engine()
    context = {
        "rows": rows,
        "latest": next((entry for entry, state in rows if state == BackupState.DONE), None),
        "newest": rows[0][0] if rows else None,
        "is_changing": bool(rows) and rows[0][1] in (BackupState.WAITING, BackupState.RUNNING),
        "is_postgresql": engine == "PostgreSQL",
        "folder": settings.BACKUPS,
        "is_same_disk": backup_folder.is_same_disk(settings.BACKUPS, settings.DATA),
        "has_bucket": stores.current_name() != stores.DISK,
        "keys": settings.DATA / "secrets.json",
        "kept": actions.KEPT,
        "nightly": _nightly(),
    }
    return render(request, "setup/backup.html", context)


def _nightly() -> str:
    """Return the line for cron, whose environment does not know the folders in use, and which reads % as a new line."""
    folders = {"DOANSO_DATA": settings.DATA}
    if settings.BACKUPS != settings.DATA / "backups":
        folders["DOANSO_BACKUPS"] = settings.BACKUPS
    given = " ".join(f"{name}={shlex.quote(str(folder))}" for name, folder in folders.items())
    command = f"cd {shlex.quote(str(settings.ROOT))} && {given} ./dev doanso backup"
    return "0 2 * * * " + command.replace("%", r"\%")


@login_required
@require_POST
def make_backup(request: AuthenticatedRequest) -> HttpResponse:
    """Ask for a backup."""
    role_assignment = administrator_role_or_404(request.user)
    try:
        actions.request_backup(actor=request.user, unit=role_assignment.unit)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect("setup:backup")
