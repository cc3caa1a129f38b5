"""Stored files: encrypted under a key per file, which erasure destroys. The owning app decides who may open one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.files.kinds import Kind
from doanso.lib.uuid7 import uuid7


class FileKey(models.Model):
    """The encrypted key of one file; empty once destroyed, and then the bytes are unreadable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    encrypted_key = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)


class StoreName(models.TextChoices):
    """The back end that holds the bytes."""

    DISK = "disk", "Ổ đĩa"
    S3 = "s3", "S3"


class Form(models.TextChoices):
    """How the bytes are stored."""

    SEALED = "sealed", "Niêm phong"
    PLAIN = "plain", "Để nguyên"


class Ground(models.TextChoices):
    """The law under which even an immutable file is destroyed."""

    PERSONAL_DATA = "personal-data", "Yêu cầu xóa dữ liệu cá nhân (Luật Bảo vệ dữ liệu cá nhân)"
    RETENTION = "retention", "Hết thời hạn lưu trữ (Luật Lưu trữ)"
    SECRECY = "secrecy", "Tài liệu mật lọt vào hệ thống (Luật Bảo vệ bí mật nhà nước)"


class Blob(models.Model):
    """One stored file; its bytes never change. Its name is metadata only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.OneToOneField(FileKey, on_delete=models.PROTECT, related_name="blob")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, default="", choices=[(member.value, member.name) for member in Kind])
    size = models.PositiveBigIntegerField()
    # Hash of the plain bytes; equal files of two owners are two blobs.
    sha256 = models.CharField(max_length=64)
    store = models.CharField(max_length=4, choices=StoreName, default=StoreName.DISK)
    form = models.CharField(max_length=6, choices=Form, default=Form.SEALED)
    # Contains the hash of the stored bytes and the blob's id.
    place = models.CharField(max_length=110, unique=True)
    created_at = models.DateTimeField()
    immutable_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    # The bytes are removed after the transaction that erased the file, at once or when the store answers again.
    removed_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=16, choices=Ground, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(immutable_at=None) | Q(erased_at=None) | ~Q(ground=""), name="files_blob_immutable"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(erased_at__isnull=False), name="files_blob_removed"
            ),
        ]
        indexes = [
            # A file uploaded for verification is found by its hash.
            models.Index(fields=["sha256"], name="files_blob_sha256"),
            models.Index(
                fields=["erased_at"], condition=Q(erased_at__isnull=False, removed_at=None), name="files_blob_to_remove"
            ),
        ]


class File(models.Model):
    """The content of one object over time, in numbered versions. Once immutable it gets no further version and loses
    none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    begun_at = models.DateTimeField()
    last_number = models.PositiveIntegerField(default=0)
    immutable_at = models.DateTimeField(null=True)
    final_number = models.PositiveIntegerField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(immutable_at=None, final_number=None)
                | Q(immutable_at__isnull=False, final_number__isnull=False, final_number=F("last_number")),
                name="files_file_immutable",
            ),
        ]


class FileVersion(models.Model):
    """The bytes from one moment on, with user, time and reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    blob = models.OneToOneField(Blob, on_delete=models.PROTECT, related_name="version")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    why = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="files_version_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="files_version_first"),
        ]


class TextState(models.TextChoices):
    """Progress of extracting a file's text."""

    WAITING = "waiting", "Đang chờ"
    DONE = "done", "Đã đọc"
    FAILED = "failed", "Không đọc được"


class FileText(models.Model):
    """The text of one file, unencrypted for searching; only where the owner asked for it. Erased with the file."""

    # An integer, because full-text indexes identify rows by one.
    id = models.BigAutoField(primary_key=True)
    blob = models.OneToOneField(Blob, on_delete=models.CASCADE, related_name="words")
    state = models.CharField(max_length=7, choices=TextState, default=TextState.WAITING)
    text = models.TextField(default="")
    # The same without diacritics, as both engines index it.
    folded = models.TextField(default="")
    problem = models.CharField(max_length=300, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    stepped_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["stepped_at"], condition=Q(state=TextState.WAITING), name="files_text_waiting"),
        ]
