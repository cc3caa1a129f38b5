"""References to background tasks by dotted path, for actions whose task calls them.

The `tasks` module of an app imports its actions, so an action cannot import its task. It declares a `TaskReference` as a
constant of its module and enqueues through it. `doanso.lib.checks` resolves every declared reference at start-up, so that a
misspelt path is not found only at the first enqueueing.
"""

import inspect
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.tasks import Task
from django.utils.module_loading import import_string

declarations: set["TaskReference"] = set()
"""Every reference that an imported module declares, as it was created."""


def declared_references() -> list["TaskReference"]:
    """Return every reference that an imported module declares, sorted by path."""
    return sorted(declarations, key=lambda reference: reference.path)


@dataclass(frozen=True, slots=True)
class TaskReference:
    """A task of `doanso.<app>.tasks` that takes the next step for one row, named by its id."""

    path: str

    def __post_init__(self) -> None:
        declarations.add(self)

    def resolve(self) -> "Task[[str], None]":
        """Return the task. Raises `ImportError` where the path does not exist, `TypeError` for anything but a task of one id."""
        task = import_string(self.path)
        if not isinstance(task, Task):
            raise TypeError(f"{self.path} is no task: it lacks the decorator")
        if [parameter.annotation for parameter in inspect.signature(task.func).parameters.values()] != [str]:
            raise TypeError(f"{self.path} must take one parameter, the id of a row as text")
        return task

    def enqueue_on_commit(self, row_id: UUID) -> None:
        """Hand the row to the worker once the current transaction is committed; at once outside a transaction."""
        task = self.resolve()
        transaction.on_commit(lambda: task.enqueue(str(row_id)))
