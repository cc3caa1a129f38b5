"""Errors of the store itself. They are no `Refused`, because the user did nothing wrong: a task raises them and is
retried rather than given up.
"""

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem


class Unavailable(Exception):
    """The store does not answer, is too slow, or refuses us. Nothing was written; a retry is right."""

    def __init__(self, why: str) -> None:
        super().__init__(why)

    @property
    def problem(self) -> Problem:
        """Return the problem for a page."""
        message = _(
            "The store of files does not answer for the moment. Nothing was lost and nothing was half done; "
            "try again in a few minutes."
        )
        return Problem("files_unavailable", message)


class Full(Unavailable):
    """The store has no room left."""

    @property
    def problem(self) -> Problem:
        """Return the problem for a page."""
        message = _(
            "The store of files is full, so this file was not kept; nothing else was lost. Tell the administrator, "
            "then try again."
        )
        return Problem("files_full", message)


class Damaged(Exception):
    """The stored bytes differ from what was stored, or are missing, or the key is another file's."""

    @property
    def problem(self) -> Problem:
        """Return the problem for a page."""
        message = _(
            "This file was damaged in the store and is not handed out. Tell the administrator the time and the page."
        )
        return Problem("file_damaged", message)
