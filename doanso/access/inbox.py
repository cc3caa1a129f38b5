"""Port of the inbox: the kinds of work that wait for a user, declared by each app in its `inbox.py`.

One declaration gives the row on the first page and the count beside the tab. All kinds of a user are counted in one statement.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from doanso.access.models import Role, RoleAssignment
from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class InboxOwner:
    """The user whose inbox is composed, with the main role; `read_once` shares a value between kinds."""

    actor: User
    role_assignment: RoleAssignment
    _values: dict[str, Any] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        """The unit at which the main role is assigned."""
        return self.role_assignment.unit

    def read_once[T](self, name: str, read: Callable[[], T]) -> T:
        """Return the value of this name; it is read when it is first asked for."""
        if name not in self._values:
            self._values[name] = read()
        value: T = self._values[name]
        return value


type InboxRows = QuerySet[Any, Any] | None
type InboxAddress = Callable[[InboxOwner, date | None], str]


@dataclass(frozen=True, slots=True)
class InboxKind:
    """One kind of work that waits for a user.

    `rows` returns the records that wait, or None for a user who never has any. Its statement may depend on nothing but the user,
    their roles of today, the business day and the current programme: it is compiled once and used again.
    `page` is the route of the page of the navigation beside whose tab the records are counted. `address` gets the earliest
    day of `since`. `due` and `since` name columns with business days: by when an answer is due, and since when it waits.
    `label` is made by `ngettext_lazy` and takes the number; `button` is the one thing to do. `detail` says in words what the
    earliest day of `since` means; without it the row says how long the oldest waits.
    """

    code: str
    order: int
    page: str
    rows: Callable[[InboxOwner], InboxRows]
    label: Any
    button: str | Promise
    icon: str
    address: InboxAddress
    due: str = ""
    since: str = ""
    detail: Callable[[InboxOwner, date], str] | None = None


_kinds: dict[str, InboxKind] = {}


def register_inbox_kinds(kinds: Iterable[InboxKind]) -> None:
    """Register an app's kinds; called once in its `AppConfig.ready`."""
    for kind in kinds:
        if kind.code in _kinds:
            raise RuntimeError(f"The inbox has a kind {kind.code!r} already.")
        _kinds[kind.code] = kind


def inbox_kinds() -> list[InboxKind]:
    """Return all kinds: those that keep people waiting first."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def decidable_rows[M: Model](actor: User, permission: Permission, rows: QuerySet[M]) -> QuerySet[M] | None:
    """Return those rows that the actor may decide for others; None if there are no such units."""
    return permission.filter(actor, rows) if permission.roots(actor) else None


def inspected_rows[M: Model](owner: InboxOwner, permission: Permission, rows: QuerySet[M]) -> QuerySet[M] | None:
    """Return those rows of work left undone by units that an inspector may see; None for every other role."""
    return permission.filter(owner.actor, rows) if owner.role_assignment.role == Role.INSPECTOR else None
