"""The policy engine: a verb is stated once and answers both "which ones?" (a filter) and "this one?" (a check).

Holdings go by the business day, so a role ends with its term everywhere at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from doanso.access.models import Holding
from doanso.access.roles import GRANTS, Scope
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.units.models import Unit, UnitPath

M = TypeVar("M", bound=Model)


def current_holdings(actor: User) -> list[Holding]:
    """The roles the actor holds today; read once per request where the middleware has prepared the actor."""
    prepared: list[Holding] | None = getattr(actor, "prepared_holdings", None)
    if prepared is not None:
        return prepared
    if not actor.is_authenticated or not actor.is_active:
        return []
    today = clock.today()
    return list(
        Holding.objects.filter(user_id=actor.pk, since__lte=today)
        .filter(Q(until=None) | Q(until__gt=today))
        .select_related("unit")
        .order_by("since", "id")
    )


def units_below(roots: Iterable[UUID]) -> QuerySet[UnitPath, UUID]:
    """Ids of the units that stand below these roots today (roots included), as a subquery."""
    today = clock.today()
    return (
        UnitPath.objects.filter(ancestor_id__in=list(roots), since__lte=today)
        .filter(Q(until=None) | Q(until__gt=today))
        .values_list("unit_id", flat=True)
    )


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that may be done to one kind of object.

    `unit_of` is the query path from the object to its unit's id, `own_of` the one to the user whose record it is.
    """

    name: str
    unit_of: str
    own_of: str = ""

    def roots(self, actor: User) -> set[UUID]:
        """The units at which the actor holds this verb for the whole subtree."""
        return {
            holding.unit_id
            for holding in current_holdings(actor)
            if GRANTS[holding.role].get(self.name) is Scope.SUBTREE
        }

    def _is_own(self, actor: User) -> bool:
        return bool(self.own_of) and any(
            GRANTS[holding.role].get(self.name) is Scope.OWN for holding in current_holdings(actor)
        )

    def filter(self, actor: User, queryset: QuerySet[M]) -> QuerySet[M]:
        """The objects of the queryset to which the actor may do this."""
        roots = self.roots(actor)
        condition = Q(**{f"{self.unit_of}__in": units_below(roots)}) if roots else Q(pk__in=[])
        if self._is_own(actor):
            condition |= Q(**{self.own_of: actor.pk})
        return queryset.filter(condition)

    def allows(self, actor: User, obj: Model) -> bool:
        """Whether the actor may do this to the object; the filter's own answer for one row."""
        return self.filter(actor, type(obj)._default_manager.filter(pk=obj.pk)).exists()

    def require(self, actor: User, obj: Model) -> None:
        """Refuse with PermissionDenied unless allowed."""
        if not self.allows(actor, obj):
            raise PermissionDenied(self.name)

    def allows_at(self, actor: User, unit: Unit) -> bool:
        """Whether the actor may do this at a unit, for deeds whose object is yet to be made."""
        roots = self.roots(actor)
        return bool(roots) and units_below(roots).filter(unit_id=unit.pk).exists()

    def require_at(self, actor: User, unit: Unit) -> None:
        """Refuse with PermissionDenied unless allowed at the unit."""
        if not self.allows_at(actor, unit):
            raise PermissionDenied(self.name)

    def allows_anywhere(self, actor: User) -> bool:
        """Whether a page that lists such objects makes sense for the actor at all."""
        return bool(self.roots(actor)) or self._is_own(actor)


def get_or_404(actor: User, verb: Verb, queryset: QuerySet[M], *, see: Verb | None = None, **lookup: Any) -> M:
    """The one object to which the actor may do this.

    Who may not even see it (`see`) gets 404, as if it did not exist; who sees it but lacks the verb gets 403.
    """
    found = verb.filter(actor, queryset).filter(**lookup).first()
    if found is not None:
        return found
    if see is not None and see.filter(actor, queryset).filter(**lookup).exists():
        raise PermissionDenied(verb.name)
    raise Http404
