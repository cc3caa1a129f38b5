"""What the owners of assignments register: how each kind reads, where it leads, and who has the last look.

Exactly one handler per kind; a second one fails at start, and an assignment of an unknown kind can't be given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from doanso.access.policy import Permission

if TYPE_CHECKING:
    from doanso.assignments.models import Assignment

type Words = Callable[["Assignment"], str]


@dataclass(frozen=True, slots=True)
class AssignmentKind:
    """How one kind of assignment is read; the functions read nothing but the row they are given."""

    code: str
    name: str | Promise
    sentence: Words
    url: Words
    verb: Permission
    from_above: bool


_kinds: dict[str, AssignmentKind] = {}


def register_assignment_kind(
    code: str, name: str | Promise, *, sentence: Words, url: Words, verb: Permission, from_above: bool = False
) -> None:
    """Called once per kind in the owner's `AppConfig.ready`.

    `sentence` says what is asked and `url` leads to where it is done, for whoever holds `verb` there. `from_above`: the
    unit tells what it did, and only somebody who answers for a unit above settles it.
    """
    if code in _kinds:
        raise RuntimeError(f"Assignment kind {code!r} is registered twice.")
    _kinds[code] = AssignmentKind(code, name, sentence, url, verb, from_above)


def assignment_kind(code: str) -> AssignmentKind:
    """The handler of a kind; an unknown one is a programming error."""
    return _kinds[code]


def assignment_kinds() -> list[AssignmentKind]:
    """Every registered kind."""
    return list(_kinds.values())
