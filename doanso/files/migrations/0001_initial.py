import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7
from doanso.lib import database


def index_words(apps, schema_editor):
    database.make_words_index(schema_editor, "files_filetext", "folded")


class Migration(migrations.Migration):
    replaces = [("files", "0001_blobs"), ("files", "0002_versions_and_words")]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("encrypted_key", models.BinaryField(default=bytes)),
                ("created_at", models.DateTimeField()),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="File",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("begun_at", models.DateTimeField()),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("immutable_at", models.DateTimeField(null=True)),
                ("final_number", models.PositiveIntegerField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("final_number", None), ("immutable_at", None)),
                            models.Q(
                                ("final_number", models.F("last_number")),
                                ("final_number__isnull", False),
                                ("immutable_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="files_file_immutable",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Blob",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="blob", to="files.filekey"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("docx", "DOCX"),
                            ("xlsx", "XLSX"),
                            ("png", "PNG"),
                            ("jpeg", "JPEG"),
                            ("webp", "WEBP"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("store", models.CharField(choices=[("disk", "Ổ đĩa"), ("s3", "S3")], default="disk", max_length=4)),
                (
                    "form",
                    models.CharField(
                        choices=[("sealed", "Niêm phong"), ("plain", "Để nguyên")], default="sealed", max_length=6
                    ),
                ),
                ("place", models.CharField(max_length=110, unique=True)),
                ("created_at", models.DateTimeField()),
                ("immutable_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("personal-data", "Yêu cầu xóa dữ liệu cá nhân (Luật Bảo vệ dữ liệu cá nhân)"),
                            ("retention", "Hết thời hạn lưu trữ (Luật Lưu trữ)"),
                            ("secrecy", "Tài liệu mật lọt vào hệ thống (Luật Bảo vệ bí mật nhà nước)"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("erased_at__isnull", False), ("removed_at", None)),
                        fields=["erased_at"],
                        name="files_blob_to_remove",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("immutable_at", None),
                            ("erased_at", None),
                            models.Q(("ground", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="files_blob_immutable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("removed_at", None), ("erased_at__isnull", False), _connector="OR"),
                        name="files_blob_removed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "blob",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="words", to="files.blob"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Đang chờ"), ("done", "Đã đọc"), ("failed", "Không đọc được")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("text", models.TextField(default="")),
                ("folded", models.TextField(default="")),
                ("problem", models.CharField(default="", max_length=300)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("stepped_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["stepped_at"], name="files_text_waiting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FileVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="files.file",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "blob",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="version", to="files.blob"
                    ),
                ),
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
                ("why", models.CharField(default="", max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("file", "number"), name="files_version_number"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="files_version_first"),
                ],
            },
        ),
        migrations.RunPython(index_words, migrations.RunPython.noop, elidable=False),
    ]
