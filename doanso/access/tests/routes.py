"""What each address of docs/access.md needs to be asked: one maker per address.

A maker gets the scene and the unit the thing shall belong to, and returns the words of the address; `Asked` adds what is
sent along. Addresses without words need no maker. To list a new route: a row in the table, and a maker here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from doanso.access.models import ApiToken, Holding, Role
from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.testing import TREE_BEGAN, Tree
from doanso.units.models import Unit


@dataclass
class Asked:
    """The words of an address, and what is sent along."""

    words: dict[str, Any]
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scene:
    """The small tree, and whoever's own record is asked for."""

    tree: Tree
    owner: User | None = None
    _made: int = 0

    def account(self, unit: Unit) -> User:
        """A member's account with a role at the unit."""
        self._made += 1
        user = User.objects.create(username=f"thing-{self._made}", display_name="Ai Đó", created_at=clock.now())
        self.holding(user, unit)
        return user

    def holding(self, user: User, unit: Unit) -> Holding:
        """The member's role of that account at the unit."""
        return Holding.objects.create(user=user, role=Role.MEMBER, unit=unit, since=TREE_BEGAN)

    def token(self, unit: Unit) -> ApiToken:
        """Somebody's token under a role at the unit."""
        now = clock.now()
        return ApiToken.objects.create(
            holding=self.account(unit).holdings.get(),
            name="t",
            token_hash=f"{self._made:064d}",
            created_at=now,
            expires_at=now + timedelta(days=1),
        )


Maker = Callable[[Scene, Unit], dict[str, Any] | Asked]


def _code(_scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"code": unit.code}


def _account(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"pk": scene.account(unit).pk}


def _history(scene: Scene, unit: Unit) -> dict[str, Any]:
    record(actor=scene.tree.giang, verb="units.load", obj=unit, unit=unit)
    return {"kind": "units.unit", "pk": unit.pk}


MAKERS: dict[str, Maker] = {
    "/units/<slug:code>/": _code,
    "/units/<slug:code>/unmask/": _code,
    "/history/<str:kind>/<uuid:pk>/": _history,
    "/users/<uuid:pk>/": _account,
    "/users/<uuid:pk>/code/": _account,
    "/users/<uuid:pk>/open/": _account,
    "/roles/<uuid:pk>/end/": lambda scene, unit: {"pk": scene.account(unit).holdings.get().pk},
    "/tokens/<uuid:pk>/revoke/": lambda scene, unit: {"pk": scene.token(unit).pk},
}
