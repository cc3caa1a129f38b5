"""Reads of invitations: by their link, as a list, and the units to which somebody can be invited."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from doanso.access import policy, queries, rules
from doanso.access.models import Invitation, RoleAssignment
from doanso.accounts.models import User
from doanso.lib import clock, encryption
from doanso.lib.dated_rows import not_over
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


class InvitationState(StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def secret_hash(secret: str) -> str:
    """Return the keyed hash under which the secret of a link is stored."""
    return encryption.look_up(secret, context="access.invitation")


def state_of(invitation: Invitation) -> InvitationState:
    """Return the state of an invitation now."""
    if invitation.used_at is not None:
        return InvitationState.USED
    if invitation.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if invitation.expires_at > clock.now() else InvitationState.EXPIRED


def open_invitation(secret: str) -> Invitation | None:
    """Return the invitation of a link that can still be used; None for any other link."""
    found = Invitation.objects.filter(
        secret_hash=secret_hash(secret), used_at=None, withdrawn_at=None, expires_at__gt=clock.now()
    )
    return found.select_related("unit", "invited_by").first()


def invitations_to_see(actor: User) -> QuerySet[Invitation]:
    """Return the invitations to units where the actor may give roles, newest first."""
    rows = policy.GRANT.filter(actor, Invitation.objects.select_related("unit", "invited_by", "user"))
    return rows.order_by("-made_at", "pk")


@dataclass(frozen=True, slots=True)
class InvitableUnit:
    """A unit where a role can be given, with who holds it or was invited to it."""

    unit: NamedUnit
    holder: str
    is_invited: bool


def invitable_units(actor: User, role: str, *, below: Unit | None = None) -> list[InvitableUnit]:
    """Return the units where the actor may give this role, in reading order, with its holders; five statements."""
    offered = queries.units_to_grant(actor)
    roots = {unit.id for unit in units.roots()}
    within = set(policy.units_below([below.pk])) if below is not None else None
    fitting = [
        unit
        for unit in offered
        if (within is None or unit.id in within)
        and rules.role_problem(role, unit.kind, is_root=unit.id in roots) is None
    ]
    ids = [unit.id for unit in fitting]
    today, now = clock.today(), clock.now()
    held = RoleAssignment.objects.filter(not_over(today), role=role, unit_id__in=ids)
    holders = dict(held.order_by("-since").values_list("unit_id", "user__display_name"))
    still = Invitation.objects.filter(role=role, unit_id__in=ids, used_at=None, withdrawn_at=None, expires_at__gt=now)
    invited = set(still.values_list("unit_id", flat=True))
    return [InvitableUnit(unit, holders.get(unit.id, ""), unit.id in invited) for unit in fitting]
