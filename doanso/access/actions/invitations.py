"""Invitations: personal links with which officers and secretaries make their own accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access import queries
from doanso.access.actions.rights import grant_role, require_grantable
from doanso.access.models import Invitation
from doanso.access.queries.invitations import open_invitation, secret_hash
from doanso.accounts import actions as accounts
from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, vietnamese
from doanso.lib.access_codes import new_link
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units.models import Unit

LIVES: Final = timedelta(days=14)
MOST: Final = 200
"""Invitations made at once: as many as one page prints."""
NOTE: Final = "invitation"
"""The actor that the audit log names for who opened the link, before the account exists."""


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
                secret_hash=secret_hash(secret),
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


def issue_invitation_anew(*, actor: User, invitation: Invitation) -> IssuedInvitation:
    """Give an invitation that was not used a new link for another two weeks; the old link is void, also a withdrawn one."""
    now, secret = clock.now(), new_link()
    with transaction.atomic():
        require_grantable(actor, invitation.role, invitation.unit)
        renewed = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(
            secret_hash=secret_hash(secret), invited_by=actor, made_at=now, expires_at=now + LIVES, withdrawn_at=None
        )
        if not renewed:
            raise Refused(Problem("invitation_used", _("This invitation was used already: the account exists.")))
        record(actor=actor, action="access.invite", obj=invitation, unit=invitation.unit_id, changed=[invitation.role])
    invitation.refresh_from_db()
    return IssuedInvitation(invitation, secret)


def withdraw_invitation(*, actor: User, invitation: Invitation) -> None:
    """Make the link of an invitation void."""
    with transaction.atomic():
        require_grantable(actor, invitation.role, invitation.unit)
        unused = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None)
        if not unused.update(withdrawn_at=clock.now()):
            raise Refused(Problem("invitation_over", _("This invitation was used or withdrawn already.")))
        record(actor=actor, action="access.withdraw_invitation", obj=invitation, unit=invitation.unit_id)


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


def forget_invitation(*, user: User) -> None:
    """Remove the name that an inviter wrote from the invitation by which an erased account was made."""
    Invitation.objects.filter(user=user).update(display_name="")
