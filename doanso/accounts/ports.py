"""Registry for the app above: the unit in whose history an account's sign-ins are recorded."""

from collections.abc import Callable
from uuid import UUID

from doanso.accounts.models import User

type UnitOfAccount = Callable[[User], UUID | None]

_registered: list[UnitOfAccount] = []


def register_unit_of_account(answer: UnitOfAccount) -> None:
    """Register the function that returns an account's unit; called once, in `AppConfig.ready`."""
    if _registered:
        raise RuntimeError("The unit of an account is registered twice.")
    _registered.append(answer)


def unit_of_account(user: User) -> UUID | None:
    """Return the unit in whose history the account's sign-ins are recorded; None for an account without a role."""
    [answer] = _registered
    return answer(user)
