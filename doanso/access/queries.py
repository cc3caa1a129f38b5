"""Reads of roles, tokens, modes and history, each within what the actor may see."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from doanso.access import policy, rules
from doanso.access.models import AdministrationMode, ApiToken, Holding, KeyFingerprint, Role, Unmasking
from doanso.access.ports import verb_sentence
from doanso.access.roles import GRANTS, Scope
from doanso.access.unit_roles import UnitRole, read_unit_roles
from doanso.accounts.models import User
from doanso.audit import queries as audit
from doanso.audit.models import Event
from doanso.lib import clock, vietnamese
from doanso.lib.paging import page_rows
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import NamedUnit

PAGE = 50


class HistoryLine(NamedTuple):
    """One line of history, as `parts/history.html` takes it."""

    at: datetime
    who: str
    sentence: str


def _tell(event: Event) -> HistoryLine:
    if event.actor is not None:
        who = event.actor.display_name
    else:
        who = _("The system (%(note)s)") % {"note": event.actor_note} if event.actor_note else _("The system")
    return HistoryLine(event.at, who, verb_sentence(event.verb, event.changed))


def history(actor: User, obj: Model, limit: int = 10) -> list[HistoryLine]:
    """The newest lines of an object's history, as far as the actor may read history."""
    return [_tell(event) for event in policy.VIEW_HISTORY.filter(actor, audit.history(obj))[:limit]]


def history_of(actor: User, kind: str, object_id: UUID, before: int | None) -> tuple[list[HistoryLine], int | None]:
    """A page of the history of the object of that kind and id, and the number before which the next page begins."""
    return _page(policy.VIEW_HISTORY.filter(actor, audit.history_of(kind, object_id)), before)


def history_below(actor: User, before: int | None) -> tuple[list[HistoryLine], int | None]:
    """A page of what was done anywhere below the actor's units, and the number before which the next page begins."""
    return _page(policy.VIEW_HISTORY.filter(actor, audit.everything()), before)


def _page(events: QuerySet[Event], before: int | None) -> tuple[list[HistoryLine], int | None]:
    if before is not None:
        events = events.filter(id__lt=before)
    found = list(events[: PAGE + 1])
    return [_tell(event) for event in found[:PAGE]], found[PAGE - 1].pk if len(found) > PAGE else None


def standing(holdings: QuerySet[Holding]) -> QuerySet[Holding]:
    """UnitRole today or later; a role at a unit that has ended is held no more."""
    today = clock.today()
    return holdings.filter(Q(until=None) | Q(until__gt=today), Q(unit__until=None) | Q(unit__until__gt=today))


def _held(holdings: Iterable[Holding]) -> list[UnitRole]:
    holdings = list(holdings)
    called = units.names(holding.unit_id for holding in holdings)
    today = clock.today()
    return [UnitRole(one, called[one.unit_id], one.since <= today) for one in holdings]


def people_with_roles(
    actor: User, *, unit: Unit | None = None, search: str = "", role: str = "", page: int = 1
) -> tuple[list[UnitRole], bool]:
    """A page of the roles held in the units where the actor may grant, by name; and whether there are more."""
    holdings = standing(policy.GRANT.filter(actor, Holding.objects.select_related("user", "unit")))
    if unit is not None:
        holdings = holdings.filter(unit_id__in=policy.units_below([unit.pk]))
    if search.strip():
        named = Q()
        for word in vietnamese.fold(search).split():
            named &= Q(user__folded__startswith=word) | Q(user__folded__contains=f" {word}")
        holdings = holdings.filter(named | Q(user__username__icontains=search.strip()))
    if role:
        holdings = holdings.filter(role=role)
    found, more = page_rows(holdings.order_by("user__sort_key", "user_id", "since", "id"), page, PAGE)
    return _held(found), more


def officers_at(unit: Unit) -> list[UnitRole]:
    """Who holds an officer's role at the unit itself."""
    own = Holding.objects.filter(unit=unit).exclude(role__in=[Role.MEMBER, Role.HELPER]).select_related("user", "unit")
    return _held(standing(own).order_by("role", "user__sort_key"))


def roles_of(user: User, *, within: User | None = None) -> list[UnitRole]:
    """What roles an account holds today or later; `within`: as far as that actor may grant."""
    if within is None:
        prepared: list[UnitRole] | None = getattr(user, "prepared_roles", None)
        return read_unit_roles(user.pk) if prepared is None else list(prepared)
    holdings = Holding.objects.filter(user=user).select_related("user", "unit").order_by("since", "id")
    return _held(standing(policy.GRANT.filter(within, holdings)))


def accounts(actor: User) -> QuerySet[User]:
    """The accounts that hold, or held, a role where the actor may grant."""
    return User.objects.filter(pk__in=policy.GRANT.filter(actor, Holding.objects.all()).values("user_id"))


def standing_roles(user: User) -> set[str]:
    """The roles an account holds today or later, wherever."""
    return set(standing(Holding.objects.filter(user=user)).values_list("role", flat=True))


def unit_of_account(user: User) -> UUID | None:
    """Return the unit of the account's latest role of today, else of its latest role; None without any."""
    own = Holding.objects.filter(user=user).order_by("-since", "-pk")
    holding = standing(own).first() or own.first()
    return holding.unit_id if holding is not None else None


def roles_at(actor: User, unit: Unit) -> set[str]:
    """The actor's roles that reach a unit: those held there or above."""
    held = {holding.unit_id: set[str]() for holding in policy.current_holdings(actor)}
    for holding in policy.current_holdings(actor):
        held[holding.unit_id].add(holding.role)
    today = clock.today()
    above = UnitPath.objects.filter(unit=unit, ancestor_id__in=held, since__lte=today)
    above = above.filter(Q(until=None) | Q(until__gt=today))
    return {role for unit_id in above.values_list("ancestor_id", flat=True) for role in held[unit_id]}


def grantable_at(actor: User, unit: Unit) -> list[Role]:
    """The roles the actor may give at a unit."""
    fitting = rules.grantable(roles_at(actor, unit))
    return [role for role in fitting if rules.role_does_not_fit(role, unit.kind) is None]


def unit_to_see(actor: User, code: str) -> Unit:
    """The unit of a code, for whom may see it; Http404 for everybody else."""
    return policy.get_or_404(actor, policy.VIEW_UNIT, Unit.objects.all(), code=code)


def seen_of(actor: User, unit_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the units that the actor sees."""
    seen = policy.VIEW_UNIT.filter(actor, Unit.objects.filter(pk__in=list(unit_ids)))
    return set(seen.values_list("pk", flat=True))


def holding_to_end(actor: User, holding_id: UUID) -> Holding:
    """The role where the actor may grant; Http404 elsewhere."""
    return policy.get_or_404(actor, policy.GRANT, Holding.objects.select_related("user", "unit"), pk=holding_id)


def code_possible(user: User) -> bool:
    """Whether an officer may hand out a code for the account at all."""
    return user.is_active and rules.only_a_member(standing_roles(user), user.has_usable_password())


def units_to_grant(actor: User) -> list[NamedUnit]:
    """The units where the actor may grant, as a tree is read."""
    return _trees(policy.GRANT.roots(actor))


def units_to_see(actor: User) -> list[NamedUnit]:
    """The units the actor sees, as a tree is read."""
    return _trees(policy.VIEW_UNIT.roots(actor))


def _trees(roots: set[UUID]) -> list[NamedUnit]:
    found: list[NamedUnit] = []
    seen: set[UUID] = set()
    # Of two roots one may lie below the other: the higher is read first and brings the lower along.
    for tree in sorted(units.subtrees(roots).values(), key=len, reverse=True):
        if tree and tree[0].id not in seen:
            found += tree
            seen |= {unit.id for unit in tree}
    return found


# --- Tokens -----------------------------------------------------------------------------------------------------------

SCOPES = ("progress:read",)


def token_hash(token: str) -> str:
    """Plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_actor(token: str, scope: str) -> User | None:
    """The user a token acts for, with only the role it was issued under; None when it opens nothing (any more).

    A token dies with its day, its role's term, its revocation and its user's account.
    """
    now, today = clock.now(), clock.today()
    found = (
        ApiToken.objects.filter(token_hash=token_hash(token), revoked_at=None, expires_at__gt=now)
        .filter(Q(holding__until=None) | Q(holding__until__gt=today), holding__since__lte=today)
        .filter(holding__user__is_active=True)
        .select_related("holding__user", "holding__unit")
        .first()
    )
    if found is None or scope not in found.scope:
        return None
    if GRANTS[found.holding.role].get("access.issue_token") is not Scope.SUBTREE:
        return None
    user = found.holding.user
    user.prepared_holdings = [found.holding]
    return user


def tokens(actor: User) -> QuerySet[ApiToken]:
    """The actor's own tokens and those of the people to whom the actor may give roles, newest first."""
    below = policy.GRANT.filter(actor, Holding.objects.all()).values("pk")
    found = ApiToken.objects.filter(Q(holding__user_id=actor.pk) | Q(holding__in=below))
    return found.select_related("holding__user", "holding__unit").order_by("-created_at")


def holdings_for_tokens(actor: User) -> list[UnitRole]:
    """The actor's own roles under which a token can be issued."""
    return _held(
        holding
        for holding in policy.current_holdings(actor)
        if GRANTS[holding.role].get("access.issue_token") is Scope.SUBTREE
    )


# --- Timed modes ------------------------------------------------------------------------------------------------------


def open_administration(user: User) -> AdministrationMode | None:
    """The user's administration under way."""
    now = clock.now()
    return AdministrationMode.objects.filter(user_id=user.pk, started_at__lte=now, ends_at__gt=now).first()


def open_unmasking(user: User, unit: Unit) -> Unmasking | None:
    """The user's stated reason for exactly this unit, while it lasts."""
    now = clock.now()
    stated = Unmasking.objects.filter(user_id=user.pk, unit=unit, started_at__lte=now, ends_at__gt=now)
    return stated.order_by("-ends_at").first()


def key_fingerprints() -> dict[str, str]:
    """Return the fingerprints of the keys with which this database was written, by the keys' names."""
    return dict(KeyFingerprint.objects.values_list("name", "fingerprint"))
