"""Registry of kinds of assignments: the sentence of each kind, the address it links to, and who completes it.

Every kind has exactly one handler: a second registration fails at start-up, and an assignment of an unknown kind can't be made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from doanso.access.policy import Permission

if TYPE_CHECKING:
    from doanso.accounts.models import User
    from doanso.assignments.models import Assignment

type Words = Callable[["Assignment"], str]
type MayOpen = Callable[["User", "Assignment"], bool]


@dataclass(frozen=True, slots=True)
class AssignmentKind:
    """Handler of one kind of assignment; its functions read nothing but the row they are given, `may_open` excepted."""

    code: str
    name: str | Promise
    sentence: Words
    url: Words
    permission: Permission
    from_above: bool
    may_open: MayOpen | None


registered_kinds: dict[str, AssignmentKind] = {}
"""Handlers by the code of their kind, as `register_assignment_kind` adds them."""


def register_assignment_kind(
    code: str,
    name: str | Promise,
    *,
    sentence: Words,
    url: Words,
    permission: Permission,
    from_above: bool = False,
    may_open: MayOpen | None = None,
) -> None:
    """Register a kind; called once per kind in the owning app's `AppConfig.ready`.

    `sentence` returns the text of the task, and `url` the page where it is done, for users with the `permission` there. With
    `from_above` the unit reports what it did, and only a user with a role above it completes the assignment. `may_open` says
    whether a user who sees the assignment may open that page, where the permission alone does not.
    """
    if code in registered_kinds:
        raise RuntimeError(f"Assignment kind {code!r} is registered twice.")
    registered_kinds[code] = AssignmentKind(code, name, sentence, url, permission, from_above, may_open)


def assignment_kind(code: str) -> AssignmentKind:
    """Return the handler of a kind; an unknown kind is a programming error (KeyError)."""
    return registered_kinds[code]


def assignment_kinds() -> list[AssignmentKind]:
    """Return every registered kind."""
    return list(registered_kinds.values())
