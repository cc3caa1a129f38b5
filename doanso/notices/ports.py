"""Registry of the kinds of notices: sentence, address, and whose notices an officer reads.

Every kind has one owner, which registers it in its `AppConfig.ready`, and one function in the owner's `notices.py`, which alone
calls `actions.notify` for it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise

from doanso.access.policy import Permission

if TYPE_CHECKING:
    from doanso.accounts.models import User
    from doanso.notices.models import Notice

type Words = Callable[["Notice"], str]
type ReadDetails = Callable[["User", Collection["Notice"]], Mapping[UUID, str]]

PARAMETER_TYPES = (str, int, bool)
"""Types of the values of parameters; anything else belongs into the owner's tables."""
LONGEST_PARAMETER = 200


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notices; `sentence` and `url` read nothing but the row they are given."""

    code: str
    name: str | Promise
    sentence: Words
    url: Words
    permission: Permission | None
    icon: str
    is_alarm: bool
    details: ReadDetails | None


registered_kinds: dict[str, NoticeKind] = {}
"""Handlers by the code of their kind, as `register_notice_kind` adds them."""


def register_notice_kind(
    code: str,
    name: str | Promise,
    *,
    sentence: Words,
    url: Words,
    permission: Permission | str | None = None,
    icon: str = "bell",
    is_alarm: bool = False,
    details: ReadDetails | None = None,
) -> None:
    """Register a kind; called once per kind in the owner's `AppConfig.ready`.

    `sentence` says in one sentence what happened, `url` is the page where it is dealt with. Notices to a unit are read by users
    with the `permission` there; a kind without one goes to users only. An alarm stands before everything else. `details`
    returns a second line by the notice's id, for what only the owner's policy may show (a shop's name); it gets all notices of
    the kind on a page and reads them in a number of statements that does not grow with them.
    """
    if code in registered_kinds:
        raise RuntimeError(f"Notice kind {code!r} is registered twice.")
    asked_of_notices = None
    if permission is not None:
        permission_name = permission if isinstance(permission, str) else permission.name
        asked_of_notices = Permission(permission_name, unit_of="unit_id")
    registered_kinds[code] = NoticeKind(code, name, sentence, url, asked_of_notices, icon, is_alarm, details)


def notice_kind(code: str) -> NoticeKind:
    """Return a kind; an unknown one is a programming error (KeyError)."""
    return registered_kinds[code]


def notice_kinds() -> list[NoticeKind]:
    """Return every registered kind."""
    return list(registered_kinds.values())


def require_parameters(parameters: Mapping[str, Any]) -> None:
    """Raise ValueError for parameters that are not short plain values."""
    for name, value in parameters.items():
        if not isinstance(value, PARAMETER_TYPES) or (isinstance(value, str) and len(value) > LONGEST_PARAMETER):
            raise ValueError(f"{name!r} of a notice is no short plain value.")
