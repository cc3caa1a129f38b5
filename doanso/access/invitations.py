"""Invitations: personal links with which officers and secretaries make their own accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.access import policy, queries, rules
from doanso.access.actions import grant_role, require_grantable
from doanso.access.models import Invitation, RoleAssignment
from doanso.accounts import actions as accounts
from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, encryption, vietnamese
from doanso.lib.access_codes import new_link
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

LIVES: Final = timedelta(days=14)
MOST: Final = 200
"""Invitations made at once: as many as one page prints."""
NOTE: Final = "invitation"
"""The actor that the audit log names for who opened the link, before the account exists."""


class InvitationState(StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class InvitationInput:
    """Whom to invite: a role at a unit, and the name if it is known."""

    unit: Unit
    role: str
    display_name: str = ""


class IssuedInvitation(NamedTuple):
    """An invitation with the secret of its link, which is shown only now."""

    invitation: Invitation
    secret: str


def _secret_hash(secret: str) -> str:
    return encryption.look_up(secret, context="access.invitation")


def state_of(invitation: Invitation) -> InvitationState:
    """Return the state of an invitation now."""
    if invitation.used_at is not None:
        return InvitationState.USED
    if invitation.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if invitation.expires_at > clock.now() else InvitationState.EXPIRED


def invite(*, actor: User, batch: UUID, inputs: Sequence[InvitationInput]) -> list[IssuedInvitation]:
    """Create invitations, all or none, and return them with their secrets.

    `batch` names the form: the same one is refused the second time, so a page that is reloaded invites nobody twice.
    """
    if not inputs:
        raise Refused(Problem("invitations_none", _("Tick at least one unit, or paste a list."), ""))
    if len(inputs) > MOST:
        message = _("Invite at most %(most)s people at once; the next ones with the next form.") % {"most": MOST}
        raise Refused(Problem("invitations_many", message, ""))
    now = clock.now()
    with transaction.atomic():
        # Who sends a form twice at once waits here for the first.
        User.objects.select_for_update().get(pk=actor.pk)
        if Invitation.objects.filter(batch=batch).exists():
            message = _("These invitations were made already. In the list, issue anew the links that you need again.")
            raise Refused(Problem("invitations_made", message, ""))
        issued = []
        for unit, role in {(entry.unit, entry.role) for entry in inputs}:
            require_grantable(actor, role, unit)
            if role not in queries.grantable_at(actor, unit):
                raise Refused(
                    Problem("role_not_here", _("This role is not held at such a unit. Choose another."), "role")
                )
        for entry in inputs:
            name = vietnamese.tidy_name(entry.display_name)
            refuse(name_problem(name, "display_name"))
            secret = new_link()
            invitation = Invitation(
                batch=batch,
                role=entry.role,
                unit=entry.unit,
                display_name=name[:120],
                secret_hash=_secret_hash(secret),
                invited_by=actor,
                made_at=now,
                expires_at=now + LIVES,
            )
            issued.append(IssuedInvitation(invitation, secret))
        Invitation.objects.bulk_create([entry.invitation for entry in issued])
        record_many(
            AuditEventInput(actor, "access.invite", entry.invitation, entry.invitation.unit_id, [entry.invitation.role])
            for entry in issued
        )
        return issued


def issue_anew(*, actor: User, invitation: Invitation) -> IssuedInvitation:
    """Give an invitation that was not used a new link for another two weeks; the old link is void, also a withdrawn one."""
    now, secret = clock.now(), new_link()
    with transaction.atomic():
        require_grantable(actor, invitation.role, invitation.unit)
        renewed = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(
            secret_hash=_secret_hash(secret), invited_by=actor, made_at=now, expires_at=now + LIVES, withdrawn_at=None
        )
        if not renewed:
            raise Refused(Problem("invitation_used", _("This invitation was used already: the account exists.")))
        record(actor=actor, action="access.invite", obj=invitation, unit=invitation.unit_id, changed=[invitation.role])
    invitation.refresh_from_db()
    return IssuedInvitation(invitation, secret)


def withdraw(*, actor: User, invitation: Invitation) -> None:
    """Make the link of an invitation void."""
    with transaction.atomic():
        require_grantable(actor, invitation.role, invitation.unit)
        unused = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None)
        if not unused.update(withdrawn_at=clock.now()):
            raise Refused(Problem("invitation_over", _("This invitation was used or withdrawn already.")))
        record(actor=actor, action="access.withdraw_invitation", obj=invitation, unit=invitation.unit_id)


def open_invitation(secret: str) -> Invitation | None:
    """Return the invitation of a link that can still be used; None for any other link."""
    found = Invitation.objects.filter(
        secret_hash=_secret_hash(secret), used_at=None, withdrawn_at=None, expires_at__gt=clock.now()
    )
    return found.select_related("unit", "invited_by").first()


def _over() -> Refused:
    message = _("This invitation is over, was used or was withdrawn. Ask whoever invited you for a new link.")
    return Refused(Problem("invitation_over", message))


def accept_invitation(*, secret: str, display_name: str, username: str, password: str) -> User:
    """Create the account with its role, and use the invitation up.

    The role is given by the inviter with the rights of today: an inviter who lost them, or whose account was closed, invites
    nobody any more. Of two browsers with the same link one is refused, through a conditional update.
    """
    invitation = open_invitation(secret)
    if invitation is None or not invitation.invited_by.is_active:
        raise _over()
    accounts.require_good_password(User(username=username, display_name=display_name), password)
    today = clock.today()
    with transaction.atomic():
        unused = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None)
        if not unused.filter(secret_hash=invitation.secret_hash).update(used_at=clock.now()):
            raise _over()
        unit = invitation.unit
        if unit.until is not None and unit.until <= today:
            raise _over()
        if not display_name.strip():
            raise Refused(Problem("name_missing", _("Write the person's name."), "display_name"))
        user = accounts.create_user(
            actor=None, username=username, display_name=display_name, password=password, unit_id=unit.pk, note=NOTE
        )
        try:
            grant_role(actor=invitation.invited_by, user=user, role=invitation.role, unit=unit)
        except (PermissionDenied, Refused) as refused:
            raise _over() from refused
        Invitation.objects.filter(pk=invitation.pk).update(user=user)
        record(actor=user, action="access.accept_invitation", obj=invitation, unit=unit)
        return user


def invitations(actor: User) -> QuerySet[Invitation]:
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
        and rules.role_does_not_fit(role, unit.kind, is_root=unit.id in roots) is None
    ]
    ids = [unit.id for unit in fitting]
    today, now = clock.today(), clock.now()
    held = RoleAssignment.objects.filter(Q(until=None) | Q(until__gt=today), role=role, unit_id__in=ids)
    holders = dict(held.order_by("-since").values_list("unit_id", "user__display_name"))
    still = Invitation.objects.filter(role=role, unit_id__in=ids, used_at=None, withdrawn_at=None, expires_at__gt=now)
    invited = set(still.values_list("unit_id", flat=True))
    return [InvitableUnit(unit, holders.get(unit.id, ""), unit.id in invited) for unit in fitting]
