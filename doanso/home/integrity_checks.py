"""All integrity checks of an installation, run by one command."""

import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.audit import queries as audit
from doanso.files import actions as files
from doanso.files.problems import Unavailable
from doanso.home import keys
from doanso.home.encrypted_columns import COLUMNS
from doanso.ledger.recount import recount
from doanso.lib.database import integrity
from doanso.lib.database.integrity import DamageKind
from doanso.setup import queries as setup

logger = logging.getLogger(__name__)
MOST_NAMED = 5


class IntegrityCheck(NamedTuple):
    """One check: its title, a function that yields its findings, a sentence each, and what to do about any."""

    title: str
    findings: Callable[[], Iterator[str]]
    remedy: str


def database_checks() -> list[IntegrityCheck]:
    """Return the checks of the database and of the committee's own files, in their order."""
    return [
        IntegrityCheck(
            _("database"),
            _damages,
            _(
                "Stop the service, keep a copy of the data folder, and restore the latest sound backup; then run verify again."
            ),
        ),
        IntegrityCheck(
            _("release"), _migrations, _("Run doanso migrate with the service stopped, then run verify again.")
        ),
        IntegrityCheck(
            _("keys"),
            _keys,
            _("Put the secrets.json of this installation into the data folder; enter no data before its keys fit."),
        ),
        IntegrityCheck(
            _("encrypted data"),
            _encrypted,
            _(
                "If the keys fit, these values are damaged: restore the latest sound backup, or enter them again from the papers."
            ),
        ),
        IntegrityCheck(
            _("audit trail"),
            _trail,
            _(
                "Keep a copy of the database untouched, tell the head of the committee, and compare with the latest sound backup."
            ),
        ),
        IntegrityCheck(
            _("figures"),
            _figures,
            _(
                "Close no month and issue no report until this is explained; keep these lines and send them to the makers "
                "of the product."
            ),
        ),
        IntegrityCheck(
            _("the committee's files"),
            _committee_files,
            _("Put the files right before the service is started; what shortens a period erases people."),
        ),
    ]


def all_checks() -> list[IntegrityCheck]:
    """Return the checks of the database and the check that reads every stored file."""
    return [
        *database_checks(),
        IntegrityCheck(
            _("stored files"),
            _files,
            _("Put these files back from a backup, under the same names; without any backup, upload them again."),
        ),
    ]


def findings(check: IntegrityCheck) -> Iterator[str]:
    """Yield a check's findings; failing to run counts as one."""
    try:
        yield from check.findings()
    except Exception as problem:
        # Damaged rows raise anywhere: in the driver, in a date, in a key.
        logger.warning("a check broke off", exc_info=problem)
        yield _("could not be read (%(error)s; its own words are in the log).") % {"error": type(problem).__name__}


_DAMAGES = {
    DamageKind.PAGE: gettext_lazy("pages of the file"),
    DamageKind.INDEX: gettext_lazy("the index %(subject)s"),
    DamageKind.VALUE: gettext_lazy("values of %(subject)s"),
    DamageKind.REFERENCE: gettext_lazy("%(subject)s, a reference to a row that is gone"),
    DamageKind.TABLE: gettext_lazy("the table %(subject)s"),
    DamageKind.CONSTRAINT: gettext_lazy("the constraint %(subject)s, which was never checked"),
}


def _damages() -> Iterator[str]:
    for damage in integrity.damages():
        logger.warning("the database reports of %s: %s", damage.subject or "its file", damage.engine_text)
        what = str(_DAMAGES[damage.kind]) % {"subject": damage.subject}
        yield _("damaged: %(damage)s. Restore the latest sound backup.") % {"damage": what}


def _migrations() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        words = _("%(count)s migrations have not been run. Run doanso migrate.")
        yield words % {"count": len(waiting)}


def _keys() -> Iterator[str]:
    if problem := keys.key_problem():
        yield problem


def _encrypted() -> Iterator[str]:
    for column in COLUMNS:
        unreadable = list(column.unreadable())
        if unreadable:
            words = _("%(count)s values of %(column)s do not open, among them %(rows)s.")
            named = ", ".join(str(pk) for pk in unreadable[:MOST_NAMED])
            yield words % {"count": len(unreadable), "column": column.name, "rows": named}


def _trail() -> Iterator[str]:
    if broken := audit.verify().broken:
        yield broken


def _figures() -> Iterator[str]:
    parts = {
        "totals": _("totals against entries"),
        "facts": _("facts against records"),
        "entries": _("entries against facts"),
        "frozen": _("closed figures against their entries"),
    }
    words = _("%(part)s, %(where)s: %(expected)s expected, %(actual)s found.")
    for difference in recount():
        yield words % {
            "part": parts[difference.half],
            "where": difference.where,
            "expected": difference.expected,
            "actual": difference.actual,
        }


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


def _files() -> Iterator[str]:
    try:
        damaged = files.check_files()
    except Unavailable as problem:
        yield str(problem.problem.message)
        return
    if damaged:
        yield _("Damaged or missing: %(names)s") % {"names": ", ".join(str(blob_id) for blob_id in damaged)}
