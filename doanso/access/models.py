"""Roles assigned to users at units for a term, and what depends on them: tokens, timed administration, unmasking."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit


class Role(models.TextChoices):
    """The named sets of permissions; `access.roles` lists the permissions of each."""

    CITY_ADMINISTRATOR = "city-administrator", "Quản trị"
    CITY_OFFICER = "city-officer", "Cán bộ chuyên trách"
    UNIT_SECRETARY = "unit-secretary", "Bí thư cơ sở Đoàn"
    BRANCH_SECRETARY = "branch-secretary", "Bí thư chi đoàn"
    CLERK = "clerk", "Văn thư"
    MEMBER = "member", "Đoàn viên"
    HELPER = "helper", "Cộng tác viên"
    INSPECTOR = "inspector", "Cán bộ kiểm tra"


class RoleAssignment(models.Model):
    """A role assigned to a user at a unit and its whole subtree for a term (business days, half open)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="role_assignments")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "until"], name="access_assignment_user")]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit", "since"], name="access_assignment_once"),
            # An assignment ended on its first day was in effect on no day.
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="access_assignment_dates"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="access_assignment_role"),
        ]


class Invitation(models.Model):
    """A personal link with which somebody makes their own account with one role. Shown once; only its hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The form from which it came, so that a form sent twice invites once.
    batch = models.UUIDField(db_index=True)
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="invitations")
    # Whom the inviter had in mind; the person may write the name otherwise. Empty where it is not known.
    display_name = models.CharField(max_length=120, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    # The account that was made with it.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="access_invitation_times"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="access_invitation_role"),
            models.CheckConstraint(
                condition=models.Q(used_at=None) | models.Q(withdrawn_at=None), name="access_invitation_one_end"
            ),
        ]


class ApiToken(models.Model):
    """A machine's key to the API under one role assignment, with which it ends. Shown once; only its hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role_assignment = models.ForeignKey(RoleAssignment, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="access_token_times"
            ),
        ]


class AdministrationMode(models.Model):
    """A period of real time in which a user administers the installation, with the reason; each request is audited."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="administration_modes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-ends_at"], name="access_mode_user")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("started_at")), name="access_mode_times"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="access_mode_reason"),
        ]


class Unmasking(models.Model):
    """An inspector's stated reason to see personal rows of a unit's subtree unmasked, for a period of real time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="unmaskings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-ends_at"], name="access_unmasking_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("started_at")), name="access_unmasking_times"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="access_unmasking_reason"),
        ]


class KeyFingerprint(models.Model):
    """The fingerprint of a key with which this database was written, to compare with the keys in use.

    Nothing can be decrypted with it. `name` is that of `encryption.fingerprints`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80, unique=True)
    fingerprint = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
