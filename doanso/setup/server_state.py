"""What is known for sure about the server: free disk, database, whether addresses are encrypted."""

import shutil
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from doanso.lib import clock, database, formats
from doanso.setup import rules

LEAST_FREE = 2_000_000_000
"""Bytes under which the disk counts as nearly full."""
_GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ServerFact:
    """One fact; `is_good` is False where somebody must act."""

    text: str
    is_good: bool


def server_facts(*, is_secure: bool, backed_up_at: datetime | None = None) -> list[ServerFact]:
    """Return the facts; no statement is executed. `backed_up_at` is when the latest sound backup was complete."""
    free = shutil.disk_usage(settings.DATA).free
    size = formats.number(free // _GIGABYTE)
    engine, version = database.engine()
    return [
        ServerFact(
            (_("Disk: %(size)s GB free") if free >= LEAST_FREE else _("Disk nearly full: %(size)s GB free"))
            % {"size": size},
            free >= LEAST_FREE,
        ),
        ServerFact(_("Database: %(engine)s %(version)s") % {"engine": engine, "version": version}, True),
        ServerFact(
            _("Addresses are encrypted (https)")
            if is_secure
            else _("Addresses are not encrypted: use it on this machine only, or set up https"),
            is_secure,
        ),
        _backup_fact(backed_up_at),
    ]


def _backup_fact(at: datetime | None) -> ServerFact:
    if at is None:
        return ServerFact(_("No backup yet"), False)
    day = formats.real_day(at)
    is_recent = clock.now() - at < rules.BACKUP_DUE
    words = _("Latest backup: %(day)s") if is_recent else _("Latest backup on %(day)s: make a new one")
    return ServerFact(words % {"day": day}, is_recent)
