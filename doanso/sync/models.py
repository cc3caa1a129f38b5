"""Phones, and every record that a phone has sent, as it was received."""

from django.conf import settings
from django.db import models

from doanso.units.models import Unit


class Device(models.Model):
    """A registered phone under the id that it generated itself; only the hash of its token is stored. See docs/sync.md."""

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    registered_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    # Seconds by which the phone's clock was ahead at its last contact; for information only.
    skew = models.IntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # When the phone received the order to wipe itself, which it does at once.
    wiped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="sync_device_user")]


class RecordState(models.TextChoices):
    """The state of a record. All but the first two wait for an officer, or were decided by one."""

    APPLIED = "applied", "Đã nhận"
    SUPERSEDED = "superseded", "Có bản mới hơn"
    WAITING = "waiting", "Trùng mã, khác nội dung"
    QUARANTINED = "quarantined", "Phiên bản chưa biết"
    REFUSED = "refused", "Chưa nhận được"


WAITS = (RecordState.WAITING, RecordState.QUARANTINED, RecordState.REFUSED)
"""States that wait for an officer until `decided_at` is set."""


class Record(models.Model):
    """One version of one record of a phone. `seq` is the server's order.

    The bytes are kept as received, under a key of their own, until erasure or ninety days after they were applied or decided; the
    hash stays.
    """

    seq = models.BigAutoField(primary_key=True)
    record_id = models.UUIDField()
    content_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # The hash of the version it started from; empty for a new record.
    base = models.CharField(max_length=64, blank=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="records", db_index=False)
    # The user who delivered it: the phone's holder, or the officer who handed in its backup.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=11, choices=RecordState)
    problem = models.JSONField(null=True)
    key_encrypted = models.BinaryField(default=bytes)
    payload_encrypted = models.BinaryField(default=bytes)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_id", "content_hash"], name="sync_record_once"),
            models.UniqueConstraint(
                fields=["record_id"], condition=models.Q(state="applied"), name="sync_record_one_applied"
            ),
            models.CheckConstraint(condition=models.Q(state__in=RecordState.values), name="sync_record_state"),
        ]
        indexes = [
            models.Index(fields=["device", "seq"], name="sync_record_device"),
            models.Index(
                fields=["unit", "seq"],
                name="sync_record_waits",
                condition=models.Q(state__in=["waiting", "quarantined", "refused"], decided_at=None),
            ),
            models.Index(
                fields=["decided_at"], name="sync_record_decided", condition=models.Q(decided_at__isnull=False)
            ),
            # Records whose bytes are deleted in time; see actions/retention.py.
            models.Index(fields=["received_at"], name="sync_record_kept", condition=~models.Q(payload_encrypted=b"")),
        ]


class Photo(models.Model):
    """An upload of a picture, in encrypted pieces; when complete, the file `blob`. `subject` is the record it belongs to."""

    id = models.UUIDField(primary_key=True, editable=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="photos", db_index=False)
    subject = models.UUIDField()
    size = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    offset = models.PositiveIntegerField(default=0)
    pieces = models.BinaryField(default=bytes)
    blob = models.ForeignKey("files.Blob", null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="sync_photo_subject"),
            models.Index(fields=["device", "begun_at"], name="sync_photo_unfinished", condition=models.Q(done_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(offset__lte=models.F("size")), name="sync_photo_offset"),
        ]
