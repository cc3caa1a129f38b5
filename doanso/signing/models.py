"""Trusted authorities, certificates for signing, sessions of signatures, and publicly verifiable files."""

from django.conf import settings
from django.db import models

from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class AuthorityPurpose(models.TextChoices):
    """The purpose for which an authority is trusted."""

    SIGNING = "signing", "Chữ ký số"
    TIME = "time", "Dấu thời gian"


class Authority(models.Model):
    """A trusted root certificate, or an intermediate below one. None is trusted by default: each was added by a person.

    `is_anchor` distinguishes roots from intermediates. Without `legal_force` it is a test authority, and every page that shows a
    signature under it says so.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=7, choices=AuthorityPurpose)
    is_anchor = models.BooleanField()
    legal_force = models.BooleanField()
    der = models.BinaryField()
    fingerprint = models.CharField(max_length=64)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    added_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint", "purpose"], condition=models.Q(ended_at=None), name="signing_authority_once"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=AuthorityPurpose.values), name="signing_authority_purpose"
            ),
        ]


class RevocationList(models.Model):
    """A revocation list as an authority published it (CRL). Only the newest one of an authority is used."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="revocation_lists")
    der = models.BinaryField()
    this_update = models.DateTimeField()
    next_update = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "this_update"], name="signing_revocation_list_once"),
        ]


class SignerKind(models.TextChoices):
    """Whether a certificate signs for a person or an organisation."""

    PERSON = "person", "Cá nhân"
    ORGANISATION = "organisation", "Cơ quan, tổ chức"


class Way(models.TextChoices):
    """The location of the private key, which determines how a signature is made. A person's key is never on the server."""

    TOKEN = "token", "Thiết bị ký gắn ở máy chủ"
    AGENT = "agent", "Thiết bị ký ở máy người dùng"
    UPLOAD = "upload", "Ký bằng công cụ riêng rồi tải lên"


class Certificate(models.Model):
    """A certificate with which a person or a unit signs, checked when it is added and at each signature.

    `image` is the blue signature or the red seal (PNG with a transparent background) of its appearance.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=SignerKind)
    user = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="certificates")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="certificates")
    way = models.CharField(max_length=6, choices=Way)
    der = models.BinaryField()
    # Intermediate certificates up to a trusted authority (DER, concatenated).
    chain = models.BinaryField(default=bytes)
    fingerprint = models.CharField(max_length=64)
    subject = models.CharField(max_length=300)
    issuer = models.CharField(max_length=300)
    serial = models.CharField(max_length=80)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    # Label of a key on the server's own token. Its PIN is a setting and never stored.
    token_label = models.CharField(max_length=64, blank=True)
    key_label = models.CharField(max_length=64, blank=True)
    image = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    # Its subject was written otherwise than its holder's name: it signs nothing before a second person has confirmed it.
    name_differs = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    # Signed with another tool, it draws no number before its trial signature was taken in; older ones are proposed one.
    trial_due = models.BooleanField(default=False)
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=models.Q(ended_at=None), name="signing_certificate_once"
            ),
            models.CheckConstraint(condition=models.Q(way__in=Way.values), name="signing_certificate_way"),
            models.CheckConstraint(
                condition=models.Q(kind="person", user__isnull=False)
                | models.Q(kind="organisation", user__isnull=True),
                name="signing_certificate_holder",
            ),
            # A person's key is never on the server.
            models.CheckConstraint(
                condition=models.Q(kind="organisation") | ~models.Q(way="token"), name="signing_certificate_token"
            ),
        ]

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it signs nothing yet, because a second person has not confirmed whose it is."""
        return self.name_differs and self.confirmed_at is None

    @property
    def lacks_trial(self) -> bool:
        """Whether it signs with another tool, of which no trial signature was taken in."""
        return self.way == Way.UPLOAD and self.tried_at is None

    @property
    def lacks_due_trial(self) -> bool:
        """Whether no number is drawn for a seal with it yet, because its trial signature is due."""
        return self.trial_due and self.lacks_trial

    @property
    def number_end(self) -> str:
        """The end of its serial number, which distinguishes certificates of one name."""
        return self.serial[-6:].upper()


class SessionState(models.TextChoices):
    """The state of a signature that is made in two steps."""

    OPEN = "open", "Chờ ký"
    DONE = "done", "Đã ký"
    CANCELLED = "cancelled", "Đã bỏ"


class Session(models.Model):
    """One signature in progress: the server has prepared the bytes, and the signer's machine still has to sign them.

    `owner_kind` and `owner_id` identify the signed object in the requesting app. `to_sign` are the signed attributes (DER) over
    which the key signs; only exactly that signature is accepted. The agent finds a session by its secret.

    Several files that one certificate signs in one go are a run: `leader` is the one whose secret opens them all and whose
    own signature comes last.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_kind = models.CharField(max_length=40)
    owner_id = models.UUIDField()
    title = models.CharField(max_length=300)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="sessions")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    leader = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    secret_lookup = models.CharField(max_length=64, null=True, unique=True)
    base = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    # The file with the placeholder; None for a file that is signed elsewhere and uploaded.
    prepared = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=128, blank=True)
    to_sign = models.BinaryField(default=bytes)
    plan = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=SessionState, default=SessionState.OPEN)
    signed = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SessionState.values), name="signing_session_state"),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(signed__isnull=False), name="signing_session_done"
            ),
            # One open session for each field of an object.
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "field"],
                condition=models.Q(state="open"),
                name="signing_session_one_open",
            ),
        ]


class VerifyTries(models.Model):
    """Counts of wrong codes and verified files per network address, stored by keyed hash for an hour."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    since = models.DateTimeField()


class PublicFile(models.Model):
    """A signed file that anybody may verify by its code (on every page of it, as a QR) or by uploading it.

    Data about the issuing unit is copied when the file is issued and never updated.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=16, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=200)
    # The printed name of the signer; empty where no person is named.
    signer = models.CharField(max_length=200, blank=True, default="")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=400)
    dated = models.DateField(null=True)
    # None while the file is not issued; until then the code is answered like an unknown one.
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    # Whether the page offers the file, or only its verdict.
    is_open = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    recall_reason = models.CharField(max_length=300, blank=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="signing_public_file_hash")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issued_at=None) | (models.Q(blob__isnull=False) & ~models.Q(sha256="")),
                name="signing_public_file_issued",
            ),
        ]
