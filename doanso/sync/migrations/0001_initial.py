import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("sync", "0001_phones"), ("sync", "0002_settled_records")]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("files", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="devices", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("registered_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField()),
                ("skew", models.IntegerField(default=0)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("wiped_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-seen_at"], name="sync_device_user")],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="sync.device",
                    ),
                ),
                ("subject", models.UUIDField()),
                ("size", models.PositiveIntegerField()),
                ("content_hash", models.CharField(max_length=64)),
                ("offset", models.PositiveIntegerField(default=0)),
                ("pieces", models.BinaryField(default=bytes)),
                (
                    "blob",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject"], name="sync_photo_subject"),
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["device", "begun_at"],
                        name="sync_photo_unfinished",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("offset__lte", models.F("size"))), name="sync_photo_offset"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("record_id", models.UUIDField()),
                ("content_hash", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
                ("base", models.CharField(blank=True, max_length=64)),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="sync.device",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Đã nhận"),
                            ("superseded", "Có bản mới hơn"),
                            ("waiting", "Trùng mã, khác nội dung"),
                            ("quarantined", "Phiên bản chưa biết"),
                            ("refused", "Chưa nhận được"),
                        ],
                        max_length=11,
                    ),
                ),
                ("problem", models.JSONField(null=True)),
                ("key_encrypted", models.BinaryField(default=bytes)),
                ("payload_encrypted", models.BinaryField(default=bytes)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["device", "seq"], name="sync_record_device"),
                    models.Index(
                        condition=models.Q(("decided_at", None), ("state__in", ["waiting", "quarantined", "refused"])),
                        fields=["unit", "seq"],
                        name="sync_record_waits",
                    ),
                    models.Index(
                        condition=models.Q(("decided_at__isnull", False)),
                        fields=["decided_at"],
                        name="sync_record_decided",
                    ),
                    models.Index(
                        condition=models.Q(("payload_encrypted", b""), _negated=True),
                        fields=["received_at"],
                        name="sync_record_kept",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("record_id", "content_hash"), name="sync_record_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "applied")), fields=("record_id",), name="sync_record_one_applied"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["applied", "superseded", "waiting", "quarantined", "refused"])
                        ),
                        name="sync_record_state",
                    ),
                ],
            },
        ),
    ]
