"""Files say where and how they lie; versions of a file; words of files."""

from itertools import batched

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7
from doanso.lib import database


def _say_where_they_lie(apps, schema_editor):
    """What the first release stored lies under its id, sealed, on the disk."""
    blobs = apps.get_model("files", "Blob").objects
    for page in batched(blobs.values_list("pk", "key__destroyed_at").order_by("pk").iterator(2000), 2000):
        database.update_rows(
            apps.get_model("files", "Blob"),
            ["place", "erased_at"],
            [(pk, f"{str(pk)[-2:]}/{pk}", destroyed_at) for pk, destroyed_at in page],
        )


def _index_words(apps, schema_editor):
    database.make_words_index(schema_editor, "files_filetext", "folded")


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_blobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="blob",
            name="kind",
            field=models.CharField(
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
        migrations.AddField(
            model_name="blob",
            name="store",
            field=models.CharField(choices=[("disk", "Ổ đĩa"), ("s3", "S3")], default="disk", max_length=4),
        ),
        migrations.AddField(
            model_name="blob",
            name="form",
            field=models.CharField(
                choices=[("sealed", "Niêm phong"), ("plain", "Để nguyên")], default="sealed", max_length=6
            ),
        ),
        migrations.AddField(
            model_name="blob", name="place", field=models.CharField(default="", max_length=110), preserve_default=False
        ),
        migrations.AddField(model_name="blob", name="immutable_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="blob", name="erased_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="blob", name="removed_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="blob",
            name="ground",
            field=models.CharField(
                choices=[
                    ("personal-data", "Yêu cầu xóa dữ liệu cá nhân (Luật Bảo vệ dữ liệu cá nhân)"),
                    ("retention", "Hết thời hạn lưu trữ (Luật Lưu trữ)"),
                    ("secrecy", "Tài liệu mật lọt vào hệ thống (Luật Bảo vệ bí mật nhà nước)"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.RunPython(_say_where_they_lie, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="blob", name="place", field=models.CharField(max_length=110, unique=True)
        ),
        migrations.AddConstraint(
            model_name="blob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("immutable_at", None), ("erased_at", None), models.Q(("ground", ""), _negated=True), _connector="OR"
                ),
                name="files_blob_immutable",
            ),
        ),
        migrations.AddConstraint(
            model_name="blob",
            constraint=models.CheckConstraint(
                condition=models.Q(("removed_at", None), ("erased_at__isnull", False), _connector="OR"),
                name="files_blob_removed",
            ),
        ),
        migrations.AddIndex(
            model_name="blob",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", False), ("removed_at", None)),
                fields=["erased_at"],
                name="files_blob_to_remove",
            ),
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
            name="Version",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                ("why", models.CharField(default="", max_length=300)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blob",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="version", to="files.blob"
                    ),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("file", "number"), name="files_version_number"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="files_version_first"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
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
                (
                    "blob",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="words", to="files.blob"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["stepped_at"], name="files_text_waiting"
                    )
                ],
            },
        ),
        migrations.RunPython(_index_words, migrations.RunPython.noop),
    ]
