"""All integrity checks of an installation, run by one command."""

import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from doanso.audit import queries as audit
from doanso.home import keys
from doanso.home.encrypted_columns import COLUMNS
from doanso.ledger.recount import recount
from doanso.lib.database import integrity
from doanso.setup import queries as setup

logger = logging.getLogger(__name__)
SAMPLE = 200
"""The number of latest values of a column that are decrypted unless all are requested."""
MOST_NAMED = 5


class IntegrityCheck(NamedTuple):
    """One check: its title, and a function that yields its findings, a sentence each."""

    title: str
    findings: Callable[[], Iterator[str]]


def checks(*, is_full: bool) -> list[IntegrityCheck]:
    """Return all checks in their order. Files are checked by `check-files`."""
    return [
        IntegrityCheck(_("database"), _damages),
        IntegrityCheck(_("release"), _migrations),
        IntegrityCheck(_("keys"), _keys),
        IntegrityCheck(_("encrypted data"), lambda: _encrypted(None if is_full else SAMPLE)),
        IntegrityCheck(_("audit trail"), _trail),
        IntegrityCheck(_("figures"), _figures),
        IntegrityCheck(_("the committee's files"), _committee_files),
    ]


def findings(check: IntegrityCheck) -> Iterator[str]:
    """Yield a check's findings; failing to run counts as one."""
    try:
        yield from check.findings()
    except Exception as problem:
        # Damaged rows raise anywhere: in the driver, in a date, in a key.
        logger.warning("a check broke off", exc_info=problem)
        yield _("could not be read: %(problem)s") % {"problem": f"{type(problem).__name__}: {str(problem).strip()}"}


def _damages() -> Iterator[str]:
    for damage in integrity.damages():
        yield _("damaged: %(damage)s. Restore the latest sound backup.") % {"damage": damage}


def _migrations() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        words = _("%(count)s migrations have not been run. Run doanso migrate.")
        yield words % {"count": len(waiting)}


def _keys() -> Iterator[str]:
    if problem := keys.key_problem():
        yield problem


def _encrypted(most: int | None) -> Iterator[str]:
    for column in COLUMNS:
        unreadable = list(column.unreadable(most=most))
        if unreadable:
            words = _("%(count)s values of %(column)s do not open, among them %(rows)s.")
            named = ", ".join(str(pk) for pk in unreadable[:MOST_NAMED])
            yield words % {"count": len(unreadable), "column": column.name, "rows": named}


def _trail() -> Iterator[str]:
    if broken := audit.verify().broken:
        yield broken


def _figures() -> Iterator[str]:
    for difference in recount():
        yield str(difference)


def _committee_files() -> Iterator[str]:
    for name, is_there in setup.committee_file_differences():
        words = (
            _(
                "%(name)s in the data folder differs from the one in the backup. Copy it from there, or keep it if you meant it."
            )
            if is_there
            else _("%(name)s is in the backup and not in the data folder. Copy it from there before you start.")
        )
        yield words % {"name": name}
