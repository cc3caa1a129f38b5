"""Sign-in accounts. Their rights are in `access`; most members have no account."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from doanso.lib import vietnamese
from doanso.lib.uuid7 import uuid7


class UserManager(BaseUserManager["User"]):
    """Finds users by user name, ignoring case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person or a machine that signs in, by user name or phone and a password.

    There is no superuser flag: administration is a timed mode of `access`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=120)
    # Computed from the name by `save`: for searching without diacritics, and for the order of Vietnamese lists.
    folded = models.CharField(max_length=120, default="")
    sort_key = models.CharField(max_length=vietnamese.SORT_KEY_LENGTH, default="")
    # Keyed hash and encrypted bytes of the phone; one phone may belong to several accounts only if never used to sign in, hence
    # unique when present.
    phone_lookup = models.CharField(max_length=64, null=True, unique=True)
    phone_encrypted = models.BinaryField(default=bytes, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    theme = models.CharField(max_length=5, default="auto")
    # Addresses of the pages that the user pinned, in the order of pinning; they hold ids and no names.
    pins = models.JSONField(default=list, blank=True)
    # How often all sessions of the account were ended; part of the hash that every session keeps.
    sessions_ended = models.PositiveIntegerField(default=0)

    # Set by `access` for the duration of one request or one token's call: the roles of that day, and in a request of a page
    # those of today and later with the names of their units.
    prepared_role_assignments: list[Any]
    prepared_roles: list[Any]

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(theme__in=["auto", "light", "dark"]), name="accounts_user_theme"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **options: Any) -> None:
        """Save the row with the keys computed from the name."""
        self.folded, self.sort_key = vietnamese.fold(self.display_name), vietnamese.sort_key(self.display_name)
        super().save(*args, **options)

    def get_full_name(self) -> str:
        return self.display_name

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Return the hash that a session must hold: of the password, and of how often all sessions were ended.

        While they were never ended it is Django's own, so sessions made by earlier releases stay valid.
        """
        own: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc] # not in the stubs
        if not self.sessions_ended:
            return own
        salt = "doanso.accounts.sessions_ended"
        return salted_hmac(salt, f"{self.sessions_ended}:{own}", secret=secret, algorithm="sha256").hexdigest()


class ResetCode(models.Model):
    """A single-use code that an officer issues to a member who forgot the password; only its hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reset_codes")
    # Empty when it was issued by a command on the server.
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    # When it was reported to the account's owner, at the sign-in that followed.
    notified_at = models.DateTimeField(null=True)
    failed_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["user", "-issued_at"], name="accounts_reset_code_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="accounts_reset_code_times"
            ),
        ]


class TryCount(models.Model):
    """Failed tries at one secret from one origin, identified by a keyed hash; the row is void from `forget_at` on."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    # Until then further tries are refused.
    wait_until = models.DateTimeField()
    forget_at = models.DateTimeField(db_index=True)


class KnownOrigin(models.Model):
    """A browser or network address from which this account was signed in to, by keyed hash."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_origins", db_index=False)
    key = models.CharField(max_length=64)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="accounts_known_origin_once")]
