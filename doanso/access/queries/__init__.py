"""Read roles, tokens, modes and history, each limited to what the actor may see."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access import policy, rules
from doanso.access.models import AdministrationMode, ApiToken, KeyFingerprint, Role, RoleAssignment, Unmasking
from doanso.access.ports import action_sentence
from doanso.access.queries.unit_positions import UnitPosition, unit_position
from doanso.access.roles import GRANTS, Scope
from doanso.access.unit_roles import UnitRole, read_unit_roles
from doanso.accounts.models import User
from doanso.audit import queries as audit
from doanso.audit.models import AuditEvent
from doanso.lib import clock, vietnamese
from doanso.lib.dated_rows import in_effect, not_over
from doanso.lib.paging import page_rows
from doanso.lib.search_words import words_condition
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import NamedUnit

PAGE = 50


# Notes of what the product does by itself. Notes are stored, and part of each event's hash.
_BY_ITSELF = {"", "worker", "start", "sign-in", "organisation", "demo", "remind-of-answers"}


class HistoryRow(NamedTuple):
    """One row of history, as `parts/history.html` takes it."""

    moment: datetime
    actor_name: str
    sentence: str


def actor_name(event: AuditEvent) -> str:
    """Return who did it: an account, somebody who was not signed in, the system, or a command run on the server."""
    if event.actor is not None:
        return event.actor.display_name
    if event.actor_note in _BY_ITSELF:
        return _("The system")
    not_signed_in = {
        "người dân": _("A resident"),
        "người được giúp": _("The person helped"),
        "người giữ vé": _("The holder of a ticket"),
        "gian": _("The staff of a booth"),
        "link": _("Who opened the link"),
        "invitation": _("Who opened the link"),
        "setup": _("Who set the installation up"),
    }
    return not_signed_in.get(event.actor_note) or _("A command on the server")


def _history_row(event: AuditEvent, title: str = "") -> HistoryRow:
    sentence = action_sentence(event.action, event.changed)
    return HistoryRow(event.at, actor_name(event), f"{sentence}: {title}" if title else sentence)


class ObjectHistory(list[HistoryRow]):
    """The newest rows of an object's history; `url` leads to all of it, "" where these are all."""

    url: str = ""


def history(actor: User, obj: Model, limit: int = 10) -> ObjectHistory:
    """Return the newest rows of an object's history that the actor may read."""
    events = list(policy.VIEW_HISTORY.filter(actor, audit.history(obj))[: limit + 1])
    rows = ObjectHistory(_history_row(event) for event in events[:limit])
    if len(events) > limit:
        rows.url = reverse("access:object_history", args=[obj._meta.label_lower, obj.pk])
    return rows


def joint_history(
    actor: User, objects: Sequence[Model], limit: int = 10, *, titles: Mapping[UUID, str] | None = None
) -> ObjectHistory:
    """Return the newest rows, which the actor may read, of a page's object, the first, and of those that belong to it.

    `titles` names objects by id, as the actor may read them, behind the sentences about them. `url` leads to the history of the
    first alone.
    """
    kinds: dict[str, list[UUID]] = {}
    for obj in objects:
        kinds.setdefault(obj._meta.label_lower, []).append(obj.pk)
    events = list(policy.VIEW_HISTORY.filter(actor, audit.joint_history(kinds))[: limit + 1])
    rows = ObjectHistory(_history_row(event, (titles or {}).get(event.object_id, "")) for event in events[:limit])
    if len(events) > limit:
        rows.url = reverse("access:object_history", args=[objects[0]._meta.label_lower, objects[0].pk])
    return rows


def current_or_future_role_assignments(role_assignments: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment]:
    """Return the role assignments in effect today or later; one at an ended unit is no longer in effect."""
    today = clock.today()
    return role_assignments.filter(not_over(today), not_over(today, "unit__"))


def _with_units(role_assignments: Iterable[RoleAssignment]) -> list[UnitRole]:
    role_assignments = list(role_assignments)
    called = units.named_units_by_id(role_assignment.unit_id for role_assignment in role_assignments)
    today = clock.today()
    return [
        UnitRole(role_assignment, called[role_assignment.unit_id], role_assignment.since <= today)
        for role_assignment in role_assignments
    ]


def people_with_roles(
    actor: User, *, unit: Unit | None = None, search: str = "", role: str = "", page: int = 1
) -> tuple[list[UnitRole], bool]:
    """Return a page of the roles in the units where the actor may assign roles, by name, and whether more follow."""
    role_assignments = current_or_future_role_assignments(
        policy.GRANT.filter(actor, RoleAssignment.objects.select_related("user", "unit"))
    )
    if unit is not None:
        role_assignments = role_assignments.filter(unit_id__in=policy.units_below([unit.pk]))
    if search.strip():
        named = words_condition(vietnamese.fold(search).split(), "user__folded")
        role_assignments = role_assignments.filter(named | Q(user__username__icontains=search.strip()))
    if role:
        role_assignments = role_assignments.filter(role=role)
    page_role_assignments, more = page_rows(
        role_assignments.order_by("user__sort_key", "user_id", "since", "id"), page, PAGE
    )
    return _with_units(page_role_assignments), more


def _officers(role_assignments: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment]:
    officers = role_assignments.exclude(role__in=[Role.MEMBER, Role.HELPER]).select_related("user", "unit")
    return current_or_future_role_assignments(officers).order_by("role", "user__sort_key")


def officers_at(unit: Unit) -> list[UnitRole]:
    """Return the officers' roles at the unit itself."""
    return _with_units(_officers(RoleAssignment.objects.filter(unit=unit)))


def officers_around(unit: NamedUnit) -> tuple[list[UnitRole], dict[UUID, str]]:
    """Return the officers' roles at the unit itself, and by unit directly below the name of its secretary; one statement."""
    today = clock.today()
    below = units.children_queryset(unit.unit).values("pk")
    own: list[UnitRole] = []
    secretaries: dict[UUID, str] = {}
    for held in _officers(RoleAssignment.objects.filter(Q(unit=unit.unit) | Q(unit__in=below))):
        if held.unit_id == unit.id:
            own.append(UnitRole(held, unit, held.since <= today))
        elif held.role in (Role.UNIT_SECRETARY, Role.BRANCH_SECRETARY) and held.since <= today:
            secretaries.setdefault(held.unit_id, held.user.display_name)
    return own, secretaries


def roles_of(user: User, *, within: User | None = None) -> list[UnitRole]:
    """Return the roles of an account, today or later; with `within`, only those that this actor may assign."""
    if within is None:
        prepared: list[UnitRole] | None = getattr(user, "prepared_roles", None)
        return read_unit_roles(user.pk) if prepared is None else list(prepared)
    role_assignments = RoleAssignment.objects.filter(user=user).select_related("user", "unit").order_by("since", "id")
    return _with_units(current_or_future_role_assignments(policy.GRANT.filter(within, role_assignments)))


def accounts_to_manage(actor: User) -> QuerySet[User]:
    """Return the accounts that have, or had, a role where the actor may assign roles."""
    return User.objects.filter(pk__in=policy.GRANT.filter(actor, RoleAssignment.objects.all()).values("user_id"))


def current_or_future_roles(user: User) -> set[str]:
    """Return the names of the roles that an account has today or later, at any unit."""
    return set(
        current_or_future_role_assignments(RoleAssignment.objects.filter(user=user)).values_list("role", flat=True)
    )


def unit_of_account(user: User) -> UUID | None:
    """Return the unit of the account's role that began or begins last among those not over, else of its latest role; None
    without any.
    """
    own = RoleAssignment.objects.filter(user=user).order_by("-since", "-pk")
    role_assignment = current_or_future_role_assignments(own).first() or own.first()
    return role_assignment.unit_id if role_assignment is not None else None


def roles_at(actor: User, unit: Unit) -> set[str]:
    """Return the names of the actor's roles at the unit or above it."""
    held = {role_assignment.unit_id: set[str]() for role_assignment in policy.current_role_assignments(actor)}
    for role_assignment in policy.current_role_assignments(actor):
        held[role_assignment.unit_id].add(role_assignment.role)
    above = UnitPath.objects.filter(in_effect(clock.today()), unit=unit, ancestor_id__in=held)
    return {role for unit_id in above.values_list("ancestor_id", flat=True) for role in held[unit_id]}


def grantable_at(actor: User, unit: Unit) -> list[Role]:
    """Return the roles the actor may assign at a unit."""
    fitting = rules.grantable_roles(roles_at(actor, unit))
    is_root = not units.parent_ids([unit.pk])
    return [role for role in fitting if rules.role_problem(role, unit.kind, is_root=is_root) is None]


def unit_to_see(actor: User, code: str) -> Unit:
    """Return the unit of a code; Http404 unless the actor may see it."""
    return policy.get_or_404(actor, policy.VIEW_UNIT, Unit.objects.all(), code=code)


def unit_position_to_see(actor: User, code: str) -> UnitPosition:
    """Return the unit of a code with everything above it; Http404 unless the actor may see it. One statement."""
    position = unit_position(actor, code, policy.VIEW_UNIT)
    if position is None:
        raise Http404
    return position


def visible_unit_ids(actor: User, unit_ids: Iterable[UUID]) -> set[UUID]:
    """Return the ids of those units that the actor may see."""
    visible_units = policy.VIEW_UNIT.filter(actor, Unit.objects.filter(pk__in=list(unit_ids)))
    return set(visible_units.values_list("pk", flat=True))


def role_assignment_to_end(actor: User, role_assignment_id: UUID) -> RoleAssignment:
    """Return the role assignment if it is at a unit where the actor may assign roles; Http404 otherwise."""
    return policy.get_or_404(
        actor, policy.GRANT, RoleAssignment.objects.select_related("user", "unit"), pk=role_assignment_id
    )


def may_issue_code(user: User) -> bool:
    """Return whether an officer may issue a code for the account."""
    return user.is_active and rules.is_reset_code_allowed(current_or_future_roles(user), user.has_usable_password())


def units_to_grant(actor: User) -> list[NamedUnit]:
    """Return the units where the actor may assign roles, each before its children."""
    return _trees(policy.GRANT.roots(actor))


def units_with_permission(actor: User, permission: policy.Permission) -> list[NamedUnit]:
    """Return the units at which the actor has a permission (asked of units), in reading order; one statement."""
    offered: dict[UUID, NamedUnit] = {}
    for tree in units.subtrees(sorted(permission.roots(actor))).values():
        offered.update({unit.id: unit for unit in tree if unit.id not in offered})
    return list(offered.values())


def units_to_see(actor: User) -> list[NamedUnit]:
    """Return the units the actor may see, each before its children."""
    return _trees(policy.VIEW_UNIT.roots(actor))


def _trees(roots: set[UUID]) -> list[NamedUnit]:
    listed: list[NamedUnit] = []
    listed_ids: set[UUID] = set()
    # One root may be below another: the higher one is read first and includes the lower.
    for tree in sorted(units.subtrees(roots).values(), key=len, reverse=True):
        if tree and tree[0].id not in listed_ids:
            listed += tree
            listed_ids |= {unit.id for unit in tree}
    return listed


# --- Tokens -----------------------------------------------------------------------------------------------------------

SCOPES = ("progress:read",)


def token_hash(token: str) -> str:
    """Return the hash under which a token is stored; plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_actor(token: str, scope: str) -> User | None:
    """Return the user a token acts for, with only the role it was issued under; None if it is not valid.

    A token ends with its last day, its role's term, its revocation and its user's account.
    """
    now = clock.now()
    api_token = (
        ApiToken.objects.filter(token_hash=token_hash(token), revoked_at=None, expires_at__gt=now)
        .filter(in_effect(clock.today(), "role_assignment__"))
        .filter(role_assignment__user__is_active=True)
        .select_related("role_assignment__user", "role_assignment__unit")
        .first()
    )
    if api_token is None or scope not in api_token.scope:
        return None
    if GRANTS[api_token.role_assignment.role].get("access.issue_token") is not Scope.SUBTREE:
        return None
    user = api_token.role_assignment.user
    user.prepared_role_assignments = [api_token.role_assignment]
    return user


def visible_tokens(actor: User) -> QuerySet[ApiToken]:
    """Return the actor's own tokens and those of accounts to which the actor may assign roles, newest first."""
    below = policy.GRANT.filter(actor, RoleAssignment.objects.all()).values("pk")
    api_tokens = ApiToken.objects.filter(Q(role_assignment__user_id=actor.pk) | Q(role_assignment__in=below))
    return api_tokens.select_related("role_assignment__user", "role_assignment__unit").order_by("-created_at")


def role_assignments_for_tokens(actor: User) -> list[UnitRole]:
    """Return the actor's own roles under which a token can be issued."""
    return _with_units(
        role_assignment
        for role_assignment in policy.current_role_assignments(actor)
        if GRANTS[role_assignment.role].get("access.issue_token") is Scope.SUBTREE
    )


# --- Timed modes ------------------------------------------------------------------------------------------------------


def open_administration(user: User) -> AdministrationMode | None:
    """Return the user's open administration; None without one."""
    now = clock.now()
    return AdministrationMode.objects.filter(user_id=user.pk, started_at__lte=now, ends_at__gt=now).first()


def open_unmasking(user: User, unit: Unit) -> Unmasking | None:
    """Return the user's unmasking of exactly this unit that is in effect; None without one."""
    now = clock.now()
    stated = Unmasking.objects.filter(user_id=user.pk, unit=unit, started_at__lte=now, ends_at__gt=now)
    return stated.order_by("-ends_at").first()


def key_fingerprints() -> dict[str, str]:
    """Return the fingerprints of the keys with which this database was written, by the keys' names."""
    return dict(KeyFingerprint.objects.values_list("name", "fingerprint"))
