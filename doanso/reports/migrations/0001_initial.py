import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [("reports", "0001_periods_and_reports"), ("reports", "0002_letterheads_leave")]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("files", "0001_initial"),
        ("ledger", "0001_initial"),
        ("targets", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Layout",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="layouts", to="targets.programme"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "blob",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="targets.programme",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Nháp"),
                            ("sent", "Đã gửi"),
                            ("returned", "Trả lại"),
                            ("accepted", "Đã duyệt"),
                            ("closed", "Đã chốt"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("late", models.BooleanField(default=False)),
                ("sent_on", models.DateField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "snapshot",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.snapshot"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "first_day"], name="reports_period_unit")],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "unit", "first_day"), name="reports_period_key"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "sent", "returned", "accepted", "closed"])),
                        name="reports_period_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="reports_period_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("snapshot__isnull", False), ("state", "closed")),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True), ("closed_at", None), ("snapshot", None)
                            ),
                            _connector="OR",
                        ),
                        name="reports_period_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Estimate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="estimates", to="reports.period"
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="targets.indicator"
                    ),
                ),
                ("value", models.PositiveIntegerField()),
                ("note", models.CharField(max_length=300)),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("stated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("period", "indicator"), name="reports_estimate_once")],
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "period",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reasons",
                        to="reports.period",
                    ),
                ),
                ("question", models.CharField(max_length=80)),
                ("words", models.CharField(max_length=500)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("given_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("period", "question"), name="reports_reason_once")],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="targets.programme"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("week", "Báo cáo tuần"),
                            ("month", "Báo cáo tháng"),
                            ("quarter", "Báo cáo quý"),
                            ("half-year", "Báo cáo 6 tháng"),
                            ("year", "Báo cáo năm"),
                            ("ad-hoc", "Báo cáo đột xuất"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("doan", "Thể thức văn bản của Đoàn"),
                            ("nd30", "Thể thức theo Nghị định 30/2020/NĐ-CP"),
                        ],
                        default="doan",
                        max_length=4,
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "snapshot",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.snapshot"
                    ),
                ),
                ("frozen_at", models.DateTimeField(null=True)),
                ("frozen_on", models.DateField(null=True)),
                ("content", models.JSONField(null=True)),
                ("numbers_hash", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "-last_day"], name="reports_report_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["week", "month", "quarter", "half-year", "year", "ad-hoc"])),
                        name="reports_report_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["doan", "nd30"])), name="reports_report_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="reports_report_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content__isnull", True), ("frozen_at", None), ("snapshot", None)),
                            models.Q(
                                ("content__isnull", False), ("frozen_at__isnull", False), ("snapshot__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="reports_report_frozen",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("frozen_at", None)),
                        fields=("programme", "unit", "kind", "first_day", "last_day"),
                        name="reports_report_one_draft",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rendering",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renderings",
                        to="reports.report",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("docx", "Word"),
                            ("xlsx", "Excel"),
                            ("csv", "CSV"),
                            ("json", "JSON"),
                            ("txt", "Tin nhắn"),
                        ],
                        max_length=4,
                    ),
                ),
                (
                    "layout",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.layout"
                    ),
                ),
                ("base", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Đang chờ"),
                            ("running", "Đang làm"),
                            ("done", "Đã xong"),
                            ("failed", "Không thành"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "blob",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("stepped_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["report", "format", "-asked_at"], name="reports_rendering_report")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["pdf", "docx", "xlsx", "csv", "json", "txt"])),
                        name="reports_rendering_format",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                        name="reports_rendering_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True), ("blob__isnull", False), _connector="OR"
                        ),
                        name="reports_rendering_done",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passages",
                        to="reports.report",
                    ),
                ),
                ("section", models.SlugField(max_length=30)),
                ("text", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField()),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "section"), name="reports_passage_once")],
            },
        ),
        migrations.CreateModel(
            name="PeriodStep",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="reports.period"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Nháp"),
                            ("sent", "Đã gửi"),
                            ("returned", "Trả lại"),
                            ("accepted", "Đã duyệt"),
                            ("closed", "Đã chốt"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
