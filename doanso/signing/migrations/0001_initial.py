import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [
        ("signing", "0001_certificates"),
        ("signing", "0002_certificate_end_reason"),
        ("signing", "0003_verify_tries"),
        ("signing", "0004_session_leader"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("files", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="VerifyTries",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Authority",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "purpose",
                    models.CharField(choices=[("signing", "Chữ ký số"), ("time", "Dấu thời gian")], max_length=7),
                ),
                ("is_anchor", models.BooleanField()),
                ("legal_force", models.BooleanField()),
                ("der", models.BinaryField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("fingerprint", "purpose"),
                        name="signing_authority_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["signing", "time"])), name="signing_authority_purpose"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Cá nhân"), ("organisation", "Cơ quan, tổ chức")], max_length=12
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="certificates", to="units.unit"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("token", "Thiết bị ký gắn ở máy chủ"),
                            ("agent", "Thiết bị ký ở máy người dùng"),
                            ("upload", "Ký bằng công cụ riêng rồi tải lên"),
                        ],
                        max_length=6,
                    ),
                ),
                ("der", models.BinaryField()),
                ("chain", models.BinaryField(default=bytes)),
                ("fingerprint", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=300)),
                ("issuer", models.CharField(max_length=300)),
                ("serial", models.CharField(max_length=80)),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
                ("token_label", models.CharField(blank=True, max_length=64)),
                ("key_label", models.CharField(blank=True, max_length=64)),
                (
                    "image",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("fingerprint",), name="signing_certificate_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["token", "agent", "upload"])), name="signing_certificate_way"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "person"), ("user__isnull", False)),
                            models.Q(("kind", "organisation"), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="signing_certificate_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "organisation"), models.Q(("way", "token"), _negated=True), _connector="OR"
                        ),
                        name="signing_certificate_token",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=16, unique=True)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                ("issuer", models.CharField(max_length=200)),
                ("number", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=400)),
                ("dated", models.DateField(null=True)),
                (
                    "blob",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("is_open", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("recalled_at", models.DateTimeField(null=True)),
                ("recall_reason", models.CharField(blank=True, max_length=300)),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="signing.publicfile",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["sha256"], name="signing_public_file_hash")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("issued_at", None),
                            models.Q(("blob__isnull", False), models.Q(("sha256", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="signing_public_file_issued",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RevocationList",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revocation_lists",
                        to="signing.authority",
                    ),
                ),
                ("der", models.BinaryField()),
                ("this_update", models.DateTimeField()),
                ("next_update", models.DateTimeField(null=True)),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("authority", "this_update"), name="signing_revocation_list_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("owner_kind", models.CharField(max_length=40)),
                ("owner_id", models.UUIDField()),
                ("title", models.CharField(max_length=300)),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="signing.certificate"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("field", models.CharField(max_length=40)),
                (
                    "leader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="signing.session",
                    ),
                ),
                ("secret_lookup", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "base",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                ),
                (
                    "prepared",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                ("digest", models.CharField(blank=True, max_length=128)),
                ("to_sign", models.BinaryField(default=bytes)),
                ("plan", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Chờ ký"), ("done", "Đã ký"), ("cancelled", "Đã bỏ")],
                        default="open",
                        max_length=9,
                    ),
                ),
                (
                    "signed",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "done", "cancelled"])), name="signing_session_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True), ("signed__isnull", False), _connector="OR"
                        ),
                        name="signing_session_done",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("owner_kind", "owner_id", "field"),
                        name="signing_session_one_open",
                    ),
                ],
            },
        ),
    ]
