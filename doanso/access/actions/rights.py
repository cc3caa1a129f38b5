"""Actions on roles, accounts, tokens and timed modes. Each checks the policy itself; `actor=None` is a command of the server."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.access import policy, queries, rules
from doanso.access.models import (
    AdministrationMode,
    ApiToken,
    Invitation,
    KeyFingerprint,
    Role,
    RoleAssignment,
    Unmasking,
)
from doanso.accounts import actions as accounts
from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units import queries as units
from doanso.units.models import UPPER_KINDS, Unit


def require_grantable(actor: User | None, role: str, unit: Unit) -> None:
    """Raise unless the actor may assign and end this role at the unit; a command of the server (None) may."""
    if actor is None:
        return
    policy.GRANT.require_at(actor, unit)
    if role not in rules.grantable_roles(queries.roles_at(actor, unit)):
        message = _("Your role cannot give or take this one. Ask the city's office.")
        raise Refused(Problem("role_not_grantable", message, "role"))


def grant_role(
    *,
    actor: User | None,
    user: User,
    role: str,
    unit: Unit,
    since: date | None = None,
    until: date | None = None,
    note: str = "",
) -> RoleAssignment:
    """Assign a role at a unit for a term; `until` is the first day after the term."""
    today = clock.today()
    since = since or today
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        require_grantable(actor, role, unit)
        if actor is not None and actor.pk == user.pk:
            raise Refused(
                Problem("role_to_oneself", _("Nobody gives a role to themselves. Ask another officer."), "user")
            )
        if not user.is_active:
            raise Refused(Problem("account_closed", _("This account is closed. Open it first."), "user"))
        is_root = unit.kind not in UPPER_KINDS and not units.parent_ids([unit.pk])
        refuse(rules.role_problem(role, unit.kind, is_root=is_root) or rules.term_problem(since, until, today))
        same = RoleAssignment.objects.filter(user=user, role=role, unit=unit)
        # An assignment ended on its first day leaves an empty term, which overlaps nothing and is reused.
        if any(
            (other.until is None or other.until > max(since, other.since)) and (until is None or other.since < until)
            for other in same
        ):
            raise Refused(Problem("role_held", _("This role is held there already in that time."), "role"))
        role_assignment = next((other for other in same if other.since == since), None)
        if role_assignment is None:
            role_assignment = RoleAssignment.objects.create(user=user, role=role, unit=unit, since=since, until=until)
        else:
            role_assignment.until = until
            role_assignment.save(update_fields=["until"])
        if role != Role.MEMBER:
            # A code handed out to a member must not open the account once it is an officer's.
            accounts.void_codes(user)
        record(actor=actor, action="access.grant", obj=user, unit=unit, changed=[role], note="" if actor else note)
        return role_assignment


def lock_roles(role_assignments: QuerySet[RoleAssignment]) -> None:
    """Lock the accounts of these role assignments and then the assignments, each in key order.

    Called before several roles are ended or assigned, and before posting to the ledger, since the erasure of a person with an
    account takes these locks before those of the ledger.
    """
    users = User.objects.filter(pk__in=role_assignments.order_by().values("user_id"))
    list(users.select_for_update().order_by("pk").values_list("pk"))
    list(role_assignments.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _end_what_hangs_on_roles(
    actor: User | None, holder: User, tokens: QuerySet[ApiToken], unit_id: UUID, note: str
) -> None:
    """Revoke these tokens, end the holder's timed modes and withdraw invitations that the holder's roles of now do not carry.

    Without this they would work again when the role is given again, or the account opened again.
    """
    now = clock.now()
    live = list(tokens.filter(revoked_at=None))
    ApiToken.objects.filter(pk__in=[token.pk for token in live], revoked_at=None).update(revoked_at=now)
    # From the database: the object at hand may carry the earlier roles.
    holder = User.objects.get(pk=holder.pk)
    for mode in AdministrationMode.objects.filter(user=holder, started_at__lte=now, ends_at__gt=now).select_related(
        "unit"
    ):
        if not policy.ADMINISTER.allows_at(holder, mode.unit):
            AdministrationMode.objects.filter(pk=mode.pk).update(ends_at=now)
    for stated in Unmasking.objects.filter(user=holder, started_at__lte=now, ends_at__gt=now).select_related("unit"):
        if not policy.UNMASK.allows_at(holder, stated.unit):
            Unmasking.objects.filter(pk=stated.pk).update(ends_at=now)
    pending = Invitation.objects.filter(invited_by=holder, used_at=None, withdrawn_at=None, expires_at__gt=now)
    lost = [invitation for invitation in pending.select_related("unit") if not _may_invite(holder, invitation)]
    Invitation.objects.filter(pk__in=[invitation.pk for invitation in lost], used_at=None).update(withdrawn_at=now)
    text = "" if actor is not None else note
    record_many(
        [
            *(AuditEventInput(actor, "access.revoke_token", token, unit_id, ["revoked_at"], text) for token in live),
            *(AuditEventInput(actor, "access.withdraw_invitation", row, row.unit_id, [], text) for row in lost),
        ]
    )


def _may_invite(holder: User, invitation: Invitation) -> bool:
    """Return whether the inviter may still give the role of this invitation."""
    if not policy.GRANT.allows_at(holder, invitation.unit):
        return False
    return invitation.role in rules.grantable_roles(queries.roles_at(holder, invitation.unit))


def end_role(*, actor: User | None, role_assignment: RoleAssignment, note: str = "") -> RoleAssignment:
    """End a role assignment from today on, with its tokens, and the timed modes and invitations that no other role carries.

    That of the city's last administrator cannot be ended.
    """
    today = clock.today()
    with transaction.atomic():
        # Accounts are locked before roles, as in `grant_role`.
        User.objects.select_for_update().get(pk=role_assignment.user_id)
        administrators = _administrators(role_assignment) if role_assignment.role == Role.CITY_ADMINISTRATOR else []
        role_assignment = (
            RoleAssignment.objects.select_for_update(of=("self",))
            .select_related("unit", "user")
            .get(pk=role_assignment.pk)
        )
        require_grantable(actor, role_assignment.role, role_assignment.unit)
        if role_assignment.until is not None and role_assignment.until <= today:
            return role_assignment
        if role_assignment.role == Role.CITY_ADMINISTRATOR and {
            administrator.user_id for administrator in administrators
        } <= {role_assignment.user_id}:
            message = _("This is the last administrator of the city. Give the role to somebody else first.")
            raise Refused(Problem("role_last_administrator", message))
        role_assignment.until = max(today, role_assignment.since)
        role_assignment.save(update_fields=["until"])
        record(
            actor=actor,
            action="access.end_role",
            obj=role_assignment.user,
            unit=role_assignment.unit,
            changed=[role_assignment.role],
            note="" if actor else note,
        )
        tokens = ApiToken.objects.filter(role_assignment=role_assignment)
        _end_what_hangs_on_roles(actor, role_assignment.user, tokens, role_assignment.unit_id, note)
        return role_assignment


def take_back_role(*, actor: User, role_assignment: RoleAssignment) -> None:
    """Undo a role assignment made today: end it, and delete its row unless tokens belong to it."""
    with transaction.atomic():
        end_role(actor=actor, role_assignment=role_assignment)
        if not role_assignment.tokens.exists():
            role_assignment.delete()


def _administrators(role_assignment: RoleAssignment) -> list[RoleAssignment]:
    """Lock and return the unit's administrators of today in key order, so that two cannot end each other's role at once."""
    held = RoleAssignment.objects.filter(
        role=Role.CITY_ADMINISTRATOR, unit_id=role_assignment.unit_id, user__is_active=True
    )
    today = clock.today()
    locked = held.order_by("pk").select_for_update(of=("self",))
    return [
        administrator
        for administrator in locked
        if administrator.since <= today and (administrator.until is None or administrator.until > today)
    ]


def create_account(
    *,
    actor: User,
    username: str,
    display_name: str,
    role: str,
    unit: Unit,
    phone_number: str = "",
    since: date | None = None,
    until: date | None = None,
) -> tuple[User, str]:
    """Create an account with its first role; return it and the code with which its owner sets a password, shown only now."""
    with transaction.atomic():
        require_grantable(actor, role, unit)
        user = accounts.create_user(
            actor=actor, username=username, display_name=display_name, phone_number=phone_number, unit_id=unit.pk
        )
        grant_role(actor=actor, user=user, role=role, unit=unit, since=since, until=until)
        return user, accounts.issue_code(actor=actor, user=user, unit_id=unit.pk)


def issue_reset_code(*, actor: User, user: User) -> str:
    """Issue and return a code for a member who forgot the password; only for accounts whose single role is member."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        own = RoleAssignment.objects.filter(user=user)
        active = queries.current_or_future_role_assignments(own)
        within = policy.RESET_PASSWORD.filter(actor, active).select_related("unit").first()
        if within is None:
            raise PermissionDenied(policy.RESET_PASSWORD.name)
        if not user.is_active:
            raise Refused(Problem("account_closed", _("This account is closed. Open it first.")))
        roles = queries.current_or_future_roles(user)
        # Former roles count too: an officer may be appointed again, with a password that another person has set meanwhile.
        ever = set(own.values_list("role", flat=True))
        if not rules.is_reset_code_allowed(ever, user.has_usable_password()):
            message = _("Codes are only for accounts whose one role is member. Others ask whoever runs the server.")
            raise Refused(Problem("reset_only_members", message))
        if policy.RESET_PASSWORD.filter(actor, active).count() != active.count():
            # Otherwise a secretary could give a foreign account a role in their own ward and then take the account over.
            message = _("This account also belongs to another unit. Ask the city's office for the code.")
            raise Refused(Problem("reset_elsewhere", message))
        if not user.has_usable_password() and roles != {Role.MEMBER}:
            # The first code of an officer's account is issued by an actor who could have given those roles.
            for other in queries.current_or_future_role_assignments(own).select_related("unit"):
                require_grantable(actor, other.role, other.unit)
        return accounts.issue_code(actor=actor, user=user, unit_id=within.unit_id)


def set_account_open(*, actor: User, user: User, is_open: bool) -> None:
    """Close an account at once, with all that hangs on its roles, or open it again.

    The actor must be allowed to assign every role it has.
    """
    with transaction.atomic():
        if actor.pk == user.pk:
            raise Refused(Problem("account_own", _("Nobody closes their own account. Ask another officer.")))
        held = list(
            queries.current_or_future_role_assignments(RoleAssignment.objects.filter(user=user)).select_related("unit")
        )
        if not held:
            # It has no role any more: an actor who could assign its former roles may close it.
            held = list(policy.GRANT.filter(actor, RoleAssignment.objects.filter(user=user)).select_related("unit")[:1])
        if not held:
            raise PermissionDenied(policy.GRANT.name)
        for role_held in held:
            require_grantable(actor, role_held.role, role_held.unit)
        accounts.set_active(actor=actor, user=user, active=is_open, unit_id=held[0].unit_id)
        if not is_open:
            tokens = ApiToken.objects.filter(role_assignment__user=user)
            _end_what_hangs_on_roles(actor, user, tokens, held[0].unit_id, "")


# --- Tokens -----------------------------------------------------------------------------------------------------------


def issue_token(
    *, actor: User, role_assignment: RoleAssignment, name: str, days: int, scope: str = "progress:read"
) -> str:
    """Issue a token under one of the actor's own roles and return it, shown only now; its hash alone is stored."""
    now = clock.now()
    with transaction.atomic():
        own = {own_role_assignment.pk for own_role_assignment in policy.current_role_assignments(actor)}
        if role_assignment.pk not in own:
            raise PermissionDenied(policy.ISSUE_TOKEN.name)
        policy.ISSUE_TOKEN.require(actor, role_assignment)
        if scope not in queries.SCOPES:
            raise Refused(Problem("token_scope", _("This scope does not exist."), "scope"))
        if not name.strip():
            message = _("Say what the token is for, for instance “City website”.")
            raise Refused(Problem("token_name", message, "name"))
        if not 1 <= days <= rules.LONGEST_TOKEN:
            message = _("Choose between 1 and %(longest)s days.") % {"longest": rules.LONGEST_TOKEN}
            raise Refused(Problem("token_days", message, "days"))
        token = f"ds_{secrets.token_urlsafe(32)}"
        token_row = ApiToken.objects.create(
            role_assignment=role_assignment,
            name=name.strip(),
            token_hash=queries.token_hash(token),
            scope=[scope],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        record(actor=actor, action="access.issue_token", obj=token_row, unit=role_assignment.unit_id)
        return token


def revoke_token(*, actor: User, token: ApiToken) -> None:
    """Revoke a token: the actor's own, or that of an account to which the actor may give roles."""
    with transaction.atomic():
        token = ApiToken.objects.select_for_update(of=("self",)).select_related("role_assignment").get(pk=token.pk)
        if token.role_assignment.user_id != actor.pk:
            policy.GRANT.require(actor, token.role_assignment)
        if token.revoked_at is not None:
            return
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        record(
            actor=actor,
            action="access.revoke_token",
            obj=token,
            unit=token.role_assignment.unit_id,
            changed=["revoked_at"],
        )


# --- Timed modes ------------------------------------------------------------------------------------------------------


def begin_administration(*, actor: User, unit: Unit, reason: str, minutes: int) -> AdministrationMode:
    """Open the administrator's pages for some minutes, with a reason; every request meanwhile is recorded."""
    now = clock.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)
        policy.ADMINISTER.require_at(actor, unit)
        refuse(rules.reason_problem(reason) or rules.minutes_problem(minutes))
        if queries.open_administration(actor) is not None:
            raise Refused(Problem("administration_open", _("Administration is open already; end it first.")))
        mode = AdministrationMode.objects.create(
            user=actor, unit=unit, reason=reason.strip(), started_at=now, ends_at=now + timedelta(minutes=minutes)
        )
        record(actor=actor, action="access.administer", obj=mode, unit=unit)
        return mode


def end_administration(*, actor: User) -> None:
    """Close one's own administration before its time."""
    with transaction.atomic():
        # Locked as when it begins: of two requests that end it at once, the second finds nothing open.
        User.objects.select_for_update().get(pk=actor.pk)
        mode = queries.open_administration(actor)
        if mode is None:
            return
        mode.ends_at = clock.now()
        mode.save(update_fields=["ends_at"])
        record(actor=actor, action="access.end_administration", obj=mode, unit=mode.unit_id, changed=["ends_at"])


def record_administration(*, actor: User, mode: AdministrationMode, request: str) -> None:
    """Record one request made while administration is open: method and route, without address and values."""
    record(actor=actor, action="access.administration_request", obj=mode, unit=mode.unit_id, note=request[:40])


def unmask(*, actor: User, unit: Unit, reason: str, minutes: int) -> Unmasking:
    """Show the inspector names and numbers of a unit's subtree unmasked for some minutes, with a reason others can read."""
    now = clock.now()
    with transaction.atomic():
        policy.UNMASK.require_at(actor, unit)
        refuse(rules.reason_problem(reason) or rules.minutes_problem(minutes))
        stated = Unmasking.objects.create(
            user=actor, unit=unit, reason=reason.strip(), started_at=now, ends_at=now + timedelta(minutes=minutes)
        )
        record(actor=actor, action="access.unmask", obj=unit, unit=unit)
        return stated


def record_keys(*, fingerprints: Mapping[str, str], note: str) -> None:
    """Record the fingerprints of the keys with which this database is written; a known name keeps its fingerprint."""
    rows = [
        KeyFingerprint(name=name, fingerprint=fingerprint, first_seen_at=clock.now())
        for name, fingerprint in sorted(fingerprints.items())
    ]
    with transaction.atomic():
        # Two processes may start at the same moment; the second one writes nothing.
        KeyFingerprint.objects.bulk_create(rows, ignore_conflicts=True)
        for row in KeyFingerprint.objects.filter(pk__in=[key_row.pk for key_row in rows]):
            record(actor=None, action="access.record_key", obj=row, note=note)


def forget_keys(*, names: Collection[str], note: str) -> None:
    """Delete the record of keys under which the database holds nothing any more. The caller has verified that."""
    with transaction.atomic():
        for row in KeyFingerprint.objects.select_for_update().filter(name__in=names):
            record(actor=None, action="access.forget_key", obj=row, note=note)
            row.delete()
