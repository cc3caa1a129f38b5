import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [
        ("imports", "0001_imports"),
        ("imports", "0002_answers_and_heads"),
        ("imports", "0003_figures_and_told"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("files", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=30)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="imports", to="units.unit"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Đang đọc tệp"),
                            ("comparing", "Đang so sánh"),
                            ("compared", "Chờ xác nhận"),
                            ("applying", "Đang ghi vào danh sách"),
                            ("applied", "Đã ghi"),
                            ("refused", "Không đọc được"),
                            ("cancelled", "Đã bỏ"),
                        ],
                        default="reading",
                        max_length=10,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("stepped_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("skip_rejected", models.BooleanField(default=False)),
                ("row_count", models.PositiveIntegerField(default=0)),
                ("compared_count", models.PositiveIntegerField(default=0)),
                ("applied_count", models.PositiveIntegerField(default=0)),
                ("applied_to", models.PositiveIntegerField(default=0)),
                ("created_count", models.PositiveIntegerField(default=0)),
                ("updated_count", models.PositiveIntegerField(default=0)),
                ("unchanged_count", models.PositiveIntegerField(default=0)),
                ("question_count", models.PositiveIntegerField(default=0)),
                ("rejected_count", models.PositiveIntegerField(default=0)),
                ("answered_count", models.PositiveIntegerField(default=0)),
                ("skipped_count", models.PositiveIntegerField(default=0)),
                ("warning_count", models.PositiveIntegerField(default=0)),
                ("layout", models.JSONField(default=dict)),
                ("remembered", models.JSONField(default=dict)),
                ("figures", models.JSONField(default=dict)),
                ("problem_code", models.CharField(blank=True, max_length=40)),
                ("problem_message", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "-started_at"], name="imports_import_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["reading", "comparing", "compared", "applying", "applied", "refused", "cancelled"],
                            )
                        ),
                        name="imports_import_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="imports.import"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("sheet", models.CharField(blank=True, max_length=60)),
                ("row_number", models.PositiveIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("new", "Thêm mới"),
                            ("changed", "Thay đổi"),
                            ("unchanged", "Không đổi"),
                            ("question", "Cần xem lại"),
                            ("rejected", "Không nhận"),
                            ("answered", "Đã trả lời"),
                            ("skipped", "Bỏ dòng"),
                        ],
                        max_length=9,
                    ),
                ),
                ("question", models.CharField(blank=True, max_length=40)),
                ("warned", models.BooleanField(default=False)),
                ("encrypted", models.BinaryField(default=bytes)),
                ("applied", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["job", "verdict", "position"], name="imports_row_verdict_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("job", "position"), name="imports_row_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "verdict__in",
                                ["new", "changed", "unchanged", "question", "rejected", "answered", "skipped"],
                            )
                        ),
                        name="imports_row_verdict",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RememberedHead",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                ("kind", models.CharField(max_length=30)),
                ("key", models.CharField(max_length=64)),
                ("columns", models.JSONField(default=list)),
                (
                    "remembered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("remembered_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "kind", "key"), name="imports_head_once")],
            },
        ),
        migrations.CreateModel(
            name="AppliedRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("key", models.CharField(max_length=64)),
                ("target", models.UUIDField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="imports_applied_row_once")],
            },
        ),
    ]
