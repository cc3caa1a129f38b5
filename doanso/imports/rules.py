"""Decisions about an import, on plain values."""

from django.utils.translation import gettext as _

from doanso.imports.models import Import, ImportState, RowVerdict
from doanso.lib.problems import Problem

STEP = 500
"""Rows compared or applied in one transaction: more cost less each, fewer hold others up for a shorter time."""

FILE_LIMIT = 10 << 20

COUNTERS = {
    RowVerdict.NEW: "created_count",
    RowVerdict.CHANGED: "updated_count",
    RowVerdict.UNCHANGED: "unchanged_count",
    RowVerdict.QUESTION: "question_count",
    RowVerdict.REJECTED: "rejected_count",
    RowVerdict.ANSWERED: "answered_count",
    RowVerdict.SKIPPED: "skipped_count",
}
"""The field of an import that counts its rows of a verdict."""

MOVING = (ImportState.READING, ImportState.COMPARING, ImportState.APPLYING)
"""States in which a worker should be busy with the import."""


def name_problem(name: str) -> Problem | None:
    """Return why a file of this name is refused; its content is checked when it is read."""
    if not name.lower().endswith((".xlsx", ".xls")):
        message = _("Choose an Excel workbook (.xlsx); other kinds of files are not read.")
        return Problem("not_a_workbook", message, "file")
    return None


def total_count(job: Import) -> int:
    """Return the number of rows that are or will be written, as far as the comparison knows."""
    return job.created_count + job.updated_count + job.answered_count


def waiting_count(job: Import) -> int:
    """Return the number of those that are not written yet."""
    return total_count(job) - job.applied_count


def apply_problem(*, state: str, good: int, set_aside: int, skip_rejected: bool) -> Problem | None:
    """Return why a compared list can't be applied in this way."""
    if state != ImportState.COMPARED:
        return Problem("not_compared", _("This list does not wait for confirmation any more."))
    if set_aside and not skip_rejected:
        message = _("%(count)d rows can't be imported. Correct them, or choose to import the good rows only.")
        return Problem("rows_rejected", message % {"count": set_aside})
    if not good:
        return Problem("nothing_to_apply", _("The list holds nothing new; there is nothing to write."))
    return None


def answer_problem(*, state: str) -> Problem | None:
    """Return why the questions of an import can't be answered now."""
    if state not in {ImportState.COMPARED, ImportState.APPLIED}:
        return Problem(
            "not_answerable", _("The list is at work or was thrown away; its questions can't be answered now.")
        )
    return None


def columns_problem(*, state: str, problem_code: str, written: int) -> Problem | None:
    """Return why columns can't be mapped now, or None."""
    unread = state == ImportState.REFUSED and problem_code == "heading_not_found"
    if not unread and (state != ImportState.COMPARED or written):
        message = _(
            "This list is written already or was thrown away; choose the file again to read its columns otherwise."
        )
        return Problem("not_readable_anew", message)
    return None
