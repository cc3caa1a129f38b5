"""Bytes kept for their owners: sealed under a key per file, which erasure destroys. The owner says who may open one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.files.kinds import Kind
from doanso.lib.uuid7 import uuid7


class FileKey(models.Model):
    """The sealed key of one file; empty once destroyed, and then the bytes are noise."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sealed_key = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)


class StoreName(models.TextChoices):
    """Which back end the bytes lie in."""

    DISK = "disk", "Ổ đĩa"
    S3 = "s3", "S3"


class Form(models.TextChoices):
    """How the bytes lie there."""

    SEALED = "sealed", "Niêm phong"
    PLAIN = "plain", "Để nguyên"


class Ground(models.TextChoices):
    """The law by which even an immutable file is destroyed."""

    PERSONAL_DATA = "personal-data", "Yêu cầu xóa dữ liệu cá nhân (Luật Bảo vệ dữ liệu cá nhân)"
    RETENTION = "retention", "Hết thời hạn lưu trữ (Luật Lưu trữ)"
    SECRECY = "secrecy", "Tài liệu mật lọt vào hệ thống (Luật Bảo vệ bí mật nhà nước)"


class Blob(models.Model):
    """One stored file; its bytes never change. The name people gave it is metadata only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.OneToOneField(FileKey, on_delete=models.PROTECT, related_name="blob")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, default="", choices=[(member.value, member.name) for member in Kind])
    size = models.PositiveBigIntegerField()
    # Of the plain bytes; two owners' equal files are two blobs.
    sha256 = models.CharField(max_length=64)
    store = models.CharField(max_length=4, choices=StoreName, default=StoreName.DISK)
    form = models.CharField(max_length=6, choices=Form, default=Form.SEALED)
    # Says the hash of the bytes as they lie there, and whose they are.
    place = models.CharField(max_length=110, unique=True)
    created_at = models.DateTimeField()
    immutable_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    # The bytes go after the transaction that erased the file, at once or when the store answers again.
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
            # By its bytes a file that somebody brings to be verified is known.
            models.Index(fields=["sha256"], name="files_blob_sha256"),
            models.Index(
                fields=["erased_at"], condition=Q(erased_at__isnull=False, removed_at=None), name="files_blob_to_remove"
            ),
        ]


class File(models.Model):
    """One thing's bytes over time, in numbered versions. Once immutable it gets no further one and none goes."""

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


class Version(models.Model):
    """The bytes as they were from one moment on: by whom, when, and why."""

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
    """How far taking a file's text is."""

    WAITING = "waiting", "Đang chờ"
    DONE = "done", "Đã đọc"
    FAILED = "failed", "Không đọc được"


class FileText(models.Model):
    """The words of one file, plain so that they can be searched; only where the owner asked. They go with the file."""

    # A whole number, because full-text indexes know rows by one.
    id = models.BigAutoField(primary_key=True)
    blob = models.OneToOneField(Blob, on_delete=models.CASCADE, related_name="words")
    state = models.CharField(max_length=7, choices=TextState, default=TextState.WAITING)
    text = models.TextField(default="")
    # The same without diacritics, as the index of both engines reads it.
    folded = models.TextField(default="")
    problem = models.CharField(max_length=300, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    stepped_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["stepped_at"], condition=Q(state=TextState.WAITING), name="files_text_waiting"),
        ]
